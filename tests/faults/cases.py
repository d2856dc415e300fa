"""What a class of faults is: cases that run one after another, and the tally of what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Scale(Enum):
    """How much of a class is run: a minute of it inside `make test`, or all."""

    SMALL = "small"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of faults. A rating is lost if somebody was thanked for it and the server never has it.

    `cases` counts the faults that were really done, `ratings` those that came to the end, `server_errors`
    the answers of 500 and above that nothing explains, `found` says in words what was wrong, and `figures`
    holds what else was measured.
    """

    cases: int = 0
    ratings: int = 0
    lost: int = 0
    doubled: int = 0
    server_errors: int = 0
    found: tuple[str, ...] = ()
    figures: tuple[tuple[str, float], ...] = ()

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            self.cases + other.cases,
            self.ratings + other.ratings,
            self.lost + other.lost,
            self.doubled + other.doubled,
            self.server_errors + other.server_errors,
            self.found + other.found,
            self.figures + other.figures,
        )

    @property
    def is_clean(self) -> bool:
        """Say whether nothing was lost, doubled or wrong."""
        return not (self.lost or self.doubled or self.server_errors or self.found)


@dataclass(frozen=True, slots=True)
class Case:
    """One resumable piece of a class: a minute or less. `run` gets an empty folder of its own.

    A control runs a program that is wrong on purpose: its tally must not be clean.
    """

    key: str
    run: Callable[[Path], Tally]
    control: bool = False


@dataclass(frozen=True, slots=True)
class FaultClass:
    """A kind of fault: its name on the command line, what it does in words, and its cases for a seed."""

    name: str
    title: str
    cases: Callable[[Scale, int], Iterator[Case]]
