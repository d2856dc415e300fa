"""The glass: the backdrop, one screen upon it at a time, and every finger that comes down on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.core.window import Window
from kivy.uix.widget import Widget

from kiosk.technician import in_corner
from kiosk.ui.theme import NORMAL, rgba, sheet_of
from kiosk.ui.widgets.backdrop import Backdrop
from kiosk.ui.widgets.tap import Tap, Touch, is_finger
from kiosk.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Look
    from kiosk.ui.screens.screen import Screen


class Frame(Widget):
    """The root of the window.

    While it is `deaf` no finger reaches the screen. `felt` is told of each finger: whether it was in
    the corner to knock at, and whether anything on the screen took it.
    """

    def __init__(self, diagonal_in: float, felt: Callable[[bool, bool], None]) -> None:
        super().__init__()
        self.diagonal_in = diagonal_in
        self.screen: Screen | None = None
        self.deaf = False
        self._felt = felt
        self._look = NORMAL
        self._backdrop = Backdrop()
        self.toast = Toast()
        self.add_widget(self._backdrop)
        self.add_widget(self.toast)
        self.bind(size=lambda *_: self.lay())

    def turn_to(self, screen: Screen, look: Look = NORMAL) -> None:
        """Let this screen be the one that is seen, in this look."""
        self._look = look
        if screen is self.screen:
            self.lay()
            return
        if self.screen is not None:
            self.screen.leave()
            self.release()
            self.remove_widget(self.screen)
        self.screen = screen
        self.add_widget(screen, index=self.children.index(self.toast) + 1)
        self.lay()
        screen.enter()

    def say(self, text: str) -> None:
        """Say something for a few seconds, over the screen that is seen."""
        if self.screen is not None and self.screen.sheet is not None:
            self.toast.say(self.screen.sheet, text)

    def hush(self) -> None:
        """Say nothing more."""
        self.toast.hush()

    def release(self) -> None:
        """Forget fingers that rest on the screen: what they were meant for is no longer asked."""
        for tap in self.screen.walk() if self.screen is not None else ():
            if isinstance(tap, Tap):
                tap.release()

    def lay(self) -> None:
        """Lay the screen anew: a tablet may be turned at any time."""
        width, height = (int(side) for side in self.size)
        if self.screen is None or not width or not height:
            return
        sheet = sheet_of(width, height, self.diagonal_in, self._look)
        Window.clearcolor = rgba(sheet.theme.sky)
        self._backdrop.put(sheet.theme, width, height)
        self.screen.put(sheet)

    def on_touch_down(self, touch: Touch) -> bool:
        """Give a finger to the screen, and tell of it. Nothing else than a finger is taken."""
        if not is_finger(touch):
            return True
        taken = not self.deaf and bool(super().on_touch_down(touch))
        self._felt(in_corner(*touch.pos, *self.size), taken)
        return True
