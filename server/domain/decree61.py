"""The nine indicators of Decree 61/2018 and Circular 01/2018, each worth 0, 1 or 2 points.

Citizens are asked six of them; 5, 8 and 9 come from the center's own figures. For a center and a quarter: the
mean of each, rounded to 2 decimals, and their sum. The table says what was not found in the text of the law;
pages say it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from server.domain.indices import exact, half_up, mean_points, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.indices import Band, Indicator, Need, Table

TABLE: Final = "decree61"
ONE_STOP, COMPLAINTS, ONLINE = 5, 8, 9
"""The numbers of the indicators that the center's own figures tell."""


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """The mean of an indicator, 0 to 2, over `n` answers. None: what it `needs` is missing."""

    indicator: Indicator
    mean: Decimal | None
    n: int

    @property
    def lacks(self) -> tuple[Need, ...]:
        """What has to be there before it can be told; nothing if it is."""
        return () if self.mean is not None else tuple(self.indicator.needs)


@dataclass(frozen=True, slots=True)
class Result:
    """All indicators. `total` and `band` are None unless every one of them is known."""

    indicators: tuple[IndicatorResult, ...]
    total: Decimal | None
    band: Band | None


def evaluate(
    answers: Mapping[str, Sequence[int]], own: Mapping[int, int], rules: Table | None = None
) -> Result:
    """Return the indicators of a center and a period.

    `answers` holds, by question, how many chose each option, faces from worst to best; `own`, by number, the
    points of the indicators that the center's figures tell. A question nobody answered is missing and not 0.
    """
    rules = rules or table(TABLE)
    found = tuple(_indicator(each, answers, own) for each in rules.indicators)
    means = [each.mean for each in found if each.mean is not None]
    if len(means) < len(found):
        return Result(found, None, None)
    total = total_of(means)
    return Result(found, total, rules.band(total))


def total_of(means: Sequence[Decimal]) -> Decimal:
    """Return the sum of the means, each rounded to 2 decimals before, as the circular's form prints them."""
    return sum((half_up(each, 2) for each in means), Decimal("0.00"))


def _indicator(
    indicator: Indicator, answers: Mapping[str, Sequence[int]], own: Mapping[int, int]
) -> IndicatorResult:
    if not indicator.question:
        points = own.get(indicator.number)
        return IndicatorResult(indicator, None if points is None else half_up(points, 2), 0)
    counts = answers.get(indicator.question, [0] * len(indicator.points))
    mean = mean_points(indicator.points, counts)
    counted = (count for point, count in zip(indicator.points, counts, strict=True) if point is not None)
    return IndicatorResult(indicator, None if mean is None else half_up(mean, 2), sum(counted))


def _least(number: int, name: str) -> Decimal:
    """Return which part of 1 the table asks for."""
    return next(each for each in table(TABLE).indicators if each.number == number).least[name]


def _reaches(part: int, whole: int, least: Decimal) -> bool:
    return part >= whole * exact(least)


def points_of_one_stop(procedures: int, received: int, on_the_spot: int) -> int | None:
    """Return the points of indicator 5 of a commune: procedures received, and settled, on the spot.

    2 where all are settled there, 1 where all are received and returned there; None without procedures.
    """
    if procedures == 0:
        return None
    if _reaches(on_the_spot, procedures, _least(ONE_STOP, "on_the_spot")):
        return 2
    return int(_reaches(received, procedures, _least(ONE_STOP, "received")))


def points_of_complaints(total: int, on_time: int, prolonged: int) -> int:
    """Return the points of indicator 8. No complaints are 2 points: the decree says so.

    2 where all were answered in time, 1 where 90 % were; 0 for less, or where any of them was `prolonged`.
    """
    if prolonged > 0:
        return 0
    if on_time >= total:
        return 2
    return int(_reaches(on_time, total, _least(COMPLAINTS, "on_time")))


def points_of_online(procedures: int, online: int, dossiers: int, sent: int, overdue: int) -> int | None:
    """Return the points of indicator 9: procedures of levels 3 and 4, dossiers sent, none of them overdue.

    2 from 20 % of the procedures and 30 % of the dossiers on; 1 where there are such procedures and 15 % of
    the dossiers; None without procedures or without dossiers.
    """
    if procedures == 0 or dossiers == 0:
        return None
    if overdue > 0 or online == 0 or not _reaches(sent, dossiers, _least(ONLINE, "dossiers_some")):
        return 0
    many = _reaches(online, procedures, _least(ONLINE, "procedures"))
    return 2 if many and _reaches(sent, dossiers, _least(ONLINE, "dossiers")) else 1
