"""What a test finds in the server's book: each record, and what travelled beside it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

# the store's own library: two of them in one process take each other's locks away
from pysqlite3 import dbapi2 as sqlite3

from server.protocol.record import Record, decode_body, rating_of

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as the server has it, or the one that it carries: judged or quarantined, with its asides."""

    record: Record
    asides: dict[str, str]
    quarantine: str


def kept(folder: Path) -> list[Kept]:
    """Read the book of a server whose data lie in a folder, in the order of the records."""
    with closing(sqlite3.connect(f"file:{folder / 'nucuoi.sqlite3'}?mode=ro", uri=True)) as db:
        asides: dict[tuple[int, int], dict[str, str]] = {}
        for device, seq, kind, words in db.execute("select device, seq, kind, words from aside"):
            asides.setdefault((device, seq), {})[kind] = words
        rows = db.execute(
            "select journal.device, journal.seq, body, coalesce(quarantine, '')"
            " from journal left join rating_now using (device, seq) order by journal.device, journal.seq"
        )
        return [
            Kept(rating_of(decode_body(bytes(body))), asides.get((device, seq), {}), str(why))
            for device, seq, body, why in rows
        ]


def counted(folder: Path) -> list[int]:
    """Return the scores of all ratings that count, whichever device brought them, sorted."""
    return sorted(
        score
        for each in kept(folder)
        if not each.quarantine and isinstance(score := each.record.answers["overall"], int)
    )
