"""A key of the on-screen keyboard: it writes as soon as a finger is on it."""

from __future__ import annotations

from functools import lru_cache
from math import hypot
from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.graphics import BorderImage, Color
from kivy.graphics.texture import Texture

from kiosk.ui import fonts
from kiosk.ui.textures import clamped
from kiosk.ui.theme import WARM, mixed, rgb
from kiosk.ui.widgets.icons import draw_erase
from kiosk.ui.widgets.tap import Tap, Touch
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.box import Box
    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.pill import Icon

ERASE = "\b"
"""The key that takes back the last sign; it shows a picture, for the typeface has none."""
SOFT_SHARE: Final = 0.1
"""How much of the shadow's colour is in the ground of a key that writes no sign."""
SHADE_ALPHA: Final = 0.24
OUTLINE_PX: Final = 2.0
REPEAT_AFTER_S: Final = 0.5
"""A key that repeats begins to after this, for a finger of seventy years does not lift at once."""
REPEAT_S: Final = 0.12
REPEATS_MAX: Final = 60
"""A hand that rests on the key stops writing after so many."""


class Key(Tap):
    """A key with one sign, a word or a pictogram. `soft`: it writes no sign, and looks like it."""

    def __init__(
        self,
        sign: str,
        press: Callable[[str], None],
        *,
        icon: Icon | None = None,
        soft: bool = False,
        repeats: bool = False,
    ) -> None:
        super().__init__(lambda: None)
        self.sign = sign
        self.chosen = False
        self._press = press
        self._icon = draw_erase if sign == ERASE else icon
        self._soft = soft
        self._theme = WARM
        self._left = 0
        self._repeating = Clock.create_trigger(self._on_repeat, REPEAT_AFTER_S) if repeats else None
        self._ground: Any = None
        self.words = Words(fonts.STRONG)
        self.add_widget(self.words)

    def put(
        self,
        theme: Theme,
        box: Box,
        size_px: float,
        label: str = "",
        least_px: float = 0,
        *,
        chosen: bool = False,
    ) -> None:
        """Place the key. It says `label` instead of its sign, at `least_px` where that is too wide.

        A `chosen` key is in force.
        """
        if (theme, box, chosen) != (self._theme, self.hit, self.chosen):
            self._theme, self.chosen = theme, chosen
            self.pos, self.size, self.hit = box.pos, box.size, box
            self._draw()
        if self._icon is None:
            self.words.say(label or self.sign, box, size_px, least_px or size_px, self._ink())

    def on_down(self, *_: object) -> None:
        """Show whether a finger is on it."""
        if self._ground is not None:
            self._ground.texture = self._picture()
        if not self.down and self._repeating is not None:
            self._repeating.cancel()

    def on_touch_down(self, touch: Touch) -> bool:
        """Write at once: a key waits for no release, and a second finger on it writes again."""
        if not super().on_touch_down(touch):
            return False
        if self._repeating is not None:
            self._left = REPEATS_MAX
            self._repeating.timeout = REPEAT_AFTER_S
            self._repeating()
        self._press(self.sign)
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        """Stay pressed: a finger that slides over keys writes once."""
        return touch.grab_current is self

    def _on_repeat(self, _: float) -> None:
        """Write again while the finger stays."""
        if self._repeating is None or not self.down or self.deaf or not self._left:
            return
        self._left -= 1
        self._repeating.timeout = REPEAT_S
        self._repeating()
        self._press(self.sign)

    def _ink(self) -> str:
        return self._theme.pill_ink(chosen=True) if self.chosen else self._theme.ink

    def _colour(self) -> str:
        """Return the colour of its ground."""
        theme = self._theme
        if self.chosen:
            return theme.pill(chosen=True, down=self.down)
        if self.down:
            return theme.key_down
        return mixed(theme.ground, theme.shadow, SOFT_SHARE) if self._soft else theme.key

    def _picture(self) -> Texture:
        """Return the picture of its ground."""
        theme = self._theme
        return _ground(
            round(min(self.size) * 0.2), self._colour(), theme.outline, theme.shadow, self._shade_px()
        )

    def _shade_px(self) -> int:
        """Return how far the shade of its lower edge is seen."""
        return 0 if self._theme.flat else max(1, round(self.height * 0.035))

    def _draw(self) -> None:
        """Draw the key in one piece, for there are many: a keyboard of shapes takes 25 ms without a GPU."""
        side, shade = round(min(self.size) * 0.2) + 1, self._shade_px()
        self.canvas.before.clear()
        with self.canvas.before:
            Color(1, 1, 1, 1)
            self._ground = BorderImage(
                texture=self._picture(),
                border=(side + shade, side, side, side),
                display_border=(side + shade, side, side, side),
                pos=(self.x, self.y - shade),
                size=(self.width, self.height + shade),
                auto_scale="none",
            )
            if self._icon is not None:
                self._icon(self.center, min(self.size) * 0.5, self._ink())


@lru_cache(maxsize=64)
def _ground(corner: int, colour: str, outline: str, shadow: str, shade: int) -> Texture:
    """Compute the ground of a key, as small as it can be: its middle is stretched.

    The shade lies below it, `shade` pixels lower, or an outline around it.
    """
    side = 2 * corner + 3
    fill, below, edge = rgb(colour), rgb(shadow), rgb(outline or colour)

    def inside(x: float, y: float, inset: float) -> float:
        """Say how much of a pixel lies within the rounded square, `inset` from its edge."""
        radius = max(0.0, corner - inset)
        dx, dy = (abs(part - side / 2) - (side / 2 - inset - radius) for part in (x, y))
        distance = hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - radius
        return clamped(0.5 - distance)

    raw = bytearray()
    for row in range(side + shade):
        for column in range(side):
            x, y = column + 0.5, row + 0.5
            whole, inner = inside(x, y - shade, 0), inside(x, y - shade, OUTLINE_PX if outline else 0)
            under = SHADE_ALPHA * inside(x, y, 0) * (1 - whole) if shade else 0.0
            alpha = whole + under
            for one, two, three in zip(fill, edge, below, strict=True):
                part = one * inner + two * (whole - inner) + three * under
                raw.append(round(255 * part / alpha) if alpha else 0)
            raw.append(round(255 * alpha))
    texture = Texture.create(size=(side, side + shade), colorfmt="rgba")
    texture.blit_buffer(bytes(raw), colorfmt="rgba", bufferfmt="ubyte")
    texture.wrap = "clamp_to_edge"
    return texture
