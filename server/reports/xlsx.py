"""The report as a workbook: what it says, then each table as a sheet of numbers, then how it was made."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

import xlsxwriter

from server.domain.table import CELL_CHARS_MAX, plain
from server.domain.table_xlsx import MADE, sheet_name
from server.reports.document import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from server.reports.document import Report, Table, Value

FORMATS: Final = {
    Kind.COUNT: "#,##0",
    Kind.SHARE: "0.0%",
    Kind.PART: "0.0%",
    Kind.INDEX: "0.0",
    Kind.POINTS: "+0.0;-0.0;0.0",
}
WIDE: Final = 100
"""How wide a column of sentences is, in letters."""
COLUMN_CHARS: Final = (10, 48)


def write_xlsx(report: Report) -> bytes:
    """Write the workbook. A text is a text, whatever it begins with; the same report is the same bytes."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties(
        {"title": plain(f"{report.title} · {report.place}"), "created": MADE.replace(tzinfo=None)}
    )
    taken: set[str] = set()
    _sentences(book, _named(report.frame.summary_sheet, taken), list(_summary(report)))
    for each in report.tables:
        _sheet(book, _named(each.sheet, taken), each)
    method = [(report.method_title, ""), *report.method, (report.as_of, "")]
    _sentences(book, _named(report.frame.method_sheet, taken), method)
    book.close()
    return target.getvalue()


def _named(name: str, taken: set[str]) -> str:
    """Return a name that Excel allows and no other sheet has: it does not tell capitals apart."""
    found, number = sheet_name(name), 1
    while found.casefold() in taken:
        number += 1
        found = f"{sheet_name(name)[:27]} {number}"
    taken.add(found.casefold())
    return found


def _summary(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what the first page says, line by line: a heading and its sentence."""
    yield report.title, ""
    yield report.place, f"{report.period} ({report.span})"
    yield "", report.summary
    for tile in report.tiles:
        yield tile.title, " · ".join((tile.value, *tile.notes))
    for finding in report.findings:
        yield finding.title, " ".join((*finding.says, "; ".join(finding.points))).strip()
    looks = report.looks or (report.looks_none,)
    for place, look in enumerate(looks):
        yield "" if place else report.looks_title, look
    yield "", report.as_of


def _sentences(book: Workbook, name: str, lines: Sequence[tuple[str, str]]) -> None:
    """Write lines of two texts; the first of all is the title."""
    sheet = book.add_worksheet(name)
    title = book.add_format({"bold": True, "font_size": 14})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    text = book.add_format({"valign": "top", "text_wrap": True})
    for line, (first, second) in enumerate(lines):
        sheet.write_string(line, 0, plain(first), title if line == 0 else bold)
        sheet.write_string(line, 1, plain(second)[:CELL_CHARS_MAX], text)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, WIDE)


def _sheet(book: Workbook, name: str, table: Table) -> None:
    """Write a table: numbers as numbers, and nothing where nothing may be told."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {kind: book.add_format({"num_format": text}) for kind, text in FORMATS.items()}
    column = 0
    for place, each in enumerate(table.columns):
        for part, head in enumerate(each.heads):
            sheet.write_string(0, column, plain(head), bold)
            longest = len(head) // 2
            for line, row in enumerate(table.rows, start=1):
                value = row[place].values[part]
                _write(sheet, (line, column), value, formats.get(each.kind))
                longest = max(longest, len(value) if isinstance(value, str) else 0)
            narrow, wide = COLUMN_CHARS
            sheet.set_column(column, column, min(max(longest + 2, narrow), wide))
            column += 1
    sheet.freeze_panes(1, 1)


def _write(sheet: Worksheet, place: tuple[int, int], value: Value, number: Format | None) -> None:
    match value:
        case None:
            pass
        case str():
            sheet.write_string(*place, plain(value)[:CELL_CHARS_MAX])
        case _:
            sheet.write_number(*place, value, number)
