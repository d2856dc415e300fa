"""A few words that come and go by themselves, over whatever screen there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import LINE_SHARE
from kiosk.ui.typeset import set_words
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.ui.theme import Sheet

STAY_S: Final = 4.0
WIDE_SHARE: Final = 0.8
"""How much of the glass's width it may take."""


class Toast(Widget):
    """A card at the top of the glass; it answers no touch, and a touch goes through it."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self._card = Card()
        self.words = Words(fonts.STRONG)
        self.add_widget(self._card)
        self.add_widget(self.words)
        self._end = Clock.create_trigger(lambda _: self.hush(), STAY_S)

    def say(self, sheet: Sheet, text: str) -> None:
        """Say this for a few seconds."""
        wide = sheet.width * WIDE_SHARE
        setting = set_words(text, fonts.STRONG, (wide, sheet.height / 4), sheet.answer_px, sheet.quiet_px)
        pad = setting.size_px * LINE_SHARE / 2
        width, height = setting.width_px + 2 * pad, setting.height_px + pad
        box = Box((sheet.width - width) / 2, sheet.height - height - sheet.mm(4), width, height).snapped()
        self._card.put(sheet.theme, box, max(sheet.mm(2.4), 30 * sheet.unit))
        self.words.put(text, setting, box, sheet.theme.ink)
        self._end.cancel()
        self._end()

    def hush(self) -> None:
        """Be no more seen."""
        self._end.cancel()
        self._card.clear()
        self.words.hush()
