"""The officers of a center and its roster as lists. Nothing here forgets anybody: files add and change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from server.domain.calendar import YEAR_MAX, YEAR_MIN
from server.domain.lists import Column, Fate, ListFault, Wrong, read_clock, read_day, text_fault
from server.domain.roster import Assignment, RosterFault, clash, read_time, time_text
from server.domain.staff import NAME_CHARS_MAX, OFFICERS_MAX, StaffFault, name_fault, neat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from server.domain.lists import Choice
    from server.domain.places import Counter
    from server.domain.staff import Officer
    from server.domain.table import Cell

OFFICER_COLUMNS: Final = (
    Column("officer_id", needed=False),
    Column("officer_name"),
    Column("officer_title", needed=False),
    Column("officer_state", needed=False),
)
ROSTER_COLUMNS: Final = (
    Column("day"),
    Column("start"),
    Column("end"),
    Column("counter"),
    Column("officer"),
    Column("officer_name", needed=False, told=True),
)
HERE, GONE = "here", "gone"
"""The states of an officer."""
CLASHES: Final = {
    RosterFault.ELSEWHERE: ListFault.ELSEWHERE,
    RosterFault.TWICE: ListFault.ELSEWHERE,
    RosterFault.FULL: ListFault.FULL,
    RosterFault.MANY: ListFault.FULL,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An officer as a row wants them: a known one, or a new one."""

    known: Officer | None
    name: str
    title: str
    is_active: bool


class Names:
    """Officers as files name them: by id, or by a name that only one of them has."""

    def __init__(self, officers: Iterable[Officer]) -> None:
        self._by_id: dict[str, Officer] = {}
        self._by_name: defaultdict[str, list[Officer]] = defaultdict(list)
        for each in officers:
            self._by_id[each.id] = each
            self._by_name[each.name.casefold()].append(each)

    def by_id(self, id_: str) -> Officer | None:
        """Return the officer of an id."""
        return self._by_id.get(id_.strip().lower())

    def by_name(self, name: str) -> list[Officer]:
        """Return those who have a name: those who serve here, or else those who left."""
        found = self._by_name.get(neat(name).casefold(), [])
        return [each for each in found if each.is_active] or found


class OfficerList:
    """The officers of a center. Who has no id in a file is told by the name."""

    def __init__(self, officers: Sequence[Officer], states: Choice) -> None:
        self._officers = officers
        self._names = Names(officers)
        self._states = states
        self._lines: dict[str, int] = {}
        self._room = OFFICERS_MAX - len(officers)
        self.wanted: list[Wanted] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return everybody, those who left too."""
        for each in self._officers:
            yield each.id, each.name, each.title, self._states.written[HERE if each.is_active else GONE]

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take an officer: changed, or new."""
        id_, name = cells.get("officer_id", ""), neat(cells["officer_name"])
        fault = name_fault(name)
        if fault is not None:
            return _name_wrong(fault)
        same_name = [] if id_ else self._names.by_name(name)
        if len(same_name) > 1:
            return Wrong("officer_name", ListFault.OFFICER_UNCLEAR)
        known = self._names.by_id(id_) if id_ else next(iter(same_name), None)
        if id_ and known is None:
            return Wrong("officer_id", ListFault.OFFICER_UNKNOWN)
        wanted = self._read(known, name, cells)
        if isinstance(wanted, Wrong):
            return wanted
        key = known.id if known else name.casefold()
        if key in self._lines:
            column = "officer_id" if id_ else "officer_name"
            return Wrong(column, ListFault.TWICE, {"line": self._lines[key]})
        if known is None and self._room <= 0:
            return Wrong("officer_name", ListFault.MANY, {"most": OFFICERS_MAX})
        self._lines[key] = line
        return self._taken(wanted)

    def _read(self, known: Officer | None, name: str, cells: Mapping[str, str]) -> Wanted | Wrong:
        """Read what a row says beyond the name; what it does not say stays as it is."""
        title = neat(cells.get("officer_title", known.title if known else ""))
        fault = text_fault(title, NAME_CHARS_MAX, needed=False)
        if fault is not None:
            return Wrong("officer_title", *fault)
        typed = cells.get("officer_state", "")
        state = self._states.meant(typed) if typed else _state(known)
        if state is None:
            options = ", ".join(self._states.written.values())
            return Wrong("officer_state", ListFault.CHOICE, {"options": options})
        if known is None and state == GONE:
            return Wrong("officer_state", ListFault.NEW_GONE)
        return Wanted(known, name, title, state == HERE)

    def _taken(self, wanted: Wanted) -> Fate:
        known = wanted.known
        if known is None:
            self._room -= 1
        elif (known.name, known.title, known.is_active) == (wanted.name, wanted.title, wanted.is_active):
            return Fate.SAME
        self.wanted.append(wanted)
        return Fate.NEW if known is None else Fate.CHANGED


