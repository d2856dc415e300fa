"""A disk that refuses: every call that writes, syncs, opens or renames fails once, and some for good.

A kiosk is watched through a day, which tells what each of its threads asks of the disk. Then it lives the
same day again for each of these calls and each error, and that call fails. Nobody may be thanked for what is
not stored, the next life begins by itself, and in the end the server's book has each rating once.
"""

from __future__ import annotations

import itertools
import random
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.faults import strace
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.place import FINGER, LINK, NEWCOMER, WRITER, Day, Fate, opened, verdict
from tests.faults.strace import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.place import Place

DAYS: Final = {
    Day("enrolment", 1, (FINGER, NEWCOMER), enrols=True): 1,
    Day("one disk in two kiosks", 1, (WRITER, LINK), fate=Fate.COPIED): 3,
    Day("damaged outbox", 1, (WRITER, LINK), waiting=2, fate=Fate.DAMAGED): 5,
    Day("cut off as it became another", 1, (FINGER, WRITER), waiting=2, fate=Fate.CUT_OFF): 3,
    Day("first start", 1, (FINGER, WRITER, LINK), born=True): 3,
    Day("nobody answers", 2, (WRITER,), offline=True): 4,
    Day("two ratings", 2, (FINGER, WRITER, LINK)): 4,
}
"""The days of a kiosk, and in how many cases all their faults are."""
CONTROL: Final = Day("control: thanks first", 2, (WRITER,), offline=True, hasty=True)
ERRORS: Final = ("ENOSPC", "EIO", "EROFS")
SYNCS: Final = frozenset({"fsync", "fdatasync"})
CHANGES: Final = frozenset({"write", "pwrite64", "ftruncate", "openat", "rename", "unlink", "mkdir"}) | SYNCS
FINGERS: Final = frozenset({"openat"})
"""What the thread of the screen asks of the disk; else it writes only on its paper."""
DRAWN: Final = 12
Trouble = tuple[str, Fault]
"""A thread, and which of its calls fails how."""


def fail(day: Day, choose: Callable[[list[Trouble]], list[Trouble]], folder: Path) -> Tally:
    """Let the calls that are chosen fail, of all there are in a day, and say what came of it."""
    failed, second_tries = 0, 0
    found: list[str] = []
    with opened(folder, day) as place:
        for thread, fault in choose(list(faults(place))):
            place.prepare()
            trace = place.folder / "trace"
            before = len(_read(place.paper))
            place.spend_day(thread, partial(strace.failing, fault=fault, trace=trace))
            hit, lines = strace.failed(trace), _read(place.paper)[before:].splitlines()
            failed += bool(hit)
            second_tries += thanked_after_all(lines)
            if day.offline and is_unheard(fault, hit, lines):
                found.append(f"{fault}: {hit[0]} was not synced, and nobody was told: {lines}")
            place.live(1)
    figures = (("thanked at the second try", float(second_tries)),)
    return Tally(cases=failed, found=tuple(found), figures=figures) + verdict(place)


def faults(place: Place) -> Iterator[Trouble]:
    """Watch each thread through a day, and yield every way in which a call can fail.

    Where a kiosk is new or becomes a successor each call fails in one way, the next one in the next.
    """
    turn = itertools.cycle(ERRORS)
    for thread in place.day.threads:
        place.prepare()
        trace = place.folder / "trace"
        place.spend_day(thread, partial(strace.tracing, trace=trace))
        for point in strace.points(trace):
            if point.call in (FINGERS if thread == FINGER else CHANGES):
                errors = [next(turn)] if place.day.fate or place.day.born else ERRORS
                yield from ((thread, Fault(point, error)) for error in errors)
                if point.call == "pwrite64" and place.day.offline:  # else it would never settle
                    yield thread, Fault(point, "ENOSPC", lasts=True)


def is_unheard(fault: Fault, hit: list[str], lines: list[str]) -> bool:
    """Say whether the outbox could not be synced, and the citizens read nothing but thanks.

    Of a folder SQLite does not mind: it was synced for a name that the journal's own sync brings too.
    """
    return (
        fault.point.call in SYNCS
        and any("outbox.sqlite3" in path for path in hit)
        and all(line.startswith("THANKS") for line in lines)
    )


def thanked_after_all(lines: list[str]) -> int:
    """Count the apologies that became thanks: what was refused was stored when it was tried again."""
    thanked = {line.split()[1] for line in lines if line.startswith("THANKS")}
    return len({line.split()[1] for line in lines if line.startswith("SORRY")} & thanked)


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield a few faults of every day drawn by lot, or all of them in shares; and the control."""
    for day, shares in DAYS.items():
        if scale is Scale.SMALL:
            count = DRAWN // 3 if day.fate else DRAWN * 2 // 3
            yield Case(day.name, partial(fail, day, partial(_drawn, seed, count)))
        else:
            for share in range(shares):
                key = f"{day.name} {share + 1}/{shares}"
                yield Case(key, partial(fail, day, partial(_share, share, shares)))
    yield Case(CONTROL.name, partial(fail, CONTROL, partial(_lasting, seed)), control=True)


def _drawn(seed: int, count: int, every: list[Trouble]) -> list[Trouble]:
    return random.Random(seed).sample(every, min(len(every), count))


def _lasting(seed: int, every: list[Trouble]) -> list[Trouble]:
    return _drawn(seed, DRAWN, [trouble for trouble in every if trouble[1].lasts])


def _share(share: int, shares: int, every: list[Trouble]) -> list[Trouble]:
    return every[share::shares]


def _read(paper: Path) -> str:
    return paper.read_text("ascii") if paper.exists() else ""


DISK_ERRORS: Final = FaultClass("disk-errors", "disk refuses: full, failing, read-only", cases)
