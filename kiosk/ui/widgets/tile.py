"""A tile with a face and its word: one of the five answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.animation import Animation
from kivy.graphics import Canvas, Color, PopMatrix, PushMatrix, Scale, SmoothRoundedRectangle
from kivy.properties import NumericProperty

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import WARM, rgba
from kiosk.ui.widgets.card import draw_outline, draw_shadow
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Theme
    from kiosk.ui.typeset import Setting

PRESSED: Final = 0.955
"""How large a tile is under a finger."""
BACK_S: Final = 0.28
"""How long it takes to come back."""


class Tile(Tap):
    """A face to touch."""

    zoom = NumericProperty(1.0)

    def __init__(self, score: int, answer: Callable[[], None]) -> None:
        super().__init__(answer)
        self.score = score
        self.name = f"face_{score}"
        self.face = Face(score)
        self.words = Words(fonts.STRONG)
        self.corner = 0.0
        self._theme = WARM
        self.add_widget(self.face)
        self.add_widget(self.words)
        self.shade = Canvas()
        with self.canvas.before:
            PushMatrix()
            self._scale = Scale(1, 1, 1)
            self._ground = Canvas()
        with self.canvas.after:
            PopMatrix()

    def put(self, theme: Theme, box: Box, hit: Box, corner: float) -> None:
        """Place the tile; `hit` is where a finger counts."""
        self._theme = theme
        self.pos, self.size, self.hit = box.pos, box.size, hit
        self._scale.origin = box.center
        self.corner = corner
        self._draw()

    def write(self, text: str, setting: Setting, box: Box) -> None:
        """Write the answer's word."""
        self.words.put(text, setting, box, self._theme.ink)

    def on_down(self, *_: object) -> None:
        """Give way at once under a finger; spring back when it is gone."""
        Animation.cancel_all(self, "zoom")
        Animation.cancel_all(self.face, "joy")
        self._draw()
        if self.down:
            self.zoom = PRESSED
            self.face.joy = 1.0
        else:
            Animation(zoom=1.0, duration=BACK_S, t="out_back").start(self)
            Animation(joy=0.0, duration=BACK_S, t="out_quad").start(self.face)

    def on_zoom(self, *_: object) -> None:
        """Draw at the new size."""
        self._scale.xyz = (self.zoom, self.zoom, 1)

    def settle(self) -> None:
        """Be as if nobody had touched it."""
        self.release()
        Animation.cancel_all(self, "zoom")
        Animation.cancel_all(self.face, "joy")
        self.zoom, self.face.joy = 1.0, 0.0

    def _draw(self) -> None:
        """Draw the ground of the tile."""
        theme, box = self._theme, Box(*self.pos, *self.size)
        self.shade.clear()
        with self.shade:
            draw_shadow(theme, box, self.corner * 0.9, 0.12 if self.down else 0.26)
        self._ground.clear()
        with self._ground:
            Color(*rgba(theme.tile(self.score, down=self.down)))
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[self.corner])
            draw_outline(theme.tile_edge(self.score), box, self.corner, 4.0 if theme.flat else 2.0)
