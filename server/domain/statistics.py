"""How sure one can be of a share. Pure arithmetic: no ratings, no center, no page.

The share satisfied is a proportion: the ratings with one of the two best of five scores, of
all ratings. No share leaves this module without the number it rests on and its interval.

The other numbers have modules of their own: the mean of the scores in `means`, two periods beside each other
in `changes`, many places in `ranking` and `funnel`, one place day by day in `control`, how many ratings are
enough in `samples`. None of them needs SciPy to be loaded but those that ask `distributions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.domain.disclosure import Scores

CONFIDENCE = 0.95
"""How often an interval made this way holds the true share, in the long run."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which bounds the true figure lies: both from 0 to 1, of a difference from -1 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
    """So many of `n` ratings, of one place or of one day. Both may be 0."""

    count: int
    n: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many of `n` ratings, and the interval of the share that this tells of. `n` is never 0."""

    count: int
    n: int
    interval: Interval

    @property
    def value(self) -> float:
        """The share itself, from 0 to 1."""
        return self.count / self.n


@cache
def z_of(confidence: float) -> float:
    """Return z: the standard normal lies within -z and z with this probability, 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def score_interval(p: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """Return Wilson's score interval of a figure `p` from 0 to 1 that is worth `n` > 0 yes-or-no answers.

    center = (p + z² / 2n) / (1 + z² / n)  and  half = z / (1 + z² / n) · √(p (1 - p) / n + z² / 4n²).

    Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference,
    JASA 22:209-212. Unlike p ± z·√(p (1 - p) / n) it never leaves 0 to 1 and does not claim to be
    certain when all agree; see Newcombe (1998), Statistics in Medicine 17:857-872.
    """
    z = z_of(confidence)
    scale = 1 + z * z / n
    center = (p + z * z / (2 * n)) / scale
    half = z / scale * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # at both ends the formula gives exactly 0 and 1; floating point misses them by a hair
    low = 0.0 if p == 0 else max(0.0, center - half)
    high = 1.0 if p == 1 else min(1.0, center + half)
    return Interval(low, high)


def wilson(count: int, n: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Return Wilson's score interval of `count` in `n`; None where there is nothing to tell.

    Raises `ValueError` for more of them than there are, or fewer than none.
    """
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share")
    return None if n == 0 else score_interval(count / n, n, confidence)


def share(count: int, n: int) -> Share | None:
    """Return a share with its interval, or None where there are no ratings: that is not 0 %."""
    interval = wilson(count, n)
    return None if interval is None else Share(count, n, interval)


def satisfied(scores: Scores) -> Share | None:
    """Return the share of the two best of five scores."""
    return share(scores[3] + scores[4], sum(scores))


def dissatisfied(scores: Scores) -> Share | None:
    """Return the share of the two worst of five scores."""
    return share(scores[0] + scores[1], sum(scores))
