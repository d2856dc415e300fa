"""The model of a disk: what it may lose it can lose, and what is synced it cannot."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.faults.deeds import (
    CONNECTED,
    Cut,
    Opened,
    Removed,
    Renamed,
    Synced,
    Told,
    UnknownDeedError,
    Wrote,
    deeds,
)
from tests.faults.disk_model import SECTOR, Disk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.deeds import Deed

OLD, NEW = b"o" * SECTOR, b"n" * SECTOR
STATES = 300


def after(*done: Deed, before: Mapping[str, bytes] | None = None) -> Disk:
    """Return a disk on which this was done."""
    disk = Disk(before or {})
    for deed in done:
        disk.do(deed, random.Random(1))
    return disk


def states(disk: Disk) -> list[dict[str, bytes]]:
    """Return many of the states that the disk may be left in."""
    chance = random.Random(1)
    return [disk.lost(), disk.kept(), *(disk.torn(chance) for _ in range(STATES))]


def contents(disk: Disk, name: str) -> set[bytes | None]:
    """Return what may be left of a file; None: nothing."""
    return {state.get(name) for state in states(disk)}


def test_what_was_synced_is_there_in_every_state() -> None:
    """A file that was made, written and synced is whole, and has its name."""
    disk = after(Opened("a", emptied=False), Wrote("a", 0, NEW), Synced("a"))

    assert contents(disk, "a") == {NEW}


def test_what_was_not_synced_may_be_lost_or_torn() -> None:
    """Two sectors that were written over may each be old or new."""
    disk = after(Wrote("a", 0, NEW + NEW), before={"a": OLD + OLD})

    assert contents(disk, "a") == {OLD + OLD, OLD + NEW, NEW + OLD, NEW + NEW}


def test_a_sector_may_hold_any_version_that_it_ever_had() -> None:
    """Of two writes to the same sector the disk may have seen none, the first, or both; never half of one."""
    disk = after(Wrote("a", 0, b"1"), Wrote("a", 1, b"2"), before={"a": OLD})

    assert contents(disk, "a") == {OLD, b"1" + OLD[1:], b"12" + OLD[2:]}


def test_what_was_cut_off_does_not_come_back() -> None:
    """A file that was cut to nothing and grew anew holds zeros where nothing new has come, never the old."""
    disk = after(Cut("a", 0), Wrote("a", 0, NEW + NEW), before={"a": OLD + OLD})

    assert contents(disk, "a") == {OLD + OLD, b"", NEW, bytes(SECTOR) + NEW, NEW + NEW}


def test_a_file_that_is_made_anew_has_nothing_of_the_old_one() -> None:
    """A name that was taken away and given anew is the old file, whole, or the new one, or nobody's."""
    disk = after(Removed("a"), Opened("a", emptied=False), Wrote("a", 0, NEW), before={"a": OLD + OLD})

    assert contents(disk, "a") == {OLD + OLD, None, b"", NEW}


def test_a_sync_of_the_new_file_takes_away_the_old_one() -> None:
    """Who syncs a new file has its name on the disk, and with it what happened to names before."""
    disk = after(Removed("b"), Opened("a", emptied=False), Synced("a"), before={"b": OLD})

    assert contents(disk, "b") == {None}


def test_a_name_that_was_taken_away_may_be_there_until_the_folder_is_synced() -> None:
    """A removal is undone by a power cut if the folder was not synced: SQLite's DELETE mode shows it."""
    assert contents(after(Removed("a"), before={"a": OLD}), "a") == {OLD, None}
    assert contents(after(Removed("a"), Synced(""), before={"a": OLD}), "a") == {None}


def test_a_renamed_file_is_one_or_the_other() -> None:
    """Written beside, synced, renamed: whole and old, or whole and new; after the folder's sync new."""
    done = (Opened("a.new", emptied=True), Wrote("a.new", 0, NEW), Synced("a.new"), Renamed("a.new", "a"))

    assert contents(after(*done, before={"a": OLD}), "a") == {OLD, NEW}
    assert contents(after(*done, Synced(""), before={"a": OLD}), "a") == {NEW}


def test_a_file_that_was_renamed_without_a_sync_may_be_empty() -> None:
    """The name can come to the disk before the content does."""
    done = (Opened("a.new", emptied=True), Wrote("a.new", 0, NEW), Renamed("a.new", "a"))

    assert contents(after(*done, before={"a": OLD}), "a") == {OLD, NEW, b""}


def test_what_failed_to_be_synced_is_not_brought_by_the_next_sync() -> None:
    """Linux shows what was written and forgets to write it: the next sync brings only what came after."""
    done = (Wrote("a", 0, NEW), Synced("a", failed=True), Wrote("a", SECTOR, NEW), Synced("a"))
    left = set()
    for seed in range(20):
        disk = Disk({"a": OLD + OLD})
        for deed in done:
            disk.do(deed, random.Random(seed))
        left.add(disk.lost()["a"])

    assert left == {OLD + NEW, NEW + NEW}


def test_a_cut_that_was_not_synced_is_not_forgotten() -> None:
    """The length of a file is no content: what was cut off does not come back behind what is written anew."""
    disk = after(
        Cut("a", 0), Synced("a", failed=True), Wrote("a", 0, NEW), Synced("a"), before={"a": OLD + OLD}
    )

    assert contents(disk, "a") == {NEW}


def hexed(text: str) -> str:
    """Write as strace does when it is asked for hex."""
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def test_a_trace_is_read_in_the_order_in_which_calls_were_over() -> None:
    """Deeds of two threads stand where they ended, thanks where they began; other files are no matter."""
    database, paper = hexed("/k/data/db"), hexed("/k/paper")
    trace = [
        f'7 openat(AT_FDCWD<{hexed("/")}>, "{database}", O_RDWR|O_CREAT, 0644) = 4<{database}>',
        f'7 pwrite64(4<{database}>, "{hexed("abc")}", 3, 512) = 3',
        f"7 fdatasync(4<{database}> <unfinished ...>",
        f'8 write(5<{paper}>, "{hexed("THANKS 1")}", 8) = 8',
        "7 <... fdatasync resumed>) = 0",
        f'8 write(6<{hexed("/dev/null")}>, "{hexed("x")}", 1) = 1',
        f"7 ftruncate(4<{database}>, 0) = 0",
        f"7 fsync(9<{hexed('/k/data')}>) = -1 EIO (Input/output error) (INJECTED)",
        "8 connect(7<socket:[1]>, {sa_family=AF_INET}, 16) = -1 EINPROGRESS (Operation now in progress)",
        f'7 rename("{database}", "{hexed("/k/data/old")}") = 0',
        f'7 unlink("{hexed("/k/data/old")}") = 0',
        f'7 unlink("{hexed("/k/data/old")}") = -1 ENOENT (No such file or directory)',
        "7 +++ exited with 0 +++",
    ]

    assert deeds(trace, "/k/data", "/k/paper") == [
        Opened("db", emptied=False),
        Wrote("db", 512, b"abc"),
        Told("THANKS 1"),
        Synced("db"),
        Cut("db", 0),
        Synced("", failed=True),
        Told(CONNECTED),
        Renamed("db", "old"),
        Removed("old"),
    ]


@pytest.mark.parametrize("call", ["fallocate(4<{}>, 0, 0, 9) = 0", 'link("{}", "{}") = 0'])
def test_a_call_that_is_not_understood_is_told(call: str) -> None:
    """What changes a file in a way that the model does not know is not passed over."""
    with pytest.raises(UnknownDeedError):
        deeds([f"7 {call.replace('{}', hexed('/k/data/db'))}"], "/k/data", "/k/paper")
