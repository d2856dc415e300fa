"""Keyboards: a box of buttons and a scanner, which both are keyboards to the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kivy.clock import Clock

from kiosk.events import Chose
from kiosk.inputs import BOX_KEYS, FACE_KEYS, Face, Inputs, Key, Scan, due_s, pressed, released, ticked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.events import Event
    from kiosk.inputs import Happening


class Keys:
    """Turns keys into faces and scans, and tells them. Digits are faces only with a `button_box`."""

    def __init__(
        self, on_event: Callable[[Event], None], on_scan: Callable[[str], None], *, button_box: bool = False
    ) -> None:
        self._on_event = on_event
        self._on_scan = on_scan
        self._inputs = Inputs(BOX_KEYS if button_box else FACE_KEYS)
        self._waiting: Any = None

    def down(self, number: int) -> None:
        """Take a key that went down."""
        self._took(pressed(self._inputs, Key(number), Clock.time()))

    def wrote(self, text: str) -> None:
        """Take what a key wrote."""
        self._took(pressed(self._inputs, Key(text=text), Clock.time()))

    def up(self, number: int) -> None:
        """Take a key that was let go."""
        self._inputs = released(self._inputs, number)

    def stop(self) -> None:
        """Wait for no key any more."""
        if self._waiting is not None:
            self._waiting.cancel()

    def _took(self, told: tuple[Inputs, Iterable[Happening]]) -> None:
        """Tell what has become certain, and look again when more will have."""
        self._inputs, happenings = told
        for happening in happenings:
            match happening:
                case Face(score):
                    self._on_event(Chose(score, box=True))
                case Scan(text):
                    self._on_scan(text)
        self.stop()
        due = due_s(self._inputs)
        if due is not None:
            self._waiting = Clock.schedule_once(self._look_again, max(0.0, due - Clock.time()))

    def _look_again(self, _: float) -> None:
        """Let the window look for keys once more: the clock comes before them, and this frame may be late."""
        self._waiting = Clock.schedule_once(lambda _: self._took(ticked(self._inputs, Clock.time())), 0)
