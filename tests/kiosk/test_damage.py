"""A disk that changes what lies on it: wherever it does, the kiosk goes on, and says what is missing."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from kiosk import checkpoints
from kiosk.errors import DamagedError, DiskError, OutboxError
from kiosk.outbox import Outbox
from kiosk.salvage import DAMAGED_MAX
from server.protocol.checkpoint import FIRST, Checkpoint
from server.protocol.messages import Signed, seal
from server.protocol.record import CarriedRecord, decode_body, heads, missing_asides
from tests.kiosk.records import NEXT_ANCHOR, TODAY, a_draft, rate
from tests.kiosk.test_salvage import SERVER, an_identity, filled, opened

if TYPE_CHECKING:
    from pathlib import Path

RATINGS, SENT, FLIPS = 20, 5, 48
PAGE_BYTES = 4096


def sent_home(outbox: Outbox) -> list[bytes]:
    """Return every body that a server gets of an outbox, in its own chain or carried in the next one."""
    try:
        stretch = outbox.stretch(2 * RATINGS)
    except OutboxError:
        outbox.succeed("e" * 32, NEXT_ANCHOR)
        stretch = outbox.stretch(2 * RATINGS)
    found = []
    for body, asides in zip(stretch.bodies, stretch.asides, strict=True):
        record = decode_body(body)
        assert not missing_asides(record, asides)  # for one of them a server refuses them all
        found.append(record.carried.body.encode() if isinstance(record, CarriedRecord) else body)
    return found


def damaged(folder: Path, *statements: str) -> None:
    """Do to an outbox what no program of ours does."""
    with closing(sqlite3.connect(folder / "outbox.sqlite3")) as disk, disk:
        for sql in statements:
            disk.execute(sql)


@pytest.fixture(name="pages", scope="module")
def _pages(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[bytes]]:
    """Return the file of an outbox of which the server has a part, and all bodies in it."""
    folder = tmp_path_factory.mktemp("outbox")
    made = filled(folder, RATINGS)
    with closing(opened(folder)) as outbox:
        bodies = outbox.stretch(RATINGS).bodies
        outbox.settle(SENT, heads(an_identity().anchor, bodies)[SENT - 1], TODAY)
    return (folder / "outbox.sqlite3").read_bytes(), made


@pytest.mark.parametrize("seed", range(FLIPS))
def test_wherever_a_bit_is_flipped_the_kiosk_goes_on(
    pages: tuple[bytes, list[bytes]], tmp_path: Path, seed: int
) -> None:
    """One bit costs one rating at most, and only if it lies in it; the next citizen is served and sent."""
    raw, made = bytearray(pages[0]), pages[1]
    chance = random.Random(seed)
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    (tmp_path / "outbox.sqlite3").write_bytes(raw)

    with closing(opened(tmp_path)) as outbox:
        outbox.seal()
        rate(outbox, 4)
        home = sent_home(outbox)
        rate(outbox, 3)
        assert outbox.queue().waiting >= RATINGS - SENT
    assert len(set(home)) == len(home)
    assert len(set(made[SENT:]) - set(home)) <= 1


@pytest.mark.parametrize(
    "damage",
    [
        "update aside set text = cast(x'ff' as text) where seq = 8",
        "update aside set text = 'Lời khác' where seq = 8",
        "update aside set salt = 'rubbish' where seq = 8",
        "update aside set salt = upper(salt) where seq = 8",
        "update aside set kind = 'rubbish' where seq = 8",
        "delete from aside where seq = 8",
        "insert into aside values (9, 'comment', 'rubbish', 'Lời khác')",
    ],
)
def test_a_comment_that_was_changed_stops_no_rating(tmp_path: Path, damage: str) -> None:
    """A server refuses a batch whose comment is not the one that was sealed: it never gets such a batch."""
    made = filled(tmp_path, RATINGS)
    damaged(tmp_path, damage)

    with closing(opened(tmp_path)) as outbox:
        assert sent_home(outbox) == made
        rate(outbox, 4)
        assert len(outbox.stretch(2 * RATINGS).bodies) == RATINGS + 1


def test_a_draft_with_a_broken_letter_is_counted(tmp_path: Path) -> None:
    """A letter of a comment that is none any more does not take the rating with it, nor the next one."""
    with closing(opened(tmp_path)) as outbox:
        outbox.save_draft(structs.replace(a_draft(2), comment="Cảm ơn!"))
    damaged(tmp_path, "update draft set draft = cast(replace(cast(draft as blob), x'e1', x'ff') as text)")

    with closing(opened(tmp_path)) as outbox:
        assert outbox.seal() == 1
        rate(outbox, 4)
        assert len(sent_home(outbox)) == 2


def test_a_rating_that_is_too_large_is_refused_before_it_is_kept(tmp_path: Path) -> None:
    """What cannot be sealed must not lie there and refuse everybody who comes after."""
    with closing(opened(tmp_path)) as outbox:
        with pytest.raises(DiskError, match="a record of"):
            outbox.save_draft(structs.replace(a_draft(1), comment="ả" * 3000))
        rate(outbox, 4)
        assert outbox.queue().last == 1


@pytest.mark.parametrize(
    "damage",
    [
        "update chain set through = 1029",
        "update chain set base = 3",
        "update chain set base_head = 'rubbish'",
        "update chain set device = 'x' || substr(device, 2)",
        "update chain set device = cast(x'ff' as text)",
        "update chain set anchor = 'x' || substr(anchor, 2)",
        "delete from record where seq = 7",
        "alter table record rename to recorb",
        "alter table aside rename column salt to sal",
        "delete from _sqlite_migrations",
        "alter table _sqlite_migrations rename column applied_at to applied_an",
        "alter table _sqlite_migrations rename column name to namf",
        "delete from chain",
    ],
)
def test_an_outbox_that_contradicts_itself_is_mended(tmp_path: Path, damage: str) -> None:
    """SQLite calls it whole, and nothing could be recorded or sent with it; the ratings go home."""
    made = filled(tmp_path, RATINGS)
    damaged(tmp_path, damage)

    with closing(opened(tmp_path)) as outbox:
        outbox.seal()
        rate(outbox, 4)
        home = sent_home(outbox)
    assert len(set(made) - set(home)) <= ("seq = 7" in damage)


@pytest.mark.parametrize("column", ["base", "through"])
def test_a_table_that_refuses_what_we_write_is_mended(tmp_path: Path, column: str) -> None:
    """One changed letter in a table's text makes SQLite refuse our own row at each start of a new kiosk."""
    opened(tmp_path).close()
    path = tmp_path / "outbox.sqlite3"
    raw, text = path.read_bytes(), f"{column} integer not null default 0".encode()
    assert text in raw
    path.write_bytes(raw.replace(text, text[:-1] + b"x"))

    with closing(opened(tmp_path)) as outbox:
        rate(outbox, 4)
        assert len(sent_home(outbox)) == 1


