"""Whether the difference of two periods, or of two counters, is real.

The answer is one of four and never more than the figures carry: risen, fallen, the same, or too few to tell.
That no difference was seen does not say that there is none, so “the same” has to be shown as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import hypot
from typing import TYPE_CHECKING, Protocol

from server.domain.statistics import Interval

if TYPE_CHECKING:
    from server.domain.means import Mean
    from server.domain.statistics import Share

SAME_WITHIN = 0.10
"""Two figures are the same if they differ by no more than this. Two that are known to ± 5 points each, what
`samples` calls enough, have a difference known to ± 7: it leaves three points to chance."""


class Verdict(Enum):
    """What may be said of a difference."""

    RISE = "rise"
    FALL = "fall"
    SAME = "same"
    UNCLEAR = "unclear"


class Figure(Protocol):
    """What has a value from 0 to 1 and an interval: a share or a mean."""

    @property
    def value(self) -> float:
        """The figure itself."""

    @property
    def interval(self) -> Interval:
        """Where the true figure lies."""


@dataclass(frozen=True, slots=True)
class Change:
    """By how much a figure differs from an earlier one, -1 to 1, within which bounds, and what that says."""

    value: float
    interval: Interval
    verdict: Verdict


def change(before: Share | None, after: Share | None) -> Change | None:
    """Compare two shares of different citizens; None where either has no ratings.

    Newcombe's hybrid score interval: with (l, u) the Wilson intervals of both shares, the difference d = p₂ -
    p₁ lies from d - √((p₂ - l₂)² + (u₁ - p₁)²) to d + √((u₂ - p₂)² + (p₁ - l₁)²). Newcombe (1998), Interval
    estimation for the difference between independent proportions, Statistics in Medicine 17:873-890, method
    10.
    """
    return _change(before, after)


def change_of_means(before: Mean | None, after: Mean | None) -> Change | None:
    """Compare two linear indices of different citizens; None where either has no ratings.

    The same construction from the intervals of two means: Zou and Donner (2008), Construction of confidence
    limits about effect measures, Statistics in Medicine 27:1693-1702.
    """
    return _change(before, after)


def _change(before: Figure | None, after: Figure | None) -> Change | None:
    if before is None or after is None:
        return None
    value = after.value - before.value
    down = hypot(after.value - after.interval.low, before.interval.high - before.value)
    up = hypot(after.interval.high - after.value, before.value - before.interval.low)
    interval = Interval(value - down, value + up)
    return Change(value, interval, verdict_of(interval))


def verdict_of(interval: Interval, same_within: float = SAME_WITHIN) -> Verdict:
    """Say what the interval of a difference allows to be said."""
    if interval.low > 0:
        return Verdict.RISE
    if interval.high < 0:
        return Verdict.FALL
    if max(-interval.low, interval.high) <= same_within:
        return Verdict.SAME
    return Verdict.UNCLEAR
