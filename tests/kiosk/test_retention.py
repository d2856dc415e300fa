"""What the outbox forgets, what it keeps as proof, and how a chain that ended goes home in another."""

from __future__ import annotations

import itertools
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from msgspec import structs

from kiosk import checkpoints
from kiosk.engine import End
from kiosk.outbox import Outbox, Queue
from server.protocol.checkpoint import checkpoint_hash
from server.protocol.messages import Signed
from server.protocol.record import CarriedRecord, decode_body, decode_record, heads, rating_of
from tests.kiosk.records import ANCHOR, DEVICE, NEXT_ANCHOR, TODAY, a_draft, rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def in_file(folder: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask the file itself."""
    with closing(sqlite3.connect(folder / "outbox.sqlite3")) as disk:
        return disk.execute(sql).fetchall()


def numbers(folder: Path) -> list[object]:
    """Return the numbers of the records that are kept."""
    return [seq for (seq,) in in_file(folder, "select seq from record order by seq")]


def test_what_was_received_ninety_days_ago_is_forgotten(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """A machine does not hoard: a record goes 90 days after its receipt, with its comment; not sooner."""
    outbox = opened(tmp_path)
    outbox.save_draft(structs.replace(a_draft(2), comment="Cảm ơn!"))
    outbox.seal()
    rate(outbox, 4, 3)
    after_each = heads(ANCHOR, outbox.stretch(3).bodies)

    assert outbox.settle(2, after_each[1], "2026-08-25") is None
    assert outbox.settle(2, after_each[1], "2026-11-22") is None
    assert numbers(tmp_path) == [1, 2, 3]
    assert outbox.settle(3, after_each[2], "2026-11-23") is None
    assert numbers(tmp_path) == [3]
    assert in_file(tmp_path, "select count(*) from aside") == [(0,)]
    rate(outbox, 5)
    assert decode_record(outbox.stretch(9).bodies[0]).seq == 4
    assert outbox.settle(1, after_each[0], TODAY) is End.PRUNED
    outbox.settle(3, after_each[2], "2027-04-01")
    assert in_file(tmp_path, "select day from settled") == [("2027-04-01",)]  # quiet days leave nothing


def test_what_a_restored_server_lost_is_not_forgotten(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """A receipt that went down takes back what the ones before it said: 90 days begin anew."""
    outbox = opened(tmp_path)
    rate(outbox, 5, 4)
    after_each = heads(ANCHOR, outbox.stretch(2).bodies)
    outbox.settle(2, after_each[1], "2026-08-01")
    outbox.settle(1, after_each[0], "2026-11-20")
    outbox.settle(2, after_each[1], "2026-11-21")

    outbox.settle(2, after_each[1], TODAY)
    assert numbers(tmp_path) == [2]


def test_a_dead_battery_makes_nobody_forget(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """A kiosk that believed to be in 2002 when a receipt came keeps its record for 90 days all the same."""
    outbox = opened(tmp_path)
    rate(outbox, 5)
    head = outbox.stretch(1).head

    for wrong in ("2002-01-01", "2099-01-01"):
        assert outbox.settle(1, head, TODAY, wrong) is None
        assert outbox.settle(1, head, TODAY, TODAY) is None
        assert numbers(tmp_path) == [1]


def test_all_that_is_kept_goes_home_in_a_new_chain(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """The successor's chain carries each rating as it was made, with its comment; then it goes on."""
    outbox = opened(tmp_path)
    rate(outbox, 5)
    outbox.save_draft(structs.replace(a_draft(2), comment="Cảm ơn!"))
    outbox.seal()
    old = outbox.stretch(9)
    outbox.settle(1, heads(ANCHOR, old.bodies)[0], TODAY)
    outbox.save_draft(a_draft(3))
    outbox.succeed("e" * 32, NEXT_ANCHOR)

    assert outbox.seal() == 3
    stretch = outbox.stretch(9)
    carried = [decode_body(body) for body in stretch.bodies]
    assert [rating_of(each).answers["overall"] for each in carried] == [5, 2, 3]
    assert [each.carried.body.encode() for each in carried if isinstance(each, CarriedRecord)] == [
        *old.bodies
    ]
    assert stretch.asides == (*old.asides, ())
    assert (stretch.after, stretch.head) == (0, heads(NEXT_ANCHOR, stretch.bodies)[-1])


def test_a_successor_of_a_successor_carries_what_the_first_one_carried(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """However often a rating moves house, it is still the rating of the device where it was made."""
    outbox = opened(tmp_path)
    rate(outbox, 5)
    outbox.succeed("e" * 32, NEXT_ANCHOR)
    rate(outbox, 1)
    outbox.succeed("f" * 32, ANCHOR)

    carried = [decode_body(body) for body in outbox.stretch(9).bodies]
    loads = [each.carried for each in carried if isinstance(each, CarriedRecord)]
    assert [(load.device, load.seq) for load in loads] == [(DEVICE, 1), ("e" * 32, 2)]


def test_a_succession_that_is_done_is_not_done_again(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """A disk may have stored what it said it could not: what was made since is the successor's own."""
    outbox = opened(tmp_path)
    rate(outbox, 5)
    outbox.succeed("e" * 32, NEXT_ANCHOR)
    rate(outbox, 1)
    before = outbox.stretch(9)
    outbox.succeed("e" * 32, NEXT_ANCHOR)

    assert outbox.stretch(9) == before
    assert [isinstance(decode_body(body), CarriedRecord) for body in before.bodies] == [True, False]


def test_the_next_start_finishes_what_a_succession_began(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """Power that goes when the machine is another device already, and its outbox is not, costs nothing."""
    rate(opened(tmp_path), 5)

    path = tmp_path / "outbox.sqlite3"
    with closing(Outbox(path, "e" * 32, NEXT_ANCHOR, os.urandom, before=DEVICE)) as outbox:
        assert outbox.queue() == Queue(last=1, through=0)
    with closing(Outbox(path, "e" * 32, NEXT_ANCHOR, os.urandom, before=DEVICE)) as again:
        assert isinstance(decode_body(again.stretch(9).bodies[0]), CarriedRecord)


def test_a_damaged_record_is_kept_for_a_human(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """What is no longer what was sealed is not sent as if it were; the ratings around it go home."""
    outbox = opened(tmp_path)
    rate(outbox, 5, 4, 3)
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite3")) as disk, disk:
        disk.execute("update record set body = cast(replace(body, ':4', ':1') as blob) where seq = 2")
    outbox.succeed("e" * 32, NEXT_ANCHOR)

    carried = [rating_of(decode_body(body)).answers["overall"] for body in outbox.stretch(9).bodies]
    assert carried == [5, 3]
    assert len(in_file(tmp_path, "select draft from unread")) == 1


def test_checkpoints_are_kept_as_proofs(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """The newest are all kept, of the days before the last one; the newest is the witness of a batch."""
    outbox = opened(tmp_path)
    assert outbox.witness() == ""
    for day, hour in itertools.product(range(1, 11), range(24)):
        made_at = f"2026-11-{day:02}T{hour:02}:00:00Z"
        for _ in range(2):
            outbox.keep_checkpoint(Signed(payload=made_at, signature="a"), made_at)

    kept = [payload for (payload,) in in_file(tmp_path, "select payload from checkpoint order by number")]
    assert kept[:8] == [f"2026-11-{day:02}T23:00:00Z" for day in range(1, 9)]
    assert len(kept) == 8 + checkpoints.ALL
    assert outbox.witness() == checkpoint_hash("2026-11-10T23:00:00Z")
