"""What may be told of a month by counter, by officer and by procedure.

Days advance by releases (`server.domain.disclosure`); the tables of a month are published once it is over
and settled, whole. A cell that is too small is not published, nor one that would give a handful of
citizens away together with all else that was ever published of the month: see `server.domain.tracing`.

Ratings that no cut tells apart are a *bundle*. A bundle remembers from which issue of the tables on it is
in them (`since`), and from which on it is no more (`until`, for ratings that were withheld; 0: it still is),
so that a later issue is held against the earlier ones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain.calendar import Kind, Period
from server.domain.disclosure import CELL_MIN, NO_SCORES, Release, Scores, add, least, minus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OFFICER_MIN: Final = 10
"""The fewest ratings that an officer's figure may rest on: it is read by those who know who came."""
SETTLED: Final = timedelta(days=5)
"""How long after its end a month is published: kiosks that were offline have come by then, mostly."""


class Cut(Enum):
    """By what the ratings of a month are told apart; the first goes before the others."""

    COUNTER = "counter"
    OFFICER = "officer"
    PROCEDURE = "procedure"


LEAST: Final = {Cut.COUNTER: CELL_MIN, Cut.OFFICER: OFFICER_MIN, Cut.PROCEDURE: CELL_MIN}
"""The fewest ratings of a cell."""


class Bundle(NamedTuple):
    """Ratings of a center that nothing tells apart."""

    day: date
    counter: str
    officer: str
    procedure: str
    since: int
    until: int = 0

    def key(self, cut: Cut) -> str:
        """Return the counter, officer or procedure; "": nobody was shown, or none was told."""
        return {Cut.COUNTER: self.counter, Cut.OFFICER: self.officer, Cut.PROCEDURE: self.procedure}[cut]

    def is_in(self, issue: int) -> bool:
        """Say whether its ratings count in an issue of the month's tables."""
        return self.since <= issue and (self.until == 0 or self.until > issue)


class Days(NamedTuple):
    """The days that a release tells of together: the first one, and how many more."""

    more: timedelta
    first: date


class Cell(NamedTuple):
    """One figure of one issue of a month's tables."""

    issue: int
    cut: Cut
    key: str


class MonthFigure(NamedTuple):
    """A cell of the newest issue of a month's tables, as it is published."""

    month: Period
    cut: Cut
    key: str
    scores: Scores


def is_settled(month: Period, today: date) -> bool:
    """Say whether the tables of a month may be published."""
    return today >= publishing_day(month)


def publishing_day(month: Period) -> date:
    """Return the first day on which the tables of a month may be published."""
    return month.last + SETTLED + timedelta(days=1)


def cells_of(bundles: Mapping[Bundle, Scores], issue: int) -> dict[Cell, Scores]:
    """Add up every cell of an issue, whether or not it may be published."""
    found: dict[Cell, Scores] = {}
    for bundle, scores in bundles.items():
        if bundle.is_in(issue):
            for cut in Cut:
                if key := bundle.key(cut):
                    cell = Cell(issue, cut, key)
                    found[cell] = add(found.get(cell, NO_SCORES), scores)
    return found


class Part(NamedTuple):
    """The ratings of a bundle that are told by one release of days; None: by none."""

    bundle: Bundle
    days: Days | None


@dataclass(frozen=True, slots=True)
class Tables:
    """An issue of a month's tables, and what had to wait for a later one."""

    cells: dict[Cell, Scores]
    later: dict[Bundle, Scores]


def tables(
    bundles: Mapping[Bundle, Scores], releases: Iterable[Release], earlier: Iterable[Cell], issue: int
) -> Tables:
    """Return what may be published of a month.

    `releases` are what its days are told as, `earlier` is every cell of an earlier issue. One after the
    other, counters before officers and the large before the small, a cell is published unless it would give
    somebody away together with what is told already. New ratings that no release tells of yet wait for a
    later issue, or else they were the difference of the days and the tables.
    """
    from server.domain.tracing import traced  # noqa: PLC0415 - SciPy takes a while, which only the night pays

    told = _told(releases)
    parts, left, missing = _split(bundles, told)
    later = {each: left[each] for each in left if each.since == issue and each.until == 0 and any(left[each])}
    numbered = list(parts)
    sizes = dict(enumerate(parts.values())) | dict(enumerate(missing.values(), len(parts)))
    waits = {place for place, part in enumerate(numbered) if part.days is None and part.bundle in later}

    def members(cell: Cell) -> frozenset[int]:
        of_it = (place for place, part in enumerate(numbered) if part.bundle.is_in(cell.issue))
        found = frozenset(place for place in of_it if numbered[place].bundle.key(cell.cut) == cell.key)
        return found - waits if cell.issue == issue else found

    fixed = [
        frozenset(place for place, part in enumerate(numbered) if part.days == days)
        | {len(parts) + place for place, other in enumerate(missing) if other == days}
        for days in told
    ]
    fixed += [members(cell) for cell in earlier]
    already = traced(fixed, sizes)  # by what is told anyway: no cell can mend that
    chosen: dict[Cell, Scores] = {}
    now = {each: minus(scores, later.get(each, NO_SCORES)) for each, scores in bundles.items()}
    for cell, scores in sorted(cells_of(now, issue).items(), key=_most_wanted):
        if sum(scores) >= LEAST[cell.cut] and not traced([*fixed, members(cell)], sizes) - already:
            chosen[cell] = scores
            fixed.append(members(cell))
    return Tables(chosen, later if chosen else {})


def _told(releases: Iterable[Release]) -> dict[Days, Scores]:
    """Add up the releases of the same days, single days first.

    A correction takes away at least five that count no more: they are in no bundle of now anyway.
    """
    found: dict[Days, Scores] = {}
    for each in releases:
        if not each.is_correction:
            days = Days(each.last - each.first, each.first)
            found[days] = add(found.get(days, NO_SCORES), each.scores)
    return dict(sorted(found.items()))


def _split(
    bundles: Mapping[Bundle, Scores], told: Mapping[Days, Scores]
) -> tuple[dict[Part, int], dict[Bundle, Scores], dict[Days, int]]:
    """Say which release of days tells of which ratings.

    Returns how many ratings each part has, what of each bundle no release tells of, and how many ratings
    a release tells of that no bundle has: they were withheld. Which of a day's equal scores was in which
    release makes no difference to any figure; the small bundles come first, so that what waits is of a
    large one.
    """
    left = dict(bundles)
    parts: Counter[Part] = Counter()
    missing: Counter[Days] = Counter()
    for days, scores in told.items():
        within = [each for each in left if days.first <= each.day <= days.first + days.more]
        within.sort(key=lambda each: (each.since, sum(bundles[each])))
        wanted = scores
        for each in within:
            taken = least(wanted, left[each])
            left[each], wanted = minus(left[each], taken), minus(wanted, taken)
            parts[Part(each, days)] += sum(taken)
        missing[days] += sum(wanted)
    for bundle, rest in left.items():
        parts[Part(bundle, None)] += sum(rest)
    return dict(+parts), left, dict(+missing)


def _most_wanted(figure: tuple[Cell, Scores]) -> tuple[int, int, str]:
    cell, scores = figure
    return list(Cut).index(cell.cut), -sum(scores), cell.key


def month_of(day: date) -> Period:
    """Return the month of a day."""
    return Period.around(Kind.MONTH, day)
