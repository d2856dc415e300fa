"""A damaged outbox: what is whole goes home, the file is kept, and the kiosk goes on."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from kiosk.carrying import Row, carried, told_apart
from kiosk.errors import OutboxError
from kiosk.keyfile import Identity, Membership
from kiosk.salvage import open_outbox
from server.protocol import keys
from server.protocol.messages import Enrolment, seal
from server.protocol.record import Carried, CarriedRecord, decode_body, heads, missing_asides, rating_of
from tests.kiosk.records import NEXT_ANCHOR, a_draft, rate

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.outbox import Outbox

SERVER, KIOSK = bytes(31) + b"\x01", bytes(31) + b"\x03"
RATINGS = 300
PAGE_BYTES = 4096


def enrolled(device: str, before: str = "") -> Enrolment:
    """Return a device's enrolment."""
    return Enrolment(
        v=1,
        device=device,
        public_key=keys.public_key(KIOSK),
        counter="24823-1",
        server_key=keys.public_key(SERVER),
        enrolled_at="2026-11-23T03:00:00Z",
        before=before,
    )


def an_identity(before: str = "") -> Identity:
    """Return who the machine is, and who it was before."""
    enrolment = enrolled("e" * 32 if before else "d" * 32, before)
    ancestors = (seal(SERVER, enrolled(before)),) if before else ()
    server_key = keys.public_key(SERVER)
    membership = Membership("http://s", server_key, seal(SERVER, enrolment), ancestors)
    return Identity(KIOSK, membership, enrolment)


def opened(folder: Path, before: str = "") -> Outbox:
    """Open the outbox of a folder, mended if it must be."""
    return open_outbox(folder / "outbox.sqlite3", an_identity(before), os.urandom)


def filled(folder: Path, count: int = RATINGS) -> list[bytes]:
    """Make ratings with comments here and there, and a draft; returns their bodies."""
    with closing(opened(folder)) as outbox:
        for number in range(count):
            if number % 7:
                rate(outbox, number % 5 + 1)
            else:
                outbox.save_draft(structs.replace(a_draft(1), comment=f"Lời góp ý {number}"))
                outbox.seal()
        outbox.save_draft(a_draft(2))
        return [*outbox.stretch(count).bodies]


def carried_home(folder: Path) -> list[bytes]:
    """Open the mended outbox, let the machine become a successor, and return what its chain carries."""
    with closing(opened(folder)) as outbox:
        with pytest.raises(OutboxError, match="damaged"):
            outbox.stretch(1)  # the old chain has ended
        outbox.succeed("e" * 32, NEXT_ANCHOR)
        bodies = [decode_body(body) for body in outbox.stretch(2 * RATINGS).bodies]
    return [each.carried.body.encode() for each in bodies if isinstance(each, CarriedRecord)]


