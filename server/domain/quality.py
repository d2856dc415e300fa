"""Ratings that may be none: children, impatience, somebody who rates himself.

Nothing is deleted and nothing refused for it. A suspicious rating is flagged when it comes (`suspicions`),
the headline does without, and both counts are shown. What a rating is flagged for follows from its own
record and from the ones right before it in the same journal, and from nothing that may change later: whoever
judges it again arrives at the same. What needs opening hours or tickets (`is_off_hours`, `crowded_hours`,
`idle_runs`) is no flag but a reason to look.

Times within a boot come from the clock that only goes forward, so a calendar that was set back changes
nothing. Between two boots nobody knows how much time passed, and nothing is flagged for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

from server.protocol.hours import is_open

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.protocol.hours import Hours
    from server.protocol.record import Record
    from server.protocol.survey import Survey

REPEAT_MS = 10_000
"""The same answer again, sooner after the end of the last visit than another citizen comes."""
BURST_COUNT, BURST_MS = 5, 60_000
"""More visits than this within this time are no citizens, one after another."""
READ_MIN, READ_S, READ_EACH_S = 3, 2, 0.6
"""So many answers take longer to read than this in all, or than this each."""
LINE_MIN, LINE_S = 5, 4
"""So many faces all alike in less than this."""
GRACE_MS = 30 * 60_000
"""So long before opening and after closing somebody may still be served."""
CAPACITY = 1.2
"""More ratings than this for each dossier or ticket of the hour."""
BEST_RUN = 5
"""So many best scores in a row while nobody is served."""
SERVED_GRACE_MS = 10 * 60_000
"""So long after a ticket was closed its citizen may still rate; terminals in use take ten minutes."""
BEST_SCORE = 5
TOOK = "took:"


class Suspicion(Enum):
    """Why a rating may be none."""

    REPEAT = "suspect_repeat"
    BURST = "suspect_burst"
    FAST = "suspect_fast"
    LINE = "suspect_line"


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating at a counter. `made_ms` is its true time (UTC), None if nobody can tell."""

    seq: int
    made_ms: int | None
    score: int


def suspicions(record: Record, survey: Survey, before: Sequence[Record]) -> tuple[Suspicion, ...]:
    """Return what is suspicious about a rating, in the order of `Suspicion`; mostly nothing.

    `before` are the records right before it in the same journal, the last one last: `BURST_COUNT` of them,
    or all there are. Of the same boot, whoever judged them; one that ended no earlier is a copy of this one,
    or was made after it.
    """
    earlier = [each for each in before if each.boot == record.boot and each.mono_ms < record.mono_ms]
    found = {
        Suspicion.REPEAT: is_repeat(record, earlier),
        Suspicion.BURST: is_burst(record, earlier),
        Suspicion.FAST: is_too_fast(record),
        Suspicion.LINE: is_straight_line(record, survey),
    }
    return tuple(each for each, is_so in found.items() if is_so)


def took_s(record: Record) -> int:
    """Return how long a visit took from its first tap on, in whole seconds, rounded down."""
    told = (flag.removeprefix(TOOK) for flag in record.flags if flag.startswith(TOOK))
    return int(next(told, "0"))


def began_ms(record: Record) -> int:
    """Return when the first tap was, by the clock of `mono_ms`, to a second."""
    return record.mono_ms - took_s(record) * 1000


def is_repeat(record: Record, earlier: Sequence[Record]) -> bool:
    """Say whether the last visit gave the very same answers, and ended too short a time before."""
    if not earlier:
        return False
    last = earlier[-1]
    is_same = (record.survey, record.answers) == (last.survey, last.answers)
    return is_same and began_ms(record) - last.mono_ms < REPEAT_MS


def is_burst(record: Record, earlier: Sequence[Record]) -> bool:
    """Say whether too many visits began within a minute, up to this one; those before are not blamed."""
    window = earlier[-BURST_COUNT:]  # the oldest first: it mostly says no
    began = began_ms(record)
    return len(window) == BURST_COUNT and all(began - began_ms(each) < BURST_MS for each in window)


def is_too_fast(record: Record) -> bool:
    """Say whether nobody can have read what was answered.

    Records say how long a visit took in all and not each answer, so it is the mean that is judged.
    """
    count = len(record.answers)
    return count >= READ_MIN and took_s(record) < max(READ_S, READ_EACH_S * count)


def is_straight_line(record: Record, survey: Survey) -> bool:
    """Say whether many faces were chosen all alike, and quickly."""
    if len(record.answers) < LINE_MIN:
        return False
    asked = {question.id for question in survey.questions if question.kind == "faces"}
    faces = [answer for question, answer in record.answers.items() if question in asked]
    return len(faces) >= LINE_MIN and faces.count(faces[0]) == len(faces) and took_s(record) < LINE_S


def is_off_hours(made_ms: int | None, hours: Hours | None) -> bool:
    """Say whether the center was closed, half an hour before and after included. Unknown is not closed."""
    if made_ms is None or hours is None:
        return False
    return not any(is_open(hours, (made_ms + shift) / 1000) for shift in (-GRACE_MS, 0, GRACE_MS))


def crowded_hours(ratings: Mapping[int, int], served: Mapping[int, int]) -> set[int]:
    """Return the hours with more ratings than can be: over `CAPACITY` for each dossier or ticket of the hour.

    Both by number of the hour. Hours of which nobody knows how many were served are not judged.
    """
    return {hour for hour, n in ratings.items() if hour in served and n > CAPACITY * served[hour]}


def idle_runs(ratings: Sequence[Rated], tickets: Sequence[tuple[int, int]] | None) -> set[int]:
    """Return the `seq` of best scores in a row at one counter while nobody was served there.

    `tickets` are from when to when somebody was served (UTC milliseconds), with ten minutes after; None:
    nobody knows. Ratings are in the order of their `seq`; one whose time nobody can tell ends a run.
    """
    if tickets is None:
        return set()

    def is_idle_best(rated: Rated) -> bool:
        made = rated.made_ms
        if made is None or rated.score != BEST_SCORE:
            return False
        return not any(start <= made <= end + SERVED_GRACE_MS for start, end in tickets)

    found: set[int] = set()
    for is_one, group in groupby(sorted(ratings, key=lambda each: each.seq), key=is_idle_best):
        run = [each.seq for each in group]
        if is_one and len(run) >= BEST_RUN:
            found |= set(run)
    return found
