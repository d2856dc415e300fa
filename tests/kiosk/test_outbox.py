"""The outbox: what it has answered for survives, and it never forgets."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from kiosk.engine import End
from kiosk.errors import DamagedError, DiskError, OutboxError
from kiosk.outbox import Outbox, Queue
from server.protocol.record import decode_record, heads, missing_asides
from tests.kiosk.records import ANCHOR, NEXT_ANCHOR, TODAY, a_draft, open_outbox, rate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_sealed_draft_is_the_next_record_of_the_chain(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """Ratings are numbered from 1 without gaps, and each head follows from the one before."""
    outbox = opened(tmp_path)
    rate(outbox, 5, 1, 3)

    stretch = outbox.stretch(100)
    assert [decode_record(body).answers["overall"] for body in stretch.bodies] == [5, 1, 3]
    assert [decode_record(body).seq for body in stretch.bodies] == [1, 2, 3]
    assert stretch.head == heads(ANCHOR, stretch.bodies)[-1]


def test_a_one_tap_rating_is_small(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """A body of one tap is under 200 bytes."""
    outbox = opened(tmp_path)
    rate(outbox, 5)

    assert len(outbox.stretch(1).bodies[0]) < 200


def test_without_a_draft_nothing_is_sealed(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """A start after an orderly end makes no rating out of nothing."""
    assert opened(tmp_path).seal() is None


def test_a_draft_left_by_a_crash_is_counted_at_the_next_start(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """Who tapped before the power went has rated."""
    outbox = opened(tmp_path)
    outbox.save_draft(a_draft(2))
    outbox.close()

    again = opened(tmp_path)
    assert again.seal() == 1
    assert decode_record(again.stretch(1).bodies[0]).answers == {"overall": 2}


def test_an_unsealed_draft_is_not_overwritten_by_the_next_visit(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """If sealing failed once, the next citizen's draft seals the first one before it takes its place."""
    outbox = opened(tmp_path)
    outbox.save_draft(a_draft(1, visit=1))
    outbox.save_draft(a_draft(4, visit=2))
    outbox.seal()

    answers = [decode_record(body).answers["overall"] for body in outbox.stretch(10).bodies]
    assert answers == [1, 4]