@pytest.mark.parametrize("seed", range(8))
def test_a_page_of_rubbish_costs_no_more_than_that_page(tmp_path: Path, seed: int) -> None:
    """Wherever the disk has lost four kilobytes, the ratings around them go home, as they were made."""
    made = filled(tmp_path)
    path = tmp_path / "outbox.sqlite3"
    chance = random.Random(seed)
    page = chance.randrange(path.stat().st_size // PAGE_BYTES)
    with path.open("r+b") as file:
        file.seek(page * PAGE_BYTES)
        file.write(chance.randbytes(PAGE_BYTES))

    left = path.read_bytes()

    assert carried_home_if_damaged(tmp_path, made) == [body for body in made if body in left]


def carried_home_if_damaged(folder: Path, made: list[bytes]) -> list[bytes]:
    """Return what a mended outbox carries; if no page of it was in use, all there is."""
    with closing(opened(folder)):
        pass
    return carried_home(folder) if list(folder.glob("*damaged*")) else made


def test_a_file_without_its_first_page_still_has_its_ratings(tmp_path: Path) -> None:
    """Even where SQLite sees no database, the bytes of every rating but those of that page are found."""
    made = filled(tmp_path)
    with (tmp_path / "outbox.sqlite3").open("r+b") as file:
        file.write(bytes(PAGE_BYTES))

    assert carried_home(tmp_path) == made


@pytest.mark.parametrize("byte", [18, 19])
def test_a_header_that_says_read_only_is_damage(tmp_path: Path, byte: int) -> None:
    """A flipped bit, and SQLite takes the disk for read-only: the outbox is mended all the same."""
    made = filled(tmp_path, 40)
    with (tmp_path / "outbox.sqlite3").open("r+b") as file:
        file.seek(byte)
        file.write(b"\x03")

    assert carried_home(tmp_path)[:40] == made


def test_a_file_that_was_cut_off_still_has_its_ratings(tmp_path: Path) -> None:
    """A file system that lost half of the file has lost the ratings of that half, and no others."""
    made = filled(tmp_path)
    path = tmp_path / "outbox.sqlite3"
    os.truncate(path, path.stat().st_size // 2)

    left = path.read_bytes()

    home = carried_home(tmp_path)
    assert home == [body for body in made if body in left]
    assert len(home) > RATINGS // 10


def test_the_damaged_file_is_kept(tmp_path: Path) -> None:
    """Whoever repairs disks for a living still has all there was."""
    filled(tmp_path, 3)
    path = tmp_path / "outbox.sqlite3"
    damaged = path.read_bytes()[:-PAGE_BYTES] + b"x" * PAGE_BYTES
    for number in (1, 2):
        path.write_bytes(damaged)
        opened(tmp_path).close()
        assert (tmp_path / f"outbox.damaged-{number}.sqlite3").read_bytes() == damaged


def test_citizens_go_on_rating_while_the_successor_is_asked_for(tmp_path: Path) -> None:
    """Without a network a mended outbox records as ever; draft and new ratings go home with the old."""
    made = filled(tmp_path)
    with (tmp_path / "outbox.sqlite3").open("r+b") as file:
        file.write(bytes(PAGE_BYTES))
    with closing(opened(tmp_path)) as outbox:
        rate(outbox, 4)
    with closing(opened(tmp_path)) as outbox:
        assert outbox.queue().last in {RATINGS + 1, RATINGS + 2}

    assert carried_home(tmp_path)[:RATINGS] == made


@pytest.mark.parametrize("steps", [1, 2])
def test_mending_may_be_cut_off(tmp_path: Path, steps: int) -> None:
    """Power that goes between two steps of mending leaves an outbox that the next start finishes."""
    made = filled(tmp_path, 40)
    path = tmp_path / "outbox.sqlite3"
    with path.open("r+b") as file:
        file.write(bytes(PAGE_BYTES))
    opened(tmp_path).close()
    path.rename(tmp_path / "outbox.mended.sqlite3")
    if steps == 1:  # the old one had not been moved away yet
        (tmp_path / "outbox.damaged-1.sqlite3").rename(path)

    assert carried_home(tmp_path)[:40] == made


def test_a_damaged_outbox_of_the_device_before_goes_home_as_its_own(tmp_path: Path) -> None:
    """A machine that was cut off while it became another device, and then damaged, doubles nothing."""
    filled(tmp_path, 60)
    path = tmp_path / "outbox.sqlite3"
    with closing(sqlite3.connect(path)) as disk:
        pages = disk.execute("pragma page_count").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((pages - 1) * PAGE_BYTES)
        file.write(b"x" * PAGE_BYTES)

    with closing(opened(tmp_path, before="d" * 32)) as outbox:
        bodies = [decode_body(body) for body in outbox.stretch(100).bodies]
    assert {each.carried.device for each in bodies if isinstance(each, CarriedRecord)} == {"d" * 32}


def test_whose_an_outbox_was_is_told_from_its_bytes(tmp_path: Path) -> None:
    """The same, where neither the table that names the device nor the first record can be read any more."""
    made = filled(tmp_path, 60)
    path = tmp_path / "outbox.sqlite3"
    raw = path.read_bytes().replace(made[0], b"x" * len(made[0]))
    path.write_bytes(bytes(PAGE_BYTES) + raw[PAGE_BYTES:])

    with closing(opened(tmp_path, before="d" * 32)) as outbox:
        bodies = [decode_body(body) for body in outbox.stretch(100).bodies]
    assert {each.carried.device for each in bodies if isinstance(each, CarriedRecord)} == {"d" * 32}


def a_chain(count: int) -> list[Row]:
    """Return the rows of a whole chain."""
    bodies = [
        b'{"v":1,"seq":%d,"survey":"0123456789ab","counter":"1","lang":"vi","made_at":"2026-11-23T03:00:00Z",'
        b'"boot":"00000000","mono_ms":1,"answers":{"overall":5},"salt":"%016x"}' % (number, number)
        for number in range(1, count + 1)
    ]
    return [
        Row(seq, body, head)
        for seq, (body, head) in enumerate(zip(bodies, heads(NEXT_ANCHOR, bodies), strict=True), 1)
    ]


def test_what_was_changed_is_told_from_what_was_sealed() -> None:
    """A changed body is found out by its neighbours, which are believed as before."""
    rows = a_chain(6)
    base = Row(0, b"", NEXT_ANCHOR)
    assert told_apart(base, rows) == (rows, [])
    for place in range(6):
        changed = rows[place]._replace(body=rows[place].body.replace(b":5", b":1"))
        whole, damaged = told_apart(base, [*rows[:place], changed, *rows[place + 1 :]])
        assert (damaged, whole) == ([changed], [*rows[:place], *rows[place + 1 :]])
    gap = [rows[0], *rows[3:]]
    assert told_apart(base, gap) == (gap, [])


def test_a_head_that_was_changed_is_made_anew() -> None:
    """The row behind proves the body; behind the last one there is none, and a human has to look."""
    rows = a_chain(6)
    base = Row(0, b"", NEXT_ANCHOR)
    for place in range(6):
        changed = rows[place]._replace(head="0" * 64)
        there = [*rows[:place], changed, *rows[place + 1 :]]
        assert told_apart(base, there) == ((rows, []) if place < 5 else (rows[:5], [changed]))


def test_what_is_carried_can_be_read_by_the_contract() -> None:
    """Each body of a new chain holds the old one, its number and its head, letter by letter."""
    (row,) = a_chain(1)

    record = decode_body(carried(row, 7, "d" * 32, [], "0" * 16))
    assert isinstance(record, CarriedRecord)
    assert record.seq == 7
    assert record.carried == Carried("d" * 32, 1, row.head, row.body.decode())
    assert rating_of(record).salt == "0000000000000001"


def test_a_comment_that_the_disk_has_lost_stops_no_rating(tmp_path: Path) -> None:
    """The rating goes home and says that its comment was lost; all the other comments go with theirs."""
    filled(tmp_path, 40)
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite3")) as disk, disk:
        disk.execute("update aside set text = 'Lời khác' where seq = 8")
        (root,) = disk.execute("select rootpage from sqlite_schema where name = 'draft'").fetchone()
    with (tmp_path / "outbox.sqlite3").open("r+b") as file:
        file.seek((root - 1) * PAGE_BYTES)
        file.write(b"rubbish!")

    with closing(opened(tmp_path)) as outbox:
        outbox.succeed("e" * 32, NEXT_ANCHOR)
        stretch = outbox.stretch(100)
    records = [decode_body(body) for body in stretch.bodies]
    lost = [record.seq for record in records if isinstance(record, CarriedRecord) and record.lost]
    assert lost == [8]
    assert all(not missing_asides(*each) for each in zip(records, stretch.asides, strict=True))
    assert [len(asides) for asides in stretch.asides] == [seq % 7 == 1 and seq != 8 for seq in range(1, 41)]
