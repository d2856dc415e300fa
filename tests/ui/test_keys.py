"""A button box and a scanner at the window: what a late picture may not do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kivy.clock import Clock

from kiosk.events import Chose
from kiosk.inputs import WAIT_S
from kiosk.ui.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.events import Event
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen
EAN = "1234567890128"
ENTER = 13


class Desk:
    """Keys with a button box, and what they told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.scans: list[str] = []
        self.keys = Keys(self.events.append, self.scans.append, button_box=True)

    def type(self, text: str) -> None:
        """Strike keys that the window takes in one frame."""
        for sign in text:
            self.keys.down(ord(sign))
            self.keys.wrote(sign)
            self.keys.up(ord(sign))

    def end(self) -> None:
        """Strike Enter."""
        self.keys.down(ENTER)
        self.keys.up(ENTER)


@pytest.fixture(name="desk")
def _desk(booth: Booth) -> Iterator[Desk]:
    assert booth.app
    desk = Desk()
    yield desk
    desk.keys.stop()


def test_a_picture_that_comes_late_makes_no_face_of_a_scan(booth: Booth, desk: Desk) -> None:
    """After a frame that was late the window takes the rest of the scan first, and it is one scan."""
    desk.type(EAN[0])
    booth.now += 5 * WAIT_S
    Clock.tick()  # the frame begins with the clock, and only then come the keys that have waited
    desk.type(EAN[1:])
    desk.end()
    booth.wait(1.0)

    assert (desk.events, desk.scans) == ([], [EAN])


def test_a_button_is_told_two_frames_after_its_wait_at_most(booth: Booth, desk: Desk) -> None:
    """Whoever strikes a button sees within a tenth of a second that it counted."""
    desk.type("2")
    booth.wait(0.1)

    assert (desk.events, desk.scans) == ([Chose(2, box=True)], [])


def test_digits_rate_only_where_there_is_a_box(booth: Booth) -> None:
    """A kiosk that was not told of a box takes no digit for a face, and F2 for one."""
    booth.key(49)
    booth.write("1")
    booth.wait(1.0)
    booth.key(283)

    assert booth.events == [Chose(2, box=True)]
