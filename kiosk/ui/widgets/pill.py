"""A pill: a small round-ended button with a word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.graphics import Color, SmoothLine, SmoothRoundedRectangle

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import WARM, mixed, rgba
from kiosk.ui.widgets.card import draw_shadow
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.typeset import Setting


class Pill(Tap):
    """A button that is filled when chosen, and outlined when it may be chosen."""

    def __init__(self, answer: Callable[[], None]) -> None:
        super().__init__(answer)
        self.words = Words(fonts.STRONG)
        self.chosen = False
        self.add_widget(self.words)

    def put(self, box: Box, hit: Box, text: str, setting: Setting, *, chosen: bool) -> None:
        """Place the pill and write on it; `hit` is where a finger counts."""
        self.pos, self.size, self.hit, self.chosen = box.pos, box.size, hit, chosen
        self.words.put(text, setting, box, WARM.on_accent if chosen else WARM.accent)
        self._draw()

    def on_down(self, *_: object) -> None:
        """Show that a finger is on it."""
        self._draw()

    def _draw(self) -> None:
        """Draw the ground; the word lies over it."""
        ground = WARM.accent if self.chosen else WARM.paper
        if self.down:
            ground = mixed(ground, WARM.key_down, 0.25 if self.chosen else 0.8)
        round_ = self.height / 2
        self.canvas.before.clear()
        with self.canvas.before:
            draw_shadow(Box(*self.pos, *self.size), self.height * 0.30, 0.14)
            Color(*rgba(ground))
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[round_])
            Color(*rgba(WARM.accent))
            SmoothLine(
                rounded_rectangle=(*self.pos, *self.size, round_, 40), width=max(1.0, self.height / 48)
            )
