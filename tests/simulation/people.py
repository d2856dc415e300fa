"""Citizens, and the paper on which stands who was thanked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.events import SaveDraft

if TYPE_CHECKING:
    from server.protocol.record import Record
    from tests.simulation.world import World

MARK = "visit"
"""The flag of a record that says which citizen's it is."""


@dataclass
class Paper:
    """What citizens did and what they read. Each has a number, which stands in the record as a flag."""

    world: World
    given: set[int] = field(default_factory=set)
    thanks: set[int] = field(default_factory=set)

    def draft(self, number: int, score: int, comment: str = "") -> SaveDraft:
        """Return what a citizen has given so far."""
        self.given.add(number)
        return SaveDraft((("overall", score),), "vi", (f"{MARK}:{number}",), comment=comment)

    def thanked(self, who: str, number: int) -> None:
        """Write down that a citizen was thanked."""
        self.thanks.add(number)
        self.world.tell(who, f"thanks citizen {number}")

    def refused(self, who: str, number: int) -> None:
        """Write down that a citizen read that the rating could not be kept."""
        self.world.tell(who, f"is sorry, citizen {number}")


def number_of(record: Record) -> int:
    """Return which citizen's record it is."""
    return next(int(flag.partition(":")[2]) for flag in record.flags if flag.startswith(MARK))
