"""Something to touch: it shows at once that it was touched, and answers when the finger lifts.

Sliding off takes it back. Only the first mouse button and fingers count, never a wheel.
A hand that rests on it does not block it: any finger that lifts inside is an answer.
How many answers count is not decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

from kiosk.ui.box import Box

if TYPE_CHECKING:
    from collections.abc import Callable


class Touch(Protocol):
    """What we use of Kivy's touches."""

    pos: tuple[float, float]
    button: str | None
    grab_current: object

    def grab(self, widget: object) -> None:
        """Have moves and the lift told to a widget, wherever they happen."""

    def ungrab(self, widget: object) -> None:
        """End that."""


def is_finger(touch: Touch) -> bool:
    """Say whether a touch is a finger, which has no button, or the left button of a mouse."""
    return touch.button in {None, "left"}


class Tap(Widget):
    """The base of tiles, pills and keys."""

    down = BooleanProperty(defaultvalue=False)

    def __init__(self, answer: Callable[[], None]) -> None:
        super().__init__(size_hint=(None, None))
        self.answer = answer
        self.deaf = False
        self.hit = Box(0, 0, 0, 0)

    def release(self) -> None:
        """Forget fingers that rest on it."""
        self.down = False

    def on_touch_down(self, touch: Touch) -> bool:
        """Take a finger, and show that it was felt."""
        if self.deaf or not is_finger(touch) or not self.hit.holds(*touch.pos):
            return False
        touch.grab(self)
        self.down = True
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        """Follow a finger that slides off or comes back."""
        if touch.grab_current is not self:
            return False
        self.down = not self.deaf and self.hit.holds(*touch.pos)
        return True

    def on_touch_up(self, touch: Touch) -> bool:
        """Answer when the finger lifts where it may."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.release()
        if not self.deaf and self.hit.holds(*touch.pos):
            self.answer()
        return True
