"""What may be shown: releases of at least five ratings, appended as they become due, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain import disclosure
from server.domain.disclosure import Release
from server.store.sql import Engine, to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from server.domain.disclosure import Scores
    from server.store.sql import Row

PENDING = """
select center, day, n1 - shown1 as n1, n2 - shown2 as n2, n3 - shown3 as n3, n4 - shown4 as n4,
  n5 - shown5 as n5
from {days} where n1 + n2 + n3 + n4 + n5 > shown1 + shown2 + shown3 + shown4 + shown5
"""
SHOW = """
update {days} set shown1 = n1, shown2 = n2, shown3 = n3, shown4 = n4, shown5 = n5
where center = :center and day between :first and :last
"""
# only what was shown can be taken out: the rest is not in the figures yet
PENDING_CORRECTION = """
select center, day,
  case when less1 < shown1 then less1 else shown1 end - taken1 as n1,
  case when less2 < shown2 then less2 else shown2 end - taken2 as n2,
  case when less3 < shown3 then less3 else shown3 end - taken3 as n3,
  case when less4 < shown4 then less4 else shown4 end - taken4 as n4,
  case when less5 < shown5 then less5 else shown5 end - taken5 as n5
from {days} where less1 + less2 + less3 + less4 + less5 > taken1 + taken2 + taken3 + taken4 + taken5
"""
TAKE = """
update {days} set taken1 = case when less1 < shown1 then less1 else shown1 end,
  taken2 = case when less2 < shown2 then less2 else shown2 end,
  taken3 = case when less3 < shown3 then less3 else shown3 end,
  taken4 = case when less4 < shown4 then less4 else shown4 end,
  taken5 = case when less5 < shown5 then less5 else shown5 end
where center = :center and day between :first and :last
"""
RELEASE = """
insert into {releases} (center, first_day, last_day, n1, n2, n3, n4, n5)
values (:center, :first, :last, :n1, :n2, :n3, :n4, :n5)
"""
RELEASED = "select center, first_day, last_day, n1, n2, n3, n4, n5 from {releases} "


class Stream(NamedTuple):
    """Ratings that are told apart from others: the tables of their days' sums and of their releases."""

    days: str
    releases: str

    def sql(self, text: str) -> str:
        """Return a statement about it."""
        return text.format(**self._asdict())


HEADLINE: Final = Stream("center_day", "release")
SUSPECT: Final = Stream("suspect_day", "suspect_release")
"""Ratings that something is suspicious about; see `server.domain.quality`."""
STREAMS: Final = (HEADLINE, SUSPECT)


class Releases(Engine):
    """The verbs of `Store` about what was published, and what waits for it."""

    def release_due(self, today: date) -> int:
        """Make visible what has become due in any center; says how many releases that were."""
        asked = [stream.sql(sql) for stream in STREAMS for sql in (PENDING, PENDING_CORRECTION)]
        centers = {row["center"] for sql in asked for row in self.ask(sql)}
        return sum(self.release_center(center, today) for center in sorted(centers))

    def releases(self, center: int, first: date, last: date) -> list[Release]:
        """Return the releases that lie wholly within the days from `first` to `last`."""
        return self._released(HEADLINE, center, first, last)

    def suspect_releases(self, center: int, first: date, last: date) -> list[Release]:
        """Return those of suspicious ratings, which no other figure has."""
        return self._released(SUSPECT, center, first, last)

    def _released(self, stream: Stream, center: int, first: date, last: date) -> list[Release]:
        rows = self.ask(
            stream.sql(RELEASED)
            + "where center = :center and first_day >= :first and last_day <= :last order by id",
            center=center,
            first=to_days(first),
            last=to_days(last),
        )
        return [_release(row) for row in rows]

    def released_centers(self, first: date, last: date) -> set[int]:
        """Return the centers that have a release wholly within these days."""
        rows = self.ask(
            "select distinct center from release where first_day >= :first and last_day <= :last",
            first=to_days(first),
            last=to_days(last),
        )
        return {row["center"] for row in rows}

    def pending_count(self, center: int) -> int:
        """Say how many ratings of a center wait to become visible in the headline."""
        return sum(map(sum, self._pending(HEADLINE, PENDING, center).values()))

    def release_center(self, center: int, today: date) -> int:
        """Make visible what has become due in one center; says how many releases that were."""
        return sum(self._release(stream, center, today) for stream in STREAMS)

    def _release(self, stream: Stream, center: int, today: date) -> int:
        found = disclosure.due(self._pending(stream, PENDING, center), today)
        self._publish(stream, center, found, SHOW)
        withheld = self._pending(stream, PENDING_CORRECTION, center)
        if not any(map(sum, withheld.values())):
            return len(found)
        rows = self.ask(stream.sql(RELEASED) + "where center = :center order by id", center=center)
        corrected = disclosure.corrections(withheld, [_release(row) for row in rows])
        self._publish(stream, center, corrected, TAKE)
        return len(found) + len(corrected)

    def _pending(self, stream: Stream, sql: str, center: int) -> dict[date, Scores]:
        rows = self.ask(stream.sql(sql) + "and center = :center", center=center)
        return {to_date(row["day"]): _scores(row) for row in rows}

    def _publish(self, stream: Stream, center: int, releases: Iterable[Release], count: str) -> None:
        for each in releases:
            span = {"center": center, "first": to_days(each.first), "last": to_days(each.last)}
            self.write(stream.sql(RELEASE), **span, **{f"n{i}": n for i, n in enumerate(each.scores, 1)})
            self.write(stream.sql(count), **span)


def _release(row: Row) -> Release:
    return Release(to_date(row["first_day"]), to_date(row["last_day"]), _scores(row))


def _scores(row: Row) -> Scores:
    return row["n1"], row["n2"], row["n3"], row["n4"], row["n5"]
