"""What a month is told as by counter, officer and procedure, in SQL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from server.domain.disclosure import NO_SCORES, add
from server.domain.months import (
    Bundle,
    Cell,
    Cut,
    MonthFigure,
    cells_of,
    is_settled,
    month_of,
    tables,
)
from server.store.habits import Habits, Month
from server.store.sql import to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from server.domain.calendar import Period
    from server.domain.disclosure import Scores
    from server.store.sql import Row

ISSUE = "select issue from month_issue where center = :center and month = :month"
WAITS = """
insert into month_issue as t (center, month, issue, waits) values (:center, :month, 0, 1)
on conflict (center, month) do update set waits = 1 where t.waits = 0
"""
COUNT = """
insert into bundle as t (center, month, day, counter, officer, procedure, since, until, n1, n2, n3, n4, n5)
values (:center, :month, :day, :counter, :officer, :procedure, :since, :until, :n1, :n2, :n3, :n4, :n5)
on conflict (center, day, counter, officer, procedure, since, until) do update set n1 = t.n1 + excluded.n1,
  n2 = t.n2 + excluded.n2, n3 = t.n3 + excluded.n3, n4 = t.n4 + excluded.n4, n5 = t.n5 + excluded.n5
"""
SAME = """
center = :center and day = :day and counter = :counter and officer = :officer and procedure = :procedure
"""
NEWEST = "select since from bundle where {same} and until = 0 and n{score} > 0 order by since desc limit 1"
SINCE = "select since from bundle where {same} and until = 0 order by since"
LESS = "update bundle set n{score} = n{score} - 1 where {same} and since = :since and until = 0"
TAKE = """
update bundle set n1 = n1 - :n1, n2 = n2 - :n2, n3 = n3 - :n3, n4 = n4 - :n4, n5 = n5 - :n5
where {same} and since = :since and until = 0
"""
BUNDLES = """
select center, day, counter, officer, procedure, since, until, n1, n2, n3, n4, n5 from bundle
"""
FIGURE = """
insert into month_figure (center, month, issue, cut, key, n1, n2, n3, n4, n5)
values (:center, :month, :issue, :cut, :key, :n1, :n2, :n3, :n4, :n5)
"""
FIGURES = "select center, month, issue, cut, key, n1, n2, n3, n4, n5 from month_figure "


class Place(NamedTuple):
    """All that tells a rating apart from others: its center, day, counter, officer and procedure."""

    center: int
    day: int
    counter: str
    officer: str
    procedure: str

    @property
    def month(self) -> int:
        """The first day of its month."""
        return to_days(to_date(self.day).replace(day=1))

    def row(self) -> Row:
        """Return it as the database has it."""
        return {**self._asdict(), "month": self.month}


class Months(Habits):
    """The verbs of `Store` about the tables of a month."""

    def count_bundles(self, came: Mapping[Place, list[int]]) -> None:
        """Count ratings, five numbers a place: they will be in the next issue of their month."""
        issues: dict[tuple[int, int], int] = {}
        for center, month in sorted({(place.center, place.month) for place in came}):
            issues[center, month] = self._touch(center, month)
        self.write_many(
            COUNT,
            [
                {
                    **place.row(),
                    "since": issues[place.center, place.month] + 1,
                    "until": 0,
                    **_numbers(counts),
                }
                for place, counts in sorted(came.items())
            ],
        )

    def uncount(self, place: Place, score: int) -> None:
        """Count a rating no more. The issues that had it are remembered. Raises `LookupError`."""
        issue = self._touch(place.center, place.month)
        row = self.one(NEWEST.format(same=SAME, score=score), **place.row())
        if row is None:
            raise LookupError(f"no rating of {place}")
        since = int(row["since"])
        self.write(LESS.format(same=SAME, score=score), **place.row(), since=since)
        if since <= issue:
            gone = _numbers([int(level == score) for level in range(1, 6)])
            self.write(COUNT, **place.row(), since=since, until=issue + 1, **gone)

    def count_anew(self, should: Mapping[Place, list[int]]) -> int:
        """Let the bundles be these; returns how many places were others. What was published stays."""
        sums, nothing = self.bundle_sums(), [0] * 5
        wrong = [place for place in {*should, *sums} if should.get(place) != sums.get(place)]
        for place in sorted(wrong):
            pairs = zip(should.get(place, nothing), sums.get(place, nothing), strict=True)
            self._correct(place, [wanted - there for wanted, there in pairs])
        return len(wrong)

    def _correct(self, place: Place, changes: Sequence[int]) -> None:
        """Let a place have more or fewer ratings than it was said to, where that was said."""
        issue = self._touch(place.center, place.month)
        rows = list(self.ask(SINCE.format(same=SAME), **place.row()))
        since = int(rows[0]["since"]) if rows else issue + 1
        more = _numbers([max(0, each) for each in changes])
        self.write(COUNT, **place.row(), since=since, until=0, **more)
        for score, change in enumerate(changes, 1):
            for _ in range(-change):
                row = self.one(NEWEST.format(same=SAME, score=score), **place.row())
                if row is not None:
                    self.write(LESS.format(same=SAME, score=score), **place.row(), since=int(row["since"]))

    def months_due(self, today: date) -> list[tuple[int, Period]]:
        """Return the centers and months whose tables may be published, or published anew."""
        rows = self.ask("select center, month from month_issue where waits = 1 order by month, center")
        found = [(int(row["center"]), month_of(to_date(row["month"]))) for row in rows]
        return [(center, month) for center, month in found if is_settled(month, today)]

    def publish_month(self, center: int, month: Period) -> int:
        """Publish the tables of a month, if they tell nobody's score; returns how many cells they have.

        A later issue must have every cell of the one before: no figure that was told disappears.
        """
        place = {"center": center, "month": to_days(month.first)}
        newest = self._issue(center, to_days(month.first))
        rows = self.ask(FIGURES + "where center = :center and month = :month", **place)
        earlier = {_cell(row): _scores(row) for row in rows}
        releases = self.releases(center, month.first, month.last)
        made = tables(self._bundles(center, month), releases, earlier, newest + 1)
        cells, later = made.cells, made.later
        told = {(each.cut, each.key): scores for each, scores in earlier.items() if each.issue == newest}
        new = {(each.cut, each.key): scores for each, scores in cells.items()}
        if new == told or not told.keys() <= new.keys():
            cells, later = {}, {}
        issue = newest + 1 if cells else newest
        self.write(
            "update month_issue set issue = :issue, waits = 0 where center = :center and month = :month",
            **place,
            issue=issue,
        )
        for bundle, scores in later.items():
            self._postpone(center, bundle, scores)
        for cell, scores in cells.items():
            self.write(FIGURE, **place, issue=issue, cut=cell.cut.value, key=cell.key, **_numbers(scores))
        if cells:
            self.publish_habits(Month(**place), issue, releases)
        return len(cells)

    def published_months(self, center: int) -> list[Period]:
        """Return the months of a center of which anything is published, in order."""
        sql = "select month from month_issue where center = :center and issue > 0 order by month"
        return [month_of(to_date(row["month"])) for row in self.ask(sql, center=center)]

    def month_figures(self, center: int, first: date, last: date) -> list[MonthFigure]:
        """Return what is published of the months that lie wholly within the days from `first` to `last`."""
        rows = self.ask(
            "select f.month, f.cut, f.key, f.n1, f.n2, f.n3, f.n4, f.n5 from month_figure f"
            " join month_issue m on m.center = f.center and m.month = f.month and m.issue = f.issue"
            " where f.center = :center and f.month between :first and :last order by f.month, f.cut, f.key",
            center=center,
            first=to_days(first),
            last=to_days(last),
        )
        found = [
            MonthFigure(month_of(to_date(row["month"])), Cut(row["cut"]), row["key"], _scores(row))
            for row in rows
        ]
        return [each for each in found if each.month.last <= last]

    def bundle_sums(self) -> dict[Place, list[int]]:
        """Return how many ratings of each score count at each place."""
        found: dict[Place, list[int]] = defaultdict(lambda: [0] * 5)
        for row in self.each(BUNDLES + "where until = 0"):
            sums = found[Place(row["center"], row["day"], row["counter"], row["officer"], row["procedure"])]
            for place, n in enumerate(_scores(row)):
                sums[place] += n
        return {place: sums for place, sums in found.items() if any(sums)}

    def month_faults(self) -> Iterator[str]:
        """Say which published figures are not the sums of what they rest on."""
        rows = self.ask(FIGURES + "order by center, month, issue, cut, key")
        published: dict[tuple[int, int], dict[Cell, Scores]] = defaultdict(dict)
        for row in rows:
            published[row["center"], row["month"]][_cell(row)] = _scores(row)
        for (center, month), figures in published.items():
            bundles = self._bundles(center, month_of(to_date(month)))
            should: dict[Cell, Scores] = {}
            for issue in sorted({cell.issue for cell in figures}):
                should |= cells_of(bundles, issue)
            if any(should.get(cell) != scores for cell, scores in figures.items()):
                name = f"center {center} for {to_date(month):%Y-%m}"
                yield f"the tables of {name} are not the sums of its ratings"

    def _touch(self, center: int, month: int) -> int:
        """Note that something changed in a month; returns its newest issue."""
        self.write(WAITS, center=center, month=month)
        return self._issue(center, month)

    def _issue(self, center: int, month: int) -> int:
        row = self.one(ISSUE, center=center, month=month)
        return 0 if row is None else int(row["issue"])

    def _bundles(self, center: int, month: Period) -> dict[Bundle, Scores]:
        found: dict[Bundle, Scores] = {}
        for row in self.ask(
            BUNDLES + "where center = :center and day between :first and :last",
            center=center,
            first=to_days(month.first),
            last=to_days(month.last),
        ):
            named = (row["counter"], row["officer"], row["procedure"], row["since"], row["until"])
            bundle = Bundle(to_date(row["day"]), *named)
            found[bundle] = add(found.get(bundle, NO_SCORES), _scores(row))
        return found

    def _postpone(self, center: int, bundle: Bundle, scores: Scores) -> None:
        """Let ratings be in the issue after the one that they were to be in."""
        named = (bundle.counter, bundle.officer, bundle.procedure)
        place = Place(center, to_days(bundle.day), *named)
        self.write(TAKE.format(same=SAME), **place.row(), since=bundle.since, **_numbers(scores))
        self.write(COUNT, **place.row(), since=bundle.since + 1, until=0, **_numbers(scores))


def _cell(row: Row) -> Cell:
    return Cell(row["issue"], Cut(row["cut"]), row["key"])


def _numbers(counts: Sequence[int]) -> Row:
    return {f"n{level}": n for level, n in enumerate(counts, 1)}


def _scores(row: Row) -> Scores:
    return row["n1"], row["n2"], row["n3"], row["n4"], row["n5"]
