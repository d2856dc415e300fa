"""All SQL of the kiosk: drafts, records, and how far the server has them.

One connection, one thread. The rollback journal is truncated and everything is
synced (`TRUNCATE`, `EXTRA`): what a method has returned from survives a power
cut. Nothing here ever deletes a record.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlite_utils import Database, Migrations

from kiosk.errors import DiskError, OutboxError
from server.protocol.record import (
    RECORD_BYTES_MAX,
    Answer,
    Aside,
    AsideKind,
    Record,
    encode_record,
    heads,
    next_head,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SCHEMA = (
    """
    create table draft (
      id integer primary key check (id = 1),  -- there is one visit at a time
      draft text not null                     -- a Draft, as JSON
    ) strict
    """,
    """
    create table record (
      seq integer primary key check (seq > 0),
      body blob not null,                     -- the exact bytes, made once
      head blob not null check (length(head) = 32)
    ) strict
    """,
    """
    create table chain (
      id integer primary key check (id = 1),
      device text not null,
      anchor text not null,                   -- head 0: the hash of the enrolment
      through integer not null default 0      -- the server's receipt reaches this far; it may go down
    ) strict
    """,
)

ASIDES = (
    """
    create table aside (
      seq integer not null references record (seq),
      kind text not null,
      salt text not null,
      text text not null,
      primary key (seq, kind)
    ) strict
    """,
    """
    create table unread (
      draft text not null                     -- a draft that no program could read: kept for a human
    ) strict
    """,
)


class Draft(msgspec.Struct, frozen=True):
    """A visit that has an answer: all that its record will say, but for its place in the chain.

    `visit` tells the drafts of one visit from those of another, since the start of the program.
    `comment` and `dossier` become asides: the record holds a commitment to each and nothing more.
    """

    survey: str
    counter: str
    officer: str
    lang: str
    made_at: str
    boot: str
    mono_ms: int
    clock_ok: bool
    answers: dict[str, Answer]
    flags: list[str]
    procedure: str = ""
    comment: str = ""
    dossier: str = ""
    visit: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """How much is kept (`last`) and how much of it the server has (`through`)."""

    last: int
    through: int

    @property
    def waiting(self) -> int:
        """How many records the server does not have yet."""
        return self.last - self.through


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive records after record `after`; `head` is the chain's head behind the last of them.

    `asides` holds what travels beside each body.
    """

    after: int
    bodies: tuple[bytes, ...]
    asides: tuple[tuple[Aside, ...], ...]
    head: str


