"""The report's tables as one CSV file: each line begins with the place, the period and the table.

So the files of many places and months can be put under each other. Shares are percentages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.table_csv import write_csv
from server.reports.document import Kind

if TYPE_CHECKING:
    from server.domain.table import Cell
    from server.reports.document import Column, Report, Value

DECIMALS = 2
PERCENT = {Kind.SHARE, Kind.PART}


def write_report_csv(report: Report) -> bytes:
    """Write all tables: as Excel opens them, and guarded against formulas."""
    heads: list[str] = []
    for table in report.tables:
        for column in table.columns[1:]:
            heads += [head for head in _heads(column) if head not in heads]
    rows = []
    for table in report.tables:
        for row in table.rows:
            line: list[Cell] = [report.place, report.period, table.title, _named(row[0].values[0])]
            told = {
                head: _told(value, column)
                for cell, column in zip(row[1:], table.columns[1:], strict=True)
                for head, value in zip(_heads(column), cell.values, strict=True)
            }
            rows.append([*line, *(told.get(head, "") for head in heads)])
    return write_csv([*report.frame.key_heads, *heads], rows, decimal_mark=report.frame.decimal_mark)


def _heads(column: Column) -> list[str]:
    """Return the heads of a column; here they have to say the unit."""
    return [f"{head} (%)" if column.kind in PERCENT else head for head in column.heads]


def _named(value: Value) -> Cell:
    return "" if value is None else value


def _told(value: Value, column: Column) -> Cell:
    if isinstance(value, float):
        return round(100 * value if column.kind in PERCENT else value, DECIMALS)
    return _named(value)
