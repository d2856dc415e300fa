"""Connections to PostgreSQL: how they are made, what passes by itself, and how readers share them."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown

from server.errors import BusyError, LostError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg.abc import Buffer

    from server.store.sql import Row

    Link = psycopg.Connection[Row]

SCHEMA = "nucuoi"
"""Where the tables are: of a schema of its own the owner decides who may make anything in it."""
BUSY_MS = 5000
"""How long to wait for another process that writes, and for a connection to read by."""
READ_MS = 10_000
"""How long a single read of a page may take."""
READERS_MAX = 8
"""Connections for reading, of one process."""
GIVEN: dict[str, Any] = {
    "application_name": "nucuoi",
    "connect_timeout": 5,
    "target_session_attrs": "read-write",  # of several hosts, the one that is not a standby
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""What a connection is given unless its address says otherwise (s, and ms for the last)."""
THERE = {
    "search_path": f"{SCHEMA},pg_temp",
    "lock_timeout": BUSY_MS,
    "idle_in_transaction_session_timeout": 60_000,
    "tcp_keepalives_idle": 10,
    "tcp_keepalives_interval": 5,
    "tcp_keepalives_count": 3,
}
"""What the database is told: above all to notice soon when a machine that was writing is gone (ms, s)."""
LOST = ("08", "57P", "25P03", "25006")
"""The connection or the server ended, or it is a standby now."""
PASSING = ("40", "53", "55P03", "57014", "58030")
"""What may pass: another process writes, or the disk is full or failing."""
MARK = "\U0010ffff"
"""No character. PostgreSQL's text holds no NUL, and a kiosk may send one: it is kept as MARK and 0."""


class Written(StrDumperUnknown):
    """Text on its way in."""

    def dump(self, obj: str) -> Buffer | None:
        """Spell what PostgreSQL cannot hold."""
        if "\0" in obj or MARK in obj:
            obj = obj.replace(MARK, MARK + "1").replace("\0", MARK + "0")
        return super().dump(obj)


class YesNo(Int8Dumper):
    """Truth on its way in: 1 or 0, as it is kept."""

    def dump(self, obj: bool) -> Buffer | None:  # noqa: FBT001 - of the driver
        """Spell it."""
        return super().dump(int(obj))


class Read(Loader):
    """Text on its way out."""

    def load(self, data: Buffer) -> str:
        """Read it as it was written."""
        text = bytes(data).decode()
        if MARK in text:
            text = text.replace(MARK + "0", "\0").replace(MARK + "1", MARK)
        return text


def connect(url: str) -> Link:
    """Connect. Each statement is its own transaction unless one is begun. Raises `psycopg.Error`."""
    wanted = GIVEN | conninfo_to_dict(url)
    options = " ".join(
        [wanted.get("options") or "", *(f"-c {name}={value}" for name, value in THERE.items())]
    )
    wanted |= {"options": options.strip(), "client_encoding": "utf8"}
    conn = psycopg.connect(autocommit=True, row_factory=dict_row, **wanted)
    # else a statement is planned anew for each size of number
    conn.adapters.register_dumper(int, Int8Dumper)
    conn.adapters.register_dumper(bool, YesNo)
    conn.adapters.register_dumper(str, Written)
    conn.adapters.register_loader("text", Read)
    return conn


def place_of(url: str) -> str:
    """Name a database without what is secret in its address. Raises `psycopg.Error` for what is none."""
    found = conninfo_to_dict(url)
    return f"{found.get('dbname', '')} at {found.get('host') or found.get('hostaddr') or 'this machine'}"


@contextmanager
def trouble() -> Iterator[None]:
    """Name what passes by itself: `LostError`, else `BusyError`. What else is raised is a fault of ours."""
    try:
        yield
    except psycopg.Error as error:
        state = error.sqlstate or ""
        gone = isinstance(error, psycopg.InterfaceError | psycopg.OperationalError) and not state
        if gone or state.startswith(LOST):
            raise LostError(f"the database has gone away: {error}") from error
        if state.startswith(PASSING):
            raise BusyError(f"the database cannot be used now: {error}") from error
        raise


def give_up(conn: Link) -> None:
    """Undo what is open on a connection, or close it if it is good for nothing any more."""
    try:
        conn.execute("rollback")
    except psycopg.Error:
        conn.close()


class Readers:
    """Connections for reading, shared by the threads of one process."""

    def __init__(self, url: str, most: int = READERS_MAX, wait_ms: int = BUSY_MS) -> None:
        self._url = url
        self._wait_ms = wait_ms
        self._idle: deque[Link] = deque()
        self._free = threading.BoundedSemaphore(most)
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[Link]:
        """Give a connection that nobody else uses. Raises `BusyError`, `LostError`."""
        if not self._free.acquire(timeout=self._wait_ms / 1000):
            raise BusyError("all connections for reading are in use")
        try:
            conn = self._idle_one() or self._new_one()
            try:
                yield conn
            finally:
                self._take_back(conn)
        finally:
            self._free.release()

    def ask(self, sql: bytes, values: dict[str, object]) -> list[Row]:
        """Read rows. A database that has only restarted meanwhile is asked once more."""
        try:
            return self._ask(sql, values)
        except LostError:
            self._forget_idle()
            return self._ask(sql, values)

    def close(self) -> None:
        """End every connection, now or when it comes back."""
        self._closed = True
        self._forget_idle()

    def _ask(self, sql: bytes, values: dict[str, object]) -> list[Row]:
        with self.lend() as conn, trouble():
            return conn.execute(sql, values).fetchall()

    def _new_one(self) -> Link:
        with trouble():
            conn = connect(self._url)
            conn.execute(f"set statement_timeout = {READ_MS}".encode())
            return conn

    def _idle_one(self) -> Link | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _take_back(self, conn: Link) -> None:
        if self._closed or conn.closed or conn.info.transaction_status is not TransactionStatus.IDLE:
            conn.close()
        else:
            self._idle.append(conn)

    def _forget_idle(self) -> None:
        while (conn := self._idle_one()) is not None:
            conn.close()
