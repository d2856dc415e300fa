"""How soon a touch is seen and a rating is on disk, on the smallest screen and without a graphics card.

From the finger (before the X server is told) and from the touch's handler to the kiosk's own
word that the commit has returned; and from the finger to the picture of the pressed tile.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kiosk.ui.theme import FACES
from tests.bench.figures import Figure, percentile
from tests.bench.program import running
from tests.robot import eyes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bench.premises import Premises
    from tests.bench.program import Program
    from tests.robot.screen import Screen

SIZE = (800, 480)
QUESTION_S_MAX = 30.0
HOLD_S = 0.1
SETTLE_S = 0.5
"""What is touched right after the screen changed is ignored."""
READ_THANKS_S = 2.3
"""The thanks stay at least 2 s; then a touch calls the next question."""
FELT, PICTURE, LIFTED, STORED = "felt", "picture", "lifted", "stored record"


@dataclass
class Touches:
    """What was measured, in milliseconds, tap by tap."""

    seen: list[float] = field(default_factory=list)
    handled: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)

    def add(self, program: Program, screen: Screen, at: tuple[int, int]) -> None:
        """Touch once."""
        pressed = time.monotonic()
        screen.press(*at)
        time.sleep(HOLD_S)
        lifted = screen.release()
        program.said(FELT)
        self.seen.append(1000 * (program.said(PICTURE) - pressed))
        handled = program.said(LIFTED)
        stored = program.said(STORED)
        self.handled.append(1000 * (stored - handled))
        self.stored.append(1000 * (stored - lifted))


def measure(place: Premises, screen: Screen, python: Path, taps: int) -> list[Figure]:
    """Touch faces as citizens do; the kiosk must be enrolled."""
    command = [str(python), "-m", "tests.bench.watched", *map(str, SIZE)]
    touches = Touches()
    with running(
        [*command, "--data-dir", str(place.folder / "kiosk")], screen, place.folder, SIZE
    ) as program:
        faces = wait_for_faces(screen)
        for number in range(taps):
            time.sleep(SETTLE_S + number % 17 / 1000)  # at all moments of a frame
            program.forget()
            face = faces[number % len(faces)]
            touches.add(program, screen, (face.x, face.y))
            time.sleep(READ_THANKS_S)
            screen.tap(SIZE[0] // 2, SIZE[1] // 2)
    size = "{}x{}".format(*SIZE)
    return [
        Figure(f"touch to its picture, {size}, median of {taps}", "ms", percentile(touches.seen, 0.5)),
        *_figures(f"handler to stored, {size}", touches.handled),
        *_figures(f"finger to stored, {size}", touches.stored),
    ]


def wait_for_faces(screen: Screen) -> list[eyes.Spot]:
    """Wait for the question, and return its five faces, the worst first."""
    picture = screen.wait_for(
        "the question", lambda seen: len(eyes.faces(seen, FACES)) == len(FACES), QUESTION_S_MAX
    )
    return eyes.faces(picture, FACES)


def _figures(what: str, values: list[float]) -> list[Figure]:
    return [
        Figure(f"{what}, p{100 * share:.0f} of {len(values)}", "ms", percentile(values, share))
        for share in (0.50, 0.99)
    ]
