"""What a center reports of its work as lists: dossiers by field and day, citizens served, complaints.

A row that names what is there takes its place; what no row names stays as it is.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Final

from server.domain.dossier_figures import (
    COMPLAINTS,
    COUNT_MAX,
    WORK,
    ComplaintMonth,
    FieldDay,
    TicketDay,
    complaints_of,
    read_count,
    read_day,
    read_month,
    work_of,
)
from server.domain.fields import field_named
from server.domain.lists import Column, Fate, ListFault, Wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from server.domain.fields import Field
    from server.domain.table import Cell

WORK_COLUMNS: Final = (Column("day"), Column("field"), *(Column(name) for name in WORK))
TICKET_COLUMNS: Final = (Column("day"), Column("served"))
COMPLAINT_COLUMNS: Final = (Column("month"), *(Column(name) for name in COMPLAINTS))
FAULTS: Final = {
    "count": ListFault.NUMBER,
    "more_than_returned": ListFault.MORE_THAN_RETURNED,
    "more_than_received": ListFault.MORE_THAN_RECEIVED,
    "day": ListFault.DAY,
    "day_ahead": ListFault.AHEAD,
    "month": ListFault.MONTH,
    "month_ahead": ListFault.AHEAD,
}


class WorkList:
    """Dossiers by field and day. A field is told by its name."""

    def __init__(self, fields: Sequence[Field], there: Sequence[FieldDay], today: date) -> None:
        self._fields = fields
        self._names = {each.id: each.name for each in fields}
        self._there = {(each.field, each.day): each for each in there}
        self._today = today
        self._lines: dict[tuple[int, date], int] = {}
        self.taken: list[FieldDay] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return what is there, by day and field."""
        for each in self._there.values():
            yield each.day, self._names[each.field], *astuple(each.work)

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take what was done in a field on a day."""
        day, fault = read_day(cells["day"], self._today)
        if day is None:
            return _wrong("day", fault, cells)
        field = field_named(self._fields, cells["field"])
        if field is None:
            return Wrong("field", ListFault.FIELD_UNKNOWN if cells["field"] else ListFault.MISSING)
        work, faults = work_of([read_count(cells[name]) for name in WORK])
        if work is None:
            return _first(faults, cells)
        key = (field.id, day)
        if key in self._lines:
            return Wrong("day", ListFault.TWICE, {"line": self._lines[key]})
        self._lines[key] = line
        told = FieldDay(field.id, day, work)
        if (fate := _fate(self._there.get(key), told)) is not Fate.SAME:
            self.taken.append(told)
        return fate


class TicketList:
    """How many citizens were served, by day."""

    def __init__(self, there: Sequence[TicketDay], today: date) -> None:
        self._there = {each.day: each for each in there}
        self._today = today
        self._lines: dict[date, int] = {}
        self.taken: list[TicketDay] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return what is there, by day."""
        return [(each.day, each.served) for each in self._there.values()]

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take how many citizens were served on a day."""
        day, fault = read_day(cells["day"], self._today)
        if day is None:
            return _wrong("day", fault, cells)
        served = read_count(cells["served"])
        if served is None:
            return _wrong("served", "count", cells)
        if day in self._lines:
            return Wrong("day", ListFault.TWICE, {"line": self._lines[day]})
        self._lines[day] = line
        told = TicketDay(day, served)
        if (fate := _fate(self._there.get(day), told)) is not Fate.SAME:
            self.taken.append(told)
        return fate


class ComplaintList:
    """Complaints by month."""

    def __init__(self, there: Sequence[ComplaintMonth], today: date) -> None:
        self._there = {each.month: each for each in there}
        self._today = today
        self._lines: dict[date, int] = {}
        self.taken: list[ComplaintMonth] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return what is there, by month."""
        for each in self._there.values():
            yield f"{each.month:%m/%Y}", each.received, each.on_time, each.dissatisfied

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take the complaints of a month."""
        month, fault = read_month(cells["month"], self._today)
        if month is None:
            return _wrong("month", fault, cells)
        told, faults = complaints_of(month, [read_count(cells[name]) for name in COMPLAINTS])
        if told is None:
            return _first(faults, cells)
        if month in self._lines:
            return Wrong("month", ListFault.TWICE, {"line": self._lines[month]})
        self._lines[month] = line
        if (fate := _fate(self._there.get(month), told)) is not Fate.SAME:
            self.taken.append(told)
        return fate


def _fate(before: object, told: object) -> Fate:
    if before is None:
        return Fate.NEW
    return Fate.SAME if before == told else Fate.CHANGED


def _first(faults: Mapping[str, str], cells: Mapping[str, str]) -> Wrong:
    """Return the first of the faults."""
    column, fault = next(iter(faults.items()))
    return _wrong(column, fault, cells)


def _wrong(column: str, fault: str, cells: Mapping[str, str]) -> Wrong:
    """Say what is wrong at a column; a cell that holds nothing is missing."""
    if not cells[column]:
        return Wrong(column, ListFault.MISSING)
    found = FAULTS[fault]
    limits = {"least": 0, "most": COUNT_MAX} if found is ListFault.NUMBER else {}
    return Wrong(column, found, limits)
