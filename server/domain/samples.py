"""How many ratings are enough, and what those say who did not rate.

A share of few ratings is unsure by chance, which more ratings cure. That only some citizens rate is another
thing, which they do not: so the coverage, ratings for each dossier or ticket that was served, stands beside
every share.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from server.domain.statistics import Interval, score_interval

WITHIN = 0.05
"""To how much a share ought to be known, either way: five points."""
CHI2_95 = 3.841
"""The 95 % quantile of chi-square with one degree of freedom, as Krejcie and Morgan print it."""
N_MAX = 1 << 40
"""More ratings than anybody will ever count."""


def _half(p: float, n: float) -> float:
    """Return half the width of Wilson's interval."""
    interval = score_interval(p, n)
    return (interval.high - interval.low) / 2


def ratings_needed(count: int, n: int, within: float = WITHIN) -> int:
    """Return how many ratings in all make a share sure within ± `within`, if it stays what it is now.

    Half the width of Wilson's interval has to be no more than that. Without ratings: half are satisfied,
    where the most are needed. Raises `ValueError` where `within` is not between 0 and 1.
    """
    if not 0 < within < 1:
        raise ValueError(f"nothing can be known within {within}")
    p = count / n if n else 0.5
    low, high = 1, N_MAX
    while low < high:
        middle = (low + high) // 2
        if _half(p, middle) <= within:
            high = middle
        else:
            low = middle + 1
    return low


def more_ratings(count: int, n: int, within: float = WITHIN) -> int:
    """Return how many ratings are still missing, or 0. Raises what `ratings_needed` raises."""
    return max(0, ratings_needed(count, n, within) - n)


def ministry_sample(population: int, within: float = WITHIN) -> int:
    """Return how many of `population` citizens to ask: N / (1 + N e²), rounded up.

    The ministry's formula for SIPAS samples; in statistics it is known as Yamane's (Yamane (1967),
    Statistics: An introductory analysis, 2nd edition, page 886). For half satisfied and two standard errors.
    """
    wide = Fraction(str(within))
    return ceil(population / (1 + population * wide * wide))


def krejcie_morgan(population: int, within: float = WITHIN, p: float = 0.5) -> int:
    """Return how many of `population` citizens to ask: χ² N P (1 - P) / (d² (N - 1) + χ² P (1 - P)), rounded.

    Krejcie and Morgan (1970), Determining sample size for research activities, Educational and Psychological
    Measurement 30:607-610. With χ² = 4 and N for N - 1 it is the ministry's formula.
    """
    if population == 0:
        return 0
    spread = CHI2_95 * p * (1 - p)
    return floor(spread * population / (within * within * (population - 1) + spread) + 0.5)


@dataclass(frozen=True, slots=True)
class Coverage:
    """So many ratings of so many served. Never both without each other; `served` may be 0."""

    n: int
    served: int

    @property
    def value(self) -> float | None:
        """The ratings for each one served; None where nothing was served: that is not 0."""
        return self.n / self.served if self.served else None

    @property
    def is_over(self) -> bool:
        """Whether there are more ratings than were served: one of the counts is wrong, and a page says so."""
        return self.n > self.served

    def bounds(self, satisfied: int) -> Interval | None:
        """Return between which bounds the share of all served lies, whatever those think who did not rate.

        [RR·y, RR·y + 1 - RR], with RR the coverage and y the share satisfied: Manski (1989), Anatomy of the
        selection problem, Journal of Human Resources 24:343-360. None where the coverage says nothing:
        nothing served, or more ratings than that.
        """
        if not 0 <= satisfied <= self.n:
            raise ValueError(f"{satisfied} of {self.n} is no share")
        if self.served == 0 or self.is_over:
            return None
        return Interval(satisfied / self.served, (satisfied + self.served - self.n) / self.served)


def silence_bias(coverage: float, rated: float, silent: float) -> float:
    """Return by how much a share is too high if those who did not rate have another.

    (1 - RR)(y_rated - y_silent): Groves and Peytcheva (2008), The impact of nonresponse rates on nonresponse
    bias, Public Opinion Quarterly 72:167-189.
    """
    return (1 - coverage) * (rated - silent)
