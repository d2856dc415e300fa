"""The satisfaction part of Decision 766/QĐ-TTg: three ratios, 6 points each.

Not what citizens said. The decision counts every dossier as satisfactory that nobody called otherwise: a
center that asks nobody has 100 %. So no page shows it without saying so, or beside the share of those who
rated as if both were the same. All figures but the dissatisfied ratings are imported; what is missing is
told, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from server.domain.indices import exact, half_up, table

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from decimal import Decimal

    from server.domain.indices import Ratio, Table

TABLE: Final = "decision766"


class Absent(Enum):
    """Why a ratio has no value."""

    NEEDS_IMPORT = "needs_import"
    NOTHING = "nothing"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Complaints:
    """The complaints (PAKN) of a period: all, those answered in time, and which were not well received.

    `dissatisfied` and `again` name complaints by whatever identifies one: whose author was not satisfied with
    the answer, and which were complained about again.
    """

    total: int
    on_time: int
    dissatisfied: AbstractSet[str] = frozenset()
    again: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dossiers:
    """The dossiers of a period: all, and which were rated badly, complained about, or late.

    The sets hold fingerprints. A dossier that is in several of them counts once.
    """

    total: int
    dissatisfied: AbstractSet[str] = frozenset()
    complained: AbstractSet[str] = frozenset()
    overdue: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RatioResult:
    """A ratio: `good` of `total`, its value from 0 to 1, and its points. `absent` says why there is none."""

    ratio: Ratio
    good: int | None
    total: int | None
    value: Fraction | None
    points: Decimal | None
    absent: Absent | None


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The three ratios. `points` is their sum, None unless all three have points."""

    ratios: tuple[RatioResult, ...]

    @property
    def points(self) -> Decimal | None:
        """The points of the group “satisfaction”, of `points_max`."""
        known = [each.points for each in self.ratios if each.points is not None]
        return sum(known, known[0] - known[0]) if len(known) == len(self.ratios) else None

    @property
    def points_max(self) -> int:
        """What the three are worth together."""
        return sum(each.ratio.points_max for each in self.ratios)


def satisfaction(
    complaints: Complaints | None, dossiers: Dossiers | None, rules: Table | None = None
) -> Satisfaction:
    """Return R1, R2 and R3 of what is known; None: not imported. Points: 6 · min(1, R / target), 2 decimals.

    R1: complaints answered in time / all. R2: (complaints - (dissatisfied ∪ complained again)) / complaints.
    R3: (dossiers - (dissatisfied ∪ complained about ∪ overdue)) / dossiers. Where there were none, a ratio is
    not defined: neither 0 nor 100 %. Where the figures contradict each other, it has no value either.
    """
    r1, r2, r3 = (rules or table(TABLE)).ratios
    answered = received = served = None
    if complaints is not None:
        answered = complaints.on_time, complaints.total
        received = complaints.total - len(complaints.dissatisfied | complaints.again), complaints.total
    if dossiers is not None:
        flagged = dossiers.dissatisfied | dossiers.complained | dossiers.overdue
        served = dossiers.total - len(flagged), dossiers.total
    return Satisfaction((_result(r1, answered), _result(r2, received), _result(r3, served)))


def _result(ratio: Ratio, found: tuple[int, int] | None) -> RatioResult:
    if found is None:
        return RatioResult(ratio, None, None, None, None, Absent.NEEDS_IMPORT)
    good, total = found
    if not 0 <= good <= total:
        return RatioResult(ratio, good, total, None, None, Absent.IMPOSSIBLE)
    if total == 0:
        return RatioResult(ratio, good, total, None, None, Absent.NOTHING)
    value = Fraction(good, total)
    points = ratio.points_max * min(Fraction(1), value / exact(ratio.target))
    return RatioResult(ratio, good, total, value, half_up(points, 2), None)
