"""A queue that drains holds no picture up, and a harness that sees it if one did."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench import backlog, slow_disk
from tests.bench.backlog import Watched
from tests.bench.program import enrol
from tests.bench.taps import SIZE
from tests.robot.screen import virtual_screen
from tests.server.live import live

SYNC_MS = 300
QUEUED = 100
"""One batch and one receipt."""
TRIES = 3
"""Other work on the machine holds pictures up too: the best of so many counts."""


@pytest.mark.screen
@pytest.mark.skipif(slow_disk.compiler() is None, reason="a slow disk is made with a C compiler")
def test_a_queue_that_drains_holds_no_picture_up(tmp_path: Path) -> None:
    """However slow the disk, pictures go on while receipts come; kept by the drawing thread they stop."""
    library = slow_disk.build(tmp_path, SYNC_MS)
    with live(tmp_path) as server, virtual_screen(*SIZE) as screen:
        enrol([sys.executable, "-m", "kiosk"], screen, tmp_path, server.url, server.make_code())

        def slowest(*, here: bool) -> float:
            python = Path(sys.executable)
            drained = backlog.drain_slowly(screen, python, tmp_path, QUEUED, library, here=here)
            return max(drained.frames_ms())

        assert slowest(here=True) > SYNC_MS, "the test cannot see a picture that is late"
        assert any(slowest(here=False) < SYNC_MS for _ in range(TRIES))


def test_pictures_and_touches_are_timed_as_they_came() -> None:
    """A touch is seen by the first picture after it was felt; frames are of the time that was watched."""
    watched = Watched(
        start_ms=1.0,
        touched=[10.0, 11.0],
        felt=[10.25, 11.125],
        drawn=[9.0, 9.5, 10.0, 10.5, 11.0, 11.25, 12.5],
        begun=9.25,
        ended=11.5,
    )

    assert watched.seen_ms() == [500, 250]
    assert watched.frames_ms() == [500, 500, 500, 250, 250]
    assert watched.lasted_s == 2.25
