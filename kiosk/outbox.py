"""The ratings of a kiosk on its disk: drafts, records, and how far the server has them.

One connection, one thread. The rollback journal is truncated and everything is
synced (`TRUNCATE`, `EXTRA`): what a method has returned from survives a power
cut. A record is deleted only 90 days after the server's receipt for it.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from sqlite_utils import Database

from kiosk import checkpoints
from kiosk.carrying import Row, beside, carried, lost_of, told_apart
from kiosk.draft import Draft, sealed, size
from kiosk.engine import End
from kiosk.errors import DamagedError, DiskError, KioskError, OutboxError
from kiosk.schema import RELIED_ON, migrations
from kiosk.value import Value
from server.protocol.checkpoint import checkpoint_hash
from server.protocol.record import (
    RECORD_BYTES_MAX,
    SEQ_MAX,
    Aside,
    heads,
    next_head,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from server.protocol.messages import Signed

KEPT = timedelta(days=90)
"""How long a record stays here after its receipt: a server may be restored from a backup that old."""
FORMATS = slice(18, 20)
"""Where the header of a database says who may write and who may read it."""
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG})
UNFITTING = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH})
"""What SQLite says of tables that are no longer those that our SQL was written for."""
HEAD = re.compile("[0-9a-f]{64}")


class Queue(Value, frozen=True):
    """How much is kept (`last`) and how much of it the server has (`through`)."""

    last: int
    through: int

    @property
    def waiting(self) -> int:
        """How many records the server does not have yet."""
        return self.last - self.through


class Stretch(Value, frozen=True):
    """Consecutive records after record `after`; `head` is the chain's head behind the last of them.

    `asides` holds what travels beside each body.
    """

    after: int
    bodies: tuple[bytes, ...]
    asides: tuple[tuple[Aside, ...], ...]
    head: str


class Outbox:
    """The ratings of one device, on disk. Use it from the thread that opened it."""

    def __init__(
        self, path: Path, device: str, anchor: str, chance: Callable[[int], bytes], before: str = ""
    ) -> None:
        """Open or make the outbox. The records of device `before` are carried into this one's chain.

        Raises `DamagedError`: no whole outbox; `OutboxError`: another device's; `DiskError`: full,
        locked, failing.
        """
        self._chance = chance
        with _disk_trouble():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = Database(sqlite3.connect(path))
        try:
            with _disk_trouble(f"cannot use the outbox {path}: "):
                self._prepare(path, device, anchor)
            self._own(device, anchor, before)
        except KioskError:
            self.close()
            raise

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
        # here, where nobody was thanked yet: what lies on the disk can be sealed
        if (bytes_ := size(*sealed(draft, SEQ_MAX, self._chance))) > RECORD_BYTES_MAX:
            raise DiskError(f"a record of {bytes_} bytes")
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
            (through,) = self._one("select through from chain")
            return Queue(self._last(), through)

    def stretch(self, limit: int) -> Stretch:
        """Return what comes after the server's receipt, oldest first, at most `limit` records.

        Raises `DiskError`, and `OutboxError` when a record is no longer what was sealed, or this chain
        has ended.
        """
        with _disk_trouble():
            after, ended = self._one("select through, ended from chain")
            if ended:
                raise OutboxError(f"nothing more can be sent in this chain: {ended}")
            rows = self._rows(after, limit)
            found = self._asides(after, after + len(rows))
            head = self._head(after)
        known = heads(head, (row.body for row in rows))
        kept = [beside(row.body, found.get(row.seq, ())) for row in rows]
        if known != [row.head for row in rows] or any(
            lost != lost_of(row.body) for row, (_, lost) in zip(rows, kept, strict=True)
        ):
            raise OutboxError(f"a record behind number {after} is damaged; it is kept and not sent")
        asides = tuple(tuple(sound) for sound, _ in kept)
        return Stretch(after, tuple(row.body for row in rows), asides, known[-1] if known else head)

    def settle(self, through: int, head: str, *days: str) -> End | None:
        """Believe a receipt: the server has everything up to `through`, which may go down.

        `days` is today (UTC) by each clock that there is. They may differ: a record is settled on the
        latest of them, and forgotten by the earliest.

        Returns None, or changes nothing and says why this chain has come to its end: the server knows
        another record for that number (`FORK`), more than there is (`WENT_BACK`), or less than
        is kept (`PRUNED`). What was settled 90 days ago is forgotten. Raises `DiskError`.
        """
        with _disk_trouble(), self._db.atomic():
            base, last = self._one("select base from chain")[0], self._last()
            if through > last:
                return End.WENT_BACK
            if through < base:
                return End.PRUNED
            if self._head(through) != head:
                return End.FORK
            self._db.conn.execute("update chain set through = ?", (through,))
            self._db.conn.execute("update settled set through = ? where through > ?", (through, through))
            self._db.conn.execute(
                "insert into settled (day, through) values (?, ?)"
                " on conflict (day) do update set through = excluded.through",
                (max(days), through),
            )
            self._forget(before=(date.fromisoformat(min(days)) - KEPT).isoformat())
        return None

    def keep_checkpoint(self, checkpoint: Signed, made_at: str) -> None:
        """Keep a checkpoint that came with a receipt. Raises `DiskError`."""
        with _disk_trouble(), self._db.atomic():
            checkpoints.keep(self._db.conn, checkpoint, made_at)

    def witness(self) -> str:
        """Return the hash of the newest checkpoint that is kept; '' if there is none. Raises `DiskError`."""
        with _disk_trouble():
            newest = checkpoints.newest(self._db.conn)
        return checkpoint_hash(newest) if newest else ""

    def succeed(self, device: str, anchor: str) -> None:
        """Become the outbox of the device's successor: all that is kept is carried in the new chain.

        A draft stays what it is, and will be sealed there. Asked again it is the successor's already: a disk
        may have done what it said it could not, and ratings may have come since. Raises `DiskError`.
        """
        with _disk_trouble(), self._db.atomic():
            old, base, base_head = self._one("select device, base, base_head from chain")
            if old == device:
                return
            whole, damaged = told_apart(Row(base, b"", base_head), self._rows(0, SEQ_MAX))
            found = self._asides(0, SEQ_MAX)
            for row in damaged:
                self._put_aside(row, found.get(row.seq, []))
            self._db.conn.execute("delete from record")
            self._db.conn.execute("delete from aside")
            head = anchor
            for seq, row in enumerate(whole, 1):
                sound, lost = beside(row.body, found.get(row.seq, ()))
                if lost != lost_of(row.body):
                    self._put_aside(row, found.get(row.seq, []))
                body = carried(row, seq, old, lost, self._chance(8).hex())
                head = next_head(head, body)
                self._insert(Row(seq, body, head), sound)
            self._db.conn.execute("delete from settled")
            self._db.conn.execute(
                "update chain set device = ?, anchor = ?, base = 0, base_head = ?, through = 0, ended = ''",
                (device, anchor, anchor),
            )

    def take_in(
        self,
        found: Iterable[tuple[Row, list[Aside]]],
        draft: str,
        proofs: Iterable[tuple[str, Signed]],
    ) -> None:
        """Fill an empty outbox with what was found of a damaged one, whose chain thereby ends.

        `proofs` are checkpoints, with when they were made. Raises `DiskError`.
        """
        with _disk_trouble(), self._db.atomic():
            for made_at, checkpoint in proofs:
                checkpoints.keep(self._db.conn, checkpoint, made_at)
            for row, asides in found:
                self._insert(row, asides)
            if draft:
                self._db.conn.execute("insert into draft (id, draft) values (1, ?)", (draft,))
            self._db.conn.execute("update chain set ended = ?", (End.DAMAGED.value,))

    def _prepare(self, path: Path, device: str, anchor: str) -> None:
        """Set how the disk is used, look whether the file is whole, and bring the schema up to date."""
        if path.exists() and not _has_format(path):
            # SQLite would say of it what it says of a disk that is read-only
            raise DamagedError("cannot use the outbox: its header names no format that there is")
        # a text that the disk has changed is still read: whoever needs it whole finds out by its hash
        self._db.conn.text_factory = lambda raw: raw.decode("utf-8", "replace")
        self._db.conn.execute("pragma journal_mode = truncate")
        self._db.conn.execute("pragma synchronous = extra")
        # what a citizen took back is not to be found in a free page
        self._db.conn.execute("pragma secure_delete = on")
        # the whole check: an index that lacks a row would stop the program each time it wants to delete it
        (found,) = self._one("pragma integrity_check(1)")
        if found != "ok":
            raise DamagedError(f"the outbox is damaged: {found}")
        try:
            migrations().apply(self._db)
        except KeyError as error:  # the table that says which steps were taken has lost a column
            raise DamagedError(f"cannot use the outbox: its list of migrations has no {error}") from error
        for sql in RELIED_ON:
            self._db.conn.execute(sql)
        with self._db.atomic():
            self._db.conn.execute(
                "insert into chain (id, device, anchor, base_head) select 1, ?, ?, ?"
                " where not exists (select 1 from record) on conflict (id) do nothing",
                (device, anchor, anchor),
            )

    def _own(self, device: str, anchor: str, before: str) -> None:
        """See whose outbox it is. Raises `DamagedError`, `OutboxError`, `DiskError`."""
        with _disk_trouble():
            chain = self._one("select device, anchor, base, base_head, through, ended from chain")
            (count,) = self._one("select count(*) from record")
        if not chain:
            raise DamagedError("the outbox is damaged: nobody knows whose it is")
        owner, own_anchor, base, base_head, through, ended = chain
        last = self.queue().last
        is_dense = 0 <= base <= through <= last and count == last - base
        if not HEAD.fullmatch(base_head) or not (is_dense or ended):
            raise DamagedError("the outbox is damaged: what it says of its chain is not what it holds")
        if before and owner == before:
            self.succeed(device, anchor)
        elif (owner == device) != (own_anchor == anchor):
            raise DamagedError("the outbox is damaged: device and anchor do not belong together")
        elif owner != device:
            raise OutboxError(f"the outbox belongs to device {owner}, not to {device}")

    def _seal(self) -> int | None:
        """Append the draft's record to the chain, within the open transaction."""
        draft = self._kept_draft()
        if draft is None:
            return None
        last = self._last()
        body, asides = sealed(draft, last + 1, self._chance)
        self._insert(Row(last + 1, body, next_head(self._head(last), body)), asides)
        self._db.conn.execute("delete from draft")
        return last + 1

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

    def _forget(self, before: str) -> None:
        """Delete what was settled by the end of a day, within the open transaction."""
        (cut,) = self._one("select max(through) from settled where day <= ?", before)
        self._db.conn.execute("delete from settled where day <= ?", (before,))
        if cut is None or cut <= self._one("select base from chain")[0]:
            return
        head = self._head(cut)
        self._db.conn.execute("delete from aside where seq <= ?", (cut,))
        self._db.conn.execute("delete from record where seq <= ?", (cut,))
        self._db.conn.execute("update chain set base = ?, base_head = ?", (cut, head))

    def _put_aside(self, row: Row, asides: list[Aside]) -> None:
        """Keep a damaged record and what travelled beside it for a human, within the open transaction."""
        kept = {"seq": row.seq, "body": row.body, "head": row.head, "asides": asides}
        self._db.conn.execute("insert into unread (draft) values (?)", (msgspec.json.encode(kept).decode(),))

    def _rows(self, after: int, limit: int) -> list[Row]:
        rows = self._db.conn.execute(
            "select seq, body, head from record where seq > ? order by seq limit ?", (after, limit)
        )
        return [Row(seq, body, head.hex()) for seq, body, head in rows]

    def _insert(self, row: Row, asides: Iterable[Aside]) -> None:
        self._db.conn.execute(
            "insert into record (seq, body, head) values (?, ?, ?)",
            (row.seq, row.body, bytes.fromhex(row.head)),
        )
        for aside in asides:
            self._db.conn.execute(
                "insert into aside (seq, kind, salt, text) values (?, ?, ?, ?)",
                (row.seq, aside.kind, aside.salt, aside.text),
            )

    def _last(self) -> int:
        return int(self._one("select coalesce((select max(seq) from record), base) from chain")[0])

    def _head(self, seq: int) -> str:
        """Return the head of the chain behind record `seq`, in hex."""
        base, head = self._one("select base, base_head from chain")
        if seq == base:
            return str(head)
        return bytes(self._one("select head from record where seq = ?", seq)[0]).hex()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._db.conn.execute(sql, values).fetchone()
        return row or ()


def _has_format(path: Path) -> bool:
    """Say whether a file's header names formats that SQLite writes and reads. Only before it is in use."""
    with path.open("rb") as file:
        return set(file.read(FORMATS.stop)[FORMATS]) <= {1, 2}


@contextmanager
def _disk_trouble(doing: str = "") -> Iterator[None]:
    """Name what SQLite and the disk can refuse; `doing` is said by who opens the file."""
    try:
        yield
    except UnicodeDecodeError as error:  # it names what stands in a damaged schema
        raise DamagedError(f"{doing}{error}") from error
    except (sqlite3.Error, OSError) as error:
        # SQLite's own words for a file that is not what it wrote; other errors have no such code
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        # our SQL fits our tables: when it does not at the beginning, they are no longer what they were
        is_damaged = code in DAMAGED or (code in UNFITTING and bool(doing))
        kind = DamagedError if is_damaged else DiskError
        raise kind(f"{doing}{error}") from error
