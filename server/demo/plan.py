"""What a year of the demo is like: centers, counters, officers, and the truths that are planted in it.

Nothing of it happened. Whoever looks at the pages afterwards can ask whether they find what was planted, and
whether they cry wolf about what was not. Pure: the same seed is the same year.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from server.domain.places import Center

COUNTERS: Final = 1
"""How many counters a center has; the one whose officers are told apart has more."""
COUNTERS_OF_OFFICERS: Final = 5
VISITS_A_DAY: Final = 9.0
"""How many citizens rate at a counter on a working day, on average."""
VISITS_WITH_OFFICERS: Final = 16.0
SERVED_EACH: Final = 7
"""How many are served for each that rates, on average: some 14 of 100 rate."""
SPREAD: Final = 0.12
"""How far centers differ that nothing was planted in: a standard deviation, in logits."""
DAY_SPREAD: Final = 0.25
"""How far days of one center differ, in logits: a queue, rain, a system that is down."""
USUAL: Final = 2.2
"""The usual citizen in logits: nine of ten are content."""


class Truth(Enum):
    """What is planted, once each."""

    BEST = "best"
    """A center that is better than all others."""
    WORST = "worst"
    """A center that is worse."""
    FALLEN = "fallen"
    """A center that falls from a day on."""
    SWITCHED_OFF = "switched_off"
    """A kiosk that somebody switches off on bad days."""
    UNKIND = "unkind"
    """An officer with whom citizens are less content."""
    KIND = "kind"
    """An officer with whom they are more content."""
    RATES_HIMSELF = "rates_himself"
    """An officer who touches the best face again and again when everybody has left."""
    CHILD = "child"
    """A child who presses everything, on one day."""
    TRIPS = "trips"
    """A procedure for which people have to come again."""


EFFECT: Final = {
    Truth.BEST: 1.5,
    Truth.WORST: -1.2,
    Truth.FALLEN: -1.3,
    Truth.UNKIND: -1.6,
    Truth.KIND: 1.4,
}
"""How much that changes, in logits."""


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """Somebody at a counter. `truth` is what was planted, if anything."""

    number: int
    truth: Truth | None = None


@dataclass(frozen=True, slots=True)
class DemoCenter:
    """A center as it really is: `quality` in logits around the usual. `since` is when its truth begins."""

    center: Center
    quality: float
    visits: float
    counters: int
    officers: tuple[DemoOfficer, ...] = ()
    truths: frozenset[Truth] = field(default_factory=frozenset)
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A year of all centers, both days included."""

    first: date
    last: date
    centers: tuple[DemoCenter, ...]

    def days(self) -> list[date]:
        """Return its days in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def where(self, truth: Truth) -> DemoCenter:
        """Return the center in which something was planted."""
        return next(each for each in self.centers if truth in each.truths)


def plan_of(
    centers: Sequence[Center],
    first: date,
    last: date,
    rng: Random,
    with_officers: int | None = None,
    busy: float = 1.0,
) -> Plan:
    """Plant everything, each in a center of its own: officers and procedures in `with_officers`, if named.

    At least seven centers are needed. `busy`: so many times as many citizens as is usual.
    """
    free = sorted(centers, key=lambda each: each.code)
    rng.shuffle(free)
    chosen = next((each for each in free if each.code == with_officers), free[0])
    free.remove(chosen)
    alone = (Truth.BEST, Truth.WORST, Truth.FALLEN, Truth.SWITCHED_OFF, Truth.RATES_HIMSELF, Truth.CHILD)
    planted = {place.code: truth for place, truth in zip(free, alone, strict=False)}
    late = first + (last - first) * 3 // 4
    made = [_center(each, planted.get(each.code), late.replace(day=1), rng) for each in free]
    of_all = (replace(each, visits=busy * each.visits) for each in (_staffed(chosen), *made))
    return Plan(first, last, tuple(sorted(of_all, key=lambda each: each.center.code)))


def _center(place: Center, truth: Truth | None, late: date, rng: Random) -> DemoCenter:
    # what is planted stands on common ground: nothing is added by lot
    quality = rng.gauss(0, SPREAD) if truth is None else EFFECT.get(truth, 0.0)
    if truth is Truth.FALLEN:
        quality = 0.0
    return DemoCenter(
        place,
        quality,
        VISITS_A_DAY * (1 if truth else rng.uniform(0.7, 1.4)),
        COUNTERS,
        truths=frozenset({truth} if truth else ()),
        since=late if truth in {Truth.FALLEN, Truth.CHILD} else None,
    )


def _staffed(place: Center) -> DemoCenter:
    """Return the center whose officers are told apart: one unkind, one kind, one seat for each procedure."""
    truths = {0: Truth.UNKIND, 1: Truth.KIND}
    officers = tuple(DemoOfficer(number, truths.get(number)) for number in range(COUNTERS_OF_OFFICERS + 1))
    planted = frozenset({Truth.UNKIND, Truth.KIND, Truth.TRIPS})
    return DemoCenter(place, 0.0, VISITS_WITH_OFFICERS, COUNTERS_OF_OFFICERS, officers, planted)
