"""Places as lists: the centers, the counters of one, and the days on which opening hours differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.fleet import COUNTERS_MAX
from server.domain.lists import (
    Column,
    Fate,
    ListFault,
    Wrong,
    read_clock,
    read_day,
    read_whole,
    text_fault,
)
from server.domain.opening_forms import AHEAD, DAYS_MAX, NAME_CHARS_MAX, SPANS_A_DAY, read_spans
from server.domain.openings import SpecialDay, ahead
from server.domain.staff import neat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from server.domain.openings import Timetable
    from server.domain.places import Center, Counter
    from server.domain.table import Cell

CENTER_COLUMNS: Final = (Column("center"), Column("center_name"), Column("lat"), Column("lon"))
COUNTER_COLUMNS: Final = (Column("counter"),)
SPANS: Final = [(f"start_{number}", f"end_{number}") for number in range(1, SPANS_A_DAY + 1)]
DAY_COLUMNS: Final = (
    Column("day"),
    Column("day_name"),
    *(Column(name, needed=False) for span in SPANS for name in span),
)
SPAN_FAULTS: Final = {
    "half": ListFault.HALF,
    "time": ListFault.TIME,
    "order": ListFault.ORDER,
    "overlap": ListFault.OVERLAP,
}


@dataclass(frozen=True, slots=True)
class CenterList:
    """Every center, to go out only: which centers there are, the law says."""

    centers: Sequence[Center]

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return the centers by code."""
        return [(each.code, each.name, str(each.lat), str(each.lon)) for each in self.centers]


class CounterList:
    """The counters of a center. None is removed by a file that does not name it."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self._there = {each.number for each in counters}
        self._lines: dict[int, int] = {}
        self.added: list[int] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return the counters by number."""
        return [(number,) for number in sorted(self._there)]

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take a counter that is there, or a new one."""
        if not cells["counter"]:
            return Wrong("counter", ListFault.MISSING)
        number = read_whole(cells["counter"], range(1, COUNTERS_MAX + 1))
        if number is None:
            return Wrong("counter", ListFault.NUMBER, {"least": 1, "most": COUNTERS_MAX})
        if number in self._lines:
            return Wrong("counter", ListFault.TWICE, {"line": self._lines[number]})
        self._lines[number] = line
        if number in self._there:
            return Fate.SAME
        self.added.append(number)
        return Fate.NEW


class DayList:
    """The days of a place that differ from its week. Days that are over stay as they are."""

    def __init__(self, own: Timetable, *, has_week: bool, today: date) -> None:
        self._own = own
        self._has_week = has_week
        self._today = today
        self._lines: dict[date, int] = {}
        self._room = DAYS_MAX - len(ahead(own.days, today))
        self.days: dict[date, SpecialDay] = {}

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return the days in order, those that are over too."""
        for day, special in sorted(self._own.days.items()):
            times = [time for span in special.spans for time in (span.start, span.end)]
            yield day, special.name, *times, *[""] * (2 * SPANS_A_DAY - len(times))

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take a day: a new one, or one that is there with another name or other hours."""
        day = read_day(cells["day"])
        if day is None:
            return Wrong("day", ListFault.DAY if cells["day"] else ListFault.MISSING)
        special = _read_special(cells)
        if isinstance(special, Wrong):
            return special
        if day in self._lines:
            return Wrong("day", ListFault.TWICE, {"line": self._lines[day]})
        before = self._own.days.get(day)
        if before != special:
            fault = self._fault(day, is_new=before is None)
            if fault is not None:
                return fault
            self.days[day] = special
        self._lines[day] = line
        if before is None:
            return Fate.NEW
        return Fate.SAME if before == special else Fate.CHANGED

    def _fault(self, day: date, *, is_new: bool) -> Wrong | None:
        """Say why a day cannot be set."""
        if not self._has_week:
            return Wrong("day", ListFault.NO_WEEK)
        if day < self._today:
            return Wrong("day", ListFault.PAST)
        if day > self._today + AHEAD:
            return Wrong("day", ListFault.FAR)
        if is_new:
            self._room -= 1
            if self._room < 0:
                return Wrong("day", ListFault.MANY, {"most": DAYS_MAX})
        return None


def _read_special(cells: Mapping[str, str]) -> SpecialDay | Wrong:
    """Read the name and the hours of a day; without hours it is closed."""
    name = neat(cells["day_name"])
    fault = text_fault(name, NAME_CHARS_MAX, needed=True)
    if fault is not None:
        return Wrong("day_name", *fault)
    typed = [(cells.get(start, ""), cells.get(end, "")) for start, end in SPANS]
    for (start, end), texts in zip(SPANS, typed, strict=True):
        for column, text in zip((start, end), texts, strict=True):
            if text and read_clock(text) is None:
                return Wrong(column, ListFault.TIME)
    spans = read_spans([(read_clock(start) or "", read_clock(end) or "") for start, end in typed])
    if isinstance(spans, str):
        return Wrong("start_1", SPAN_FAULTS[spans])
    return SpecialDay(name, spans)
