"""Official indices: their tables, and the few things that all of them do.

A table is a file in `indicators/`: its bands, maxima, targets and words, where each was read, and what of it
nobody has confirmed. A new decree is a new file. What a rule does beyond that stands in a module of its own,
`decision766` and `decree61`. Points are exact (`Decimal`, `Fraction`): a center that has 15.00 points has
15.00 points.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    Number = int | float | Decimal | Fraction

Text = dict[str, str]
"""By language."""


class Need(Enum):
    """What has to be there before a figure can be told; all but ratings is imported."""

    RATINGS = "ratings"
    DOSSIERS = "dossiers"
    COMPLAINTS = "complaints"
    PROCEDURES = "procedures"


class Band(Struct, frozen=True, forbid_unknown_fields=True):
    """A grade: from `low` points, itself within, to just below the next higher one."""

    low: Decimal
    id: str
    name: Text
    confirmed: bool = True


class Indicator(Struct, frozen=True, forbid_unknown_fields=True):
    """One of several whose points are added up.

    Asked of citizens, `points` are those of each option of its `question`, faces from worst to best; null
    does not count. Else it comes from the center's own figures, which have to be at `least` so much, as parts
    of 1. `rule` says in words what 2, 1 and 0 points are for.
    """

    number: int
    text: Text
    needs: list[Need]
    question: str = ""
    points: list[int | None] = field(default_factory=list)
    least: dict[str, Decimal] = field(default_factory=dict)
    rule: Text = field(default_factory=dict)
    confirmed: bool = True


class Ratio(Struct, frozen=True, forbid_unknown_fields=True):
    """So many of so many, worth `points_max` from the `target` (a part of 1) on, less below it."""

    id: str
    text: Text
    formula: Text
    points_max: int
    target: Decimal
    needs: list[Need]
    confirmed: bool = True


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of an index, and what it is worth."""

    id: str
    text: Text
    points_max: int
    confirmed: bool = True


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """An index as its rule has it.

    Bands are highest first; points are rounded to `decimals` before they are banded. `confirmed`: was it read
    in the rule itself, or in what quotes it, without doubt. What is not says so on a page. `article` names
    the place in the rule, as a page does.
    """

    id: str
    name: Text
    source: str
    points_min: Decimal
    points_max: Decimal
    decimals: int
    bands: list[Band]
    indicators: list[Indicator] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    ratios: list[Ratio] = field(default_factory=list)
    article: Text = field(default_factory=dict)
    confirmed: bool = True

    def __post_init__(self) -> None:
        """Refuse a table whose bands leave a hole or whose parts are not the whole."""
        lows = [self.points_max, *(each.low for each in self.bands)]
        if (
            len(lows) == 1
            or lows[-1] != self.points_min
            or any(low <= next_ for low, next_ in pairwise(lows))
        ):
            raise ValueError(
                f"the bands of {self.id} do not go from {self.points_max} down to {self.points_min}"
            )
        parts = sum(each.points_max for each in self.groups)
        if self.groups and parts != self.points_max:
            raise ValueError(f"the groups of {self.id} have {parts} points, not {self.points_max}")

    def band(self, points: Number) -> Band:
        """Return the grade of so many points, once they are rounded as a page prints them.

        Raises `ValueError` for points that nobody can have.
        """
        printed = half_up(points, self.decimals)
        if not self.points_min <= printed <= self.points_max:
            raise ValueError(f"{printed} is outside {self.points_min} to {self.points_max}")
        return next(each for each in self.bands if printed >= each.low)


def decode_table(raw: bytes) -> Table:
    """Read a table. Raises `msgspec.ValidationError` for one that is not whole."""
    return msgspec.json.decode(raw, type=Table)


@cache
def table(name: str) -> Table:
    """Return a table that came with the program: `decision766`, `decree61`, `skm`, `skm2004` or `arta`."""
    return decode_table(resources.files("server.domain").joinpath("indicators", f"{name}.json").read_bytes())


def exact(number: Number) -> Fraction:
    """Return the number that is written there: 3.06 is 306 hundredths, no binary fraction."""
    return Fraction(str(number)) if isinstance(number, float) else Fraction(number)


def half_up(number: Number, decimals: int) -> Decimal:
    """Round to so many decimals, a half upwards, as people and offices do: 79.5 is 80, 0.125 is 0.13."""
    return Decimal(floor(exact(number) * 10**decimals + Fraction(1, 2))).scaleb(-decimals)


def weighted_mean(values: Sequence[Number], weight: Number | None = None) -> Fraction | None:
    """Return Σ value · weight; without a weight each counts the same and the weights are one together.

    Indonesia's SKM takes it of nine elements with 1/9 each (PermenPANRB 14/2017). A weight that was rounded
    to be printed, 0.11, is 1 % too little in all: it is for reproducing printed figures only. None of no
    values.
    """
    if not values:
        return None
    return sum((exact(each) for each in values), Fraction(0)) * (
        Fraction(1, len(values)) if weight is None else exact(weight)
    )


def mean_points(points: Sequence[int | None], counts: Sequence[int]) -> Fraction | None:
    """Return the mean of the points of all answers, counted by option; None if none of them counts.

    An option without points, “no result yet”, is no answer: it is neither 0 nor a part of the number of
    answers. Raises `ValueError` if there are not as many counts as options.
    """
    counted = [(point, count) for point, count in zip(points, counts, strict=True) if point is not None]
    n = sum(count for _, count in counted)
    return None if n == 0 else Fraction(sum(point * count for point, count in counted), n)
