"""A rounded card with a soft brown shadow, the ground on which things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.graphics import BorderImage, Color, SmoothRoundedRectangle
from kivy.uix.widget import Widget

from kiosk.ui import textures
from kiosk.ui.theme import WARM, rgba

if TYPE_CHECKING:
    from kiosk.ui.box import Box


def draw_shadow(box: Box, reach: float, alpha: float = 0.30) -> None:
    """Draw the shadow of a card into the canvas that is open; `reach` is how far it spreads."""
    edge = textures.SHADOW_EDGE
    spread = min(reach, box.width / 2, box.height / 2)
    Color(*rgba(WARM.shadow, alpha))
    BorderImage(
        texture=textures.shadow(),
        border=(edge, edge, edge, edge),
        display_border=(2 * spread, 2 * spread, 2 * spread, 2 * spread),
        pos=(box.x - spread, box.y - spread * 1.35),
        size=(box.width + 2 * spread, box.height + 2 * spread),
        auto_scale="none",
    )


class Card(Widget):
    """A white card; it answers no touch."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))

    def put(self, box: Box, corner: float) -> None:
        """Draw the card in a box, with corners of this radius."""
        self.pos, self.size = box.pos, box.size
        self.clear()
        with self.canvas:
            draw_shadow(box, corner)
            Color(*rgba(WARM.paper))
            SmoothRoundedRectangle(pos=box.pos, size=box.size, radius=[corner])

    def clear(self) -> None:
        """Be no more seen."""
        self.canvas.clear()
