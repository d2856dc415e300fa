"""A kiosk that was offline for a week, and comes back on a line of 64 kbit/s that loses packets.

The queue was recorded by the real kiosk while there was no server. Then it drains over the line, killed
and started again now and then, while citizens go on rating. `python -m tests.faults.week` is what runs in
a network of its own.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tests.faults import far_line
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.kiosk_script import SURVEY, number_of
from tests.faults.kiosks import a_kiosk, journal
from tests.faults.place import NOWHERE
from tests.faults.reckoning import reckon
from tests.faults.served import TOP, Served, make_code, prepared, verified
from tests.story.book import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.faults.kiosks import Kiosk

LIFE_RATINGS: Final = 250
HURRY_S: Final = 15.0
"""A kiosk whose exchange has failed waits no longer than this, where it may wait minutes."""
LIVES_MAX: Final = 60
DRAINING_S: Final = 45.0
"""How long the kiosk drains in a life before it is killed."""


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """How many ratings wait, how the line is, and after how many seconds the first life on it is killed.

    In the first life `taps` citizens come. The last `forgotten` records are held back from the verdict: a
    control.
    """

    queued: int
    bits_per_s: float = 64_000
    delay_s: float = 0.4
    loss: float = 0.05
    first_kill_s: float = DRAINING_S
    taps: int = 20
    forgotten: int = 0
    seed: int = 1


def in_own_network(week: Week, folder: Path) -> Tally:
    """Spend the week in a network of its own. Raises `CalledProcessError`."""
    said = msgspec.json.encode(week).decode()
    command = ["unshare", "-rn", sys.executable, "-m", "tests.faults.week", str(folder), said]
    told = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, check=True).stdout
    return msgspec.json.decode(told.splitlines()[-1], type=Tally)


def spend(week: Week, folder: Path) -> Tally:
    """Queue ratings for a week, drain them over the line, and say what came of it."""
    server = Served(folder / "server", host=far_line.HERE)
    with prepared(server.folder, SURVEY) as store:
        code = make_code(store, 1)
    line = far_line.Line(week.bits_per_s, week.delay_s, week.loss, server.port, random.Random(week.seed))
    with far_line.laid(line):
        try:
            server.start()
            with a_kiosk(folder, 1, server.url, code) as kiosk:
                _queue(kiosk, week.queued)
                figures = _drain(kiosk, server, week, line)
        finally:
            server.kill()
    return _verdict(kiosk, server, week, figures)


def _queue(kiosk: Kiosk, queued: int) -> None:
    for done in range(0, queued, LIFE_RATINGS):
        kiosk.live(min(LIFE_RATINGS, queued - done), NOWHERE, drain=False)


def _drain(kiosk: Kiosk, server: Served, week: Week, line: far_line.Line) -> dict[str, float]:
    """Live lives on the line until the server has it all; returns what was measured."""
    far = f"http://{far_line.FAR}:{server.port}"
    start_s = _took(lambda: kiosk.live(0, far, drain=False))
    taps_s = _took(lambda: kiosk.live(week.taps, far, drain=False))
    line.carried_bytes = line.packets = line.dropped = 0
    begun = time.monotonic()
    for kill_s in chain([week.first_kill_s], repeat(DRAINING_S, LIVES_MAX)):
        kiosk.live(1, far, hurry_s=HURRY_S, kill_s=kill_s)
        if len(journal(server.folder, 1)) == len(kiosk.records()):
            break
    return {
        "seconds from start to end of a life": start_s,
        "ms more for each tap": 1000 * max(0.0, taps_s - start_s) / week.taps,
        "seconds to drain": time.monotonic() - begun,
        "lives": len(kiosk.lives),
        "kB over the line": line.carried_bytes / 1000,
        "packets": line.packets,
        "packets lost": line.dropped,
    }


def _took(life: Callable[[], None]) -> float:
    begun = time.monotonic()
    life()
    return time.monotonic() - begun


def _verdict(kiosk: Kiosk, server: Served, week: Week, figures: dict[str, float]) -> Tally:
    """Compare what citizens read with the book, and what each touch took with the way of a packet."""
    book = kept(server.folder)
    found = [*kiosk.found, *verified(server.folder), *server.faults]
    numbers = [number_of(each.record.made_at) for each in book]
    if numbers != sorted(numbers):
        found.append("the book is not in the order in which citizens came")
    if journal(server.folder, 1) != kiosk.records():
        found.append("kiosk and journal do not have the same records")
    if figures["ms more for each tap"] > 2000 * week.delay_s:
        found.append(f"each citizen waited {figures['ms more for each tap']:.0f} ms, as if for the line")
    return reckon(kiosk.lives, book[: len(book) - week.forgotten]) + Tally(
        cases=int(figures["packets lost"]) + kiosk.kills,
        found=tuple(found),
        figures=tuple((name, round(figure, 1)) for name, figure in figures.items()),
    )


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield the week; and one on a good line whose last rating is said to be forgotten: a control."""
    if scale is Scale.SMALL:
        week = Week(queued=30, delay_s=0.2, first_kill_s=1.5, seed=seed)
    else:
        week = Week(queued=10_000, seed=seed)
    yield Case(f"{week.queued} queued, 64 kbit/s", partial(in_own_network, week))
    good = Week(queued=20, bits_per_s=1e8, delay_s=0.05, loss=0.0, forgotten=1, seed=seed)
    yield Case("control: one forgotten", partial(in_own_network, good), control=True)


def main(argv: Sequence[str]) -> int:
    """Spend the week in this network, and print the tally."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.week", description="A week offline.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("week", help="a `Week`, as JSON")
    asked = parser.parse_args(argv)
    tally = spend(msgspec.json.decode(asked.week, type=Week), asked.folder)
    sys.stdout.buffer.write(b"\n" + msgspec.json.encode(tally) + b"\n")
    return 0


WEEK: Final = FaultClass("week", "a week offline, then a thin and lossy line", cases)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
