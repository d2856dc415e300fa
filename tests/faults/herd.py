"""The herd: every kiosk of the province has ratings waiting, and all of them reach the server again.

The server is the program as it is started, with as many open files as a system gives a service. In the end it
has every rating once, and it has answered nothing but yes or later.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import statistics
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from server.domain import places
from server.protocol.survey import encode_survey, survey_hash
from server.store import Code
from server.web.kiosk_api import hash_code
from tests.faults import herd_kiosk
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.herd_kiosk import HerdKiosk, drain_together
from tests.faults.kiosk_script import SURVEY
from tests.faults.reckoning import Lived, reckon
from tests.faults.sender import Sender
from tests.faults.served import CODE_LIVES_MS, Served, prepared, verified
from tests.server.live import now_ms
from tests.story.book import kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.store import Store

KIOSKS: Final = {Scale.SMALL: 60, Scale.FULL: 1240}
RATINGS: Final = {Scale.SMALL: 20, Scale.FULL: 100}
"""How many kiosks come, and how many ratings each of them brings."""
AWAY_S: Final = {Scale.SMALL: (0.0,), Scale.FULL: (0.0, 60.0)}
"""For how long nobody could reach the server. After no time at all every kiosk sends in the same moment."""
PIONEERS: Final = 4
PIONEER_RATINGS: Final = {Scale.SMALL: 200, Scale.FULL: 1000}
"""What a few kiosks bring before the herd comes: it says how fast the server takes ratings, undisturbed."""
FILES_MAX: Final = 1024
"""Open files of one service, where nobody says otherwise."""
LATER: Final = frozenset({429, 503})
WELL: Final = frozenset({200, 304}) | LATER
AT_ONCE: Final = 8
TOGETHER: Final = 155
"""Kiosks in one process."""
READY_S, READY_KIOSK_S = 1.5, 0.002
"""How long all may take to stand ready, and each."""
DRAIN_S_MAX: Final = 900.0
YIELDING: Final = 19
"""Each kiosk has a processor of its own; here they share the server's, so they yield to it."""


def stampede(scale: Scale, away_s: float, seed: int, folder: Path, *, boasts: int = 0) -> Tally:
    """Let the herd come after the server was away for so long, and say what came of it.

    A kiosk that `boasts` holds so many ratings for sent that it never sent: a control.
    """
    server = Served(folder / "server")
    with prepared(server.folder, SURVEY) as store:
        senders = newcomers(store, PIONEERS + KIOSKS[scale])
    kiosks = [HerdKiosk(sender, random.Random(f"{seed} {sender.number}")) for sender in senders]
    pioneers, herd = kiosks[:PIONEERS], kiosks[PIONEERS:]
    server.start()
    try:
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (FILES_MAX, FILES_MAX))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda kiosk: kiosk.enrol(server.url), kiosks))
        citizens = rate(pioneers, PIONEER_RATINGS[scale], 0)
        pioneers, alone = drain(pioneers, server)
        citizens = rate(herd, RATINGS[scale], citizens)
        for kiosk in herd:
            kiosk.wait_in_vain(away_s)
        herd, together = drain(herd, server)
    finally:
        server.kill()
    herd[0].sender.rate(range(citizens + 1, citizens + 1 + boasts))
    herd[0].sender.acknowledged += boasts
    measured = Tally(cases=len(herd), figures=told(herd, together, alone))
    return measured + verdict(server, [*pioneers, *herd], citizens + boasts)


def newcomers(store: Store, count: int) -> list[Sender]:
    """Let so many kiosks come, to the centers in turn."""
    survey, centers = survey_hash(encode_survey(SURVEY)), store.centers()
    found = []
    with store.transaction():
        for number in range(1, count + 1):
            center, counter_number = centers[number % len(centers)].code, 1 + number // len(centers)
            counter = places.Counter(places.counter_id(center, counter_number), center, counter_number)
            code = f"{number:08d}"
            store.add_counter(counter)
            store.add_code(hash_code(code), Code(counter.id, now_ms() + CODE_LIVES_MS, None))
            found.append(Sender(number, counter.id, survey, code))
    return found


def rate(kiosks: Sequence[HerdKiosk], ratings: int, citizens: int) -> int:
    """Let so many citizens rate at each kiosk; returns how many there were at all, with those before."""
    for kiosk in kiosks:
        kiosk.sender.rate(range(citizens + 1, citizens + 1 + ratings))
        citizens += ratings
    return citizens


