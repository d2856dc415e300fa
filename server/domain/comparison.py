"""Counters, officers or procedures of one center beside each other, over months that were published.

Every figure is a sum of cells that months publish (`server.domain.months`). Who differs is said by a funnel
around the share of all of them together, who is ahead by a shrunk ranking that knows ties. A cut with one row
compares nothing. Of fewer than `PLACES_MIN` nobody can tell how much they differ beyond chance, so these are
held to chance alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from server.domain.disclosure import NO_SCORES, add
from server.domain.funnel import Funnel, Spot, Zone, funnel
from server.domain.means import Mean, mean_of
from server.domain.ranking import PLACES_MIN, Rank, Shrunk, prior_of, ranking, shrink
from server.domain.statistics import Share, Tally, satisfied

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.domain.disclosure import Scores
    from server.domain.months import MonthFigure

COMPARED_MIN = 2
"""One alone differs from nobody."""
LOW = {Zone.OUTLIER_LOW: 0, Zone.WATCH_LOW: 1, Zone.INSIDE: 2, Zone.WATCH_HIGH: 3, Zone.OUTLIER_HIGH: 4}
"""The zones from the lowest to the highest."""


class Order(Enum):
    """By what the rows of a table may be sorted."""

    NAME = "name"
    N = "n"
    SHARE = "share"
    INDEX = "index"
    SHRUNK = "shrunk"
    RANK = "rank"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Compared:
    """One counter, officer or procedure: its figures of `months` months together.

    `rank` is None where too few ratings are there to stand in a ranking (`ranking.RANKED_MIN`).
    """

    key: str
    months: int
    satisfied: Share
    index: Mean
    shrunk: Shrunk
    spot: Spot
    rank: Rank | None

    @property
    def n(self) -> int:
        """How many ratings all of it rests on."""
        return self.satisfied.n


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows of one cut, the share and the linear index of all of them together, and their funnel."""

    rows: tuple[Compared, ...]
    satisfied: Share
    index: Mean
    funnel: Funnel

    @property
    def ranked(self) -> int:
        """How many rows stand in the ranking."""
        return sum(row.rank is not None for row in self.rows)

    @property
    def compares(self) -> bool:
        """Whether there are at least two to compare."""
        return len(self.rows) >= COMPARED_MIN

    def within(self, *zones: Zone) -> list[Compared]:
        """Return the rows that lie in some zones of the funnel, the furthest off first."""
        found = [row for row in self.rows if row.spot.zone in zones] if self.compares else []
        return sorted(found, key=lambda row: row.spot.p_value)


def compare(figures: Iterable[MonthFigure]) -> Comparison | None:
    """Put the figures of one cut beside each other, months added up; None where there are none."""
    scores: dict[str, Scores] = {}
    months: Counter[str] = Counter()
    for each in figures:
        scores[each.key] = add(scores.get(each.key, NO_SCORES), each.scores)
        months[each.key] += 1
    everything = add(*scores.values())
    share, mean = satisfied(everything), mean_of(everything)
    tallies = [_tally(each) for each in scores.values()]
    prior, seen = prior_of(tallies), funnel(tallies, spread_min=PLACES_MIN)
    if share is None or mean is None or prior is None or seen is None:
        return None
    ranks = {rank.place: rank for rank in ranking(tallies)}
    rows = []
    for place, (key, of_it) in enumerate(scores.items()):
        one, index, spot = satisfied(of_it), mean_of(of_it), seen.spots[place]
        if one is not None and index is not None and spot is not None:
            shrunk = shrink(tallies[place], prior)
            rows.append(Compared(key, months[key], one, index, shrunk, spot, ranks.get(place)))
    return Comparison(tuple(rows), share, mean, seen)


def _tally(scores: Scores) -> Tally:
    return Tally(scores[3] + scores[4], sum(scores))


def in_order(
    rows: Iterable[Compared], order: Order, *, descending: bool, names: Sequence[str]
) -> list[Compared]:
    """Sort rows; `names` are all keys in the order of their names, and decide where rows are alike.

    Those without a rank come last.
    """
    places = {key: place for place, key in enumerate(names)}

    def measure(row: Compared) -> float:
        match order:
            case Order.NAME:
                return places[row.key]
            case Order.N:
                return row.n
            case Order.SHARE:
                return row.satisfied.value
            case Order.INDEX:
                return row.index.value
            case Order.SHRUNK:
                return row.shrunk.value
            case Order.RANK:
                return 0 if row.rank is None else row.rank.best + row.rank.worst
            case Order.ZONE:
                return LOW[row.spot.zone]

    found = sorted(rows, key=lambda row: places[row.key])
    found.sort(key=measure, reverse=descending)
    return sorted(found, key=lambda row: row.rank is None) if order is Order.RANK else found
