"""A slow disk keeps nobody's finger waiting."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench import slow_disk
from tests.bench.program import enrol
from tests.robot.screen import virtual_screen
from tests.server.live import live

SYNC_MS = 300
TRIES = 3
"""Other work on the machine holds pictures up too: the best of so many counts."""


@pytest.mark.screen
@pytest.mark.skipif(slow_disk.compiler() is None, reason="a slow disk is made with a C compiler")
def test_no_picture_is_dropped_for_a_slow_disk(tmp_path: Path) -> None:
    """While a rating takes several slow syncs, pictures go on; on the same thread they would stand still."""
    library = slow_disk.build(tmp_path, SYNC_MS)
    with live(tmp_path) as server, virtual_screen(*slow_disk.SIZE) as screen:
        enrol([sys.executable, "-m", "kiosk"], screen, tmp_path, server.url, server.make_code())

        def longest(*, here: bool) -> float:
            rated = slow_disk.rate(screen, Path(sys.executable), tmp_path, library, here=here)
            assert rated.stored_ms > SYNC_MS, "the disk was not slow"
            return rated.longest_ms

        assert longest(here=True) > SYNC_MS, "the test cannot see a picture that is dropped"
        assert any(longest(here=False) < SYNC_MS for _ in range(TRIES))
