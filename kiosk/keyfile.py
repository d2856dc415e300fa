"""What makes this machine a device: its key, its enrolment and the last good config, in files.

Every file is written beside, synced and renamed: it is whole or absent,
whatever happens to the power. The key never leaves the machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kiosk.errors import ConfigError
from server.protocol import keys
from server.protocol.messages import Enrolment, KioskConfig, Signed, unseal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY_FILE = "device.key"
MEMBERSHIP_FILE = "enrolment.json"
CONFIG_FILE = "config.json"
PRIVATE = 0o600

T = TypeVar("T", bound=msgspec.Struct)


class Membership(msgspec.Struct, frozen=True):
    """To which server this machine belongs, and the signed proof of it."""

    server: str
    server_key: str
    enrolment: Signed


@dataclass(frozen=True, slots=True)
class Identity:
    """A machine that is a device."""

    seed: bytes
    membership: Membership
    enrolment: Enrolment

    @property
    def fingerprint(self) -> str:
        """What the technician compares with the manager's page."""
        return keys.fingerprint(self.enrolment.public_key, self.membership.server_key)


def device_seed(data_dir: Path, chance: Callable[[int], bytes]) -> bytes:
    """Return the device's key, made and synced before anyone hears of it. Raises `ConfigError`."""
    path = data_dir / KEY_FILE
    if not path.exists():
        write_durably(path, chance(keys.SEED_BYTES).hex().encode())
    try:
        seed = bytes.fromhex(path.read_text("ascii"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read the device's key {path}: {error}") from error
    if len(seed) != keys.SEED_BYTES:
        raise ConfigError(f"the device's key {path} is damaged")
    return seed


def keep_membership(data_dir: Path, membership: Membership, config: Signed) -> None:
    """Write the answer to an enrolment. The config first: a machine with a membership has one."""
    write_durably(data_dir / CONFIG_FILE, msgspec.json.encode(config))
    write_durably(data_dir / MEMBERSHIP_FILE, msgspec.json.encode(membership))


def keep_config(data_dir: Path, config: Signed) -> None:
    """Replace the last good config."""
    write_durably(data_dir / CONFIG_FILE, msgspec.json.encode(config))


def is_member(data_dir: Path) -> bool:
    """Say whether this machine was ever enrolled, however its files are now."""
    return (data_dir / MEMBERSHIP_FILE).exists()


def identity(data_dir: Path) -> Identity | None:
    """Return who this machine is, or None before its enrolment. Raises `ConfigError` for damage."""
    path = data_dir / MEMBERSHIP_FILE
    if not is_member(data_dir):
        return None
    membership = _read(path, Membership)
    try:
        enrolment = unseal(membership.server_key, membership.enrolment, Enrolment)
        seed = bytes.fromhex((data_dir / KEY_FILE).read_text("ascii"))
    except (keys.BadSignature, msgspec.ValidationError, OSError, ValueError) as error:
        raise ConfigError(f"the enrolment in {path} is damaged: {error}") from error
    if len(seed) != keys.SEED_BYTES or keys.public_key(seed) != enrolment.public_key:
        raise ConfigError(f"the key beside {path} is not this device's")
    return Identity(seed, membership, enrolment)


def kept_config(data_dir: Path, owner: Identity) -> KioskConfig | None:
    """Return the last good config, or None if there is none that can be believed."""
    try:
        told = unseal(owner.membership.server_key, _read(data_dir / CONFIG_FILE, Signed), KioskConfig)
    except (ConfigError, keys.BadSignature, msgspec.ValidationError):
        return None
    return told if told.device == owner.enrolment.device else None


def write_durably(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from error
