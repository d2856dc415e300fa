"""A pill: a small round-ended button with a word on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, SmoothRoundedRectangle

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import WARM, rgba
from kiosk.ui.widgets.card import draw_outline, draw_shadow
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.ui.theme import Theme
    from kiosk.ui.typeset import Setting


Icon = Callable[[tuple[float, float], float, str], None]
"""Draws a pictogram: around this center, of this size, in this colour."""

ICON_SHARE: Final = 1.3
"""The size of a pictogram beside a word, in font sizes."""
ICON_GAP: Final = 0.4
"""The space between a pictogram and its word, in font sizes."""


def with_icon_px(setting: Setting) -> float:
    """Return how wide a word is together with the pictogram before it."""
    return setting.width_px + (ICON_SHARE + ICON_GAP) * setting.size_px


class Pill(Tap):
    """A button that is filled when chosen, and outlined when it may be chosen."""

    def __init__(self, answer: Callable[[], None], icon: Icon | None = None) -> None:
        super().__init__(answer)
        self.words = Words(fonts.STRONG)
        self.chosen = False
        self._theme = WARM
        self._icon = icon
        self._icon_at = (0.0, 0.0)
        self._icon_px = 0.0
        self.add_widget(self.words)

    def put(self, theme: Theme, box: Box, hit: Box, text: str, setting: Setting, *, chosen: bool) -> None:
        """Place the pill and write on it; `hit` is where a finger counts.

        A pill that has a pictogram and no text shows the pictogram alone.
        """
        self.pos, self.size, self.hit, self.chosen = box.pos, box.size, hit, chosen
        self._theme = theme
        if not text:
            self._icon_at, self._icon_px = box.center, box.height * 0.5
            self.words.hush()
        else:
            place = box
            if self._icon is not None:
                self._icon_px = ICON_SHARE * setting.size_px
                start = box.x + (box.width - with_icon_px(setting)) / 2
                self._icon_at = (start + self._icon_px / 2, box.center[1])
                skip = start + self._icon_px + ICON_GAP * setting.size_px - box.x
                place = box.right_of(skip).from_left(setting.width_px).snapped()
            self.words.put(text, setting, place, theme.pill_ink(chosen=chosen))
        self._draw()

    def on_down(self, *_: object) -> None:
        """Show that a finger is on it."""
        self._draw()

    def _draw(self) -> None:
        """Draw the ground; the word lies over it."""
        theme, box, round_ = self._theme, Box(*self.pos, *self.size), self.height / 2
        self.canvas.before.clear()
        with self.canvas.before:
            draw_shadow(theme, box, self.height * 0.30, 0.14)
            Color(*rgba(theme.pill(chosen=self.chosen, down=self.down)))
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[round_])
            draw_outline(theme.accent, box, round_, max(2.0, self.height / (20 if theme.flat else 24)))
            if self._icon is not None:
                self._icon(self._icon_at, self._icon_px, theme.pill_ink(chosen=self.chosen))
