"""The server, killed with -9 at every system call of its start, of ingest and of its end.

It is watched through a day: that tells the points of both its threads. Then it lives the same day again for
each of the points, and is killed there. Each time the next start is by itself, the devices send again what no
receipt has named, and what a receipt has named must be there. In the end the book is verified.
"""

from __future__ import annotations

import random
import signal
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.faults import strace
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.ingest import WRITER, Day, opened, verdict
from tests.faults.strace import Point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.ingest import Place

DAYS: Final = {
    Day("start to end", starts=True): (18, 18),
    Day("enrolment", enrols=True): (3, 3),
    Day("one rating"): (3, 3),
    Day("four batches", batches=4, records=3): (6, 6),
    Day("three at once", senders=3, batches=2, records=5): (8, 8),
    Day("backlog", batches=4, records=100): (24, 2),
    Day("log is copied", batches=4, records=100, fills=True): (64, 2),
}
"""The days of a server, into how many shares their points are cut, and how many of these are done."""
SMALL: Final = frozenset({"start to end", "three at once"})
CONTROL: Final = Day("control: answers first", (WRITER,), batches=3, hasty=True)
COMMITS: Final = frozenset({"pwrite64", "fsync"})
DRAWN: Final = 5
"""How many moments of a day are drawn where not all are taken."""
ENDS: Final = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)
"""How the lives after each kill end, in turn."""
Moment = tuple[str, Point]
"""A thread, and the call that it is about to make when the server is killed."""


def kill(day: Day, choose: Callable[[list[Moment]], list[Moment]], folder: Path) -> Tally:
    """Kill a server at the moments that are chosen of all there are in a day, and say what came of it."""
    kills = 0
    with opened(folder, day) as place:
        for number, (thread, point) in enumerate(choose(list(moments(place)))):
            kills += place.spend_day(thread, partial(strace.killing, point=point)).was_killed
            place.recover(ENDS[number % len(ENDS)])
        place.recover(signal.SIGTERM)
    return Tally(cases=kills) + verdict(place)


def moments(place: Place) -> Iterator[Moment]:
    """Watch each thread through a day, and yield every moment of it."""
    for thread in place.day.threads:
        trace = place.folder / "trace"
        place.spend_day(thread, partial(strace.tracing, trace=trace))
        place.recover(signal.SIGTERM)
        yield from ((thread, point) for point in strace.points(trace))


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield a few moments of every day drawn by lot, or all of them in shares; and the control."""
    for day, (shares, done) in DAYS.items():
        if scale is Scale.FULL:
            for share in range(done):
                key = f"{day.name} {share + 1}/{shares}"
                yield Case(key, partial(kill, day, partial(_share, share, shares)))
        elif day.name in SMALL:
            yield Case(day.name, partial(kill, day, partial(_drawn, seed)))
    yield Case(CONTROL.name, partial(kill, CONTROL, _commits), control=True)


def _drawn(seed: int, every: list[Moment]) -> list[Moment]:
    return random.Random(seed).sample(every, min(len(every), DRAWN))


def _commits(every: list[Moment]) -> list[Moment]:
    return [each for each in every if each[1].call in COMMITS][:DRAWN]


def _share(share: int, shares: int, every: list[Moment]) -> list[Moment]:
    return every[share::shares]


SERVER_KILL: Final = FaultClass("server-kill", "server killed at every system call", cases)
