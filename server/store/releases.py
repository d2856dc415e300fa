"""What may be shown: releases of at least five ratings, appended as they become due, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain import disclosure
from server.domain.disclosure import Release
from server.store.sql import Engine, to_date, to_days

if TYPE_CHECKING:
    from datetime import date

    from server.domain.disclosure import Scores
    from server.store.sql import Row

PENDING = """
select center, day, n1 - shown1 as n1, n2 - shown2 as n2, n3 - shown3 as n3, n4 - shown4 as n4,
  n5 - shown5 as n5
from center_day where n1 + n2 + n3 + n4 + n5 > shown1 + shown2 + shown3 + shown4 + shown5
"""
SHOW = """
update center_day set shown1 = n1, shown2 = n2, shown3 = n3, shown4 = n4, shown5 = n5
where center = :center and day between :first and :last
"""
RELEASE = """
insert into release (center, first_day, last_day, n1, n2, n3, n4, n5)
values (:center, :first, :last, :n1, :n2, :n3, :n4, :n5)
"""


class Releases(Engine):
    """The verbs of `Store` about what was published, and what waits for it."""

    def release_due(self, today: date) -> int:
        """Make visible what has become due in any center; says how many releases that were."""
        waiting: dict[int, dict[date, Scores]] = {}
        for row in self.ask(PENDING):
            waiting.setdefault(row["center"], {})[to_date(row["day"])] = _scores(row)
        return sum(self._release(center, days, today) for center, days in waiting.items())

    def releases(self, center: int, first: date, last: date) -> list[Release]:
        """Return the releases that lie wholly within the days from `first` to `last`."""
        rows = self.ask(
            "select first_day, last_day, n1, n2, n3, n4, n5 from release"
            " where center = :center and first_day >= :first and last_day <= :last order by id",
            center=center,
            first=to_days(first),
            last=to_days(last),
        )
        return [Release(to_date(row["first_day"]), to_date(row["last_day"]), _scores(row)) for row in rows]

    def released_centers(self, first: date, last: date) -> set[int]:
        """Return the centers that have a release wholly within these days."""
        rows = self.ask(
            "select distinct center from release where first_day >= :first and last_day <= :last",
            first=to_days(first),
            last=to_days(last),
        )
        return {row["center"] for row in rows}

    def pending_count(self, center: int) -> int:
        """Say how many ratings of a center wait to become visible."""
        return sum(sum(_scores(row)) for row in self.ask(PENDING + "and center = :center", center=center))

    def release_center(self, center: int, today: date) -> int:
        """Make visible what has become due in one center; says how many releases that were."""
        pending = {
            to_date(row["day"]): _scores(row)
            for row in self.ask(PENDING + "and center = :center", center=center)
        }
        return self._release(center, pending, today)

    def _release(self, center: int, pending: dict[date, Scores], today: date) -> int:
        found = disclosure.due(pending, today)
        for each in found:
            span = {"center": center, "first": to_days(each.first), "last": to_days(each.last)}
            self.write(RELEASE, **span, **{f"n{i}": n for i, n in enumerate(each.scores, 1)})
            self.write(SHOW, **span)
        return len(found)


def _scores(row: Row) -> Scores:
    return row["n1"], row["n2"], row["n3"], row["n4"], row["n5"]
