"""Somebody with the disk in hand edits the server's book: every single edit is found by verifying.

A book is written by chance (`tests.server.histories`), its triggers are dropped, and one thing is done to
its file: a column of a row changed, a row deleted or put in, two rows' values swapped, rows cut off at the
end. Then it is verified as `python -m server verify` does, with the newest checkpoint at hand as every kiosk
keeps it.

What by its nature cannot be found, and is not done here:

- The newest records of a device, removed together with its heads, its signed head, their ratings and figures,
  before any checkpoint, receipt or kiosk knows of them. The kiosk knows: it sends them again.
- When records came, moved together with the whole chain of entries behind them, before the next checkpoint.
- The newest checkpoint with its heads, or the newest events of the audit log with its head, before anybody
  has a copy of a checkpoint that names them. Kiosks have it with their next receipt.

What is no part of the proof, and is not edited here: when a device was last seen, which survey is asked next,
records kept for a human after a fork, codes, sessions, how kiosks are and how they are set;
the days of a release, whose sums alone are checked.
"""

from __future__ import annotations

import random
import shutil
from contextlib import closing, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from pysqlite3 import dbapi2 as sqlite3

from server.domain.verification import EntryLine, honest_entry, kept_faults, verify_book
from server.protocol import keys
from server.store import open_store
from server.store.evidence import StoreEvidence
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.server.books import SEED, unguarded
from tests.server.histories import a_history

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.protocol.messages import Signed

TABLES = {
    "journal": (),
    "audit": (),
    "audit_head": ("one",),
    "rating": (),
    "answer": (),
    "aside": (),
    "carried": (),
    "center_day": (),
    "suspect_day": (),
    "checkpoint": (),
    "checkpoint_head": (),
    "signed_head": (),
    "device_move": (),
    "device": ("seen_ms", "no"),  # a number for short: of a device without records nothing depends on it
}
"""What is edited, and columns that prove nothing."""
NEVER_SWAPPED = ("shown", "taken")
"""Sums over the days of a release: which of its days a rating was shown on is nobody's claim."""
STEPS = 50
EDITS = {Scale.SMALL: (2, 150), Scale.FULL: (20, 150)}
"""Pieces, and edits in each."""
TRIES_MAX = 50


def tampering(scale: Scale, seed: int) -> Iterator[Case]:
    """Return the pieces, each a book of its own, and the controls."""
    pieces, count = EDITS[scale]
    for number in range(pieces):
        run = partial(edits, seed=seed * 1000 + number, count=count, edit=any_edit)
        yield Case(f"edits-{number}", run)
    yield Case("untouched", partial(untouched, seed=seed))
    blind = partial(edits, seed=seed, count=10, edit=earlier, entry_of=believing)
    yield Case("without-entries", blind, control=True)


TAMPER = FaultClass("tamper", "an edit of the book on the server's disk", tampering)


def edits(
    folder: Path,
    seed: int,
    count: int,
    edit: Callable[[sqlite3.Connection, random.Random], str],
    entry_of: Callable[[str, EntryLine], str] = honest_entry,
) -> Tally:
    """Write a book, edit a copy of it so many times, and say which edits were not found."""
    kept = write_book(folder, seed)
    chance = random.Random(seed)
    missed = []
    for _ in range(count):
        copy = folder / "edited.sqlite3"
        shutil.copy(folder / "book.sqlite3", copy)
        with unguarded(copy) as db:
            what = edit(db, chance)
        if not faults_of(copy, kept, entry_of):
            missed.append(f"not found: {what}")
    return Tally(cases=count, found=tuple(missed))


def untouched(folder: Path, seed: int) -> Tally:
    """Verify a book that nobody edited: it is whole."""
    kept = write_book(folder, seed)
    with unguarded(folder / "book.sqlite3") as db:
        db.execute("update journal set mono_ms = mono_ms")
    return Tally(cases=1, found=tuple(faults_of(folder / "book.sqlite3", kept)))


def write_book(folder: Path, seed: int) -> list[Signed]:
    """Let a history happen, and leave its file; returns the checkpoints that kiosks keep."""
    with contextmanager(a_history)(folder, seed, STEPS) as told:
        told.sign()
        newest = told.books.store.newest_checkpoint()
        told.books.store.copy_to(folder / "book.sqlite3")
    return [] if newest is None else [newest.signed]