def _state(officer: Officer | None) -> str:
    return HERE if officer is None or officer.is_active else GONE


def _name_wrong(fault: StaffFault) -> Wrong:
    match fault:
        case StaffFault.NAME_MISSING:
            return Wrong("officer_name", ListFault.MISSING)
        case StaffFault.NAME_LONG:
            return Wrong("officer_name", ListFault.LONG, {"most": NAME_CHARS_MAX})
        case _:
            return Wrong("officer_name", ListFault.ODD)


class RosterList:
    """Who sits where. A row with an officer, a day and a start that are known moves that assignment."""

    def __init__(
        self,
        officers: Sequence[Officer],
        counters: Sequence[Counter],
        there: Sequence[Assignment],
        *,
        since: date = date.min,
    ) -> None:
        self._officers = {each.id: each for each in officers}
        self._names = Names(officers)
        self._counters = {str(each.number): each.id for each in counters}
        self._numbers = {each.id: each.number for each in counters}
        self._there = {_key(each): each for each in there}
        self._days: defaultdict[date, list[Assignment]] = defaultdict(list)
        for each in there:
            if self._officers[each.officer].is_active:
                self._days[each.day].append(each)
        self._since = since
        self._lines: dict[tuple[str, date, int], int] = {}
        self._removed: list[Assignment] = []
        self._added: list[Assignment] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return the assignments since a day, with the officer's id and name."""
        for each in sorted(each for each in self._there.values() if each.day >= self._since):
            name = self._officers[each.officer].name
            number = self._numbers[each.counter]
            yield each.day, time_text(each.start), time_text(each.end), number, each.officer, name

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take an assignment: a new one, or one that is moved."""
        wanted = self._read(cells)
        if isinstance(wanted, Wrong):
            return wanted
        key = _key(wanted)
        if key in self._lines:
            return Wrong("officer", ListFault.TWICE, {"line": self._lines[key]})
        before = self._there.get(key)
        if before != wanted:
            fault = self._place(wanted, before)
            if fault is not None:
                return fault
        self._lines[key] = line
        if before == wanted:
            return Fate.SAME
        if before is not None:
            self._removed.append(before)
        self._added.append(wanted)
        return Fate.NEW if before is None else Fate.CHANGED

    def by_officer(self) -> dict[str, tuple[list[Assignment], list[Assignment]]]:
        """Return what was taken: of each officer what is removed and what is added."""
        found: defaultdict[str, tuple[list[Assignment], list[Assignment]]] = defaultdict(lambda: ([], []))
        for part, some in enumerate((self._removed, self._added)):
            for each in some:
                found[each.officer][part].append(each)
        return found

    def _place(self, wanted: Assignment, before: Assignment | None) -> Wrong | None:
        """Find room for an assignment beside the others of its day, or say why there is none."""
        if not self._officers[wanted.officer].is_active:
            return Wrong("officer", ListFault.OFFICER_GONE)
        others = [each for each in self._days[wanted.day] if each != before]
        found = clash(wanted, others)
        if found is None:
            self._days[wanted.day] = [*others, wanted]
            return None
        if found.other is None:
            return Wrong("counter", CLASHES[found.fault])
        times = {"start": time_text(found.other.start), "end": time_text(found.other.end)}
        number = self._numbers[found.other.counter]
        return Wrong("officer", CLASHES[found.fault], {"counter": number, **times})

    def _read(self, cells: Mapping[str, str]) -> Assignment | Wrong:
        """Read the cells of a row."""
        for column in ("day", "start", "end", "counter", "officer"):
            if not cells[column]:
                return Wrong(column, ListFault.MISSING)
        day = read_day(cells["day"])
        if day is None or not YEAR_MIN <= day.year <= YEAR_MAX:
            return Wrong("day", ListFault.DAY)
        start, end = read_clock(cells["start"]), read_clock(cells["end"])
        if start is None or end is None:
            return Wrong("start" if start is None else "end", ListFault.TIME)
        if start >= end:
            return Wrong("end", ListFault.ORDER)
        counter = self._counters.get(cells["counter"].lstrip("0"))
        if counter is None:
            return Wrong("counter", ListFault.COUNTER_UNKNOWN)
        officer = self._officer(cells["officer"])
        if isinstance(officer, Wrong):
            return officer
        return Assignment(day, read_time(start), read_time(end), counter, officer.id)

    def _officer(self, text: str) -> Officer | Wrong:
        """Return whom an id or a name means."""
        known = self._names.by_id(text)
        found = [known] if known else self._names.by_name(text)
        if len(found) != 1:
            return Wrong("officer", ListFault.OFFICER_UNCLEAR if found else ListFault.OFFICER_UNKNOWN)
        return found[0]


def _key(assignment: Assignment) -> tuple[str, date, int]:
    """Return what the book tells assignments apart by."""
    return assignment.officer, assignment.day, assignment.start