def test_each_tap_of_a_visit_is_on_disk(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """A power cut between any two taps leaves all of the taps before it, and they make one rating."""
    for taps in range(1, 4):
        folder = tmp_path / str(taps)
        outbox = open_outbox(folder)
        for tap in range(taps):
            draft = a_draft() if not tap else structs.replace(a_draft(), answers={"overall": 5, "why": [tap]})
            outbox.save_draft(draft)
        outbox.close()

        again = opened(folder)
        assert again.seal() == 1
        (body,) = again.stretch(10).bodies
        assert decode_record(body).answers.get("why") == ([taps - 1] if taps > 1 else None)


def test_a_comment_travels_beside_its_record(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """The body holds a commitment to the comment and to the dossier, and no word of them."""
    outbox = opened(tmp_path)
    rate(outbox, 4)
    outbox.save_draft(structs.replace(a_draft(2), comment="Cảm ơn!", dossier="f" * 64, procedure="2.000815"))
    outbox.seal()

    stretch = outbox.stretch(10)
    assert [[aside.kind for aside in asides] for asides in stretch.asides] == [[], ["comment", "dossier"]]
    record = decode_record(stretch.bodies[1])
    assert record.procedure == "2.000815"
    assert missing_asides(record, stretch.asides[1]) == set()
    assert not {"Cảm", "ffff"} & set(stretch.bodies[1].decode().split('"'))
    assert stretch.asides[1][0].text == "Cảm ơn!"
    assert outbox.settle(1, heads(ANCHOR, stretch.bodies)[0], TODAY) is None
    assert outbox.stretch(10).asides == stretch.asides[1:]


def test_a_receipt_moves_on_and_may_go_back(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """What the server has is not sent again, unless the server itself says that it lost it."""
    outbox = opened(tmp_path)
    rate(outbox, 5, 4, 3)
    after_each = heads(ANCHOR, outbox.stretch(3).bodies)

    assert outbox.settle(2, after_each[1], TODAY) is None
    assert outbox.queue() == Queue(last=3, through=2)
    assert outbox.stretch(10).after == 2
    assert outbox.settle(0, ANCHOR, TODAY) is None
    assert outbox.queue().waiting == 3


def test_a_receipt_of_another_history_is_not_believed(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """A head that this chain does not know, or a number beyond its end, changes nothing."""
    outbox = opened(tmp_path)
    rate(outbox, 5)

    assert outbox.settle(1, "0" * 64, TODAY) is End.FORK
    assert outbox.settle(2, ANCHOR, TODAY) is End.WENT_BACK
    assert outbox.queue().through == 0


def test_a_damaged_record_is_kept_and_not_sent(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """One flipped bit in a body is found before anything is sent: the server would call it a fork."""
    rate(opened(tmp_path), 5, 4)
    disk = sqlite3.connect(tmp_path / "outbox.sqlite3")
    for damage in (b"\xff", b"x"):
        with disk:
            disk.execute(
                "update record set body = cast(? || substr(body, 2) as blob) where seq = 1", (damage,)
            )
        with pytest.raises(OutboxError, match="damaged"):
            opened(tmp_path).stretch(10)
    disk.close()


def test_a_draft_that_cannot_be_read_stops_nobody(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """A damaged draft is put aside for a human; the kiosk serves the next citizen all the same."""
    opened(tmp_path).save_draft(a_draft())
    disk = sqlite3.connect(tmp_path / "outbox.sqlite3")
    with disk:
        disk.execute("update draft set draft = '{'")
    disk.close()

    outbox = opened(tmp_path)
    assert outbox.seal() is None
    rate(outbox, 4)
    assert outbox.queue().last == 1
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite3")) as again:
        assert again.execute("select draft from unread").fetchall() == [("{",)]


def test_an_update_in_the_middle_of_a_visit_loses_nothing(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """An outbox of the first version, with records and a draft in it, goes on where it was."""
    rate(first := open_outbox(tmp_path), 5, 4)
    first.save_draft(a_draft(2))
    first.close()
    with closing(sqlite3.connect(tmp_path / "outbox.sqlite3")) as disk, disk:
        disk.executescript("drop table aside; drop table unread; drop table settled; drop table checkpoint;")
        for column in ("base", "base_head", "ended"):
            disk.execute(f"alter table chain drop column {column}")
        disk.execute("delete from _sqlite_migrations where name > '0001_outbox'")
        disk.execute("update draft set draft = json_remove(draft, '$.visit', '$.comment', '$.dossier')")

    outbox = opened(tmp_path)
    assert outbox.seal() == 3
    assert [decode_record(body).answers["overall"] for body in outbox.stretch(9).bodies] == [5, 4, 2]


def test_draft_and_seal_at_once_are_one_or_nothing(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """Whoever reads an apology was not recorded by half: a second tap is not counted twice."""
    outbox = opened(tmp_path)

    def refused() -> None:
        with outbox.at_once():
            outbox.save_draft(a_draft(1))
            raise OSError(28, "no space left")

    with pytest.raises(DiskError):
        refused()
    assert outbox.seal() is None
    with outbox.at_once():
        outbox.save_draft(a_draft(2))
        outbox.seal()
    assert outbox.queue().last == 1


def test_an_outbox_of_another_device_is_refused(tmp_path: Path) -> None:
    """A disk that was put into another kiosk is not mixed into its chain."""
    open_outbox(tmp_path).close()

    with pytest.raises(OutboxError, match="belongs to device"):
        Outbox(tmp_path / "outbox.sqlite3", "e" * 32, NEXT_ANCHOR, os.urandom)


def test_a_file_that_is_no_outbox_is_refused_and_left_alone(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """Damage is told, never overwritten."""
    damaged = tmp_path / "outbox.sqlite3"
    damaged.write_bytes(b"not a database at all" * 100)

    with pytest.raises(DamagedError, match="cannot use"):
        opened(tmp_path)
    assert damaged.read_bytes().startswith(b"not a database")


TRACED = """
import sys
from pathlib import Path
from tests.kiosk.records import a_draft, open_outbox, rate
outbox = open_outbox(Path(sys.argv[1]))
rate(outbox, 5)
print("ready", flush=True)
sys.stdin.readline()
outbox.save_draft(a_draft(4))
print("saved", flush=True)
sys.stdin.readline()
"""


def test_the_disk_is_told_to_keep_its_word(tmp_path: Path) -> None:
    """A draft is answered for only when journal, folder, database and the journal's end were synced.

    These are the settings that lost nothing under power cuts: rollback journal, truncated, all synced.
    """
    trace = tmp_path / "trace"
    command = [
        "strace",
        "-f",
        "-o",
        str(trace),
        "-e",
        "trace=fsync,fdatasync,write",
        sys.executable,
        "-c",
        TRACED,
    ]
    with subprocess.Popen(
        [*command, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as traced:
        assert traced.stdin is not None
        assert traced.stdout is not None
        for line in ("ready", "saved"):
            assert traced.stdout.readline().strip() == line
            traced.stdin.write("\n")
            traced.stdin.flush()

    between = trace.read_text().split('"ready')[1].split('"saved')[0]
    assert between.count("sync(") == 5


FULL = """
import resource, sys
from pathlib import Path
from kiosk.engine import End
from kiosk.errors import DiskError
from tests.kiosk.records import open_outbox, rate
outbox = open_outbox(Path(sys.argv[1]))
rate(outbox, 5)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
thanked = 1
try:
    while thanked < 10000:
        rate(outbox, 4)
        thanked += 1
except DiskError:
    print(thanked)
"""


def test_a_full_disk_is_told_and_what_was_thanked_for_is_whole(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """When there is no room the rating is refused by name, and every one before it is still in the chain."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], check=True, capture_output=True, text=True
    )

    thanked = int(done.stdout)
    whole = opened(tmp_path).stretch(20000)
    assert len(whole.bodies) in {thanked, thanked + 1}
    assert whole.head == heads(ANCHOR, whole.bodies)[-1]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.kiosk.records import a_draft, open_outbox
outbox = open_outbox(Path(sys.argv[1]))
outbox.save_draft(a_draft(3))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_between_draft_and_seal_loses_nothing(
    tmp_path: Path, opened: Callable[[Path], Outbox]
) -> None:
    """The tap was on disk before the program was killed; the next start makes it a rating."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)

    assert done.returncode == -signal.SIGKILL
    assert opened(tmp_path).seal() == 1
