"""One place day by day: which days are more than the usual up and down.

A control chart (Shewhart) has a middle and, for each day by its number of ratings, limits between which
chance alone keeps nearly all days: of steady days about 3 in 1,000 are outside. A day outside is worth a
question, a day within is not, however it feels.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from math import ceil, sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING

from server.domain.statistics import Interval

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from server.domain.statistics import Tally

SIGMAS = 3
RUN = 8
"""So many days in a row on one side of the middle are a shift, even if each lies within the limits.

By chance alone one in ten charts of 30 steady days has such a run, and four in ten of 90 days."""
D2 = 1.128
"""What the mean distance of two neighbors is, in standard deviations, of a normal variable."""
DAYS_MIN = 20
"""Of fewer days the limits are provisional."""
LANEY_SPREAD = 1.2
"""From how much more than chance on the limits are widened."""
LANEY_N = 1000
"""From so many ratings a day on, chance is so little that every day would be a signal."""
N_MIN, UNSATISFIED_MIN = 20, 3
"""The fewest ratings of a day, and the fewest unsatisfied ones to be expected of it, that limits are made
for."""
ROUNDING = 1e-9
"""What floating point may be off by: 3 / (1 - 0.9) is 30."""


class Signal(Enum):
    """Why a day is worth a question."""

    ABOVE = "above"
    BELOW = "below"
    RUN_ABOVE = "run_above"
    RUN_BELOW = "run_below"


@dataclass(frozen=True, slots=True)
class Point:
    """A day: its share and its limits. `is_small`: too few ratings for its limits, so they make no signal."""

    value: float
    n: int
    limits: Interval
    signal: Signal | None
    is_small: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The days, in order, None where nobody rated.

    `center` is the share of all days. `spread` is σ_z, how much more than by chance days differ from their
    neighbors (1: just as much), None of fewer than two days. `is_laney`: the limits are widened by it.
    `is_provisional`: fewer than `DAYS_MIN` days.
    """

    center: float
    spread: float | None
    is_laney: bool
    is_provisional: bool
    points: tuple[Point | None, ...]


def n_min(center: float) -> int:
    """Return how many ratings a day needs for limits to be relied on; merge days until they have them.

    At least `N_MIN`, and `UNSATISFIED_MIN` unsatisfied ones to be expected, or satisfied ones where these are
    fewer.
    """
    rarer = min(center, 1 - center)
    return N_MIN if rarer == 0 else max(N_MIN, ceil(UNSATISFIED_MIN / rarer - ROUNDING))


def chart(
    days: Sequence[Tally], left_out: Collection[int] = (), *, laney: bool | None = None
) -> Chart | None:
    """Return the chart of these days; None where nobody has rated.

    A p-chart: p̄ ± 3·√(p̄ (1 - p̄) / n_i), within 0 to 1 (Montgomery, Introduction to Statistical Quality
    Control, section 7.2). Where days differ more than by chance, Laney's p′: the same, times σ_z (Laney
    (2002), Improved control charts for attributes, Quality Engineering 14:531-537). Which of the two `laney`
    says; of None it is p′ where σ_z is above `LANEY_SPREAD` or a usual day has more than `LANEY_N` ratings.

    Days `left_out` (positions) do not shape the middle and the limits, but are judged by them: days that are
    explained already.
    """
    shaping = [each for day, each in enumerate(days) if each.n > 0 and day not in left_out]
    if not shaping:
        return None
    center = sum(each.count for each in shaping) / sum(each.n for each in shaping)
    spread = _spread(shaping, center)
    if laney is None:
        laney = (spread or 0) > LANEY_SPREAD or median(each.n for each in shaping) > LANEY_N
    is_laney = laney and spread is not None
    wide = spread if is_laney and spread is not None else 1.0
    runs = _runs([each.count / each.n - center if each.n else 0.0 for each in days])
    points = tuple(
        _point(each, center, wide, runs.get(day)) if each.n > 0 else None for day, each in enumerate(days)
    )
    return Chart(center, spread, is_laney, len(shaping) < DAYS_MIN, points)


def _spread(days: Sequence[Tally], center: float) -> float | None:
    """Return σ_z: the mean of |z_i - z_(i-1)|, over 1.128; None where no two days can differ."""
    if len(days) < 2 or center in {0.0, 1.0}:  # noqa: PLR2004 - two neighbors
        return None
    z = [(each.count / each.n - center) / _sigma(center, each.n) for each in days]
    return fmean(abs(later - earlier) for earlier, later in pairwise(z)) / D2


def _sigma(center: float, n: int) -> float:
    return sqrt(center * (1 - center) / n)


def _runs(offsets: Sequence[float]) -> dict[int, Signal]:
    """Return the days from the eighth in a row on one side on.

    Days exactly in the middle, and those without ratings, neither count nor break a run (Anhøj and Olesen
    (2014), Run charts revisited, PLoS ONE 9:e113825).
    """
    found: dict[int, Signal] = {}
    length, side = 0, 0
    for day, offset in enumerate(offsets):
        if offset == 0:
            continue
        here = 1 if offset > 0 else -1
        length, side = (length + 1, side) if here == side else (1, here)
        if length >= RUN:
            found[day] = Signal.RUN_ABOVE if side > 0 else Signal.RUN_BELOW
    return found


def _point(day: Tally, center: float, wide: float, run: Signal | None) -> Point:
    half = SIGMAS * _sigma(center, day.n) * wide
    limits = Interval(max(0.0, center - half), min(1.0, center + half))
    value = day.count / day.n
    is_small = day.n < n_min(center)
    outside = Signal.ABOVE if value > limits.high else Signal.BELOW if value < limits.low else None
    return Point(value, day.n, limits, run if is_small or outside is None else outside, is_small)
