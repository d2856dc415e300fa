"""A screen that says one thing: a face, a title, some words, a plate, a quiet line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.screen import Screen
from kiosk.ui.typeset import Setting, set_title, set_words
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.words import Words
from kiosk.value import Value

if TYPE_CHECKING:
    from kiosk.ui.theme import Sheet

TITLE_GAP: Final = 0.4
"""The space between title and words, in gaps."""
TITLE_FREE: Final = 0.2
"""How much larger it is below a larger title, in its font sizes."""
FACE_GAP: Final = 1.3
"""The space between face and title, in gaps."""


class Message(Value, frozen=True):
    """The words of the screen. The `plate` is a few signs to compare, large on a card below the words."""

    title: str
    body: str
    quiet: str = ""
    plate: str = ""


class _Settings(Value, frozen=True):
    """How the words of a message are set."""

    title: Setting
    body: Setting
    plate: Setting
    quiet: Setting


class MessageScreen(Screen):
    """A face above words, all in the middle; `foot_px` keeps room below for a button."""

    def __init__(self, mood: int) -> None:
        super().__init__()
        self.message = Message("", "")
        self.face = Face(mood)
        self.title = Words(fonts.BOLD)
        self.body = Words(fonts.BODY)
        self.card = Card()
        self.plate = Words(fonts.BOLD)
        self.quiet = Words(fonts.BODY)
        for child in (self.face, self.title, self.body, self.card, self.plate, self.quiet):
            self.add_widget(child)

    def tell(self, message: Message) -> None:
        """Say this."""
        if message != self.message:
            self.message = message
            if self.sheet is not None:
                self.lay(self.sheet)

    def said(self) -> tuple[str, ...]:
        """Return what is read aloud: the title and the words."""
        return tuple(text for text in (self.message.title, self.message.body) if text)

    def foot_px(self, sheet: Sheet) -> float:
        """Return the height that is kept free at the bottom of the page."""
        del sheet
        return 0.0

    def lay(self, sheet: Sheet) -> None:
        """Stack face, title, words and plate in the middle, the quiet line at the bottom."""
        if not self.message.title:
            return
        page = self.page(sheet)
        foot = self.foot_px(sheet)
        page = Box(page.x, page.y + foot, page.width, page.height - foot)
        inner = page.within(page.width * 0.04, 0)
        set_ = self._settings(sheet, inner)
        gap = max(sheet.mm(2), 26 * sheet.unit)
        quiet_high = set_.quiet.height_px + gap if self.message.quiet else 0
        pad = set_.plate.size_px * 0.3
        plate_high = set_.plate.height_px + 2 * pad + gap if self.message.plate else 0
        below_title = gap * TITLE_GAP + TITLE_FREE * set_.title.size_px
        words_high = set_.title.height_px + below_title + set_.body.height_px + plate_high
        room = page.height - quiet_high - words_high - 2.4 * gap
        side = min(room, page.width * 0.62, (560 if sheet.portrait else 400) * sheet.unit)
        rest = Box(inner.x, page.y + quiet_high, inner.width, page.height - quiet_high)
        above = (rest.height - side - words_high - FACE_GAP * gap) / 2
        face = rest.from_top(side, above).square_in_middle(side)
        self.face.put(sheet.theme, face)
        ink, quiet = sheet.theme.ink, sheet.theme.quiet
        top = above + side + FACE_GAP * gap
        self._write(self.title, self.message.title, set_.title, rest.from_top(set_.title.height_px, top), ink)
        top += set_.title.height_px + below_title
        self._write(self.body, self.message.body, set_.body, rest.from_top(set_.body.height_px, top), ink)
        top += set_.body.height_px + gap
        self._lay_plate(sheet, set_.plate, rest.from_top(set_.plate.height_px + 2 * pad, top))
        at_foot = Box(inner.x, page.y, inner.width, set_.quiet.height_px)
        self._write(self.quiet, self.message.quiet, set_.quiet, at_foot, quiet)

    def _lay_plate(self, sheet: Sheet, setting: Setting, row: Box) -> None:
        """Write the signs to compare on a card of their own, or have none."""
        if not self.message.plate:
            self.card.clear()
            self.plate.hush()
            return
        wide = setting.width_px + 2 * setting.size_px
        card = Box(row.center[0] - wide / 2, row.y, wide, row.height).snapped()
        self.card.put(sheet.theme, card, max(sheet.mm(2.4), 30 * sheet.unit))
        self.plate.put(self.message.plate, setting, card, sheet.theme.ink)

    def _settings(self, sheet: Sheet, inner: Box) -> _Settings:
        """Set the texts, each as large as it may be."""
        u, wide, high = sheet.unit, inner.width, inner.height
        told = self.message
        title = sheet.text((84 if sheet.portrait else 72) * u)
        body = max(sheet.text((48 if sheet.portrait else 42) * u), sheet.easy_px * 1.12)
        plate = max((104 if sheet.portrait else 84) * u, sheet.answer_px)
        quiet = max(sheet.text((38 if sheet.portrait else 34) * u), sheet.easy_px)
        return _Settings(
            set_title(told.title, fonts.BOLD, (wide, high * 0.3), title, sheet.answer_px),
            set_words(told.body, fonts.BODY, (wide, high * 0.4), body, sheet.quiet_px),
            set_words(told.plate, fonts.BOLD, (wide * 0.9, high * 0.2), plate, sheet.answer_px),
            set_words(told.quiet, fonts.BODY, (wide, high * 0.3), quiet, sheet.quiet_px),
        )

    @staticmethod
    def _write(words: Words, text: str, setting: Setting, box: Box, ink: str) -> None:
        """Write a text, or nothing."""
        if text:
            words.put(text, setting, box.snapped(), ink)
        else:
            words.hush()