@dataclass(frozen=True, slots=True)
class Drained:
    """So many ratings, in so many seconds, for which server and kiosks themselves worked so many."""

    ratings: int
    seconds: float
    worked_s: float
    kiosks_s: float

    @property
    def least_s(self) -> float:
        """Return how long it takes if neither the server's processor nor any of the machine ever rests."""
        return max(self.worked_s, (self.worked_s + self.kiosks_s) / (os.cpu_count() or 1))


def drain(kiosks: Sequence[HerdKiosk], server: Served) -> tuple[list[HerdKiosk], Drained]:
    """Let all kiosks send from the same moment on; returns them, and how long it took until nothing was left.

    They live in processes of their own, some in each: a thousand threads of one would wait for one another.
    """
    processes = -(-len(kiosks) // TOGETHER)
    herds = multiprocessing.get_context("forkserver")
    herds.set_forkserver_preload([herd_kiosk.__name__])
    ratings, before_s = sum(kiosk.sender.waiting for kiosk in kiosks), worked_s(server.pid)
    with ProcessPoolExecutor(processes, herds, initializer=os.nice, initargs=(YIELDING,)) as pool:
        begin = time.monotonic() + READY_S + READY_KIOSK_S * len(kiosks)
        shares = [
            pool.submit(drain_together, kiosks[share::processes], server.url, begin, begin + DRAIN_S_MAX)
            for share in range(processes)
        ]
        done = [share.result() for share in shares]
    drained = [kiosk for share, _ in done for kiosk in share]
    seconds, kiosks_s = max(kiosk.ended for kiosk in drained) - begin, sum(each_s for _, each_s in done)
    return drained, Drained(ratings, seconds, worked_s(server.pid) - before_s, kiosks_s)


def worked_s(process: int) -> float:
    """Return for how long processors have worked for a process."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def told(herd: Sequence[HerdKiosk], together: Drained, alone: Drained) -> tuple[tuple[str, float], ...]:
    """Return what was measured: the way of each batch, and of all of them against the server undisturbed."""
    ways = statistics.quantiles([way for kiosk in herd for way in kiosk.took_s], n=100)
    speed = alone.ratings / alone.seconds
    work = (together.worked_s / together.ratings) / (alone.worked_s / alone.ratings)
    return (
        ("drained in, s", together.seconds),
        ("undisturbed, ratings/s", speed),
        ("drained in, times what it takes undisturbed", together.seconds * speed / together.ratings),
        ("drained in, times what the processors need for it", together.seconds / together.least_s),
        ("the server's work for a rating, times undisturbed", work),
        ("a batch takes, median, s", ways[49]),
        ("a batch takes, p99, s", ways[98]),
    )


def verdict(server: Served, kiosks: Sequence[HerdKiosk], citizens: int) -> Tally:
    """Compare what was acknowledged with the book, and the answers with those that a kiosk may get."""
    acknowledged = frozenset(
        number for kiosk in kiosks for number in kiosk.sender.citizens[: kiosk.sender.acknowledged]
    )
    statuses: Counter[int] = Counter()
    troubles: Counter[str] = Counter()
    for kiosk in kiosks:
        statuses += kiosk.statuses
        troubles += kiosk.troubles
    strange = {status: count for status, count in statuses.items() if status not in WELL}
    waiting = sum(kiosk.sender.waiting for kiosk in kiosks)
    found = [f"answered {count} times with {status}" for status, count in sorted(strange.items())]
    found += [f"{waiting} ratings wait after {DRAIN_S_MAX:.0f} s"] if waiting else []
    figures = {f"status {status}": count for status, count in sorted(statuses.items())}
    figures |= {f"trouble: {code}": count for code, count in sorted(troubles.items())}
    return reckon([Lived(1, citizens, acknowledged)], kept(server.folder)) + Tally(
        lost=sum(kiosk.sender.forgotten for kiosk in kiosks),
        found=(*found, *server.faults, *verified(server.folder)),
        figures=tuple((name, float(count)) for name, count in figures.items()),
    )


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield a herd after no outage and after a short one; and one of which a kiosk boasts: the control."""
    for away_s in AWAY_S[scale]:
        yield Case(f"away for {away_s:.0f} s", partial(stampede, scale, away_s, seed))
    boasting = partial(stampede, Scale.SMALL, 0.0, seed, boasts=1)
    yield Case("control: held for sent", boasting, control=True)


HERD: Final = FaultClass("herd", "every kiosk of the province at once", cases)
