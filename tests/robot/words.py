"""What the kiosk said of its screens: where there is something to touch, and what is on disk."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.robot.trouble import RobotError

if TYPE_CHECKING:
    from pathlib import Path

SCREEN = re.compile(r"screen (\S+) (\{.*\})$", re.MULTILINE)
LOOK_EVERY_S = 0.02
END_BYTES = 20_000
"""How much of the log is read to see what is on the glass: more than a screen with a keyboard says."""


@dataclass(frozen=True, slots=True)
class Glass:
    """What is on the glass: the screen's name, and each target with its middle, from the upper left."""

    name: str
    targets: dict[str, tuple[int, int]]


def glass_of(line: str) -> Glass | None:
    """Return what a line says to be on the glass, if it says that."""
    found = SCREEN.search(line)
    if found is None:
        return None
    name, targets = found.groups()
    return Glass(name, {key: (place[0], place[1]) for key, place in json.loads(targets).items()})


class Words:
    """The log of a kiosk that was started with `verbose`."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def text(self) -> str:
        """Return all that was said."""
        return self._file.read_text("utf-8", "replace") if self._file.exists() else ""

    def _end(self) -> str:
        """Return what was said last: a long visit to the log each time would take the kiosk's processor."""
        if not self._file.exists():
            return ""
        with self._file.open("rb") as file:
            file.seek(max(0, self._file.stat().st_size - END_BYTES))
            return file.read().decode("utf-8", "replace")

    def glass(self) -> Glass:
        """Return what is on the glass; a screen without a name if there is none yet."""
        told = (glass_of(line) for line in reversed(self._end().split("\n")))
        return next((glass for glass in told if glass is not None), Glass("", {}))

    def wait_for_other(self, *names: str, within_s: float = 20.0) -> Glass:
        """Wait until a screen of none of these names is there. Raises `RobotError`."""
        end = time.monotonic() + within_s
        while (glass := self.glass()).name in {"", *names}:
            if time.monotonic() > end:
                raise RobotError(f"still {glass.name or 'no screen'} after {within_s:.0f} s")
            time.sleep(LOOK_EVERY_S)
        return glass

    def wait_for(self, *names: str, within_s: float = 20.0) -> Glass:
        """Wait until a screen of one of these names is there. Raises `RobotError`."""
        end = time.monotonic() + within_s
        while True:
            glass = self.glass()
            if glass.name in names:
                return glass
            if time.monotonic() > end:
                raise RobotError(
                    f"none of {names} within {within_s:.0f} s: {glass.name or 'no screen'} is there"
                )
            time.sleep(LOOK_EVERY_S)
