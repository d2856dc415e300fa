"""Many places around one share: who lies further off than chance alone would put them.

A funnel plot replaces the league table: Spiegelhalter (2005), Funnel plots for comparing institutional
performance, Statistics in Medicine 24:1185-1202. Outside the 95 % limits is a reason to watch, outside the
99.8 % limits a reason to act. Of 124 centers 6 are outside the first by chance alone, and one in four periods
has one outside the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import asin, pi, sin, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from server.domain.distributions import binomial_at_most
from server.domain.statistics import Interval, z_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.statistics import Tally

WATCH, OUTLIER = 0.95, 0.998
"""How much of what chance alone does lies within the inner and the outer limits."""
WINSORISED = 0.1
"""Which part at either end is drawn in before the spread is judged, so that outliers do not hide
themselves."""
FALSE_DISCOVERIES = 0.05
"""Which part of those that are called different may be so by chance."""


class Zone(Enum):
    """Where a place lies in the funnel."""

    INSIDE = "inside"
    WATCH_LOW = "watch_low"
    WATCH_HIGH = "watch_high"
    OUTLIER_LOW = "outlier_low"
    OUTLIER_HIGH = "outlier_high"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the funnel: its share, how improbable that is by chance, and whether it is a discovery.

    `is_discovery`: of all places that are called so, at most `FALSE_DISCOVERIES` are so by chance.
    """

    value: float
    n: int
    zone: Zone
    p_value: float
    is_discovery: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """The share of all places together, how much more they differ than chance alone, and each of them.

    `tau2` is the variance between places on the arcsine scale, 0 where chance explains all. `spots` are in
    the order of what was given, None where nobody has rated.
    """

    target: float
    tau2: float
    spots: tuple[Spot | None, ...]

    def limits(self, n: int, within: float) -> Interval:
        """Return between which shares a place of `n` ratings lies by chance, with probability `within`."""
        return _limits(self.target, self.tau2, n, within)


def exact_limits(target: float, n: int, within: float) -> Interval:
    """Return the limits of the binomial itself, interpolated between whole counts.

    Spiegelhalter 2005, appendix A.1. With r the smallest count of which F(r) ≥ p, and a = (F(r) - p) / (F(r)
    - F(r - 1)), a limit is (r - a) / n. `n` is above 0.
    """
    if target in {0.0, 1.0}:
        return Interval(target, target)
    tail = (1 - within) / 2
    return Interval(_exact_limit(target, n, tail), _exact_limit(target, n, 1 - tail))


def _exact_limit(target: float, n: int, probability: float) -> float:
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if binomial_at_most(middle, n, target) >= probability:
            high = middle
        else:
            low = middle + 1
    at, below = binomial_at_most(low, n, target), binomial_at_most(low - 1, n, target)
    return min(1.0, max(0.0, (low - (at - probability) / (at - below)) / n))


def _limits(target: float, tau2: float, n: int, within: float) -> Interval:
    """Return the limits of the binomial, or where places differ more, the wider ones on the arcsine scale.

    Near 0 and 1 the arcsine is too narrow for few ratings: a spread of next to nothing must not make a
    place of 16 in 16 stand out that chance alone explains.
    """
    exact = exact_limits(target, n, within)
    if tau2 == 0:
        return exact
    middle, half = asin(sqrt(target)), z_of(within) * sqrt(_variance(n) + tau2)
    low, high = sin(max(0.0, middle - half)) ** 2, sin(min(pi / 2, middle + half)) ** 2
    return Interval(min(exact.low, low), max(exact.high, high))


def _variance(n: int) -> float:
    """Return the variance of asin √p of `n` ratings."""
    return 1 / (4 * n)


