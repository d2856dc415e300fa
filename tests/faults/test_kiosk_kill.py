"""The kiosk killed at moments of its day that are drawn by lot; the whole is `python -m tests.faults`."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.faults import strace
from tests.faults.cases import Case, Scale
from tests.faults.kiosk_kill import KIOSK_KILL
from tests.faults.strace import Point

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(KIOSK_KILL.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_kiosk_that_is_killed_loses_and_doubles_nothing(case: Case, tmp_path: Path) -> None:
    """Killed with -9 at any system call, a kiosk has kept what it thanked for, and the server has it once."""
    tally = case.run(tmp_path)

    # a call that waits for another thread may not come a second time, so that some kills find nobody
    assert tally.cases
    assert tally.is_clean != case.control, tally


def test_every_call_of_every_kind_is_a_point(tmp_path: Path) -> None:
    """The points of a thread are all that it calls, and a call that was only resumed is none."""
    trace = tmp_path / "trace"
    trace.write_text(
        'write(1, "a", 1) = 1\n7 read(0, <unfinished ...>\n7 <... read resumed>"", 1) = 0\nwrite(1)\n'
    )

    assert strace.points(trace) == [Point("read", 1), Point("write", 1), Point("write", 2)]


def test_a_watch_that_holds_nobody_says_so() -> None:
    """Who is not there cannot be watched, and a kill that found nobody is not taken for one."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
        with pytest.raises(strace.StraceError), strace.killing(gone.pid, Point("write", 1)):
            pass
