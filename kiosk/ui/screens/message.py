"""A screen that says one thing: a face, a title, some words, a plate, a quiet line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

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
ABOVE_LEAST: Final = 0.79
"""How large a face above words is at least, as a share of its usual size; else it stands beside them."""
BESIDE_SHARE: Final = 0.3
"""How much of the width a face beside words takes at most."""
BESIDE_MOST: Final = 1.15
"""How large it is at most, as a share of its usual size above them."""
BESIDE_GAP: Final = 0.16
"""The space between a face and the words beside it, as a share of the face."""
SHARES: Final = (0.3, 0.4)
"""How much of the height title and words may take, below a face."""
SHARES_BESIDE: Final = (0.38, 0.52)
"""The same beside a face."""

PLATE_SHARE: Final = 0.82
"""How much of the width the signs on a plate take at most, which has an edge around them."""


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
    """A face above words, or where it would be small there, beside them; all in the middle.

    `foot_px` keeps room below for a button. Words beside the face are `apart_share` of it away, if they may.
    """

    def __init__(self, mood: int) -> None:
        super().__init__()
        self.message = Message("", "")
        self.apart_share = BESIDE_GAP
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
        set_ = self._settings(sheet, inner.size)
        gap = max(sheet.mm(2), 26 * sheet.unit)
        quiet_high = set_.quiet.height_px + gap if self.message.quiet else 0
        room = page.height - quiet_high - _words_px(set_, gap) - 2.4 * gap
        usual = (560 if sheet.portrait else 400) * sheet.unit
        side = min(room, page.width * 0.62, usual)
        rest = Box(inner.x, page.y + quiet_high, inner.width, page.height - quiet_high)
        if sheet.portrait or side >= ABOVE_LEAST * usual:
            high = _words_px(set_, gap)
            above = (rest.height - side - high - FACE_GAP * gap) / 2
            face = rest.from_top(side, above).square_in_middle(side)
            rest = rest.below(above + side + FACE_GAP * gap)
        else:
            side = min(rest.height - gap, BESIDE_SHARE * rest.width, BESIDE_MOST * usual)
            between = max(FACE_GAP * gap, BESIDE_GAP * side)
            wide = rest.width - side - between
            beside = self._settings(sheet, (wide, rest.height), SHARES_BESIDE)
            set_ = replace(set_, title=beside.title, body=beside.body, plate=beside.plate)
            # face and words are one block in the middle
            taken = max(set_.title.width_px, set_.body.width_px, _card_px(set_.plate))
            spare = wide - taken
            more = max(0.0, min(self.apart_share * side - between, spare / 3))
            between += more
            rest = rest.right_of((spare - more) / 2)
            face = rest.from_left(side).square_in_middle(side)
            rest = rest.right_of(side + between).from_left(taken)
            rest = rest.below((rest.height - _words_px(set_, gap)) / 2)
        self.face.put(sheet.theme, face)
        self._lay_words(sheet, set_, rest, gap)
        at_foot = Box(inner.x, page.y, inner.width, set_.quiet.height_px)
        self._write(self.quiet, self.message.quiet, set_.quiet, at_foot, sheet.theme.quiet)

    def _lay_words(self, sheet: Sheet, set_: _Settings, rest: Box, gap: float) -> None:
        """Write title and words from the top of a room, and have the plate below them."""
        ink, high = sheet.theme.ink, set_.title.height_px
        self._write(self.title, self.message.title, set_.title, rest.from_top(high), ink)
        top = high + gap * TITLE_GAP + TITLE_FREE * set_.title.size_px
        self._write(self.body, self.message.body, set_.body, rest.from_top(set_.body.height_px, top), ink)
        top += set_.body.height_px + gap
        self._lay_plate(sheet, set_.plate, rest.from_top(_plate_px(set_), top))

    def _lay_plate(self, sheet: Sheet, setting: Setting, row: Box) -> None:
        """Write the signs to compare on a card of their own, or have none."""
        if not self.message.plate:
            self.card.clear()
            self.plate.hush()
            return
        wide = _card_px(setting)
        card = Box(row.center[0] - wide / 2, row.y, wide, row.height).snapped()
        self.card.put(sheet.theme, card, max(sheet.mm(2.4), 30 * sheet.unit))
        self.plate.put(self.message.plate, setting, card, sheet.theme.ink)

    def _settings(
        self, sheet: Sheet, room: tuple[float, float], shares: tuple[float, float] = SHARES
    ) -> _Settings:
        """Set the texts, each as large as it may be; title and words take these shares of the height."""
        u, (wide, high) = sheet.unit, room
        told = self.message
        title = sheet.text((84 if sheet.portrait else 72) * u)
        body = max(sheet.text((48 if sheet.portrait else 42) * u), sheet.easy_px * 1.12)
        plate = max((104 if sheet.portrait else 84) * u, sheet.answer_px)
        quiet = max(sheet.text((38 if sheet.portrait else 34) * u), sheet.easy_px)
        return _Settings(
            set_title(told.title, fonts.BOLD, (wide, high * shares[0]), title, sheet.answer_px),
            set_words(told.body, fonts.BODY, (wide, high * shares[1]), body, sheet.quiet_px),
            set_words(told.plate, fonts.BOLD, (wide * PLATE_SHARE, high * 0.2), plate, sheet.answer_px),
            set_words(told.quiet, fonts.BODY, (wide, high * 0.3), quiet, sheet.quiet_px),
        )

    @staticmethod
    def _write(words: Words, text: str, setting: Setting, box: Box, ink: str) -> None:
        """Write a text, or nothing."""
        if text:
            words.put(text, setting, box.snapped(), ink)
        else:
            words.hush()


def _words_px(set_: _Settings, gap: float) -> float:
    """Return how high title, words and plate are together."""
    below_title = gap * TITLE_GAP + TITLE_FREE * set_.title.size_px
    plate = _plate_px(set_) + gap if set_.plate.width_px else 0
    return set_.title.height_px + below_title + set_.body.height_px + plate


def _card_px(plate: Setting) -> float:
    """Return how wide the card is that the plate stands on."""
    return plate.width_px + 2 * plate.size_px if plate.width_px else 0.0


def _plate_px(set_: _Settings) -> float:
    """Return how high the card is that the plate stands on."""
    return set_.plate.height_px + 0.6 * set_.plate.size_px
