"""What may be shown: nobody learns a single score by looking twice.

A center's figures advance by *releases* only. A release is at least five
ratings that become visible together, and it never changes afterwards. Every
figure that is shown is a sum of whole releases, so no subtraction of figures,
taken at whatever moments, yields a part of one.

A day with fewer than five ratings is merged with the days after it, until
there are five; the figure of such a span is told for the span, never for one of its days.

Ratings that were withheld after they were shown leave by a *correction*: a release with negative
counts, which obeys the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

CELL_MIN = 5
"""The fewest ratings that any shown figure may rest on, and the smallest step it may take."""

NO_SCORES = (0, 0, 0, 0, 0)
Scores = tuple[int, int, int, int, int]
"""How many ratings had score 1, 2, 3, 4 and 5, in this order."""


@dataclass(frozen=True, slots=True)
class Release:
    """Ratings of one center that became visible together, all made from `first` to `last`.

    A correction has negative counts: so many of what was shown within its days count no more.
    """

    first: date
    last: date
    scores: Scores

    @property
    def n(self) -> int:
        """How many ratings it adds to what is shown: at least `CELL_MIN`, or at most minus that."""
        return sum(self.scores)

    @property
    def is_correction(self) -> bool:
        """Whether it takes ratings out of what is shown."""
        return self.n < 0


def add(*parts: Scores) -> Scores:
    """Add up score by score."""
    one, two, three, four, five = (sum(column) for column in zip(NO_SCORES, *parts, strict=True))
    return one, two, three, four, five


def minus(one: Scores, other: Scores) -> Scores:
    """Take away score by score."""
    first, second, third, fourth, fifth = (n - m for n, m in zip(one, other, strict=True))
    return first, second, third, fourth, fifth


def least(one: Scores, other: Scores) -> Scores:
    """Return the smaller number, score by score."""
    first, second, third, fourth, fifth = map(min, one, other)
    return first, second, third, fourth, fifth


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


def corrections(pending: Mapping[date, Scores], shown: Sequence[Release]) -> list[Release]:
    """Say what leaves the figures of one center now, of the shown ratings that were withheld since.

    At least five leave together, and so do all that remain or at least five remain, since the rest could
    be had by subtraction. A correction spans every release that it touches: whatever period it lies in,
    what it takes away lies in too.
    """
    found: list[Release] = []
    start: date | None = None
    for day in sorted(pending):
        if found and day <= found[-1].last:
            continue  # left with the days before it
        start = start or day
        first, last = _hull(start, day, [*shown, *found])
        taken = add(*(scores for other, scores in pending.items() if start <= other <= last))
        within = (each for each in [*shown, *found] if first <= each.first and each.last <= last)
        remaining = sum(each.n for each in within) - sum(taken)
        if sum(taken) >= CELL_MIN and (remaining == 0 or remaining >= CELL_MIN):
            found.append(Release(first, last, minus(NO_SCORES, taken)))
            start = None
    return found


def _hull(first: date, last: date, releases: Sequence[Release]) -> tuple[date, date]:
    """Return the days widened until no release lies partly within them."""
    grown = True
    while grown:
        touched = [each for each in releases if each.first <= last and first <= each.last]
        wider = min((first, *(each.first for each in touched))), max((last, *(each.last for each in touched)))
        grown, (first, last) = wider != (first, last), wider
    return first, last


def total(releases: Iterable[Release]) -> Scores:
    """Add up releases: the only way to make a figure for a period."""
    return add(*(release.scores for release in releases))


def by_day(releases: Sequence[Release]) -> dict[date, Scores]:
    """Return the days that may be shown by themselves.

    Spans of several days are left out, and so are days that a correction of several days reaches into.
    """
    corrected = [each for each in releases if each.is_correction and each.first != each.last]
    days: dict[date, Scores] = {}
    for release in releases:
        day = release.first
        if day == release.last and not any(each.first <= day <= each.last for each in corrected):
            days[day] = add(days.get(day, NO_SCORES), release.scores)
    return days


def merged(releases: Sequence[Release]) -> Scores:
    """Return what is in the total, but in none of the days that may be shown by themselves."""
    return minus(total(releases), add(*by_day(releases).values()))


def is_large_step(before: Iterable[int], after: Iterable[int]) -> bool:
    """Say whether a table of numbers of ratings may follow another: each one moves not at all, or by five."""
    return all(n == m or abs(n - m) >= CELL_MIN for n, m in zip(before, after, strict=True))
