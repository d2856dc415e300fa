"""The engine for more than one machine: PostgreSQL through psycopg.

One connection of each process writes; whoever writes holds one advisory lock until COMMIT, so that of all
processes one writes at a time, as it is within one. Readers share a few connections.
"""

from __future__ import annotations

import itertools
import logging
import re
import threading
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import psycopg

from server.errors import LostError, StoreError
from server.store import terms
from server.store.links import SCHEMA, Readers, connect, give_up, place_of, trouble
from server.store.shared import SharedVerbs
from server.store.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from server.store.links import Link
    from server.store.sql import Guard, Row

LOG = logging.getLogger("server.store")
PART_ROWS = 1000
"""Rows that are fetched at once where all may be too many."""
FOREIGN_KEYS = b"""
select conrelid::regclass::text as child, confrelid::regclass::text as parent, own, theirs
from pg_constraint c, lateral (
  select array_agg(a.attname::text order by n) as own, array_agg(b.attname::text order by n) as theirs
  from unnest(c.conkey, c.confkey) with ordinality k (here, there, n)
  join pg_attribute a on a.attrelid = c.conrelid and a.attnum = here
  join pg_attribute b on b.attrelid = c.confrelid and b.attnum = there
) columns
where contype = 'f' and connamespace = %(schema)s::regnamespace order by conname
"""
ORPHANS = """
select count(*) as n from {child} c where {named} and not exists (select 1 from {parent} p where {same})
"""
COUNTED = b"""
select table_name::text as table, column_name::text as column from information_schema.columns
where table_schema = %(schema)s and is_identity = 'YES'
"""
COUNT_ON = """
select setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 0) + 1, false)
from {table}
"""


