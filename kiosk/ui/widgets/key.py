"""A key of the on-screen keyboard: it writes as soon as a finger is on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.graphics import Color, SmoothRoundedRectangle

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import WARM, mixed, rgba
from kiosk.ui.widgets.card import draw_outline
from kiosk.ui.widgets.icons import draw_erase
from kiosk.ui.widgets.tap import Tap, Touch
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.pill import Icon

ERASE = "\b"
"""The key that takes back the last sign; it shows a picture, for the typeface has none."""
SOFT_SHARE: Final = 0.85
"""How much of the ground's colour a key has that writes no sign."""
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
            self._ground.rgba = rgba(self._colour())
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
        return mixed(theme.key, theme.ground, SOFT_SHARE) if self._soft else theme.key

    def _draw(self) -> None:
        """Draw the key with the shade of its lower edge."""
        theme = self._theme
        corner = min(self.size) * 0.2
        self.canvas.before.clear()
        with self.canvas.before:
            if not theme.flat:
                Color(*rgba(theme.shadow, 0.24))
                lower = (self.x, self.y - max(1.0, self.height * 0.035))
                SmoothRoundedRectangle(pos=lower, size=self.size, radius=[corner])
            self._ground = Color(*rgba(self._colour()))
            SmoothRoundedRectangle(pos=self.pos, size=self.size, radius=[corner])
            if theme.flat:
                draw_outline(theme.outline, Box(*self.pos, *self.size), corner, 2.0)
            if self._icon is not None:
                self._icon(self.center, min(self.size) * 0.5, self._ink())
