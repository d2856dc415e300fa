"""A slow disk keeps nobody's finger waiting."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.bench import slow_disk
from tests.bench.program import enrol
from tests.robot.screen import virtual_screen
from tests.server.live import live

if TYPE_CHECKING:
    from collections.abc import Iterator

SYNC_MS = 800
"""Much longer than a busy machine takes for a picture."""

pytestmark = [
    pytest.mark.screen,
    pytest.mark.skipif(slow_disk.compiler() is None, reason="a slow disk is made with a C compiler"),
]


@pytest.fixture
def rated(tmp_path: Path) -> Iterator[dict[bool, slow_disk.Stored]]:
    """Rate on a slow disk, as the kiosk does it and with the disk on the thread that draws."""
    library = slow_disk.build(tmp_path, SYNC_MS)
    with live(tmp_path) as server, virtual_screen(*slow_disk.SIZE) as screen:
        enrol([sys.executable, "-m", "kiosk"], screen, tmp_path, server.url, server.make_code())
        yield {
            here: slow_disk.rate(screen, Path(sys.executable), tmp_path, library, here=here)
            for here in (False, True)
        }


def test_no_picture_is_dropped_for_a_slow_disk(rated: dict[bool, slow_disk.Stored]) -> None:
    """While a rating takes several slow syncs, pictures go on; on the same thread they would stand still."""
    ours, control = rated[False], rated[True]

    assert ours.stored_ms > SYNC_MS, "the disk was not slow"
    assert ours.longest_ms < SYNC_MS
    assert control.longest_ms > SYNC_MS, "the test cannot see a picture that is dropped"
