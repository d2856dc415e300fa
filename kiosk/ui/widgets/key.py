"""A key of the on-screen keyboard: it writes as soon as a finger is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.graphics import Color, SmoothRoundedRectangle

from kiosk.ui import fonts
from kiosk.ui.theme import WARM, rgba
from kiosk.ui.widgets.icons import draw_erase
from kiosk.ui.widgets.tap import Tap, Touch
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.box import Box

ERASE = "\b"
"""The key that takes back the last sign; it shows a picture, for the typeface has none."""


class Key(Tap):
    """A white key with one sign."""

    def __init__(self, sign: str, press: Callable[[str], None]) -> None:
        super().__init__(lambda: None)
        self.sign = sign
        self._press = press
        self.words = Words(fonts.STRONG)
        self.add_widget(self.words)

    def put(self, box: Box, size_px: float) -> None:
        """Place the key."""
        if box == self.hit:
            return
        self.pos, self.size, self.hit = box.pos, box.size, box
        if self.sign != ERASE:
            self.words.say(self.sign, box, size_px, size_px)
        self._draw()

    def on_down(self, *_: object) -> None:
        """Write at once: a key waits for no release."""
        self._draw()
        if self.down:
            self._press(self.sign)

    def on_touch_move(self, touch: Touch) -> bool:
        """Stay pressed: a finger that slides over keys writes once."""
        return touch.grab_current is self

    def _draw(self) -> None:
        """Draw the key with the shade of its lower edge."""
        corner = min(self.size) * 0.2
        self.canvas.before.clear()
        with self.canvas.before:
            Color(*rgba(WARM.shadow, 0.24))
            lower = (self.x, self.y - max(1.0, self.height * 0.035))
            SmoothRoundedRectangle(pos=lower, size=self.size, radius=[corner])
            Color(*rgba(WARM.key_down if self.down else WARM.key))
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[corner])
            if self.sign == ERASE:
                draw_erase(self.center, min(self.size) * 0.5)
