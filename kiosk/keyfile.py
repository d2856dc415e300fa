"""What makes this machine a device: its key, its enrolment and the last good config, in files.

Every file is written beside, synced and renamed: it is whole or absent,
whatever happens to the power. The key never leaves the machine.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import msgspec

from kiosk.errors import ConfigError
from kiosk.value import Value
from server.protocol import keys
from server.protocol.messages import Enrolment, KioskConfig, Signed, unseal
from server.protocol.record import anchor

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY_FILE = "device.key"
MEMBERSHIP_FILE = "enrolment.json"
CONFIG_FILE = "config.json"
SUCCESSOR_KEY_FILE = "successor.key"
SUCCESSOR_FILE = "successor.json"
SURVEYS = "surveys"
SURVEYS_MAX = 20
PRIVATE = 0o600

T = TypeVar("T", bound=msgspec.Struct)


class Membership(msgspec.Struct, frozen=True):
    """To which server this machine belongs, and the signed proof of it.

    `ancestors` are the enrolments of the devices that it was before, the newest first.
    """

    server: str
    server_key: str
    enrolment: Signed
    ancestors: tuple[Signed, ...] = ()


class Successor(msgspec.Struct, frozen=True):
    """Whom this machine becomes, and its first config. Once this is on disk, there is no way back."""

    membership: Membership
    config: Signed


class Identity(Value, frozen=True):
    """A machine that is a device."""

    seed: bytes
    membership: Membership
    enrolment: Enrolment

    @property
    def fingerprint(self) -> str:
        """What the technician compares with the manager's page."""
        return keys.fingerprint(self.enrolment.public_key, self.membership.server_key)

    @property
    def anchor(self) -> str:
        """Where the device's chain begins."""
        return anchor(self.membership.enrolment.payload.encode())


def device_seed(data_dir: Path, chance: Callable[[int], bytes]) -> bytes:
    """Return the device's key, made and synced before anyone hears of it. Raises `ConfigError`."""
    return _seed(data_dir / KEY_FILE, chance)


def successor_seed(data_dir: Path, chance: Callable[[int], bytes]) -> bytes:
    """Return the key of the device that this one asks to become, made once. Raises `ConfigError`."""
    path = data_dir / SUCCESSOR_KEY_FILE
    try:
        return _seed(path, chance)
    except ConfigError:
        if (data_dir / SUCCESSOR_FILE).exists():
            raise
        path.unlink(missing_ok=True)  # the disk has spoilt it, and nobody is known by it yet
        return _seed(path, chance)


def name_successor(data_dir: Path, successor: Successor) -> None:
    """Write down whom this machine becomes. Raises `OSError`."""
    write_durably(data_dir / SUCCESSOR_FILE, msgspec.json.encode(successor))


def named_successor(data_dir: Path) -> Identity | None:
    """Return whom this machine is to become, if that is not done yet. Raises `ConfigError`."""
    path = data_dir / SUCCESSOR_FILE
    if not path.exists():
        return None
    key = data_dir / SUCCESSOR_KEY_FILE
    return _identity(_read(path, Successor).membership, path, key if key.exists() else data_dir / KEY_FILE)


def become_successor(data_dir: Path) -> None:
    """Become the successor that was named, if there is one. Cut off anywhere, it can be done again.

    Raises `ConfigError`, `OSError`.
    """
    if not (data_dir / SUCCESSOR_FILE).exists():
        return
    successor = _read(data_dir / SUCCESSOR_FILE, Successor)
    key = data_dir / SUCCESSOR_KEY_FILE
    if key.exists():  # it goes last but one
        write_durably(data_dir / KEY_FILE, key.read_bytes())
    keep_membership(data_dir, successor.membership, successor.config)
    key.unlink(missing_ok=True)
    sync_folder(data_dir)
    (data_dir / SUCCESSOR_FILE).unlink()
    sync_folder(data_dir)


def _seed(path: Path, chance: Callable[[int], bytes]) -> bytes:
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
    keep_config(data_dir, config)
    write_durably(data_dir / MEMBERSHIP_FILE, msgspec.json.encode(membership))


def keep_config(data_dir: Path, config: Signed) -> None:
    """Replace the last good config. The first one of each survey is kept: the server may want it back.

    Raises `OSError`.
    """
    encoded = msgspec.json.encode(config)
    kept = _survey_file(data_dir, msgspec.json.decode(config.payload, type=KioskConfig).survey_hash)
    # the survey first: nobody rates by a survey that the server could want back and never get
    if not kept.exists():
        write_durably(kept, encoded)
        # not by its date: the clock may be wrong, and it is this one that ratings are made of next
        others = sorted(set(kept.parent.glob("*.json")) - {kept}, key=lambda file: file.stat().st_mtime_ns)
        for file in others[: 1 - SURVEYS_MAX]:
            file.unlink()
    write_durably(data_dir / CONFIG_FILE, encoded)


def config_of(data_dir: Path, survey_hash: str) -> Signed | None:
    """Return a config in which a survey came, or None if none can be read."""
    try:
        return _read(_survey_file(data_dir, survey_hash), Signed)
    except ConfigError:
        return None


def _survey_file(data_dir: Path, survey_hash: str) -> Path:
    return data_dir / SURVEYS / f"{survey_hash}.json"


def is_member(data_dir: Path) -> bool:
    """Say whether this machine was ever enrolled, however its files are now."""
    return (data_dir / MEMBERSHIP_FILE).exists()


def identity(data_dir: Path) -> Identity | None:
    """Return who this machine is, or None before its enrolment. Raises `ConfigError` for damage."""
    path = data_dir / MEMBERSHIP_FILE
    if not is_member(data_dir):
        return None
    return _identity(_read(path, Membership), path, data_dir / KEY_FILE)


def _identity(membership: Membership, path: Path, key: Path) -> Identity:
    """Return who has a membership, which stands in a file of that path. Raises `ConfigError`."""
    try:
        enrolment = enrolment_of(membership)
        seed = bytes.fromhex(key.read_text("ascii"))
    except (keys.BadSignature, msgspec.ValidationError, OSError, ValueError) as error:
        raise ConfigError(f"the enrolment in {path} is damaged: {error}") from error
    if len(seed) != keys.SEED_BYTES or keys.public_key(seed) != enrolment.public_key:
        raise ConfigError(f"the key beside {path} is not this device's")
    return Identity(seed, membership, enrolment)


def enrolment_of(membership: Membership) -> Enrolment:
    """Return what the server signed. Raises `keys.BadSignature`, `msgspec.ValidationError`."""
    return unseal(membership.server_key, membership.enrolment, Enrolment)


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
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last: what was renamed or removed stays so. Raises `OSError`."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}") from error