def overdispersion(tallies: Sequence[Tally], target: float) -> float:
    """Return τ²: by how much places differ beyond chance, on the arcsine scale; 0 where chance explains all.

    z = (asin √p - asin √θ)·2√n, its `WINSORISED` highest and lowest drawn in to the next, φ = Σ z² / k. Where
    kφ > k - 1: τ² = (kφ - (k - 1)) / (Σw - Σw² / Σw) with w = 4n (Spiegelhalter 2005, sections 3.4 and A.3;
    the additive model of DerSimonian and Laird 1986).
    """
    rated = [each for each in tallies if each.n > 0]
    if len(rated) < 2:  # noqa: PLR2004 - one place does not differ from itself
        return 0.0
    middle = asin(sqrt(target))
    scores = sorted((asin(sqrt(each.count / each.n)) - middle) / sqrt(_variance(each.n)) for each in rated)
    cut = int(len(scores) * WINSORISED)
    low, high = scores[cut], scores[-1 - cut]
    excess = sum(min(high, max(low, each)) ** 2 for each in scores) - (len(scores) - 1)
    weights = [4 * each.n for each in rated]
    return max(0.0, excess / (sum(weights) - sum(each * each for each in weights) / sum(weights)))


def p_value(tally: Tally, target: float, tau2: float = 0.0) -> float:
    """Return how probable a share at least this far off is by chance, on both sides. `n` is above 0.

    Of the binomial: twice the smaller tail. With overdispersion: of the normal on the arcsine scale, and no
    less than by chance alone.
    """
    below = binomial_at_most(tally.count, tally.n, target)
    above = 1 - binomial_at_most(tally.count - 1, tally.n, target)
    exact = min(1.0, 2 * min(below, above))
    if tau2 == 0:
        return exact
    off = abs(asin(sqrt(tally.count / tally.n)) - asin(sqrt(target)))
    return max(exact, 2 * (1 - NormalDist().cdf(off / sqrt(_variance(tally.n) + tau2))))


def discoveries(p_values: Sequence[float], rate: float = FALSE_DISCOVERIES) -> list[bool]:
    """Say of each whether it counts as real, so that at most this part of them is so by chance.

    Benjamini and Hochberg (1995), Controlling the false discovery rate, Journal of the Royal Statistical
    Society B 57:289-300: all up to the last p₍ᵢ₎ ≤ i / k · rate.
    """
    k = len(p_values)
    passed = (p for i, p in enumerate(sorted(p_values), 1) if p <= i / k * rate)
    last = max(passed, default=-1.0)
    return [p <= last for p in p_values]


def funnel(tallies: Sequence[Tally], spread_min: int = 0) -> Funnel | None:
    """Return the funnel of these places; None where nobody has rated.

    Of fewer rated places than `spread_min` they are held to chance alone: where three differ, one of them
    that is far off would pass for a spread of all, and hide itself.
    """
    n = sum(each.n for each in tallies)
    if n == 0:
        return None
    target = sum(each.count for each in tallies) / n
    rated = [each for each in tallies if each.n > 0]
    tau2 = overdispersion(rated, target) if len(rated) >= spread_min else 0.0
    p_values = [p_value(each, target, tau2) for each in rated]
    found = iter(list(zip(p_values, discoveries(p_values), strict=True)))
    spots = [_spot(each, target, tau2, *next(found)) if each.n > 0 else None for each in tallies]
    return Funnel(target, tau2, tuple(spots))


def _spot(tally: Tally, target: float, tau2: float, p: float, is_discovery: bool) -> Spot:  # noqa: FBT001 - a pair
    """Place a tally in the funnel: outside a limit is who lies beyond it and is as improbable as it says.

    The limits run smoothly between whole counts, and so a little within the highest count that chance
    allows: five of five would lie above them, however probable that is.
    """
    value = tally.count / tally.n
    zone = Zone.INSIDE
    for within, low, high in (
        (WATCH, Zone.WATCH_LOW, Zone.WATCH_HIGH),
        (OUTLIER, Zone.OUTLIER_LOW, Zone.OUTLIER_HIGH),
    ):
        limits = _limits(target, tau2, tally.n, within)
        if p < 1 - within and not limits.low <= value <= limits.high:
            zone = low if value < limits.low else high
    return Spot(value, tally.n, zone, p, is_discovery)
