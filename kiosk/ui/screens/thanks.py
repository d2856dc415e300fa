"""The thanks: a beaming face that bows once, among hearts and sparkles that are drawn once.

It is the same for everybody, whatever they answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.animation import Animation

from kiosk.catalog import translator
from kiosk.events import Touched
from kiosk.ui.box import Box
from kiosk.ui.screens.message import Message, MessageScreen
from kiosk.ui.widgets.face import GRATEFUL
from kiosk.ui.widgets.garland import blooms_of, draw_garland
from kiosk.ui.widgets.tap import Touch, is_finger

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.theme import Sheet
    from kiosk.ui.widgets.garland import Bloom

FACE_APART: Final = 0.5
"""How far words beside the face stay from it where there is room for that, as a share of it."""
STEP_S: Final = 1 / 24
"""Between two pictures of the bow: soft to the eye, and half the work of every frame."""
EDGE_MM: Final = 1.0
"""How far from the edge of the glass everything stays."""
APART_MM: Final = 2.5
"""How far from words everything stays: a spot beside a letter is read as a mark."""
DOWN_S: Final = 0.45
STAY_S: Final = 0.35
UP_S: Final = 0.50


class ThanksScreen(MessageScreen):
    """Thank you means stored. A touch anywhere is told; whether it ends the thanks is not decided here."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(GRATEFUL)
        self.apart_share = FACE_APART
        self.blooms: list[tuple[Bloom, Box]] = []
        self._on_event = on_event

    def show(self, lang: str) -> None:
        """Thank in this language."""
        say = translator(lang)
        self.tell(Message(say("thanks_title"), say("thanks_body"), say("thanks_petition")))

    def lay(self, sheet: Sheet) -> None:
        """Lay the message, and around its face what glitters."""
        super().lay(sheet)
        self.canvas.before.clear()
        glass = Box(0, 0, sheet.width, sheet.height).within(sheet.mm(EDGE_MM))
        if self.message.title:
            face = Box(*self.face.pos, *self.face.size)
            lines = [line for words in (self.title, self.body, self.quiet) for line in words.drawn]
            self.blooms = blooms_of(face, glass, lines, sheet.mm(APART_MM))
            with self.canvas.before:
                draw_garland(sheet.theme, face, self.blooms)

    def enter(self) -> None:
        """Bow once, and then stand still."""
        self.face.bow = 0.0
        bow = Animation(bow=1.0, duration=DOWN_S, step=STEP_S, t="in_out_sine")
        bow += Animation(duration=STAY_S, step=STEP_S)
        bow += Animation(bow=0.0, duration=UP_S, step=STEP_S, t="in_out_sine")
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
