"""Exploring by touch: while the kiosk reads aloud, a finger that rests on a choice hears it.

Lifting it is then no choice; a shorter touch chooses as always. What was not heard is never
lost: only the speaking itself makes a touch one that explores. Knows no Kivy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

REST_S: Final = 0.5
"""A finger that stays this long rests."""


class Wait(Protocol):
    """Something that will be called back, unless it is cancelled."""

    def cancel(self) -> object:
        """Call nobody back."""


@dataclass(slots=True)
class Exploring:
    """The fingers on one choice. `later` calls back after seconds, `hear` speaks the choice."""

    later: Callable[[Callable[[], None], float], Wait]
    hear: Callable[[], None]
    _waits: dict[Hashable, Wait] = field(default_factory=dict)
    _heard: set[Hashable] = field(default_factory=set)

    def came(self, finger: Hashable) -> None:
        """Begin to wait: this finger came down on the choice, or slid back onto it."""
        if finger not in self._waits and finger not in self._heard:
            self._waits[finger] = self.later(lambda: self._rested(finger), REST_S)

    def slid_off(self, finger: Hashable) -> None:
        """End the waiting: this finger is somewhere else."""
        wait = self._waits.pop(finger, None)
        if wait is not None:
            wait.cancel()

    def chooses(self, finger: Hashable) -> bool:
        """Forget a finger that lifted, and say whether its lifting is a choice."""
        self.slid_off(finger)
        heard = finger in self._heard
        self._heard.discard(finger)
        return not heard

    def forget(self) -> None:
        """Forget every finger: the choice is no longer there, and nothing more is to be heard of it."""
        for finger in tuple(self._waits):
            self.slid_off(finger)
        self._heard.clear()

    def _rested(self, finger: Hashable) -> None:
        del self._waits[finger]
        self._heard.add(finger)
        self.hear()
