"""The thanks: a face that bows once. The same for everybody, whatever they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.animation import Animation

from kiosk.catalog import translator
from kiosk.events import Touched
from kiosk.ui.screens.message import Message, MessageScreen
from kiosk.ui.widgets.face import HOUSE
from kiosk.ui.widgets.tap import Touch, is_finger

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event

DOWN_S: Final = 0.45
STAY_S: Final = 0.35
UP_S: Final = 0.50


class ThanksScreen(MessageScreen):
    """Thank you means stored. A touch anywhere is told; whether it ends the thanks is not decided here."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(HOUSE)
        self._on_event = on_event

    def show(self, lang: str) -> None:
        """Thank in this language."""
        say = translator(lang)
        self.tell(Message(say("thanks_title"), say("thanks_body"), say("thanks_petition")))

    def enter(self) -> None:
        """Bow once, and then stand still."""
        self.face.bow = 0.0
        bow = Animation(bow=1.0, duration=DOWN_S, t="in_out_sine")
        bow += Animation(duration=STAY_S)
        bow += Animation(bow=0.0, duration=UP_S, t="in_out_sine")
        bow.start(self.face)

    def leave(self) -> None:
        """Stand up at once."""
        Animation.cancel_all(self.face)
        self.face.bow = 0.0

    def on_touch_down(self, touch: Touch) -> bool:
        """Tell of a touch, wherever it is."""
        if is_finger(touch):
            self._on_event(Touched())
        return True
