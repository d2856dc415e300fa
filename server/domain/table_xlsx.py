"""Tables as XLSX: read with openpyxl, written with XlsxWriter.

An XLSX file is a zip archive of XML. What comes out of it is measured before anything reads it: a small file
can hold gigabytes. XML with entities of its own is refused by defusedxml, which openpyxl then uses.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

import xlsxwriter
from defusedxml import DefusedXmlException

from server.domain.table import (
    CELL_CHARS_MAX,
    COLUMNS_MAX,
    Cell,
    CellFault,
    Table,
    TableError,
    TableFault,
    gathered,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MEMBERS_MAX: Final = 500
INFLATED_BYTES_MAX: Final = 64_000_000
"""All that is in the archive, unpacked."""
ELEMENTS_MAX: Final = 1_500_000
"""Tags in all its XML, those that close too: each may take four hundred bytes of memory while it is read."""
LINES_MAX: Final = 1_048_576
"""As many lines as Excel has."""
CHUNK_BYTES: Final = 1 << 16
WORKBOOK: Final = "xl/workbook.xml"
LOCKED_FLAG: Final = 1
METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
COLUMN_CHARS: Final = (10, 48)
"""How narrow and how wide a column is written."""
MADE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""What a file that we write says about its age: the same table is the same bytes."""
BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    DefusedXmlException,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)
"""What the readers of archives and of XML raise at bytes that are none: it is theirs to know which."""


def read_xlsx(raw: bytes) -> Table:
    """Read the first sheet that is shown. Raises `TableError`."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            _measure(archive)
        return _read(raw)
    except BROKEN:
        raise TableError(TableFault.BROKEN) from None


def _measure(archive: zipfile.ZipFile) -> None:
    """Unpack everything once, and keep nothing. Raises `TableError` at what is too much, or not our kind."""
    members = archive.infolist()
    names = {each.filename for each in members}
    if any(each.flag_bits & LOCKED_FLAG for each in members):
        raise TableError(TableFault.LOCKED)
    if WORKBOOK not in names:
        is_sheet = {"xl/workbook.bin", "content.xml"} & names  # .xlsb, .ods
        raise TableError(TableFault.OLD if is_sheet else TableFault.KIND)
    if len(members) > MEMBERS_MAX or sum(each.file_size for each in members) > INFLATED_BYTES_MAX:
        raise TableError(TableFault.LARGE)
    if not METHODS.issuperset(each.compress_type for each in members):
        raise TableError(TableFault.BROKEN)
    inflated = elements = 0
    for each in members:
        with archive.open(each) as member:
            while chunk := member.read(CHUNK_BYTES):
                inflated += len(chunk)
                elements += chunk.count(b"<")
                if inflated > INFLATED_BYTES_MAX or elements > ELEMENTS_MAX:
                    raise TableError(TableFault.LARGE)


def _read(raw: bytes) -> Table:
    """Read what was measured. Raises `TableError`, or one of `BROKEN`."""
    from openpyxl import load_workbook  # noqa: PLC0415 - it loads NumPy, and few pages read a file

    book = load_workbook(BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    try:
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            raise TableError(TableFault.EMPTY)
        sheet.reset_dimensions()  # what a file says of its size need not be so
        return gathered(_lines(sheet.iter_rows(max_col=COLUMNS_MAX + 1)))
    finally:
        book.close()


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str], dict[int, CellFault]]]:
    """Yield each line that has cells. Raises `TableError`."""
    for line, cells in enumerate(rows, start=1):
        if line > LINES_MAX:
            raise TableError(TableFault.BROKEN, line)
        if all(getattr(cell, "value", None) is None for cell in cells):
            continue
        texts, faults = [], {}
        for column, cell in enumerate(cells):
            kind, value = getattr(cell, "data_type", "n"), getattr(cell, "value", None)
            if kind == "f":
                faults[column] = CellFault.FORMULA
            elif kind == "e":
                faults[column] = CellFault.ERROR
            texts.append("" if column in faults else _text(value))
        yield line, texts, faults


def _text(value: object) -> str:
    """Return a value as one writes it: 12, 12.5, 2026-11-23, 07:30."""
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case float():
            short = Decimal(f"{value:.15g}")
            return f"{short.quantize(Decimal(1)) if short == short.to_integral_value() else short:f}"
        case datetime():
            moment = (value + timedelta(milliseconds=500)).replace(microsecond=0)
            return (
                f"{moment.date()}" if moment.time() == time() else f"{moment.date()} {_clock(moment.time())}"
            )
        case time():
            return _clock(value)
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            shown = f"{minutes // 60:02}:{minutes % 60:02}"
            return f"{shown}:{seconds:02}" if seconds else shown
        case _:
            return str(value)


def _clock(moment: time) -> str:
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def write_xlsx(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table as the one sheet of a file. A text is a text, whatever it begins with."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": MADE.replace(tzinfo=None)})
    sheet = book.add_worksheet(sheet_name(name))
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    chars = [len(each) for each in head]
    for column, each in enumerate(head):
        sheet.write_string(0, column, plain(each), bold)
    for line, cells in enumerate(rows, start=1):
        for column, cell in enumerate(cells):
            match cell:
                case str():
                    sheet.write_string(line, column, plain(cell)[:CELL_CHARS_MAX])
                case int() | float():
                    sheet.write_number(line, column, cell)
                case _:
                    sheet.write_datetime(line, column, datetime.combine(cell, time()), day)
            chars[column] = max(chars[column], len(str(cell)))
    narrow, wide = COLUMN_CHARS
    for column, count in enumerate(chars):
        sheet.set_column(column, column, min(max(count + 2, narrow), wide))
    sheet.freeze_panes(1, 0)
    book.close()
    return target.getvalue()


def sheet_name(name: str) -> str:
    """Return a name that Excel allows for a sheet."""
    return "".join(" " if char in "[]:*?/\\" else char for char in name)[:31].strip("' ") or "1"
