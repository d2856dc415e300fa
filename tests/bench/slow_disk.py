"""A disk whose every sync takes 150 ms, and what it does to the picture while a rating is stored.

The kiosk draws sixty pictures a second, a finger rates, and the longest time without a new
picture is told: once as the kiosk is, once with the same work also on the thread that draws.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figures import Figure
from tests.bench.program import running
from tests.bench.taps import HOLD_S, LIFTED, PICTURE, SETTLE_S, STORED, wait_for_faces

if TYPE_CHECKING:
    from tests.bench.premises import Premises
    from tests.robot.screen import Screen

SYNC_MS = 150
SIZE = (800, 480)
SOURCE = Path(__file__).with_suffix(".c")
AFTER_S = 1.5
RATINGS = 3
"""How often each is done; the middle one counts."""


@dataclass(frozen=True, slots=True)
class Stored:
    """How long storing took, and the longest time meanwhile without a new picture, in milliseconds."""

    stored_ms: float
    longest_ms: float


def compiler() -> str | None:
    """Return the C compiler, or None where there is none."""
    return shutil.which("cc")


def build(folder: Path, sync_ms: int = SYNC_MS) -> Path:
    """Make a disk whose syncs take so much longer. Raises `CalledProcessError`."""
    library = folder / f"slow_disk_{sync_ms}.so"
    command = ["cc", f"-DDELAY_MS={sync_ms}", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    return library


def measure(place: Premises, screen: Screen, python: Path) -> list[Figure]:
    """Rate on a slow disk, beside the same with the disk on the thread that draws; nothing without `cc`."""
    if compiler() is None:
        return []
    slow, quick = build(place.folder), build(place.folder, 0)

    def longest(library: Path, *, here: bool = False) -> float:
        rated = [rate(screen, python, place.folder, library, here=here).longest_ms for _ in range(RATINGS)]
        return statistics.median(rated)

    ours = longest(slow)
    what = f"longest time without a picture, a sync takes {SYNC_MS} ms"
    return [
        Figure(what, "ms", ours, longest(quick), "the same on this disk as it is"),
        Figure(what, "ms", ours, longest(slow, here=True), "the same on the thread that draws"),
    ]


def rate(screen: Screen, python: Path, folder: Path, library: Path, *, here: bool) -> Stored:
    """Rate once at an enrolled kiosk with a slow disk; with `here`, also stored on the thread that draws."""
    command = [str(python), "-m", "tests.bench.watched", *map(str, SIZE), "--moving"]
    command += ["--data-dir", str(folder / "kiosk")]
    command += ["--also-here", str(folder / "here.sqlite3")] if here else []
    with running(command, screen, folder, SIZE, LD_PRELOAD=str(library)) as program:
        face = wait_for_faces(screen)[4]
        time.sleep(2 * SETTLE_S)
        screen.press(face.x, face.y)
        program.forget()
        time.sleep(HOLD_S)  # pictures from before the finger lifts: a gap is seen from its beginning
        screen.release()
        heard = program.until(STORED, AFTER_S)
    lifted = next(at for at, line in heard if line == LIFTED)
    stored = next(at for at, line in heard if line.startswith(STORED))
    drawn = [at for at, line in heard if line == PICTURE]
    longest = max(later - sooner for sooner, later in pairwise(drawn))
    return Stored(1000 * (stored - lifted), 1000 * longest)