def test_an_index_that_lacks_a_row_is_found_at_the_start(tmp_path: Path) -> None:
    """Else the program would stop, and begin anew, each time it wants to forget what is 90 days old."""
    made = filled(tmp_path, RATINGS)
    path = tmp_path / "outbox.sqlite3"
    with closing(sqlite3.connect(path)) as disk:
        sql = "select rootpage from sqlite_schema where name = 'sqlite_autoindex_aside_1'"
        (page,) = disk.execute(sql).fetchone()
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"comment", (page - 1) * PAGE_BYTES)] ^= 1
    path.write_bytes(raw)

    with closing(opened(tmp_path)) as outbox:
        assert sent_home(outbox) == made


def test_numbers_behind_which_there_is_none_are_not_believed(tmp_path: Path) -> None:
    """A comment that looks like a record with the last number of all, in a damaged file, stops nobody."""
    forged = (
        '{"v":1,"seq":9007199254740991,"survey":"0123456789ab","counter":"1","lang":"vi",'
        '"made_at":"2026-11-23T03:00:00Z","boot":"00000000","mono_ms":1,"answers":{"overall":5},'
        '"salt":"0123456789abcdef"}' + 32 * "a"
    )
    with closing(opened(tmp_path)) as outbox:
        outbox.save_draft(structs.replace(a_draft(1), comment=forged))
        outbox.seal()
    with (tmp_path / "outbox.sqlite3").open("r+b") as file:
        file.write(bytes(PAGE_BYTES))

    with closing(opened(tmp_path)) as outbox:
        rate(outbox, 4)
        assert outbox.queue().last == 2
        assert len(sent_home(outbox)) == 2


def test_a_disk_that_damages_every_file_does_not_fill_itself_up(tmp_path: Path) -> None:
    """So many damaged files are kept for a human, and then the newest takes the place of the one before."""
    for _ in range(DAMAGED_MAX + 2):
        (tmp_path / "outbox.sqlite3").write_bytes(b"rubbish" * 1000)
        opened(tmp_path).close()
    left = {file.name for file in tmp_path.iterdir()}
    files = {f"outbox.damaged-{number + 1}.sqlite3" for number in range(DAMAGED_MAX)}
    assert left - {"outbox.sqlite3-journal"} == files | {"outbox.sqlite3"}


def test_proofs_outlive_the_file_that_they_were_in(tmp_path: Path) -> None:
    """Of the checkpoints in a damaged outbox those are kept that the server has signed."""
    signed = [
        seal(
            SERVER,
            Checkpoint(
                v=1,
                number=each,
                previous=FIRST,
                made_at=f"2026-11-2{each}T03:00:00Z",
                devices=1,
                heads="0" * 64,
                audit="0" * 64,
            ),
        )
        for each in (1, 2, 3)
    ]
    with closing(opened(tmp_path)) as outbox:
        for each in [*signed, Signed(payload="{}", signature="x")]:
            outbox.keep_checkpoint(each, "2026-11-23T03:00:00Z")
    damaged(tmp_path, "update chain set base_head = 'rubbish'")

    opened(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite3")) as disk:
        assert checkpoints.kept(disk) == signed


def test_what_was_the_outbox_of_the_device_before_stays_that_device_s(tmp_path: Path) -> None:
    """Cut off in a succession, and then the disk forgets whose outbox it was: the first record says so."""
    before = an_identity("d" * 32).membership.ancestors[0]
    assert before == an_identity().membership.enrolment
    filled(tmp_path, RATINGS)
    damaged(tmp_path, "delete from chain")

    with closing(opened(tmp_path, before="d" * 32)) as outbox:
        bodies = [decode_body(body) for body in outbox.stretch(100).bodies]
    assert {each.carried.device for each in bodies if isinstance(each, CarriedRecord)} == {"d" * 32}


def test_an_outbox_of_half_another_device_is_damaged(tmp_path: Path) -> None:
    """The anchor follows from the device: one without the other is no other device's outbox."""
    identity = an_identity()
    filled(tmp_path, 1)
    with pytest.raises(DamagedError, match="belong together"):
        Outbox(tmp_path / "outbox.sqlite3", identity.enrolment.device, NEXT_ANCHOR, os.urandom)
