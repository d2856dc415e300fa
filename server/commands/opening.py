"""How a command gets at the book: to write in it, or only to read."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.errors import CommandError
from server.protocol import keys
from server.store import Store, open_store
from server.store.keyfile import make_signing_seed, signing_seed
from server.store.seed import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.config import Config


@contextmanager
def writing(config: Config, *, fresh: bool = False) -> Iterator[Store]:
    """Open the database for a command. Only some commands may make a new one."""
    new = not config.database.exists()
    if not fresh:
        _must_exist(config)
    if new and not config.signing_key.exists():
        make_signing_seed(config.signing_key, secrets.token_bytes)
    signing_seed(config.signing_key)
    store = open_store(f"sqlite:{config.database}")
    try:
        if fresh:
            with store.transaction():
                fill(store)
        yield store
    finally:
        store.close()


@contextmanager
def reading(config: Config) -> Iterator[Store]:
    """Open the database for a command that writes nothing, and see it as it is now, whoever writes."""
    _must_exist(config)
    store = open_store(f"sqlite:{config.database}", read_only=True)
    try:
        with store.snapshot():
            yield store
    finally:
        store.close()


def server_key(config: Config) -> str:
    """Return the public half of the signing key. Raises `StoreError`."""
    return keys.public_key(signing_seed(config.signing_key))


def _must_exist(config: Config) -> None:
    if not config.database.exists():
        raise CommandError(f"nothing is set up in {config.data_dir}; run: python -m server setup")
