"""The server killed at moments of its day that are drawn by lot; the whole is `python -m tests.faults`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.ingest import is_alive, process_of
from tests.faults.server_kill import DRAWN, SERVER_KILL

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(SERVER_KILL.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_server_that_is_killed_has_what_it_acknowledged(case: Case, tmp_path: Path) -> None:
    """Killed with -9 at any system call, a server has each acknowledged rating, once, in a whole book."""
    tally = case.run(tmp_path)

    # how often a thread waits is not the same each day, so that some kills find nobody
    assert tally.cases >= DRAWN // 2
    assert tally.is_clean != case.control, tally
    assert bool(tally.lost) == case.control


def test_a_process_is_known_by_its_threads_and_by_its_end() -> None:
    """A thread belongs to its process; who has ended is not alive, also before anybody has asked how."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)

    assert not is_alive(child)
    os.waitpid(child, 0)
    assert not is_alive(child)
    assert is_alive(process_of(os.getpid()))
