"""Says what can be touched and where, each time it changes: for tests, never at a counter.

It names places on the glass, never what was chosen there or written.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec
from kivy.core.window import Window

from kiosk.ui.widgets.tap import Tap

if TYPE_CHECKING:
    from kiosk.ui.screens.screen import Screen

LOG = logging.getLogger("kiosk.ui")


class Witness:
    """Writes a line to the log when what can be touched has changed: `screen NAME {target: [x, y]}`.

    A place is the middle of a target in pixels from the left and from the top. Where debugging is not
    on, it does nothing.
    """

    def __init__(self) -> None:
        self._told = ""

    def look(self, name: str, screen: Screen | None) -> None:
        """Look at what is on the glass now."""
        if screen is None or not LOG.isEnabledFor(logging.DEBUG):
            return
        height = Window.height
        places = {
            tap.name: (round(tap.hit.center[0]), round(height - tap.hit.center[1]))
            for tap in screen.walk()
            if isinstance(tap, Tap) and tap.name and not tap.deaf and tap.hit.width
        }
        line = f"screen {name} {msgspec.json.encode(places).decode()}"
        if line != self._told:
            self._told = line
            LOG.debug("%s", line)
