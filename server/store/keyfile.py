"""The server's signing key, in a file of its own that only the server may read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from server.errors import StoreError
from server.protocol.keys import SEED_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def make_signing_seed(path: Path, chance: Callable[[int], bytes]) -> None:
    """Make the key of a new installation. Raises `FileExistsError` rather than replace one."""
    if path.exists():
        raise FileExistsError(path)
    _write_durably(path, chance(SEED_BYTES).hex().encode())


def signing_seed(path: Path) -> bytes:
    """Return the key. Raises `StoreError`: a lost or damaged key is never replaced.

    Every kiosk knows its public half, so it has to be restored.
    """
    try:
        seed = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise StoreError(
            f"cannot read the signing key {path}: {error}; restore it from the backup"
        ) from error
    if len(seed) != SEED_BYTES:
        raise StoreError(f"the signing key {path} is damaged; restore it from the backup")
    return seed


def _write_durably(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent, whatever happens to the power meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