def faults_of(
    path: Path, kept: list[Signed], entry_of: Callable[[str, EntryLine], str] = honest_entry
) -> list[str]:
    """Return what verifying finds."""
    store = open_store(f"sqlite:{path}", read_only=True)
    key = keys.public_key(SEED)
    with closing(store), store.snapshot():
        evidence = StoreEvidence(store)
        report = verify_book(evidence, key, entry_of)
        return [*report.all_faults(), *kept_faults(kept, evidence, key), *store.faults()]


def believing(_before: str, line: EntryLine) -> str:
    """Believe, as a control, what the book says of when a record came."""
    return line.entry


def earlier(db: sqlite3.Connection, chance: random.Random) -> str:
    """Let a record have come a millisecond earlier."""
    rows = db.execute("select rowid from journal").fetchall()
    (row,) = chance.choice(rows)
    db.execute("update journal set received_ms = received_ms - 1 where rowid = ?", (row,))
    return f"journal {row} came earlier"


def any_edit(db: sqlite3.Connection, chance: random.Random) -> str:
    """Do one thing that changes the book; says what."""
    for _ in range(TRIES_MAX):
        table = chance.choice(list(TABLES))
        before = db.execute(f"select * from {table} order by rowid").fetchall()
        if not before:
            continue
        db.execute("savepoint edit")
        what = chance.choice([change, change, change, delete, insert, swap, cut])
        with suppress(sqlite3.IntegrityError):  # the database itself does not take it: another one
            said = what(db, chance, table)
            if said and sorted(map(repr, before)) != sorted(map(repr, db.execute(f"select * from {table}"))):
                return f"{table}: {said}"
        db.execute("rollback to edit")
    raise RuntimeError("nothing can be edited")


def change(db: sqlite3.Connection, chance: random.Random, table: str) -> str:
    """Change one column of one row."""
    column = chance.choice(columns_of(db, table))
    row, old = chance.choice(db.execute(f"select rowid, {column} from {table}").fetchall())
    new = another(old, chance)
    db.execute(f"update {table} set {column} = ? where rowid = ?", (new, row))
    return f"row {row} {column} {old!r:.80} became {new!r:.80}"


def delete(db: sqlite3.Connection, chance: random.Random, table: str) -> str:
    """Delete one row."""
    (row,) = chance.choice(db.execute(f"select rowid from {table}").fetchall())
    return _delete(db, table, [row])


def cut(db: sqlite3.Connection, chance: random.Random, table: str) -> str:
    """Delete the last rows."""
    rows = [row for (row,) in db.execute(f"select rowid from {table} order by rowid desc limit 10")]
    return _delete(db, table, rows[: chance.randint(1, len(rows))])


def insert(db: sqlite3.Connection, chance: random.Random, table: str) -> str:
    """Put in a copy of a row that differs in one column."""
    names = [name for _, name, *_ in db.execute(f"pragma table_info({table})")]
    row = list(chance.choice(db.execute(f"select {', '.join(names)} from {table}").fetchall()))
    spot = chance.randrange(len(names))
    row[spot] = another(row[spot], chance)
    db.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)
    return f"put in {row!r:.200}"


def swap(db: sqlite3.Connection, chance: random.Random, table: str) -> str:
    """Swap a column of two rows."""
    column = chance.choice(columns_of(db, table))
    rows = db.execute(f"select rowid, {column} from {table}").fetchall()
    if len(rows) < 2 or column.startswith(NEVER_SWAPPED):
        return ""
    (one, first), (other, second) = chance.sample(rows, 2)
    if first == second:
        return ""
    db.execute(f"update {table} set {column} = ? where rowid = ?", (second, one))
    db.execute(f"update {table} set {column} = ? where rowid = ?", (first, other))
    return f"{column} of rows {one} and {other} swapped"


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns that are edited."""
    return [name for _, name, *_ in db.execute(f"pragma table_info({table})") if name not in TABLES[table]]


def another(value: Any, chance: random.Random) -> Any:  # noqa: ANN401 - whatever a column holds
    """Return another value of the same kind."""
    match value:
        case None:
            return chance.choice([1, "x"])
        case int():
            return value + chance.choice([-1, 1, 1000])
        case bytes():
            spot = chance.randrange(len(value) or 1)
            return value[:spot] + bytes([(value[spot] if value else 0) ^ 1]) + value[spot + 1 :]
        case _:
            spot = chance.randrange(len(value) or 1)
            letter = chr(ord(value[spot]) ^ 1) if value else "x"
            return value[:spot] + letter + value[spot + 1 :]


def _delete(db: sqlite3.Connection, table: str, rows: list[int]) -> str:
    for row in rows:
        db.execute(f"delete from {table} where rowid = ?", (row,))
    return f"rows {rows} deleted"
