"""How the records of a chain that has come to its end go home in the chain of a successor.

All that a kiosk still has of the old chain is carried, whatever was received of it: nobody but the server
can say what that was, and it counts each rating once, by `(device, seq, head)`.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.protocol.record import (
    Aside,
    AsideKind,
    Carried,
    CarriedRecord,
    decode_body,
    encode_record,
    named_asides,
    next_head,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


class Row(NamedTuple):
    """A record of a chain: its number, its bytes, and the head behind it in hex."""

    seq: int
    body: bytes
    head: str


def told_apart(base: Row, rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Tell the rows that are what was sealed from those that are damaged. `base` stands before the first.

    The row before vouches for a row: head and body follow from it. Where it is missing or damaged
    itself, it is enough that the body can be read and has the row's number. A head alone that is damaged
    is made anew: the row behind vouches for it.
    """
    whole: list[Row] = []
    damaged: list[Row] = []
    before = base
    ordered = sorted(rows)
    for row, behind in zip_longest(ordered, ordered[1:]):
        mended = row._replace(head=next_head(before.head, row.body)) if before.seq + 1 == row.seq else None
        if mended is not None and behind is not None and behind.seq == row.seq + 1:
            is_proved = next_head(mended.head, behind.body) == behind.head
        else:
            is_proved = False
        is_doubtful = mended is None or (bool(damaged) and damaged[-1] is before)
        if not reads(row) or not (mended == row or is_proved or is_doubtful):
            damaged.append(row)
            before = row
        else:
            before = mended if mended is not None and is_proved else row
            whole.append(before)
    return whole, damaged


def carried(row: Row, seq: int, device: str, lost: list[AsideKind], salt: str) -> bytes:
    """Return the body of record `seq` of a new chain, which carries a whole row of a device.

    What that device carried itself is carried on as what it is. `lost` names the asides that the disk
    could not give back.
    """
    record = decode_body(row.body)
    if isinstance(record, CarriedRecord):
        load = record.carried
    else:
        load = Carried(device, row.seq, row.head, row.body.decode())
    return encode_record(CarriedRecord(v=1, seq=seq, carried=load, lost=lost, salt=salt))


def beside(body: bytes, asides: Iterable[Aside]) -> tuple[list[Aside], list[AsideKind]]:
    """Return of a record's asides those that are what its body names, and the kinds that are missing then.

    A server refuses a whole batch for one aside that the disk has changed.
    """
    named = named_asides(body)
    found = {each.kind: each for each in asides if named.get(each.kind, "") == _commitment(each)}
    return list(found.values()), [kind for kind in named if kind not in found]


def lost_of(body: bytes) -> list[AsideKind]:
    """Return which kinds of aside a body itself says to be lost."""
    try:
        record = decode_body(body)
    except msgspec.DecodeError:
        return []
    return record.lost if isinstance(record, CarriedRecord) else []


def reads(row: Row) -> bool:
    """Say whether a row's body can be read and is the record that the row says it is."""
    try:
        return decode_body(row.body).seq == row.seq
    except msgspec.DecodeError:
        return False


def _commitment(aside: Aside) -> str | None:
    """Return what a body holds of an aside, if it is one: on a disk it may have become anything."""
    try:
        return msgspec.convert(msgspec.to_builtins(aside), Aside).commitment()
    except (msgspec.ValidationError, msgspec.EncodeError, ValueError):
        return None
