"""The whole kiosk program in its window, touched by a real pointer and killed with -9 again and again.

Half of the kills come at a moment that chance chooses, from the start of the program to its first receipt;
the others at a system call of one of its threads. Every next start shows the question again, and in the end
the server has what the program says it gave thanks for.
"""

from __future__ import annotations

import contextlib
import io
import random
import re
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.ui.theme import FACES
from tests.faults import strace
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.strace import Point
from tests.robot import eyes
from tests.robot.screen import virtual_screen
from tests.server.live import live
from tests.story.test_program import (
    QUIET_S,
    SIZE,
    is_empty,
    is_question,
    is_thanks,
    lost,
    program,
    thanked_for,
    touch,
)
from tests.story.test_trip import arrived, whole

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from tests.robot.screen import Screen
    from tests.server.live import Live

    Kiosk = subprocess.Popen[bytes]

CASES, KILLS, KILLS_SMALL = 20, 10, 5
"""The whole, and how often the program is killed in one case."""
STARTING_S_MAX: Final = 2.0
"""The program is killed this soon after it was started, or sooner."""
AFTER_S_MAX: Final = 0.8
"""A kill comes this soon after the finger lifts, or sooner: before the thanks, or before the receipt."""
CALLS: Final = {
    "pwrite64": 40,
    "fdatasync": 18,
    "fcntl": 60,
    "ftruncate": 3,
    "futex": 100,
    "sendto": 3,
    "recvfrom": 2,
}
"""The calls by which a rating is stored and sent, and about how many of each one thread makes."""
STORED: Final = re.compile(r"stored record (\d+)")


def kill(seed: int, kills: int, folder: Path, *, forgets: int = 0) -> Tally:
    """Kill the program so often, and say what came of it. A server that `forgets` so many is a control."""
    chance = random.Random(seed)
    begun, at_calls = 1, 0
    with live(folder / "server") as server, virtual_screen(*SIZE) as screen:
        first = ("--server", server.url, "--code", server.make_code())
        for number in range(kills):
            way = _at_start if not number else chance.choice((_at_start, _at_moment, _at_call, _at_call))
            with program(screen, folder, *first) as kiosk:
                begun += way is not _at_start
                at_calls += way(screen, kiosk, chance)
                kiosk.send_signal(signal.SIGKILL)
            # the X server may still show the dead window: a touch on it would reach nobody
            screen.wait_for("an empty screen", is_empty, 10)
        found = _end(screen, folder, first, server)
        count = server.store.record_count()
    words = (folder / "words").read_text("utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found += [] if whole(folder / "server") else [f"the book is not whole: {said.getvalue()}"]
    figures = (("killed at a call", float(at_calls)), ("thanked", float(len(thanked_for(words)))))
    missing, doubled = lost(words, count - forgets), max(0, count - begun)
    return Tally(kills, count, len(missing), doubled, found=tuple(found), figures=figures)


def _end(screen: Screen, folder: Path, first: tuple[str, ...], server: Live) -> list[str]:
    """Let the program live once more, and end it as the system does; says what is wrong with that."""
    with program(screen, folder, *first) as kiosk:
        touch(screen, 3)
        screen.wait_for("the thanks", is_thanks, 10)
        stored = STORED.findall((folder / "words").read_text("utf-8"))
        has_all = arrived(server, max(int(number) for number in stored))
        kiosk.terminate()
        code = kiosk.wait(10)
    found = [] if has_all else ["the server has not what was stored"]
    return found + ([f"told to end, it ended with {code}"] if code else [])


def _at_start(_screen: Screen, _kiosk: Kiosk, chance: random.Random) -> bool:
    """Wait for a moment while the program starts."""
    time.sleep(chance.uniform(0, STARTING_S_MAX))
    return False


def _at_moment(screen: Screen, _kiosk: Kiosk, chance: random.Random) -> bool:
    """Touch a face, and wait for a moment before the receipt."""
    touch(screen, chance.randint(1, 5))
    time.sleep(chance.uniform(0, AFTER_S_MAX))
    return False


def _at_call(screen: Screen, kiosk: Kiosk, chance: random.Random) -> bool:
    """Touch a face, and let a call kill the program; says whether it did."""
    call = chance.choice(sorted(CALLS))
    point = Point(call, chance.randint(1, CALLS[call]))
    spot = eyes.faces(screen.wait_for("the question", is_question, 20), FACES)[chance.randrange(5)]
    time.sleep(QUIET_S)
    with strace.killing(kiosk.pid, point, "-f"):
        screen.tap(spot.x, spot.y)
        end = time.monotonic() + AFTER_S_MAX
        while kiosk.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        was_killed = kiosk.poll() is not None
        kiosk.send_signal(signal.SIGKILL)  # else strace would hold it for ever
    return was_killed


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield series of kills; and one whose last rating the server is said to have forgotten: a control."""
    if scale is Scale.SMALL:
        yield Case("a few kills", partial(kill, seed, KILLS_SMALL))
    else:
        for number in range(CASES):
            yield Case(f"{KILLS} kills {number + 1}/{CASES}", partial(kill, seed * CASES + number, KILLS))
    yield Case("control: one forgotten", partial(kill, seed, 1, forgets=1), control=True)


WINDOW_KILL: Final = FaultClass("window-kill", "kiosk in its window killed at any moment", cases)
