"""The kiosk, killed with -9 at every system call of recording, sending and settling.

A kiosk is watched through a day: that tells the points of each of its threads. Then it lives the same day
again for each of the points, and is killed there. Each time the next life begins by itself, serves one
more citizen and sends all there is; in the end the server's book says what came of it.
"""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.faults import strace
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.disk_errors import CHANGES
from tests.faults.place import FINGER, LINK, NEWCOMER, WRITER, Day, Fate, opened, verdict
from tests.faults.strace import Point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.place import Place

DAYS: Final = {
    Day("enrolment", 1, (FINGER, NEWCOMER), enrols=True): 1,
    Day("one disk in two kiosks", 1, (WRITER, LINK), fate=Fate.COPIED): 3,
    Day("damaged outbox", 1, (WRITER, LINK), waiting=2, fate=Fate.DAMAGED): 4,
    Day("cut off as it became another", 1, (FINGER, WRITER), waiting=2, fate=Fate.CUT_OFF): 3,
    Day("one rating", 1): 2,
    Day("four ratings", 4): 8,
    Day("backlog", 2, waiting=12): 4,
    Day("first start", 1, born=True): 4,
}
"""The days of a kiosk, and in how many cases all of their points are."""
CONTROLS: Final = (
    Day("control: thanks first", 2, (WRITER,), hasty=True),
    Day("control: rates again", 2, (WRITER,), stubborn=True),
)
DRAWN: Final = 12
"""How many moments of a control are drawn; of other days fewer, where not all are taken."""
Moment = tuple[str, Point]
"""A thread, and the call that it is about to make when the kiosk is killed."""


def kill(day: Day, choose: Callable[[list[Moment]], list[Moment]], folder: Path) -> Tally:
    """Kill a kiosk at the moments that are chosen of all there are in a day, and say what came of it."""
    kills = 0
    with opened(folder, day) as place:
        for thread, point in choose(list(moments(place))):
            place.prepare()
            kills += place.spend_day(thread, partial(strace.killing, point=point)).was_killed
            place.live(1)
    return Tally(cases=kills) + verdict(place)


def moments(place: Place) -> Iterator[Moment]:
    """Watch each thread through a day, and yield every moment of it.

    Of an outbox's thousand calls in which a successor begins those are taken that change the disk: between
    two of them it is one and the same.
    """
    for thread in place.day.threads:
        place.prepare()
        trace = place.folder / "trace"
        place.spend_day(thread, partial(strace.tracing, trace=trace))
        looks = thread == WRITER and place.day.fate is not None
        points = (point for point in strace.points(trace) if not looks or point.call in CHANGES)
        yield from ((thread, point) for point in points)


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield a few moments of every day drawn by lot, or all of them in shares; and the controls."""
    for day, shares in DAYS.items():
        if scale is Scale.SMALL:
            yield Case(day.name, partial(kill, day, partial(_drawn, seed, drawn(day))))
        else:
            for share in range(shares):
                key = f"{day.name} {share + 1}/{shares}"
                yield Case(key, partial(kill, day, partial(_share, share, shares)))
    for day in CONTROLS:
        yield Case(day.name, partial(kill, day, partial(_drawn, seed, DRAWN)), control=True)


def drawn(day: Day) -> int:
    """Return how many moments of a day are drawn where not all are taken."""
    return DRAWN // 3 if day.fate else DRAWN * 2 // 3


def _drawn(seed: int, count: int, every: list[Moment]) -> list[Moment]:
    return random.Random(seed).sample(every, count)


def _share(share: int, shares: int, every: list[Moment]) -> list[Moment]:
    return every[share::shares]


KIOSK_KILL: Final = FaultClass("kiosk-kill", "kiosk killed at every system call", cases)
