"""Lists that go out as files and come in again: columns, what a row comes to, and every error by its line.

A `Listing` is one list as the book has it now. It takes rows one after another, and says of each what it
would change, or what is wrong with it; what it has taken, the shell writes, all of it or nothing.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

from server.domain.credentials import folded
from server.domain.opening_forms import read_time
from server.domain.staff import neat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from server.domain.table import Cell, Row, Table

OFFER_LIVES_MS: Final = 3600 * 1000
"""How long a file that was looked at waits for the word to take it."""
FIRST_ROWS: Final = 10
"""So many rows of a file are shown."""


class ListFault(Enum):
    """What can be wrong with a row. The first three are what the file says, see `CellFault`."""

    FORMULA = "formula"
    ERROR = "error"
    BEYOND = "beyond"
    MISSING = "missing"
    LONG = "long"
    ODD = "odd"
    TWICE = "twice"
    CHOICE = "choice"
    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    ORDER = "order"
    HALF = "half"
    OVERLAP = "overlap"
    PAST = "past"
    FAR = "far"
    NO_WEEK = "no_week"
    MANY = "many"
    OFFICER_UNKNOWN = "officer_unknown"
    OFFICER_UNCLEAR = "officer_unclear"
    OFFICER_GONE = "officer_gone"
    NEW_GONE = "new_gone"
    NAME_TAKEN = "name_taken"
    COUNTER_UNKNOWN = "counter_unknown"
    ELSEWHERE = "elsewhere"
    FULL = "full"
    CENTER_UNKNOWN = "center_unknown"
    SCOPE = "scope"
    PERSON_DIFFERS = "person_differs"
    NAME_LENGTH = "name_length"
    NAME_CHARACTERS = "name_characters"
    NAME_RESERVED = "name_reserved"
    AHEAD = "ahead"
    MONTH = "month"
    MORE_THAN_RETURNED = "more_than_returned"
    MORE_THAN_RECEIVED = "more_than_received"
    FIELD_UNKNOWN = "field_unknown"
    FIELD_DIFFERS = "field_differs"
    PROCEDURE_UNKNOWN = "procedure_unknown"
    CODE = "code"
    DOSSIER_CODE = "dossier_code"


class Fate(Enum):
    """What a row comes to."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a row: at which column, and the values that stand in the words for it."""

    column: str
    fault: ListFault
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file, at its line. `column` is empty where a row has a value without a column."""

    line: int
    column: str
    cell: str
    fault: ListFault
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. One that is not `needed` may be left out of a file; `told` ones are never read.

    What stands in one that is `sealed` is kept in another form only, and shown to nobody.
    """

    name: str
    needed: bool = True
    told: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """The words that a column may hold: how each value is written, and what each way to write it means."""

    written: Mapping[str, str]
    read: Mapping[str, str]

    @classmethod
    def of(cls, written: Mapping[str, str], *others: Mapping[str, str]) -> Choice:
        """Take the words of one language for writing, and those of all for reading."""
        pairs = [(word, value) for words in (written, *others) for value, word in words.items()]
        loosely: dict[str, set[str]] = {}
        for word, value in pairs:
            loosely.setdefault(folded(word), set()).add(value)
        clear = {word: min(values) for word, values in loosely.items() if len(values) == 1}
        return cls(written, clear | {neat(word).casefold(): value for word, value in pairs})

    def meant(self, text: str) -> str | None:
        """Return which value a text means, marks and capitals aside where that is clear; None: none."""
        return self.read.get(neat(text).casefold()) or self.read.get(folded(text))


class Told(Protocol):
    """A list as the book has it, ready to go out."""

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return what is there, a cell for each column."""


class Listing(Told, Protocol):
    """One that takes rows too."""

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take a row, or say what is wrong with it. `cells` has the file's columns."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that was looked at and not yet taken: whose it is, for which list of which place.

    `raw` is its table as JSON; after `expires_ms` (UTC milliseconds) it is gone.
    """

    id: str
    person: int
    kind: str
    place: str
    raw: bytes
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Heading:
    """Which column of the list each column of a file is, and how the file does not fit, if it does not."""

    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether rows can be read under it."""
        return not self.missing and not self.unknown


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file comes to. `first` are its first rows, each with what it comes to; None: it is wrong."""

    counts: Mapping[Fate, int]
    problems: tuple[Problem, ...]
    first: tuple[tuple[Row, Fate | None], ...]

    @property
    def changes(self) -> int:
        """How many rows would change anything."""
        return self.counts[Fate.NEW] + self.counts[Fate.CHANGED]


def read_heading(table: Table, columns: Sequence[Column], names: Mapping[str, Iterable[str]]) -> Heading:
    """Find the columns of a list in a file's head; `names` are the words for each, in every language."""
    known = {folded(word): each.name for each in columns for word in (each.name, *names.get(each.name, ()))}
    found = [known.get(folded(name), "") for name in table.head]
    repeated = {column for column, count in Tally(found).items() if count > 1}
    unknown = tuple(
        name
        for name, column in zip(table.head, found, strict=True)
        if not column or (column in repeated and folded(name) != folded(table.head[found.index(column)]))
    )
    return Heading(
        tuple(found),
        tuple(each.name for each in columns if each.needed and each.name not in found),
        unknown,
    )


def read_list(table: Table, head: Heading, columns: Sequence[Column], listing: Listing) -> Reading:
    """Let a list take each row of a file: one error a row at most, the first that is found."""
    told = {each.name for each in columns if each.told}
    counts = Tally(dict.fromkeys(Fate, 0))
    problems: list[Problem] = []
    first: list[tuple[Row, Fate | None]] = []
    for row in table.rows:
        cells = dict(zip(head.columns, row.cells, strict=True))
        found = _in_the_file(row, head) or listing.take(
            row.line, {name: text for name, text in cells.items() if name not in told}
        )
        if isinstance(found, Fate):
            counts[found] += 1
        else:
            problems.append(
                Problem(row.line, found.column, cells.get(found.column, ""), found.fault, found.values)
            )
        if len(first) < FIRST_ROWS:
            first.append((row, found if isinstance(found, Fate) else None))
    return Reading(counts, tuple(problems), tuple(first))


def _in_the_file(row: Row, head: Heading) -> Wrong | None:
    """Say which cell of a row has no value."""
    if not row.faults:
        return None
    column = min(row.faults)
    name = head.columns[column] if column < len(head.columns) else ""
    return Wrong(name, ListFault(row.faults[column].value))


def read_day(text: str) -> date | None:
    """Read a day as Excel keeps it, or as one writes it here: 2026-11-23, 23/11/2026, 23-11-2026."""
    found = re.fullmatch(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})", text.strip(), re.ASCII)
    try:
        if found is not None:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def read_clock(text: str) -> str | None:
    """Read a time of day, which Excel may have written with seconds, as `07:30`."""
    return read_time(re.sub(r"(?<=:\d\d):00$", "", text.strip()))


def read_whole(text: str, numbers: range) -> int | None:
    """Read a whole number that is one of these."""
    plain = text.isascii() and text.isdecimal() and len(text) <= len(str(numbers[-1]))
    return int(text) if plain and int(text) in numbers else None


def text_fault(text: str, chars_max: int, *, needed: bool) -> tuple[ListFault, dict[str, object]] | None:
    """Say what is wrong with a text in one line, which may be missing unless it is needed."""
    if needed and not text:
        return ListFault.MISSING, {}
    if len(text) > chars_max:
        return ListFault.LONG, {"most": chars_max}
    return None if text.isprintable() else (ListFault.ODD, {})
