"""What everybody may read of a center, month by month, and the columns in which it is given away.

Figures are sums of whole releases (`server.domain.disclosure`) that lie within a month that is over. A month
needs `CELL_MIN` ratings, a place beside other places `COMPARED_MIN`; the five faces one by one are told from
there on, too. Nothing here knows of counters, officers, comments or hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.calendar import Kind, Period
from server.domain.credentials import folded
from server.domain.disclosure import CELL_MIN, add
from server.domain.means import Mean, mean_of
from server.domain.ranking import RANKED_MIN
from server.domain.statistics import Share, satisfied

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from server.domain.disclosure import Scores
    from server.domain.places import Center

COMPARED_MIN: Final = RANKED_MIN
"""The fewest ratings of a place that stands beside others, and of faces that are told one by one."""
MONTHS_SHOWN: Final = 12
"""So many months that are over stand on a center's page."""
LICENCE: Final = "CC BY 4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
COLUMNS: Final = (
    "center",
    "name",
    "month",
    "n",
    "very_dissatisfied",
    "dissatisfied",
    "neutral",
    "satisfied",
    "very_satisfied",
    "share",
    "share_low",
    "share_high",
    "index",
    "index_low",
    "index_high",
    "comparable",
)
"""The columns of the open data, in order. They keep their names and meanings; new ones come at the end."""
FACES: Final = COLUMNS[4:9]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a place and one or more months. `faces`: None of fewer than `COMPARED_MIN`."""

    share: Share
    index: Mean
    faces: Scores | None

    @property
    def n(self) -> int:
        """How many ratings it rests on."""
        return self.share.n

    @property
    def is_comparable(self) -> bool:
        """Whether it may stand beside other places."""
        return self.n >= COMPARED_MIN


def told(scores: Scores | None) -> Told | None:
    """Return what may be told of a sum of releases; None: too few, or none, and nobody says which."""
    if scores is None or sum(scores) < CELL_MIN:
        return None
    share, index = satisfied(scores), mean_of(scores)
    if share is None or index is None:
        return None
    return Told(share, index, scores if share.n >= COMPARED_MIN else None)


def months_over(today: date, count: int = MONTHS_SHOWN) -> list[Period]:
    """Return the last months that are over, the earliest first."""
    found = [Period.around(Kind.MONTH, today).previous()]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]


def months_of_year(year: int, today: date) -> list[Period]:
    """Return the months of a year that are over."""
    whole = Period.parse(f"{year:04}")
    found = [Period.around(Kind.MONTH, whole.first.replace(month=number)) for number in range(1, 13)]
    return [each for each in found if each.last < today]


def together(months: Iterable[Scores]) -> Told | None:
    """Return what may be told of several months: only what is told of them one by one."""
    return told(add(*(each for each in months if sum(each) >= CELL_MIN)))


def found_by(text: str, centers: Sequence[Center]) -> list[Center]:
    """Return the centers whose names hold a text, with or without marks, capitals and spaces."""
    wanted = folded(text)
    return [each for each in centers if wanted in folded(each.name)]


def rows(
    centers: Sequence[Center], months: Sequence[Period], figures: Mapping[str, Mapping[int, Scores]]
) -> list[dict[str, str | int | float | bool | None]]:
    """Return a row for every center and month: None where nothing is told. Shares and indices are 0 to 1."""
    return [
        _row(center, month, told(figures.get(month.key, {}).get(center.code)))
        for month in months
        for center in centers
    ]


def _row(center: Center, month: Period, found: Told | None) -> dict[str, str | int | float | bool | None]:
    row: dict[str, str | int | float | bool | None] = dict.fromkeys(COLUMNS)
    row |= {"center": center.code, "name": center.name, "month": month.key}
    if found is None:
        return row
    row |= zip(FACES, found.faces or (None,) * len(FACES), strict=True)
    for name, figure in (("share", found.share), ("index", found.index)):
        parts = (figure.value, figure.interval.low, figure.interval.high)
        row |= zip((name, f"{name}_low", f"{name}_high"), (round(each, 4) for each in parts), strict=True)
    return row | {"n": found.n, "comparable": found.is_comparable}
