"""Comments: when they may be shown, and what became of them.

A citizen may be known by the words, and by when they were written: whoever sat at the counter knows who typed
for a while at ten o'clock. So no comment is shown by itself on its day. It becomes visible in a *showing*,
which never changes afterwards: five or more of one center and of one day; five or more of several quiet
days, told as their span; or, if that takes long, whatever there is of a whole week, a week after that week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Final

from server.domain.calendar import Kind, Period
from server.domain.staff import neat

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

TOGETHER_MIN: Final = 5
"""The fewest comments that are shown together before they are old."""
OLD_AFTER: Final = timedelta(days=7)
"""So long a comment waits at least, if it is not one of five: since it came, and since its week was over."""
NOTE_CHARS_MAX: Final = 1000
"""A note of the center about a comment."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment that nobody has seen yet: the device and number of its rating, its day, and when it came."""

    key: tuple[int, int]
    day: date
    came: date


@dataclass(frozen=True, slots=True)
class Showing:
    """Comments of one center that become visible together, told as written from `first` to `last`.

    `keys` have no order: they are shown in one that chance decides.
    """

    first: date
    last: date
    keys: frozenset[tuple[int, int]]


def comment_releases(waiting: Iterable[Waiting], today: date) -> list[Showing]:
    """Say which comments of one center become visible at the close of the days before `today`."""
    found: list[Showing] = []
    quiet: list[Waiting] = []
    over = sorted((each for each in waiting if each.day < today), key=lambda each: each.day)
    for day, written in groupby(over, key=lambda each: each.day):
        together = list(written)
        if len(together) >= TOGETHER_MIN:
            found.append(_showing(day, day, together))
            continue
        quiet += together
        if len(quiet) >= TOGETHER_MIN:
            found.append(_showing(quiet[0].day, day, quiet))
            quiet = []
    old = [each for each in quiet if max(each.came, _week(each.day).last) + OLD_AFTER < today]
    for _, written in groupby(old, key=lambda each: _week(each.day).first):
        together = list(written)
        week = _week(together[0].day)
        found.append(_showing(week.first, week.last, together))
    return found


def _showing(first: date, last: date, together: Iterable[Waiting]) -> Showing:
    return Showing(first, last, frozenset(each.key for each in together))


def _week(day: date) -> Period:
    return Period.around(Kind.WEEK, day)


class State(Enum):
    """How far a center has come with a comment."""

    NEW = "new"
    DOING = "doing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody decided about a comment: its state and the center's note from then on.

    `number` counts the steps of a comment from 1; `at_ms` is UTC milliseconds.
    """

    number: int
    state: State
    note: str
    author: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that may be shown: its words, and the days from `first` to `last` that it is told for.

    `id` is random and says nothing about its rating. `step` is the newest, if anybody has decided anything;
    `notice` is the notice that answers it at the center's kiosks, or empty.
    """

    id: str
    center: int
    first: date
    last: date
    words: str
    step: Step | None = None
    notice: str = ""

    @property
    def state(self) -> State:
        """How far the center has come with it."""
        return State.NEW if self.step is None else self.step.state

    @property
    def note(self) -> str:
        """What the center wrote about it."""
        return "" if self.step is None else self.step.note


@dataclass(frozen=True, slots=True)
class Wanted:
    """A state and a note that a form asks for."""

    state: State
    note: str


def read_wanted(state: str, note: str) -> tuple[Wanted | None, dict[str, str]]:
    """Read a form; returns also what is wrong, by field. Lines of a note stay lines."""
    lines = [neat(line) for line in note.strip().splitlines()]
    text = "\n".join(lines)
    faults: dict[str, str] = {}
    if state not in {each.value for each in State}:
        faults["state"] = "state_missing"
    if len(text) > NOTE_CHARS_MAX:
        faults["note"] = "note_long"
    elif not all(line.isprintable() for line in lines):
        faults["note"] = "note_odd"
    return (None if faults else Wanted(State(state), text)), faults


def draft(words: str, chars_max: int, word_chars_max: int) -> str:
    """Return the beginning of a comment as a notice has room for it, cut between words."""
    kept: list[str] = []
    for word in words.split():
        if len(" ".join([*kept, word])) > chars_max - 1 or len(word) > word_chars_max:
            return " ".join(kept) + "…" if kept else ""
        kept.append(word)
    return " ".join(kept)
