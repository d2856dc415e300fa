"""How the records of a chain that has come to its end go home in the chain of a successor.

All that a kiosk still has of the old chain is carried, whatever was received of it: nobody but the server
can say what that was, and it counts each rating once, by `(device, seq, head)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.protocol.record import Carried, CarriedRecord, decode_body, encode_record, named_asides, next_head

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.protocol.record import Aside, Record


class Row(NamedTuple):
    """A record of a chain: its number, its bytes, and the head behind it in hex."""

    seq: int
    body: bytes
    head: str


def told_apart(base: Row, rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Tell the rows that are what was sealed from those that are damaged. `base` stands before the first.

    The row before vouches for a row: head and body follow from it. Where it is missing or damaged
    itself, it is enough that the body can be read and has the row's number.
    """
    whole: list[Row] = []
    damaged: list[Row] = []
    before = base
    for row in sorted(rows):
        vouched = before.seq + 1 == row.seq and next_head(before.head, row.body) == row.head
        doubtful = before.seq + 1 != row.seq or (bool(damaged) and damaged[-1] is before)
        is_whole = _reads(row) is not None and (vouched or doubtful)
        (whole if is_whole else damaged).append(row)
        before = row
    return whole, damaged


def carried(row: Row, seq: int, device: str, asides: Iterable[Aside], salt: str) -> bytes:
    """Return the body of record `seq` of a new chain, which carries a whole row of a device.

    What that device carried itself is carried on as what it is. An aside that the body names, and that is
    not beside it any more, was lost.
    """
    record = decode_body(row.body)
    if isinstance(record, CarriedRecord):
        load = record.carried
    else:
        load = Carried(device, row.seq, row.head, row.body.decode())
    beside = {aside.kind for aside in asides}
    lost = [kind for kind in named_asides(row.body) if kind not in beside]
    return encode_record(CarriedRecord(v=1, seq=seq, carried=load, lost=lost, salt=salt))


def _reads(row: Row) -> Record | CarriedRecord | None:
    """Return what a row's body says, if it is the record that the row says it is."""
    try:
        record = decode_body(row.body)
    except msgspec.DecodeError:
        return None
    return record if record.seq == row.seq else None
