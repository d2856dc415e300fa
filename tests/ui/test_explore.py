"""A finger that rests hears a choice, and a finger that touches makes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.ui.explore import REST_S, Exploring

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Moment:
    """Something that happens at a time, unless it is cancelled."""

    at: float
    then: Callable[[], None]
    off: bool = False

    def cancel(self) -> None:
        """Let it not happen."""
        self.off = True


@dataclass
class Choice:
    """A choice in a test, with a time of its own, and what was heard of it."""

    now: float = 0.0
    heard: int = 0
    moments: list[Moment] = field(default_factory=list)
    exploring: Exploring = field(init=False)

    def __post_init__(self) -> None:
        """Give the rule this test's time and ears."""
        self.exploring = Exploring(self._later, self._hear)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        due = [each for each in self.moments if each.at <= self.now and not each.off]
        self.moments = [each for each in self.moments if each not in due]
        for each in due:
            each.then()

    def _later(self, then: Callable[[], None], seconds: float) -> Moment:
        self.moments.append(Moment(self.now + seconds, then))
        return self.moments[-1]

    def _hear(self) -> None:
        self.heard += 1


def test_a_resting_finger_hears_and_does_not_choose() -> None:
    """After half a second the choice is spoken, once, and lifting the finger chooses nothing."""
    choice = Choice()
    choice.exploring.came("finger")
    choice.wait(REST_S)
    choice.wait(10)

    assert choice.heard == 1
    assert not choice.exploring.chooses("finger")


def test_a_short_touch_chooses_in_silence() -> None:
    """A finger that lifts sooner has chosen, and nothing is spoken after it."""
    choice = Choice()
    choice.exploring.came("finger")
    choice.wait(REST_S - 0.01)

    assert choice.exploring.chooses("finger")
    choice.wait(10)
    assert choice.heard == 0


def test_who_has_heard_a_choice_can_touch_it() -> None:
    """The touch after the one that explored chooses as always."""
    choice = Choice()
    choice.exploring.came("first")
    choice.wait(REST_S)
    choice.exploring.chooses("first")
    choice.exploring.came("second")

    assert choice.exploring.chooses("second")


def test_a_finger_that_slides_off_hears_nothing() -> None:
    """Only a finger that stays rests; one that comes back begins anew."""
    choice = Choice()
    choice.exploring.came("finger")
    choice.wait(REST_S / 2)
    choice.exploring.slid_off("finger")
    choice.wait(REST_S)
    assert choice.heard == 0

    choice.exploring.came("finger")
    choice.wait(REST_S)
    assert choice.heard == 1


def test_a_finger_that_heard_does_not_hear_again() -> None:
    """A finger that trembles about the edge of a choice does not start it over and over."""
    choice = Choice()
    choice.exploring.came("finger")
    choice.wait(REST_S)
    choice.exploring.slid_off("finger")
    choice.exploring.came("finger")
    choice.wait(REST_S)

    assert choice.heard == 1
    assert not choice.exploring.chooses("finger")


def test_a_resting_hand_does_not_silence_a_finger() -> None:
    """While a hand explores, another finger can choose: each finger counts for itself."""
    choice = Choice()
    choice.exploring.came("hand")
    choice.wait(REST_S)
    choice.exploring.came("finger")

    assert choice.exploring.chooses("finger")
    assert not choice.exploring.chooses("hand")


def test_a_choice_that_went_away_is_not_spoken() -> None:
    """When the screen changes under a resting finger, the choice that it rested on is silent."""
    choice = Choice()
    choice.exploring.came("finger")
    choice.exploring.forget()
    choice.wait(REST_S)

    assert choice.heard == 0
