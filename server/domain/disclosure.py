"""What may be shown: nobody learns a single score by looking twice.

A center's figures advance by *releases* only. A release is at least five
ratings that become visible together, and it never changes afterwards. Every
figure that is shown is a sum of whole releases, so no subtraction of figures,
taken at whatever moments, yields a part of one.

A day with fewer than five ratings is merged with the days after it, until
there are five; the figure of such a span is told for the span, never for one of its days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

CELL_MIN = 5
"""The fewest ratings that any shown figure may rest on, and the smallest step it may take."""

NO_SCORES = (0, 0, 0, 0, 0)
Scores = tuple[int, int, int, int, int]
"""How many ratings had score 1, 2, 3, 4 and 5, in this order."""


@dataclass(frozen=True, slots=True)
class Release:
    """Ratings of one center that became visible together, all made from `first` to `last`."""

    first: date
    last: date
    scores: Scores

    @property
    def n(self) -> int:
        """How many ratings it holds: never fewer than `CELL_MIN`."""
        return sum(self.scores)


def add(*parts: Scores) -> Scores:
    """Add up score by score."""
    one, two, three, four, five = (sum(column) for column in zip(NO_SCORES, *parts, strict=True))
    return one, two, three, four, five


def due(pending: Mapping[date, Scores], today: date) -> list[Release]:
    """Say what becomes visible now, of the ratings of one center that are not visible yet.

    A day with at least five pending ratings is released by itself. Days that are over and have
    fewer wait for one another, in order, until they are five together.
    """
    found: list[Release] = []
    waiting: list[tuple[date, Scores]] = []
    for day, scores in sorted(pending.items()):
        if sum(scores) >= CELL_MIN:
            found.append(Release(day, day, scores))
        elif day < today and sum(scores) > 0:
            waiting.append((day, scores))
            together = add(*(each for _, each in waiting))
            if sum(together) >= CELL_MIN:
                found.append(Release(waiting[0][0], day, together))
                waiting = []
    return found


def total(releases: Iterable[Release]) -> Scores:
    """Add up releases: the only way to make a figure for a period."""
    return add(*(release.scores for release in releases))


def by_day(releases: Iterable[Release]) -> dict[date, Scores]:
    """Return the days that may be shown by themselves; spans of several days are left out."""
    days: dict[date, Scores] = {}
    for release in releases:
        if release.first == release.last:
            days[release.first] = add(days.get(release.first, NO_SCORES), release.scores)
    return days
