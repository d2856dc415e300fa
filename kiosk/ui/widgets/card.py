"""A rounded card, the ground on which things stand: soft with a shadow, or flat with an outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.graphics import BorderImage, Color, SmoothLine, SmoothRoundedRectangle
from kivy.uix.widget import Widget

from kiosk.ui import textures
from kiosk.ui.theme import rgba

if TYPE_CHECKING:
    from kiosk.ui.box import Box
    from kiosk.ui.theme import Theme

STRIP_EDGE_PX: Final = 2.0


def draw_shadow(theme: Theme, box: Box, reach: float, alpha: float = 0.30) -> None:
    """Draw the shadow of a card into the canvas that is open; `reach` is how far it spreads."""
    if theme.flat:
        return
    edge = textures.SHADOW_EDGE
    spread = min(reach, box.width / 2, box.height / 2)
    Color(*rgba(theme.shadow, alpha))
    BorderImage(
        texture=textures.shadow(),
        border=(edge, edge, edge, edge),
        display_border=(2 * spread, 2 * spread, 2 * spread, 2 * spread),
        pos=(box.x - spread, box.y - spread * 1.35),
        size=(box.width + 2 * spread, box.height + 2 * spread),
        auto_scale="none",
    )


def draw_outline(colour: str, box: Box, corner: float, width: float) -> None:
    """Draw a rounded outline of this width that stays inside the box."""
    half = width / 2
    inner = box.within(half)
    Color(*rgba(colour))
    # Kivy's width of a line is half of what is seen
    SmoothLine(rounded_rectangle=(*inner.pos, *inner.size, max(1.0, corner - half), 40), width=half)


def draw_strip(theme: Theme, box: Box, corner: float) -> None:
    """Draw the ground of words that are not to be overlooked."""
    Color(*rgba(theme.key_down))
    SmoothRoundedRectangle(pos=box.pos, size=box.size, radius=[corner])
    if theme.flat:
        draw_outline(theme.outline, box, corner, STRIP_EDGE_PX)


class Card(Widget):
    """A card; it answers no touch."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))

    def put(self, theme: Theme, box: Box, corner: float) -> None:
        """Draw the card in a box, with corners of this radius."""
        self.pos, self.size = box.pos, box.size
        self.clear()
        with self.canvas:
            draw_shadow(theme, box, corner)
            Color(*rgba(theme.paper))
            SmoothRoundedRectangle(pos=box.pos, size=box.size, radius=[corner])
            if theme.flat:
                draw_outline(theme.outline, box, corner, 3.0)

    def clear(self) -> None:
        """Be no more seen."""
        self.canvas.clear()
