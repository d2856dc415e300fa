"""The ground behind every screen: morning light over hills, composed once per size and theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, Fbo, Rectangle, SmoothEllipse
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from kiosk.ui.theme import mixed, rgb, rgba

if TYPE_CHECKING:
    from kiosk.ui.theme import Theme

STEPS: Final = 64
"""Steps of the sky's gradient, stretched by the graphics card."""


class Backdrop(Widget):
    """One picture as large as the window."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self._composed: tuple[Theme | None, int, int] = (None, 0, 0)
        with self.canvas:
            Color(1, 1, 1, 1)
            self._picture = Rectangle()

    def put(self, theme: Theme, width: int, height: int) -> None:
        """Compose the picture for a window of this size."""
        if (theme, width, height) == self._composed:
            return
        self._composed = (theme, width, height)
        self.size = (width, height)
        fbo = Fbo(size=(width, height))
        with fbo:
            Color(1, 1, 1, 1)
            Rectangle(texture=_sky(theme), size=(width, height))
            if not theme.flat:
                _sun(theme, width, height)
                _hills(theme, width, height)
        fbo.draw()
        self._picture.texture = fbo.texture
        self._picture.size = (width, height)


def _sky(theme: Theme) -> Texture:
    """Return the light from cream above to peach below."""
    low, high = rgb(theme.ground), rgb(theme.sky)
    raw = bytes(
        round(255 * (a + (b - a) * min(1.0, 1.25 * step / (STEPS - 1))))
        for step in range(STEPS)
        for a, b in zip(low, high, strict=True)
    )
    texture = Texture.create(size=(1, STEPS), colorfmt="rgb")
    texture.blit_buffer(raw, colorfmt="rgb", bufferfmt="ubyte")
    texture.mag_filter = "linear"
    texture.wrap = "clamp_to_edge"
    return texture


def _sun(theme: Theme, width: int, height: int) -> None:
    """Draw a pale sun at the upper right, and the ring of light around it."""
    reach = min(width, height) * 0.42
    for share, strength in ((1.0, 0.45), (0.66, 1.0)):
        side = 2 * reach * share
        Color(*rgba(mixed(theme.sky, theme.glow, strength)))
        pos = (width * 0.90 - side / 2, height * 0.985 - side / 2)
        SmoothEllipse(pos=pos, size=(side, side), segments=180)


def _hills(theme: Theme, width: int, height: int) -> None:
    """Draw two long hills along the bottom. Opaque: where clear shapes overlap, seams show."""
    for x, top, across, strength in ((0.10, 0.30, 1.15, 0.5), (0.92, 0.20, 1.35, 1.0)):
        wide, high = width * across, height * top * 2
        Color(*rgba(mixed(theme.ground, theme.hill, strength)))
        pos = (width * x - wide / 2, height * top - high)
        SmoothEllipse(pos=pos, size=(wide, high), segments=240)
