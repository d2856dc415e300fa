"""The server's disk refuses: every call that writes, syncs, opens, cuts or removes fails, once or for long.

A server is watched through a day, which tells what each of its threads asks of the disk. Then it lives the
same day again for each of these calls and each error, and that call fails. It must refuse what it cannot
store, and say why; nothing that it acknowledged may be missing; and as soon as the disk takes calls again, so
does the server, without a new start. One that cannot begin says so and ends.
"""

from __future__ import annotations

import random
import re
import signal
from functools import partial
from typing import TYPE_CHECKING, Final

from tests.faults import strace
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.ingest import WRITER, Day, opened, verdict
from tests.faults.strace import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.ingest import Place
    from tests.faults.lives import End

DAYS: Final = {
    Day("start to end", starts=True): (10, 10),
    Day("enrolment", enrols=True): (5, 5),
    Day("two batches", batches=2, records=3): (6, 6),
    Day("three at once", senders=3, batches=2, records=5): (20, 3),
    Day("log is copied", batches=4, records=100, fills=True): (100, 2),
}
"""The days of a server, into how many shares their faults are cut, and how many of these are done."""
SMALL: Final = frozenset({"start to end", "two batches"})
CONTROL: Final = Day("control: answers first", (WRITER,), batches=3, hasty=True)
ERRORS: Final = ("ENOSPC", "EIO", "EROFS")
COMMITS: Final = frozenset({"pwrite64", "fsync", "fdatasync"})
CHANGES: Final = frozenset({"write", "ftruncate", "openat", "rename", "unlink", "mkdir"}) | COMMITS
READS: Final = frozenset({"pread64"})
"""Reads fail too, but only as a disk that is failing."""
DRAWN: Final = 6
ADMITTED: Final = re.compile(r" server ERROR \S+ '.*' failed$", re.MULTILINE)
"""How the server says in its log that it answers with a fault of its own, and then why."""
REFUSED: Final = "server: "
"""How the last words of a server begin that does not start."""
FAULT: Final = 500
Trouble = tuple[str, Fault]
"""A thread, and which of its calls fails how."""


def fail(day: Day, choose: Callable[[list[Trouble]], list[Trouble]], folder: Path) -> Tally:
    """Let the calls that are chosen fail, of all there are in a day, and say what came of it."""
    failed, words, admitted = 0, folder / "words", 0
    found: list[str] = []
    with opened(folder, day) as place:
        for thread, fault in choose(list(faults(place))):
            trace, said = folder / "trace", len(words.read_text("utf-8"))
            watch = partial(strace.failing, fault=fault, trace=trace, lets_go=not day.starts)
            end = place.spend_day(thread, watch, mends=not day.starts)
            failed += bool(strace.failed(trace))
            lines = words.read_text("utf-8")[said:]
            admitted += len(ADMITTED.findall(lines))
            found += [f"{fault}: {each}" for each in wrong_end(end, lines)]
            place.recover(signal.SIGTERM)
    unexplained = max(0, place.statuses[FAULT] - admitted)
    return Tally(cases=failed, server_errors=unexplained, found=tuple(found)) + verdict(place)


def wrong_end(end: End, lines: str) -> list[str]:
    """Say what is wrong with how a server ended: it was told to, or cannot begin and says why."""
    if end.code == 0 or (end.code == 1 and lines.rstrip().rpartition("\n")[2].startswith(REFUSED)):
        return []
    return [f"it ended with {end.code}: {lines[-300:]}"]


def faults(place: Place) -> Iterator[Trouble]:
    """Watch each thread through a day, and yield every way in which a call to the server's disk can fail."""
    for thread in place.day.threads:
        trace = place.folder / "trace"
        place.spend_day(thread, partial(strace.tracing_files, trace=trace))
        place.recover(signal.SIGTERM)
        for point in strace.points(trace, str(place.book)):
            if point.call in CHANGES:
                yield from ((thread, Fault(point, error)) for error in ERRORS)
                if point.call in COMMITS:
                    yield thread, Fault(point, "ENOSPC", lasts=True)
            if point.call in READS:
                yield thread, Fault(point, "EIO")


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield a few faults of some days drawn by lot, or all of them in shares; and the control."""
    for day, (shares, done) in DAYS.items():
        if scale is Scale.FULL:
            for share in range(done):
                key = f"{day.name} {share + 1}/{shares}"
                yield Case(key, partial(fail, day, partial(_share, share, shares)))
        elif day.name in SMALL:
            yield Case(day.name, partial(fail, day, partial(_drawn, seed)))
    yield Case(CONTROL.name, partial(fail, CONTROL, _commits), control=True)


def _drawn(seed: int, every: list[Trouble]) -> list[Trouble]:
    return random.Random(seed).sample(every, min(len(every), DRAWN))


def _commits(every: list[Trouble]) -> list[Trouble]:
    return [each for each in every if each[1].point.call in COMMITS and not each[1].lasts][:DRAWN]


def _share(share: int, shares: int, every: list[Trouble]) -> list[Trouble]:
    return every[share::shares]


SERVER_DISK: Final = FaultClass("server-disk", "server's disk: full, failing, read-only", cases)
