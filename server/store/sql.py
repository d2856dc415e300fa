"""What an engine gives to the shared SQL: ask, write, and one open transaction.

The SQL of `places`, `people`, `book` and the others is one text for both engines: named
parameters, `on conflict`. Rows become dataclasses in those modules;
no row of a driver travels further.

What runs on both keeps to this: a parameter stands where its type can be told (`:x is null` alone cannot),
`min` and `max` take one argument, a limit is never negative, a statement that may fail is the last of its
transaction, and a new table is named in `server.store.copying`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, Any]
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Guard:
    """What the database itself refuses: to update or to delete rows of a table, unless `unless` is true.

    `unless` is SQL, and `old` in it is the row.
    """

    name: str
    table: str
    verb: str
    says: str
    unless: str = ""


class Engine(ABC):
    """A database that speaks the shared SQL."""

    @abstractmethod
    def ask(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows. Within a write transaction, on its connection; else on a reader's."""

    @abstractmethod
    def write(self, sql: str, **values: object) -> None:
        """Change something, within the open transaction."""

    @abstractmethod
    def write_many(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Run one statement for each of the rows, within the open transaction."""

    @abstractmethod
    def each(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows as `ask` does, but in a snapshot or a write transaction never hold them all at once."""

    @abstractmethod
    def define(self, sql: str, guards: Sequence[Guard] = ()) -> None:
        """Run a script of definitions, then set guards, within the open transaction."""

    @abstractmethod
    def damage(self) -> Iterator[str]:
        """Say whether the database is whole, and whether each row has the rows that it names."""

    @abstractmethod
    def count_on(self) -> None:
        """Let keys that the database counts up go on behind those that are here."""

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
