"""A queue that drains over a thin and lossy line; the week is `python -m tests.faults --only week`."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.faults import far_line
from tests.faults.cases import Case, Scale
from tests.faults.far_line import QUEUE_S_MAX, Line
from tests.faults.week import WEEK

if TYPE_CHECKING:
    from pathlib import Path

PACKET = bytes([0x45]) + bytes(19) + (40_000).to_bytes(2, "big") + (80).to_bytes(2, "big") + bytes(1000)
"""From port 40000 to port 80, 1,024 bytes long."""


@pytest.fixture(scope="module", name="own_network")
def _own_network() -> None:
    if not far_line.is_possible():
        pytest.skip("this machine lets us have no network of our own (unshare, ip, /dev/net/tun)")


@pytest.mark.usefixtures("own_network")
@pytest.mark.parametrize("case", list(WEEK.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_queue_drains_over_a_thin_line(case: Case, tmp_path: Path) -> None:
    """Over 64 kbit/s with lost packets, killed meanwhile, all that was thanked for arrives once, in order."""
    tally = case.run(tmp_path)

    assert tally.is_clean != case.control, tally
    assert bool(tally.lost) == case.control
    assert bool(tally.cases) != case.control, "nothing was lost on the way, and nobody killed"


def test_the_line_is_as_thin_and_as_long_as_it_says() -> None:
    """A packet waits for those before it; what would wait too long is dropped, the way back is free."""
    line = Line(64_000, 0.4, 0.0, 80, random.Random(1))
    takes_s = 8 * len(PACKET) / 64_000

    arrivals = [line.arrival(PACKET, 10.0) for _ in range(100)]
    came = [each for each in arrivals if each is not None]

    assert came == pytest.approx([10.4 + takes_s * (number + 1) for number in range(len(came))])
    assert len(came) == int(QUEUE_S_MAX / takes_s) + 1
    back = PACKET[:20] + PACKET[22:24] + PACKET[20:22] + PACKET[24:]
    assert line.arrival(back, 10.0) == pytest.approx(10.4 + takes_s)


def test_a_lossy_line_loses_as_much_as_it_says() -> None:
    """One packet of four is lost where the loss is a quarter, none where it is nothing."""
    lossy, good = (Line(1e9, 0.0, loss, 80, random.Random(1)) for loss in (0.25, 0.0))
    for number in range(1000):
        lossy.arrival(PACKET, number)
        good.arrival(PACKET, number)

    assert 200 < lossy.dropped < 300
    assert good.dropped == 0
