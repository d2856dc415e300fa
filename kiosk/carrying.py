"""How the records of a chain that has come to its end go home in the chain of a successor.

All that a kiosk still has of the old chain is carried, whatever was received of it: nobody but the server
can say what that was, and it counts each rating once, by `(device, seq, head)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.protocol.record import Carried, CarriedRecord, decode_body, encode_record, next_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from server.protocol.record import Record


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


def carried(device: str, rows: Iterable[Row], head: str, chance: Callable[[int], bytes]) -> Iterator[Row]:
    """Yield the rows of a new chain from `head` on, which carry the whole rows of a device.

    What that device carried itself is carried on as what it is.
    """
    for seq, row in enumerate(rows, 1):
        record = _reads(row)
        if isinstance(record, CarriedRecord):
            load = record.carried
        else:
            load = Carried(device, row.seq, row.head, row.body.decode())
        body = encode_record(CarriedRecord(v=1, seq=seq, carried=load, salt=chance(8).hex()))
        head = next_head(head, body)
        yield Row(seq, body, head)


def _reads(row: Row) -> Record | CarriedRecord | None:
    """Return what a row's body says, if it is the record that the row says it is."""
    try:
        record = decode_body(row.body)
    except msgspec.DecodeError:
        return None
    return record if record.seq == row.seq else None
