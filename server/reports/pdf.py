"""The report as PDF, typeset by typst.

What a report says is handed over as JSON and set as text: nothing in it is ever read as markup, so a center
may be called whatever it likes. The file can be read aloud (PDF/UA-1): charts have words, tables have heads.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
import typst

from server.reports.document import Kind
from server.reports.pictures import FONT_DIR, picture

if TYPE_CHECKING:
    from server.reports.document import Cell, Column, Report, Table

TEMPLATE: Final = Path(__file__).parent / "report.typ"
STANDARD: Final = "ua-1"


def write_pdf(report: Report) -> bytes:
    """Typeset a report. The same report is the same bytes."""
    return _compiled(report, "pdf")[0]


def draw_pages(report: Report, ppi: float = 80) -> list[bytes]:
    """Return every page as a picture (PNG), for whoever wants to see what is printed."""
    return _compiled(report, "png", ppi)


def _compiled(report: Report, to: Literal["pdf", "png"], ppi: float | None = None) -> list[bytes]:
    """Return the file, or its pages one by one; one page alone comes as it is."""
    inputs = {"report": msgspec.json.encode(told(report)).decode()}
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONT_DIR])
    made: Any = typst.compile(
        TEMPLATE,
        None,
        TEMPLATE.parent,
        fonts,
        format=to,
        ppi=ppi,
        sys_inputs=inputs,
        pdf_standards=STANDARD,
        timestamp=0,
    )
    return list(made) if isinstance(made, list) else [made]


def told(report: Report) -> dict[str, Any]:
    """Return what the template is told: texts and numbers, and charts as drawings."""
    kept: dict[str, Any] = msgspec.to_builtins(report)
    kept["made"] = [report.made.year, report.made.month, report.made.day]
    kept["charts"] = [
        {"title": each.title, "says": each.says, "caption": each.caption, "svg": picture(each)}
        for each in report.charts
    ]
    kept["tables"] = [_table(each) for each in report.tables if each.is_printed and each.rows]
    return kept


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "says": table.says,
        "columns": [{"title": each.title, "kind": each.kind.value} for each in table.columns],
        "rows": [
            [_cell(cell, column) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ],
    }


def _cell(cell: Cell, column: Column) -> dict[str, Any]:
    is_drawn = column.kind is Kind.SHARE and cell.values[0] is not None
    return {"text": cell.text, "interval": list(cell.values) if is_drawn else None}
