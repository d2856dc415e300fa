"""How a command gets at the book: to write in it, or only to read."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.errors import CommandError, ServerError
from server.protocol import keys
from server.store import Store, make_ready, open_store
from server.store.keyfile import make_signing_seed, signing_seed
from server.store.seed import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from server.config import Config


@contextmanager
def writing(
    config: Config, *, fresh: bool = False, owner: bool = False, now_ms: Callable[[], int] | None = None
) -> Iterator[Store]:
    """Open the database for a command. Only some commands may make a new one, or its tables as `owner`.

    `now_ms` is what time it is there, if it is another than here.
    """
    if config.database_url:
        store = _of_server(config, fresh=fresh, owner=owner)
    else:
        store = _of_file(config, fresh, now_ms)
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
    store = open_store(config.store_url, read_only=True)
    try:
        with store.snapshot():
            yield store
    finally:
        store.close()


def server_key(config: Config) -> str:
    """Return the public half of the signing key. Raises `StoreError`."""
    return keys.public_key(signing_seed(config.signing_key))


def _of_file(config: Config, fresh: bool, now_ms: Callable[[], int] | None) -> Store:  # noqa: FBT001 - of its one caller
    """Open the file of the embedded engine; a key is made before it, so that no book is without one."""
    new = not config.database.exists()
    if not fresh:
        _must_exist(config)
    if new and not config.signing_key.exists():
        make_signing_seed(config.signing_key, secrets.token_bytes)
    signing_seed(config.signing_key)
    return open_store(config.store_url, now_ms)


def _of_server(config: Config, *, fresh: bool, owner: bool) -> Store:
    """Open a PostgreSQL database; a key is made only while nobody can know another one."""
    url = config.store_url
    if (fresh or owner) and config.owner_url:
        make_ready(config.owner_url, url)
    elif owner:
        raise CommandError("only the owner of the tables can do that: name its address in owner_url")
    store = open_store(config.owner_url if owner else url, owner=owner)
    try:
        if fresh and not config.signing_key.exists() and not store.people_count() and not store.devices():
            make_signing_seed(config.signing_key, secrets.token_bytes)
        signing_seed(config.signing_key)
    except ServerError:
        store.close()
        raise
    return store


def _must_exist(config: Config) -> None:
    if not config.database_url and not config.database.exists():
        raise CommandError(f"nothing is set up in {config.data_dir}; run: python -m server setup")
