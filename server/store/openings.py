"""Opening hours and notices, in SQL. Each is small, and is replaced whole."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from server.domain.notices import TEXTS, Posted
from server.domain.openings import PROVINCE, SpecialDay, Timetable
from server.protocol.hours import DAYS_A_WEEK, Span
from server.store.sql import Engine, to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from server.store.sql import Row

OPENING = """
insert into opening (place, center, has_week) values (:place, :center, :has_week)
on conflict (place) do update set has_week = excluded.has_week
"""
FORGET = (
    "delete from opening_span where place = :place",
    "delete from opening_day_span where place = :place",
    "delete from opening_day where place = :place",
)
WEEK_SPAN = """
insert into opening_span (place, weekday, start_min, end_min) values (:place, :weekday, :start, :end)
"""
DAY = "insert into opening_day (place, day, name) values (:place, :day, :name)"
DAY_SPAN = "insert into opening_day_span (place, day, start_min, end_min) values (:place, :day, :start, :end)"
NOTICE = """
insert into notice (id, center, position, said_vi, did_vi, said_en, did_en, is_shown)
values (:id, :center, :position, :said_vi, :did_vi, :said_en, :did_en, :is_shown)
"""


class Openings(Engine):
    """The verbs of `Store` about opening hours and notices."""

    def timetable(self, center: int | None) -> Timetable:
        """Return what was decided for a center itself, or for the whole province (None)."""
        place = _place(center)
        opening = self.one("select has_week from opening where place = :place", place=place)
        if opening is None:
            return Timetable()
        week = _by_number(
            self.ask(
                "select weekday as number, start_min, end_min from opening_span where place = :place"
                " order by weekday, start_min",
                place=place,
            )
        )
        spans = _by_number(
            self.ask(
                "select day as number, start_min, end_min from opening_day_span where place = :place"
                " order by day, start_min",
                place=place,
            )
        )
        names = self.ask("select day, name from opening_day where place = :place order by day", place=place)
        days = {to_date(row["day"]): SpecialDay(row["name"], tuple(spans[row["day"]])) for row in list(names)}
        if not opening["has_week"]:
            return Timetable(None, days)
        return Timetable(tuple(tuple(week[number]) for number in range(1, DAYS_A_WEEK + 1)), days)

    def set_timetable(self, center: int | None, timetable: Timetable) -> None:
        """Replace what was decided for a center, or for the whole province (None)."""
        place = _place(center)
        self.write(OPENING, place=place, center=center, has_week=int(timetable.week is not None))
        for forget in FORGET:
            self.write(forget, place=place)
        self.write_many(
            WEEK_SPAN,
            [
                {"place": place, "weekday": number, **_minutes(span)}
                for number, spans in enumerate(timetable.week or (), start=1)
                for span in spans
            ],
        )
        days = [(to_days(day), special) for day, special in timetable.days.items()]
        self.write_many(DAY, [{"place": place, "day": day, "name": special.name} for day, special in days])
        self.write_many(
            DAY_SPAN,
            [
                {"place": place, "day": day, **_minutes(span)}
                for day, special in days
                for span in special.spans
            ],
        )

    def notices(self, center: int) -> list[Posted]:
        """Return the notices of a center in order, shown or not."""
        rows = self.ask(
            "select id, said_vi, did_vi, said_en, did_en, is_shown from notice where center = :center"
            " order by position",
            center=center,
        )
        return [Posted(row["id"], {name: row[name] for name in TEXTS}, bool(row["is_shown"])) for row in rows]

    def set_notices(self, center: int, notices: Sequence[Posted]) -> None:
        """Replace the notices of a center."""
        self.write("delete from notice where center = :center", center=center)
        self.write_many(
            NOTICE,
            [
                {
                    "id": each.id,
                    "center": center,
                    "position": position,
                    **{name: each.texts[name] for name in TEXTS},
                    "is_shown": int(each.is_shown),
                }
                for position, each in enumerate(notices, start=1)
            ],
        )


def _place(center: int | None) -> str:
    return PROVINCE if center is None else str(center)


def _minutes(span: Span) -> dict[str, int]:
    """Return when a span begins and ends, in minutes since midnight."""
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in (span.start, span.end))
    return {"start": start, "end": end}


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _by_number(rows: Iterable[Row]) -> defaultdict[int, list[Span]]:
    """Return the spans of each day, by its number."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for row in rows:
        found[row["number"]].append(Span(_time(row["start_min"]), _time(row["end_min"])))
    return found
