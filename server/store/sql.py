"""What an engine gives to the shared SQL: ask, write, and one open transaction.

The SQL of `places`, `people` and `book` is one text for both engines: named
parameters, `on conflict`. Rows become dataclasses in those modules;
no row of a driver travels further.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = dict[str, Any]
EPOCH = date(1970, 1, 1)


class Engine(ABC):
    """A database that speaks the shared SQL."""

    @abstractmethod
    def ask(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows. Within a write transaction, on its connection; else on a reader's."""

    @abstractmethod
    def write(self, sql: str, **values: object) -> None:
        """Change something, within the open transaction."""

    @abstractmethod
    def delete_free(self, sql: str, **values: object) -> bool:
        """Delete what nothing refers to, within the open transaction; says whether nothing did."""

    @abstractmethod
    def write_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Run one statement for each of the rows, within the open transaction."""

    @abstractmethod
    def define(self, sql: str) -> None:
        """Run a script of definitions, within the open transaction."""

    @abstractmethod
    def now_ms(self) -> int:
        """Return what time it is (UTC milliseconds): when something was decided."""

    def one(self, sql: str, **values: object) -> Row | None:
        """Read the first row, if there is one."""
        return next(iter(self.ask(sql, **values)), None)


def to_days(day: date) -> int:
    """Return a day as the database keeps it: days since 1970-01-01."""
    return (day - EPOCH).days


def to_date(days: int) -> date:
    """Return the day that the database keeps as a number."""
    return EPOCH + timedelta(days=days)
