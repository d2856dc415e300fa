"""Commands that keep the book safe: backup, restore, and the list of what was deleted.

A backup is itself a data folder: database and signing key, nothing else is needed, and `verify` works on it.
Of a PostgreSQL database too, and either engine is restored from it.
What was deleted by law after a backup was made must not come back with it: the audit log is the list.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from server.commands.opening import reading, server_key, writing
from server.domain.audit import Action, Event
from server.domain.calendar import moment_of
from server.domain.verification import verify_book
from server.errors import CommandError, ServerError
from server.store import open_store
from server.store.evidence import StoreEvidence

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from server.config import Config
    from server.store import Store


def backup(config: Config, arguments: argparse.Namespace) -> int:
    """Copy database and signing key into a new folder, while the server goes on serving."""
    name = _name_of_now()
    place: Path = arguments.folder / name
    beside = place.with_name(name + ".new")
    beside.mkdir(parents=True)
    copy = replace(config, data_dir=beside, database_url="")
    with writing(config) as store:
        with store.transaction():
            store.note(Action.BACK_UP, name)
        store.copy_to(copy.database)
    shutil.copy(config.signing_key, copy.signing_key)
    _make_durable(beside)
    beside.rename(place)
    _sync(arguments.folder)
    print(place)
    for old in _old_ones(arguments.folder, arguments.keep):
        shutil.rmtree(old)
        print(f"pruned {old}")
    return 0


def restore(config: Config, arguments: argparse.Namespace) -> int:
    """Make a data folder from a backup. What was deleted since stays deleted, as far as somebody knows it."""
    source = replace(config, data_dir=arguments.folder, database_url="")
    _check(source)
    if config.database_url:
        return _restore_into(config, source, arguments)
    there = config.data_dir.exists() and any(config.data_dir.iterdir())
    if there and not arguments.replace:
        raise CommandError(
            f"{config.data_dir} is not empty; nothing was changed (--replace keeps it, renamed)"
        )
    deleted = _deletions(arguments.deletions)
    if there:
        deleted += _deletions_of(config)
    beside = config.data_dir.with_name(config.data_dir.name + ".new")
    if beside.exists():
        raise CommandError(f"{beside} is in the way: a restoration was cut off; remove it and begin anew")
    fresh = replace(config, data_dir=beside)
    beside.mkdir(parents=True)
    store = open_store(f"sqlite:{source.database}", read_only=True)
    try:
        store.copy_to(fresh.database)
    finally:
        store.close()
    shutil.copy(source.signing_key, fresh.signing_key)
    with writing(fresh) as store, store.transaction():
        _note_restored(store, arguments.folder.name, deleted)
    _make_durable(beside)
    if there:
        old = config.data_dir.with_name(f"{config.data_dir.name}.before-{_name_of_now()}")
        config.data_dir.rename(old)
        print(f"what was there is in {old}")
    elif config.data_dir.exists():
        config.data_dir.rmdir()
    beside.rename(config.data_dir)
    _sync(config.data_dir.parent)
    print("Restored. Kiosks send again by themselves what this backup does not have.")
    return 0


def _restore_into(config: Config, source: Config, arguments: argparse.Namespace) -> int:
    """Fill an empty PostgreSQL database from a backup, in one transaction."""
    deleted = _deletions(arguments.deletions)
    if config.signing_key.exists() and server_key(config) != server_key(source):
        raise CommandError(f"{config.signing_key} is another server's key; nothing was changed")
    if not config.signing_key.exists():
        config.data_dir.mkdir(parents=True, exist_ok=True)
        shutil.copy(source.signing_key, config.signing_key)
        _make_durable(config.data_dir)
    with reading(source) as backed_up, writing(config, owner=True) as store, store.transaction():
        store.take_in(backed_up)
        _note_restored(store, arguments.folder.name, deleted)
    print("Restored. Kiosks send again by themselves what this backup does not have.")
    return 0


def _note_restored(store: Store, name: str, deleted: Sequence[Event]) -> None:
    store.note(Action.RESTORED, name, f"{len(deleted)} deletions known since")
    for each in deleted:
        store.forget_again(each)


def migrate(config: Config, _arguments: argparse.Namespace) -> int:
    """Bring the schema up to date; a file is brought up to date by every start, too."""
    with writing(config, owner=bool(config.database_url)):
        print("The schema is that of this program.")
    return 0


def export_deletions(config: Config, arguments: argparse.Namespace) -> int:
    """Write the list of what was deleted, for the restoration of an older backup."""
    with reading(config) as store:
        found = store.events(Action.FORGET_ASIDE)
    arguments.file.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in found))
    print(f"{len(found)} deletions in {arguments.file}")
    return 0


def _check(source: Config) -> None:
    """Raise `CommandError` unless a backup is whole."""
    key = server_key(source)
    with reading(source) as store:
        faults = [*store.faults(), *verify_book(StoreEvidence(store), key).all_faults()]
    if faults:
        raise CommandError(f"this backup is not whole; nothing was changed: {faults[0]}")


def _deletions(file: Path | None) -> list[Event]:
    """Read a list of deletions. Raises `CommandError`."""
    if file is None:
        return []
    try:
        return [msgspec.json.decode(line, type=Event) for line in file.read_bytes().splitlines()]
    except msgspec.DecodeError as error:
        raise CommandError(f"{file} is no list of deletions: {error}") from error


def _deletions_of(config: Config) -> Sequence[Event]:
    """Return what the book that is replaced says was deleted, if it can still be read."""
    try:
        with reading(config) as store:
            return store.events(Action.FORGET_ASIDE)
    except ServerError as error:
        print(f"what was deleted cannot be read from {config.data_dir}: {error}")
        return []


def _old_ones(folder: Path, keep: int | None) -> list[Path]:
    """Return the backups beyond the newest so many: their names are in the order of time."""
    whole = sorted(each for each in folder.iterdir() if each.is_dir() and each.suffix != ".new")
    ours = [each for each in whole if (each / "nucuoi.sqlite3").exists() and each.name.endswith("Z")]
    return [] if keep is None else ours[: max(0, len(ours) - keep)]


def _name_of_now() -> str:
    return moment_of(time.time_ns() // 1_000_000).replace(":", "-")


def _make_durable(folder: Path) -> None:
    for file in folder.iterdir():
        _sync(file)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
