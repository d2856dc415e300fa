"""Something to touch: it shows at once that it was touched, and answers when the finger lifts.

Sliding off takes it back. Only the first mouse button and fingers count, never a wheel.
A hand that rests on it does not block it: any finger that lifts inside is an answer.
How many answers count is not decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kivy.clock import Clock
from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget

from kiosk.ui.box import Box
from kiosk.ui.explore import Exploring

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.explore import Wait


class Touch(Protocol):
    """What we use of Kivy's touches."""

    pos: tuple[float, float]
    button: str | None
    grab_current: object
    uid: int

    def grab(self, widget: object) -> None:
        """Have moves and the lift told to a widget, wherever they happen."""

    def ungrab(self, widget: object) -> None:
        """End that."""


def is_finger(touch: Touch) -> bool:
    """Say whether a touch is a finger, which has no button, or the left button of a mouse."""
    return touch.button in {None, "left"}


class Tap(Widget):
    """The base of tiles, pills and keys. `name` is what a test finds it by."""

    down = BooleanProperty(defaultvalue=False)

    def __init__(self, answer: Callable[[], None]) -> None:
        super().__init__(size_hint=(None, None))
        self.answer = answer
        self.name = ""
        self.deaf = False
        self.hit = Box(0, 0, 0, 0)
        self._fingers: set[int] = set()
        self._exploring: Exploring | None = None

    def explain(self, hear: Callable[[], None] | None) -> None:
        """Let a finger that rests hear what this is, until None says that the kiosk reads no more."""
        if self._exploring is not None:
            self._exploring.forget()
        self._exploring = Exploring(_later, hear) if hear is not None else None

    def release(self) -> None:
        """Forget fingers that rest on it: when they lift, another question may be asked here."""
        self.down = False
        self._fingers.clear()
        if self._exploring is not None:
            self._exploring.forget()

    def on_touch_down(self, touch: Touch) -> bool:
        """Take a finger, and show that it was felt."""
        if self.deaf or not is_finger(touch) or not self.hit.holds(*touch.pos):
            return False
        touch.grab(self)
        self._fingers.add(touch.uid)
        self.down = True
        if self._exploring is not None:
            self._exploring.came(touch.uid)
        return True

    def on_touch_move(self, touch: Touch) -> bool:
        """Follow a finger that slides off or comes back."""
        if touch.grab_current is not self:
            return False
        self.down = not self.deaf and self.hit.holds(*touch.pos)
        if self._exploring is not None:
            (self._exploring.came if self.down else self._exploring.slid_off)(touch.uid)
        return True

    def on_touch_up(self, touch: Touch) -> bool:
        """Answer when the finger lifts where it may."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        self.down = False
        chooses = touch.uid in self._fingers
        self._fingers.discard(touch.uid)
        if self._exploring is not None:
            chooses = self._exploring.chooses(touch.uid) and chooses
        if chooses and not self.deaf and self.hit.holds(*touch.pos):
            self.answer()
        return True


def _later(then: Callable[[], None], seconds: float) -> Wait:
    """Call back on the Kivy thread."""
    wait: Wait = Clock.schedule_once(lambda _: then(), seconds)
    return wait
