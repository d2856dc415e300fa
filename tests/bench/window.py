"""The kiosk's window: how soon it is there, and what it costs while nobody comes.

Measured in turns with an empty Kivy program of the same size, on the same virtual screen
and in the same Python environment.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.bench.figures import Figure, compared
from tests.bench.program import running

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.premises import Premises
    from tests.bench.program import Program
    from tests.robot.screen import Screen

SIZE = (1280, 800)
SETTLE_S = 3.0
PLAIN = "empty Kivy program, one Label"


@dataclass
class Cost:
    """What was measured of one program, round by round."""

    start_ms: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)

    def add(self, program: Program) -> None:
        """Look at a program that has just started."""
        self.start_ms.append(program.ready_s * 1000)
        time.sleep(SETTLE_S)
        self.memory_mb.append(program.memory_mb())


def measure(place: Premises, screen: Screen, python: Path, rounds: int, idle_s: float) -> list[Figure]:
    """Measure start, memory and idle processor time with this Python; the kiosk must be enrolled."""
    kiosk = [str(python), "-m", "kiosk", "--data-dir", str(place.folder / "kiosk")]
    empty = [str(python), "-m", "tests.bench.empty", *map(str, SIZE)]
    ours, plain = Cost(), Cost()
    for number in range(rounds + 1):
        for command, cost in ((kiosk, ours), (empty, plain)):
            with running(command, screen, place.folder, SIZE) as program:
                if number > 0:  # the first round warms the disk's cache
                    cost.add(program)
    still, still_empty = (_idle_percent(each, screen, place.folder, idle_s) for each in (kiosk, empty))
    return [
        compared("kiosk, start to first picture", "ms", ours.start_ms, plain.start_ms, PLAIN),
        compared("kiosk, memory at idle", "MB", ours.memory_mb, plain.memory_mb, PLAIN),
        Figure(f"kiosk, one core at idle, mean of {idle_s:.0f} s", "%", still, still_empty, PLAIN),
    ]


def _idle_percent(command: Sequence[str], screen: Screen, folder: Path, idle_s: float) -> float:
    """Watch a program that nobody touches, from when it has settled."""
    with running(command, screen, folder, SIZE) as program:
        time.sleep(SETTLE_S)
        before, began = program.cpu_s(), time.monotonic()
        time.sleep(idle_s)
        return 100 * (program.cpu_s() - before) / (time.monotonic() - began)
