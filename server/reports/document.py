"""What a report says, before it is a file: words, figures, charts and tables, in one language.

A figure stands here twice: as it is read (`93% (91–95%)`), and as a number for a sheet. Both were made of the
same share, so that no file can say another thing than the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Value = str | int | float | None
"""What stands in a cell of a sheet; None: nothing may be told, or nothing is there."""


class Kind(Enum):
    """What a column holds, and so how a file writes it."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    """Three numbers from 0 to 1: the share, and the bounds of its interval."""
    PART = "part"
    """One number from 0 to 1, counted and not estimated."""
    INDEX = "index"
    """The same of the linear index, from 0 to 100."""
    POINTS = "points"
    """A difference in percentage points, with its sign."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as one reads it, and the heads of the columns that it becomes in a sheet."""

    title: str
    kind: Kind
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as one reads it, and as numbers: one for each head of its column."""

    text: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names its rows.

    `sheet` is what a sheet of it is called. What is not `is_printed` stands in the sheets only: a chart shows
    it on paper.
    """

    sheet: str
    title: str
    says: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_printed: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: the specification that the page draws, and how large it is drawn here, in pixels.

    Without a `height` the specification has its own.
    """

    title: str
    says: str
    spec: Mapping[str, Any]
    width: int = 640
    height: int | None = None

    @property
    def caption(self) -> str:
        """What is seen in it."""
        return str(self.spec["description"])


@dataclass(frozen=True, slots=True)
class Tile:
    """A number on the first page, and what belongs to it; a share has its interval drawn."""

    title: str
    value: str
    notes: tuple[str, ...]
    interval: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A paragraph of the first page: its heading, what it says, and points in a list."""

    title: str
    says: tuple[str, ...]
    points: tuple[str, ...] = ()
    is_narrow: bool = False
    """Two such stand beside each other."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around what a report says: letterhead, signatures, and how numbers are written.

    `key_heads` name the columns that every line of the CSV file begins with.
    """

    lang: str
    office: tuple[str, str]
    nation: tuple[str, str]
    number: str
    dateline: str
    signs: tuple[tuple[str, str], ...]
    page_of: str
    decimal_mark: str
    key_heads: tuple[str, str, str, str]
    summary_sheet: str
    method_sheet: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `looks` is what ought to be looked at first, at most three things."""

    frame: Frame
    title: str
    place: str
    period: str
    span: str
    made: date
    summary: str
    tiles: tuple[Tile, ...]
    findings: tuple[Finding, ...]
    looks_title: str
    looks: tuple[str, ...]
    looks_none: str
    charts_title: str
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    method_title: str
    method: tuple[tuple[str, str], ...]
    as_of: str
