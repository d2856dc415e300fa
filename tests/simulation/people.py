"""Citizens, and the paper on which stands who was thanked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from kiosk.events import SaveDraft

if TYPE_CHECKING:
    from server.protocol.record import Record
    from tests.simulation.kiosk import Kiosk
    from tests.simulation.province import Province
    from tests.simulation.world import World

MARK = "visit"
"""The flag of a record that says which citizen's it is."""


@dataclass
class Paper:
    """What citizens did and what they read. Each has a number, which stands in the record as a flag."""

    world: World
    given: set[int] = field(default_factory=set)
    thanks: dict[int, float] = field(default_factory=dict)
    """Who was thanked, and when (true seconds since 1970)."""
    lost: set[int] = field(default_factory=set)
    """Whose ratings nobody can have any more, however right all programs are: no disk has them."""

    def draft(self, number: int, score: int, comment: str = "") -> SaveDraft:
        """Return what a citizen has given so far."""
        self.given.add(number)
        return SaveDraft((("overall", score),), "vi", (f"{MARK}:{number}",), comment=comment)

    def thanked(self, who: str, number: int) -> None:
        """Write down that a citizen was thanked."""
        self.thanks[number] = self.world.true_s()
        self.world.tell(who, f"thanks citizen {number}")

    def refused(self, who: str, number: int) -> None:
        """Write down that a citizen read that the rating could not be kept."""
        self.world.tell(who, f"is sorry, citizen {number}")


def come(province: Province, kiosk: Kiosk, most: int, within_s: float) -> None:
    """Let some citizens come to a kiosk."""
    chance = province.world.chance
    for _ in range(chance.randint(1, most)):
        province.world.later(chance.uniform(0, within_s), partial(_visit, province, kiosk))


def _visit(province: Province, kiosk: Kiosk) -> None:
    """Let a citizen rate, and perhaps write; who walks away after the first touch counts a little later."""
    chance = province.world.chance
    number, score = province.next_citizen(), chance.randint(1, 5)
    if kiosk.touch(number, score):
        comment = f"góp ý {number}" if chance.random() < 0.3 else ""
        stays_s = 65.0 if chance.random() < 0.05 else chance.uniform(0, 5)
        province.world.later(stays_s, partial(kiosk.finish, number, score, comment))


def number_of(record: Record) -> int:
    """Return which citizen's record it is."""
    return next(int(flag.partition(":")[2]) for flag in record.flags if flag.startswith(MARK))
