"""A screen that says one thing: a face, a title, some words, a quiet line."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import WARM, Sheet
from kiosk.ui.typeset import Setting, set_words
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.words import Words


@dataclass(frozen=True, slots=True)
class Message:
    """The words of the screen."""

    title: str
    body: str
    quiet: str = ""


class MessageScreen(Screen):
    """A face above words, all in the middle; `foot_px` keeps room below for a button."""

    def __init__(self, mood: int) -> None:
        super().__init__()
        self.message = Message("", "")
        self.face = Face(mood)
        self.title = Words(fonts.BOLD)
        self.body = Words(fonts.BODY)
        self.quiet = Words(fonts.BODY, WARM.quiet)
        for child in (self.face, self.title, self.body, self.quiet):
            self.add_widget(child)

    def tell(self, message: Message) -> None:
        """Say this."""
        if message != self.message:
            self.message = message
            if self.sheet is not None:
                self.lay(self.sheet)

    def foot_px(self, sheet: Sheet) -> float:
        """Return the height that is kept free at the bottom of the page."""
        del sheet
        return 0.0

    def last_px(self, sheet: Sheet) -> float:
        """Return how large the last line is written."""
        return max(28 * sheet.unit, sheet.quiet_px)

    def lay(self, sheet: Sheet) -> None:
        """Stack face, title and words in the middle, the quiet line at the bottom."""
        if not self.message.title:
            return
        u = sheet.unit
        page = self.page(sheet)
        foot = self.foot_px(sheet)
        page = Box(page.x, page.y + foot, page.width, page.height - foot)
        inner = page.within(page.width * 0.04, 0)
        title, body, quiet = self._settings(sheet, inner)
        gap = max(sheet.mm(2), 26 * u)
        quiet_high = quiet.height_px + gap if self.message.quiet else 0
        words_high = title.height_px + gap * 0.4 + body.height_px
        room = page.height - quiet_high - words_high - 2.4 * gap
        side = min(room, page.width * 0.62, (470 if sheet.portrait else 400) * u)
        rest = Box(page.x, page.y + quiet_high, page.width, page.height - quiet_high)
        above = (rest.height - side - words_high - 1.3 * gap) / 2
        face = rest.from_top(side, above).square_in_middle(side)
        self.face.pos, self.face.size = face.pos, face.size
        top = above + side + 1.3 * gap
        column = Box(inner.x, rest.y, inner.width, rest.height)
        self._write(self.title, self.message.title, title, column.from_top(title.height_px, top))
        below = column.from_top(body.height_px, top + title.height_px + gap * 0.4)
        self._write(self.body, self.message.body, body, below)
        self._write(self.quiet, self.message.quiet, quiet, Box(inner.x, page.y, inner.width, quiet.height_px))

    def _settings(self, sheet: Sheet, inner: Box) -> tuple[Setting, Setting, Setting]:
        """Set the three texts, each as large as it may be."""
        u, high = sheet.unit, inner.height
        title = (84 if sheet.portrait else 72) * u
        body = max((46 if sheet.portrait else 38) * u, sheet.quiet_px * 1.25)
        return (
            set_words(self.message.title, fonts.BOLD, (inner.width, high * 0.3), title, sheet.answer_px),
            set_words(self.message.body, fonts.BODY, (inner.width, high * 0.4), body, sheet.quiet_px),
            set_words(
                self.message.quiet,
                self.quiet.font,
                (inner.width, high * 0.3),
                self.last_px(sheet),
                sheet.quiet_px,
            ),
        )

    @staticmethod
    def _write(words: Words, text: str, setting: Setting, box: Box) -> None:
        """Write a text, or nothing."""
        if text:
            words.put(text, setting, box.snapped())
        else:
            words.hush()
