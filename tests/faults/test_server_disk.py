"""The server's disk refuses calls that are drawn by lot; the whole is `python -m tests.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import strace
from tests.faults.cases import Case, Scale
from tests.faults.lives import End
from tests.faults.server_disk import DRAWN, SERVER_DISK, wrong_end
from tests.faults.strace import Point

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(SERVER_DISK.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_server_acknowledges_nothing_that_the_disk_refused(case: Case, tmp_path: Path) -> None:
    """Whatever call fails, the server has all it acknowledged, says so, and is well when the disk is."""
    tally = case.run(tmp_path)

    assert tally.cases >= DRAWN // 2
    assert tally.is_clean != case.control, tally
    assert bool(tally.lost) == case.control


def test_a_server_that_cannot_begin_says_why() -> None:
    """It ends well when it was told to, or says in its last words why it cannot begin; else it is wrong."""
    assert not wrong_end(End(0), "")
    assert not wrong_end(End(1 << 8), "a line\nserver: cannot use the database\n")
    assert wrong_end(End(1 << 8), "server: a line\nKeyError: 'x'\n")
    assert wrong_end(End(9), "")


def test_points_about_a_folder_keep_their_numbers(tmp_path: Path) -> None:
    """The second write of a thread is its second write, also if the first one was to another file."""
    trace = tmp_path / "trace"
    trace.write_text('write(1</a>, "x", 1) = 1\nwrite(2</b/c>, "x", 1) = 1\nopenat(AT_FDCWD, "/b/d") = 3\n')

    assert strace.points(trace, "/b") == [Point("openat", 1), Point("write", 2)]