class PostgresStore(SharedVerbs):
    """A store in a PostgreSQL database. Reads from any thread, writes from one at a time of all processes."""

    def __init__(
        self, url: str, now_ms: Callable[[], int], *, read_only: bool = False, owner: bool = False
    ) -> None:
        """Connect to a database that was set up. Raises `StoreError`.

        `owner`: as the role that owns the tables, to make them anew; nobody serves as that one.
        """
        self._url = url
        self._now_ms = now_ms
        self._owner = owner
        self._local = threading.local()
        self._turn = threading.Lock()
        self._readers = Readers(url)
        try:
            self._place = place_of(url)
            self._writer = self._connected(read_only=read_only)
        except psycopg.Error as error:
            raise StoreError(f"cannot use the database: {error}") from error
        if read_only:
            self._writer.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open the one write transaction; it commits at the end or changes nothing."""
        with self._turn:
            conn, done = self._begun(), False
            self._local.conn = conn
            try:
                with trouble():
                    yield
                    # one in which something failed unseen would be rolled back without a word
                    if conn.execute("commit").statusmessage != "COMMIT":
                        raise RuntimeError("something has failed in this transaction, and nobody was told")
                    done = True
            except LostError as error:
                LOG.error("%s", error)  # noqa: TRY400 - whoever waits for it is told, and asks again
                conn.close()  # also one to a database that is a standby now
                raise
            finally:
                self._local.conn = None
                if not done:
                    give_up(conn)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read of this thread see the book as it is now, whatever is written meanwhile."""
        with self._readers.lend() as conn:
            with trouble():
                conn.execute("begin isolation level repeatable read read only")
                conn.execute("set local statement_timeout = 0")
            before, self._local.conn = self._mine(), conn
            try:
                yield
            finally:
                self._local.conn = before
                give_up(conn)

    def close(self) -> None:
        """End every connection."""
        self._readers.close()
        self._writer.close()

    def ask(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows. Within a write transaction, on its connection; else on a reader's."""
        conn = self._mine()
        if conn is None:
            return self._readers.ask(spelled(sql), values)
        with trouble():
            return conn.execute(spelled(sql), values).fetchall()

    def each(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows as `ask` does, but in a snapshot or a write transaction never hold them all at once."""
        conn = self._mine()
        return self.ask(sql, **values) if conn is None else _parts(conn, spelled(sql), values)

    def write(self, sql: str, **values: object) -> None:
        """Change something, within the open transaction."""
        self._open().execute(spelled(sql), values)

    def write_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Run one statement for each of the rows, within the open transaction."""
        if found := list(rows):
            with self._open().cursor() as cursor:
                cursor.executemany(spelled(sql), found)

    def define(self, sql: str, guards: Sequence[Guard] = ()) -> None:
        """Run a script of definitions, then set guards, within the open transaction, as the owner."""
        terms.define(self._open(), sql, guards)

    def damage(self) -> Iterator[str]:
        """Say whether each row has the rows that it names; whether pages are whole is told by checksums."""
        with self._any() as conn, trouble():
            for key in conn.execute(FOREIGN_KEYS, {"schema": SCHEMA}).fetchall():
                pairs = list(zip(key["own"], key["theirs"], strict=True))
                sql = ORPHANS.format(
                    child=key["child"],
                    parent=key["parent"],
                    named=" and ".join(f"c.{own} is not null" for own, _ in pairs),
                    same=" and ".join(f"p.{theirs} = c.{own}" for own, theirs in pairs),
                )
                for _ in range((conn.execute(sql.encode()).fetchone() or {})["n"]):
                    yield f"a row of {key['child']} names a row of {key['parent']} that is not there"

    def copy_to(self, path: Path) -> None:
        """Write the whole database, as one moment has it, into a new file of the embedded engine."""
        with closing(SqliteStore(path)) as copy, self.snapshot(), copy.transaction():
            copy.take_in(self)

    def count_on(self) -> None:
        """Let keys that the database counts up go on behind those that are here, as the owner."""
        conn = self._open()
        for row in conn.execute(COUNTED, {"schema": SCHEMA}).fetchall():
            conn.execute(COUNT_ON.format(**row).encode())

    def now_ms(self) -> int:
        """Return what time it is (UTC milliseconds): when something was decided."""
        return self._now_ms()

    def _connected(self, *, read_only: bool = False) -> Link:
        """Connect, and see that the database is what it has to be. Raises `psycopg.Error`, `StoreError`."""
        conn = connect(self._url)
        try:
            terms.check_database(conn)
            terms.check_schema(conn)
            if not read_only and not self._owner:
                terms.check_role(conn)
        except (psycopg.Error, StoreError):
            conn.close()
            raise
        return conn

    def _begun(self) -> Link:
        """Begin to write when nobody else does. A database that has only restarted is asked once more."""
        try:
            return self._begin()
        except LostError:
            return self._begin()

    def _begin(self) -> Link:
        with trouble():
            if self._writer.closed:
                self._writer = self._connected()
                LOG.warning("connected to the database again")
            conn = self._writer
            try:
                conn.execute("begin")
                conn.execute("select pg_advisory_xact_lock(%s)", (terms.WRITING,))
            except psycopg.Error:
                give_up(conn)
                raise
        return conn

    def _mine(self) -> Link | None:
        """Return the connection of this thread's transaction or snapshot, if it has one."""
        conn: Link | None = getattr(self._local, "conn", None)
        return conn

    def _open(self) -> Link:
        conn = self._mine()
        if conn is None:
            raise RuntimeError("nothing is written outside of a transaction")
        return conn

    @contextmanager
    def _any(self) -> Iterator[Link]:
        """Give this thread's connection, or one that nobody else uses."""
        conn = self._mine()
        if conn is not None:
            yield conn
        else:
            with self._readers.lend() as lent:
                yield lent


@lru_cache(maxsize=256)
def spelled(sql: str) -> bytes:
    """Return the shared SQL as psycopg takes it: `:name` is `%(name)s`."""
    return re.sub(r"(?<![:\w]):([a-z]\w*)", r"%(\1)s", sql.replace("%", "%%")).encode()


def _parts(conn: Link, sql: bytes, values: dict[str, object]) -> Iterator[Row]:
    """Read rows part by part, by a cursor that the database keeps."""
    with trouble(), conn.cursor(f"rows_{next(NUMBERS)}") as cursor:
        cursor.itersize = PART_ROWS
        cursor.execute(sql, values)
        yield from cursor


NUMBERS = itertools.count()
"""Names of cursors, each used once."""
