"""Ratings that may be none: children, impatience, somebody who rates himself.

Nothing is deleted and nothing refused for it. A suspicious rating is flagged, the headline does without, and
both counts are shown. What is seen here is what the records of one device, or of one counter, say together;
what a kiosk flags itself (`repeat`: sooner than its threshold after the last) is kept with the rating.

Times within a boot come from the clock that only goes forward, so a calendar that was set back changes
nothing; records are in the order of their `seq`. Between two boots nobody knows how much time passed, and
nothing is flagged for it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from server.protocol.hours import is_open

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.protocol.hours import Hours
    from server.protocol.record import Record

REPEAT_MS = 10_000
"""The same face again, sooner after the end of the last visit than another citizen comes."""
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
    OFF_HOURS = "off_hours"
    CAPACITY = "over_capacity"
    IDLE_RUN = "idle_run"


@dataclass(frozen=True, slots=True)
class Rated:
    """What of a rating tells how it was made.

    `made_ms` is its true time (UTC), None if nobody can tell. `mono_ms` is when the visit ended, `took_s` how
    long it was from the first tap on, in whole seconds, rounded down. `faces` are its answers with faces, the
    main one first; `answers` counts all of them.
    """

    seq: int
    boot: str
    mono_ms: int
    made_ms: int | None
    score: int
    took_s: int
    answers: int
    faces: tuple[int, ...]

    @property
    def began_ms(self) -> int:
        """When the first tap was, by the clock of `mono_ms`, to a second."""
        return self.mono_ms - self.took_s * 1000


def rated_of(record: Record, score: int, made_ms: int | None, face_questions: Sequence[str]) -> Rated:
    """Return what of a record is looked at; `face_questions` are those of its survey, the main one first."""
    took = next((flag.removeprefix(TOOK) for flag in record.flags if flag.startswith(TOOK)), "0")
    given = (record.answers.get(name) for name in face_questions)
    faces = tuple(each for each in given if isinstance(each, int))
    return Rated(
        record.seq, record.boot, record.mono_ms, made_ms, score, int(took), len(record.answers), faces
    )


def suspicions(ratings: Sequence[Rated], hours: Hours | None) -> dict[int, frozenset[Suspicion]]:
    """Return what is suspicious about the ratings of one device, by `seq`; most are missing.

    `hours` None: it is not known when the center is open, and nothing is off hours.
    """
    found: defaultdict[int, set[Suspicion]] = defaultdict(set)
    ordered = sorted(ratings, key=lambda each: each.seq)
    for _, group in groupby(ordered, key=lambda each: each.boot):
        boot = list(group)
        for seq in _repeats(boot):
            found[seq].add(Suspicion.REPEAT)
        for seq in _bursts(boot):
            found[seq].add(Suspicion.BURST)
    for each in ordered:
        if is_too_fast(each):
            found[each.seq].add(Suspicion.FAST)
        if is_straight_line(each):
            found[each.seq].add(Suspicion.LINE)
        if is_off_hours(each.made_ms, hours):
            found[each.seq].add(Suspicion.OFF_HOURS)
    return {seq: frozenset(each) for seq, each in found.items()}


def _repeats(boot: Sequence[Rated]) -> list[int]:
    """Return those with the score of the last one that began too soon after its end."""
    return [
        later.seq
        for earlier, later in pairwise(boot)
        if later.score == earlier.score and later.began_ms - earlier.mono_ms < REPEAT_MS
    ]


def _bursts(boot: Sequence[Rated]) -> set[int]:
    """Return all of every window that holds too many."""
    windows = (boot[first : first + BURST_COUNT + 1] for first in range(len(boot) - BURST_COUNT))
    return {
        each.seq
        for window in windows
        if window[-1].began_ms - window[0].began_ms < BURST_MS
        for each in window
    }


def is_too_fast(rated: Rated) -> bool:
    """Say whether nobody can have read what was answered.

    Records say how long a visit took in all and not each answer, so it is the mean that is judged.
    """
    return rated.answers >= READ_MIN and rated.took_s < max(READ_S, READ_EACH_S * rated.answers)


def is_straight_line(rated: Rated) -> bool:
    """Say whether many faces were chosen all alike, and quickly."""
    return len(rated.faces) >= LINE_MIN and len(set(rated.faces)) == 1 and rated.took_s < LINE_S


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