class Outbox:
    """The ratings of one device, on disk. Use it from the thread that opened it."""

    def __init__(self, path: Path, device: str, anchor: str, chance: Callable[[int], bytes]) -> None:
        """Open or make the outbox.

        Raises `OutboxError`: not an outbox, or another device's; `DiskError`: full, locked, failing.
        """
        self._chance = chance
        with _disk_trouble():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = Database(sqlite3.connect(path))
        try:
            owner = self._prepare(device, anchor)
        except (sqlite3.OperationalError, OSError) as error:
            self.close()
            raise DiskError(f"cannot use the outbox {path}: {error}") from error
        except sqlite3.Error as error:
            self.close()
            raise OutboxError(f"cannot use the outbox {path}: {error}") from error
        if owner != (device, anchor):
            self.close()
            raise OutboxError(f"the outbox {path} belongs to device {owner[0]}, not to {device}")

    def close(self) -> None:
        """Let go of the file."""
        self._db.conn.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Make what is done within it one transaction: all of it is on disk, or nothing.

        Raises `DiskError`.
        """
        with _disk_trouble(), self._db.atomic():
            yield

    def save_draft(self, draft: Draft) -> None:
        """Put a visit's answers on disk. Raises `DiskError`, and then nothing has changed.

        It replaces the draft of the same visit. The draft of an earlier visit, which the disk refused to
        seal, is sealed first: it counts too.
        """
        with _disk_trouble(), self._db.atomic():
            kept = self._kept_draft()
            if kept is not None and kept.visit != draft.visit:
                self._seal()
            self._db.conn.execute(
                "insert into draft (id, draft) values (1, ?)"
                " on conflict (id) do update set draft = excluded.draft",
                (msgspec.json.encode(draft).decode(),),
            )

    def seal(self) -> int | None:
        """Turn the draft into a record; returns its number, or None if there was no draft.

        Raises `DiskError`, and then the draft is still there.
        """
        with _disk_trouble(), self._db.atomic():
            return self._seal()

    def queue(self) -> Queue:
        """Say how much is kept and how much of it the server has. Raises `DiskError`."""
        with _disk_trouble():
            row = self._one("select (select coalesce(max(seq), 0) from record), through from chain")
        return Queue(*row)

    def stretch(self, limit: int) -> Stretch:
        """Return what comes after the server's receipt, oldest first, at most `limit` records.

        Raises `DiskError`, and `OutboxError` when a record is no longer what was sealed.
        """
        after = self.queue().through
        with _disk_trouble():
            rows = self._db.conn.execute(
                "select body, head from record where seq > ? order by seq limit ?", (after, limit)
            ).fetchall()
            beside = self._asides(after, after + len(rows))
            head = rows[-1][1].hex() if rows else self._head(after)
            known = heads(self._head(after), (body for body, _ in rows))
        if known != [kept.hex() for _, kept in rows]:
            raise OutboxError(f"a record behind number {after} is damaged; it is kept and not sent")
        asides = tuple(tuple(beside.get(after + place, ())) for place in range(1, len(rows) + 1))
        return Stretch(after, tuple(body for body, _ in rows), asides, head)

    def settle(self, through: int, head: str) -> bool:
        """Believe a receipt: the server has everything up to `through`, which may go down.

        Returns False, and changes nothing, when this chain knows no such record or another head for it.
        Raises `DiskError`.
        """
        with _disk_trouble(), self._db.atomic():
            if through > self.queue().last or self._head(through) != head:
                return False
            self._db.conn.execute("update chain set through = ?", (through,))
        return True

    def _prepare(self, device: str, anchor: str) -> tuple[str, str]:
        """Set how the disk is used, bring the schema up to date, and return whose outbox it is."""
        self._db.conn.execute("pragma journal_mode = truncate")
        self._db.conn.execute("pragma synchronous = extra")
        # what a citizen took back is not to be found in a free page
        self._db.conn.execute("pragma secure_delete = on")
        _migrations().apply(self._db)
        with self._db.atomic():
            self._db.conn.execute(
                "insert into chain (id, device, anchor) values (1, ?, ?) on conflict (id) do nothing",
                (device, anchor),
            )
        owner = self._one("select device, anchor from chain")
        return owner[0], owner[1]

    def _seal(self) -> int | None:
        """Append the draft's record to the chain, within the open transaction."""
        draft = self._kept_draft()
        if draft is None:
            return None
        last = self.queue().last
        texts: dict[AsideKind, str] = {"comment": draft.comment, "dossier": draft.dossier}
        asides = [Aside(kind, self._chance(16).hex(), text) for kind, text in texts.items() if text]
        said = {
            name: getattr(draft, name) for name in Draft.__struct_fields__ if name not in {*texts, "visit"}
        }
        record = Record(
            v=1,
            seq=last + 1,
            salt=self._chance(8).hex(),
            asides={aside.kind: aside.commitment() for aside in asides},
            **said,
        )
        body = encode_record(record)
        if (size := len(body) + sum(len(msgspec.json.encode(aside)) for aside in asides)) > RECORD_BYTES_MAX:
            raise DiskError(f"a record of {size} bytes")
        head = bytes.fromhex(next_head(self._head(last), body))
        self._db.conn.execute(
            "insert into record (seq, body, head) values (?, ?, ?)", (record.seq, body, head)
        )
        for aside in asides:
            self._db.conn.execute(
                "insert into aside (seq, kind, salt, text) values (?, ?, ?, ?)",
                (record.seq, aside.kind, aside.salt, aside.text),
            )
        self._db.conn.execute("delete from draft")
        return record.seq

    def _kept_draft(self) -> Draft | None:
        """Return the draft that is on disk. One that cannot be read is put aside, and stops nobody else."""
        row = self._db.conn.execute("select draft from draft").fetchone()
        try:
            return None if row is None else msgspec.json.decode(row[0], type=Draft)
        except msgspec.DecodeError:
            self._db.conn.execute("insert into unread (draft) select draft from draft")
            self._db.conn.execute("delete from draft")
            return None

    def _asides(self, after: int, through: int) -> dict[int, list[Aside]]:
        """Return what travels beside the records after `after`, by their number."""
        rows = self._db.conn.execute(
            "select seq, kind, salt, text from aside where seq > ? and seq <= ? order by seq, kind",
            (after, through),
        )
        found: dict[int, list[Aside]] = {}
        for seq, kind, salt, text in rows:
            found.setdefault(seq, []).append(Aside(kind, salt, text))
        return found

    def _head(self, seq: int) -> str:
        """Return the head of the chain behind record `seq`, in hex."""
        if seq == 0:
            return str(self._one("select anchor from chain")[0])
        return bytes(self._one("select head from record where seq = ?", seq)[0]).hex()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...]:
        row: tuple[Any, ...] = self._db.conn.execute(sql, values).fetchone()
        return row


@contextmanager
def _disk_trouble() -> Iterator[None]:
    """Name what SQLite and the disk can refuse."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise DiskError(str(error)) from error


def _migrations() -> Migrations:
    """Return the steps of the schema. Devices migrate alone, ratings inside: only ever add."""
    migrations = Migrations("outbox")

    @migrations(name="0001_outbox")
    def outbox(db: Database) -> None:
        for statement in SCHEMA:
            db.conn.execute(statement)

    @migrations(name="0002_asides")
    def asides(db: Database) -> None:
        for statement in ASIDES:
            db.conn.execute(statement)

    return migrations
