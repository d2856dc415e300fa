"""A table that somebody sent as a file: its head and its rows, each with its line, every cell as plain text.

What a file is, its bytes say, whatever its name claims. Nothing in it is ever evaluated. It is read by
`server.domain.table_csv` or `server.domain.table_xlsx`, which also write.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

BYTES_MAX: Final = 8_000_000
"""A file as it is sent; ten thousand rows have one to two million bytes."""
ROWS_MAX: Final = 10_000
COLUMNS_MAX: Final = 30
CELL_CHARS_MAX: Final = 32_767
"""What Excel takes in one cell."""

Cell = str | int | float | date
"""What is written into a cell: a text stays a text, whatever it begins with."""

_UNWANTED: Final = {
    **{number: None for number in range(0x20) if number not in (0x09, 0x0A, 0x0D)},
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys((0xFEFF, 0xFFFE, 0xFFFF)),
    0x09: " ",
}


class TableFault(Enum):
    """Why a file is not taken for a table."""

    HEAVY = "heavy"
    """Too many bytes."""
    LARGE = "large"
    """Too much once it is unpacked."""
    ROWS = "rows"
    COLUMNS = "columns"
    KIND = "kind"
    """Something else: a letter, a picture, a web page."""
    OLD = "old"
    """A spreadsheet of another kind; Excel can save it as .xlsx."""
    LOCKED = "locked"
    """It opens with a password only."""
    ENCODING = "encoding"
    """Letters that cannot be read, or were lost when it was saved."""
    BROKEN = "broken"
    EMPTY = "empty"
    HEAD = "head"
    """The first line names no columns, or one of them twice."""


class CellFault(Enum):
    """Why a cell has no value."""

    FORMULA = "formula"
    ERROR = "error"
    """What Excel shows in place of a value: #N/A."""
    BEYOND = "beyond"
    """A value in a column that has no name."""


class TableError(Exception):
    """A file is not taken. `line` is where it broke, if that is known."""

    def __init__(self, fault: TableFault, line: int | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.line = line

    @property
    def code(self) -> str:
        """Return the name of the fault, for its words."""
        return self.fault.value


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not blank: its line as Excel shows it, and a cell for each column of the head.

    `faults` says which columns (from 0) have no value, and why; their cells are empty.
    """

    line: int
    cells: tuple[str, ...]
    faults: dict[int, CellFault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds. The names in `head` differ, without regard to capitals."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]


def plain(text: str) -> str:
    """Return a text as it is read from a cell: composed letters, plain line ends, no controls, no margins."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    kept = re.sub("[\ud800-\udfff]", "", lines)
    return unicodedata.normalize("NFC", kept).strip()


def gathered(lines: Iterable[tuple[int, list[str], dict[int, CellFault]]]) -> Table:
    """Put a table together from its lines: number, cells and faults. Raises `TableError`.

    Blank lines are left out. The first that is not blank is the head, which may be indented by no column.
    """
    head: tuple[str, ...] | None = None
    rows: list[Row] = []
    for line, texts, faults in lines:
        cells = _without_blank_end([plain(text) for text in texts])
        if not cells and not faults:
            continue
        if head is None:
            head = _head(cells, faults)
        elif len(rows) >= ROWS_MAX:
            raise TableError(TableFault.ROWS, line)
        else:
            rows.append(_row(line, cells, faults, len(head)))
    if head is None:
        raise TableError(TableFault.EMPTY)
    return Table(head, tuple(rows))


def _head(cells: list[str], faults: dict[int, CellFault]) -> tuple[str, ...]:
    """Return the names of the columns. Raises `TableError`."""
    if len(cells) > COLUMNS_MAX:
        raise TableError(TableFault.COLUMNS)
    names = [name.casefold() for name in cells]
    if faults or not all(names) or len(set(names)) < len(names):
        raise TableError(TableFault.HEAD)
    return tuple(cells)


def _row(line: int, cells: list[str], faults: dict[int, CellFault], width: int) -> Row:
    """Return a row that has as many cells as the head; more is a fault of the first that is too many."""
    found = {column: fault for column, fault in faults.items() if column < width}
    if len(cells) > width or len(found) < len(faults):
        found[width] = CellFault.BEYOND
    kept = ["" if column in found else text for column, text in enumerate(cells[:width])]
    return Row(line, tuple(kept + [""] * (width - len(kept))), found)


def _without_blank_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
