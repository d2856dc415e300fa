"""The embedded engine: SQLite through sqlite-utils.

One connection writes and checkpoints (WAL, synchronous=FULL); every reading
thread has a read-only connection of its own.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pysqlite3 import dbapi2 as sqlite3
from sqlite_utils import Database, Migrations

from server.errors import BusyError, StoreError
from server.store.migrations import STEPS, Step
from server.store.shared import SharedVerbs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from server.store.sql import Guard, Row

SAFE_VERSION = (3, 51, 3)
"""Earlier versions can lose committed rows when a checkpoint races a commit (the WAL-reset race)."""


BUSY_MS = 5000
"""How long to wait for another process that writes."""
PASSING = (
    "SQLITE_BUSY",
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_LOCKED",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
)
"""What may pass: somebody else writes, or the disk is full, failing or away."""


def system_ms() -> int:
    """Return the machine's own clock (UTC milliseconds)."""
    return time.time_ns() // 1_000_000


class SqliteStore(SharedVerbs):
    """A store in one file. Reads from any thread, writes from one at a time."""

    def __init__(self, path: Path, now_ms: Callable[[], int] = system_ms, *, read_only: bool = False) -> None:
        """Open or make the file, and bring its schema up to date; read-only, open it as it is.

        Raises `StoreError`.
        """
        if sqlite3.sqlite_version_info < SAFE_VERSION:
            raise StoreError(
                f"SQLite {sqlite3.sqlite_version} can lose committed ratings; install pysqlite3 >= 0.6.1"
            )
        self._now_ms = now_ms
        self._path = path
        self._local = threading.local()
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()
        try:
            self._writer = Database(sqlite3.connect(":memory:") if read_only else _writer(path))
            if read_only:
                self._check_schema()
            else:
                _migrations().apply(self._writer)
        except sqlite3.Error as error:
            raise StoreError(f"cannot use the database {path}: {error}") from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open the one write transaction; it commits at the end or changes nothing."""
        # IMMEDIATE, which `Database.atomic()` is not: a command in another process may write between
        # our first read and our first write, and a deferred transaction could not go on then
        with _disk_trouble():
            self._writer.conn.execute("begin immediate")
            self._local.writing = True
            try:
                with self._writer.conn:  # commits, or rolls back when anything is raised
                    yield
            finally:
                self._local.writing = False

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read of this thread see the book as it is now, whatever is written meanwhile."""
        reader = self._reader().conn
        reader.execute("begin")
        try:
            yield
        finally:
            reader.rollback()

    def close(self) -> None:
        """Let go of the file, and of the readers' connections."""
        for reader in list(self._readers):
            reader.conn.close()
        self._writer.conn.close()

    def ask(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows. Within a write transaction, on its connection; else on a reader's."""
        database = self._writer if getattr(self._local, "writing", False) else self._reader()
        # not `Database.query()`, which takes a savepoint around every read
        with _disk_trouble():
            cursor = database.conn.execute(sql, values)
        return _rows(cursor)

    def each(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows as `ask` does: it never holds them all."""
        return self.ask(sql, **values)

    def write(self, sql: str, **values: object) -> None:
        """Change something, within the open transaction."""
        self._writer.conn.execute(sql, values)

    def write_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Run one statement for each of the rows, within the open transaction."""
        self._writer.conn.executemany(sql, list(rows))

    def copy_to(self, path: Path) -> None:
        """Write the whole database, as one moment has it, into a new file, while others write on."""
        self._reader().conn.execute("vacuum into ?", (str(path),))

    def _check_schema(self) -> None:
        """Raise `StoreError` unless the file has the schema that this program knows."""
        names = [row["name"] for row in self.ask("select name from _sqlite_migrations order by id")]
        if names != [step.name for step in STEPS]:
            raise StoreError(f"the database {self._path} was made by another version of this program")

    def define(self, sql: str, guards: Sequence[Guard] = ()) -> None:
        """Run a script of definitions, then set guards, within the open transaction."""
        for statement in [*_statements(_dialect(sql)), *map(_trigger, guards)]:
            self._writer.conn.execute(statement)

    def damage(self) -> Iterator[str]:
        """Say whether the file is whole, and whether each row has the rows that it names."""
        for row in self.ask("pragma integrity_check(5)"):
            if (said := next(iter(row.values()))) != "ok":
                yield f"the database is damaged: {said}"
        for row in self.ask("pragma foreign_key_check"):
            yield f"a row of {row['table']} names a row of {row['parent']} that is not there"

    def count_on(self) -> None:
        """Let keys go on behind those that are here: by themselves they do."""

    def now_ms(self) -> int:
        """Return what time it is (UTC milliseconds): when something was decided."""
        return self._now_ms()

    def _reader(self) -> Reader:
        """Return this thread's read-only connection, which ends with the thread."""
        reader: Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            with _disk_trouble():
                reader = self._local.reader = Reader(self._path)
            self._readers.add(reader)
        return reader


class Reader:
    """A read-only connection that is closed when nobody holds it any more."""

    def __init__(self, path: Path) -> None:
        # a database at rest, in a folder where we may not write, cannot have the files of a living one
        at_rest = not path.with_name(path.name + "-wal").exists() and not os.access(path.parent, os.W_OK)
        uri = f"{path.absolute().as_uri()}?{'immutable=1' if at_rest else 'mode=ro'}"
        # whoever closes the store does it from another thread
        self.conn = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self.conn.execute(f"pragma busy_timeout = {BUSY_MS}")
        weakref.finalize(self, self.conn.close)


def _writer(path: Path) -> sqlite3.Connection:
    """Open or make the file for the one connection that writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    conn = sqlite3.connect(path, check_same_thread=False)
    conn.execute("pragma journal_mode = wal")
    conn.execute("pragma synchronous = full")
    conn.execute("pragma foreign_keys = on")
    # else a replaced row would be deleted without any trigger being asked
    conn.execute("pragma recursive_triggers = on")
    conn.execute(f"pragma busy_timeout = {BUSY_MS}")
    return conn


@contextmanager
def _disk_trouble() -> Iterator[None]:
    """Name what a full, failing or locked disk refuses, reads too: it may pass, so it is no fault of ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "").startswith(PASSING):
            raise BusyError(f"the database cannot be used now: {error}") from error
        raise


def _rows(cursor: sqlite3.Cursor) -> Iterator[Row]:
    """Return what a statement has found, row by row as it is read."""
    names = [column[0] for column in cursor.description]
    with _disk_trouble():
        for row in cursor:
            yield dict(zip(names, row, strict=True))


def _migrations() -> Migrations:
    """Return the schema's steps in the form that sqlite-utils applies and remembers."""
    migrations = Migrations("nucuoi")
    for step in STEPS:
        _register(migrations, step)
    return migrations


def _dialect(sql: str) -> str:
    """Return the SQL of the schema as SQLite spells it."""
    return sql.format(blob="blob", long="integer", real="real", serial="integer primary key", strict="strict")


def _trigger(guard: Guard) -> str:
    """Return the trigger that refuses."""
    when = f" when not {guard.unless}" if guard.unless else ""
    return (
        f"create trigger {guard.name} before {guard.verb} on {guard.table}{when} begin"
        f" select raise(abort, '{guard.table}: {guard.says}'); end"
    )


def _register(migrations: Migrations, step: Step) -> None:
    @migrations(name=step.name)
    def apply(db: Database) -> None:
        # not executescript: that would commit what is open
        for statement in [*_statements(_dialect(step.sql)), *map(_trigger, step.guards)]:
            db.conn.execute(statement)


def _statements(sql: str) -> list[str]:
    """Split a script into its statements; its comments are for people."""
    found, statement = [], ""
    for line in sql.splitlines():
        statement += line.split("--")[0].rstrip() + "\n"
        if sqlite3.complete_statement(statement):  # knows that a trigger has semicolons within
            found.append(statement)
            statement = ""
    return found
