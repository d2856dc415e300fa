"""The card that asks: a question, and above it in small who serves, where there is room for that."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from kivy.uix.widget import Widget

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.typeset import Setting, set_parts, set_words
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from kiosk.ui.theme import Sheet

OFFICER_GAP: Final = 0.3
"""The space between the officer and the question on an upright glass, in font sizes."""
YIELD_SHARE: Final = 0.8
"""How much smaller than it may be a question is, before the officer's line is smaller for it."""
DASH: Final = " – "


class AskCard(Widget):
    """A question on a card."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self.card = Card()
        self.officer = Words(fonts.BODY)
        self.question = Words(fonts.BOLD)
        for child in (self.card, self.officer, self.question):
            self.add_widget(child)

    def put(
        self,
        sheet: Sheet,
        rest: Box,
        text: str,
        *,
        officer: tuple[str, ...] = (),
        tall: float,
        spare: float = 0,
    ) -> Box:
        """Ask at the top of a box; return what is left of it below the card.

        The words may be `tall` pixels high. The officer's line gives way before the question does,
        first by its size, then wholly. `spare` pixels are given to the card above and below the words.
        """
        theme, quiet_least = sheet.theme, sheet.quiet_px
        pad = pad_px(sheet) + spare
        aside = 1.2 * pad_px(sheet)
        inner = rest.width - 2 * aside
        setting, above, name, set_name = self._set(sheet, text, officer, inner, tall)
        if not setting.fits:
            # a question of half a page: small and whole is better than large and cropped
            setting = set_words(text, fonts.BOLD, (inner, tall), sheet.answer_px, quiet_least)
        card = rest.from_top(setting.height_px + above + 2 * pad).snapped()
        self.card.put(theme, card, max(sheet.mm(2.4), 34 * sheet.unit))
        words = card.within(aside, pad)
        ask = Box(words.x, words.y, words.width, setting.height_px).snapped()
        self.question.put(text, setting, ask, theme.ink)
        if set_name is None:
            self.officer.hush()
        else:
            at = words.from_top(set_name.height_px).snapped()
            self.officer.put(name, set_name, at, theme.quiet)
        return rest.below(card.height)

    def height_px(
        self, sheet: Sheet, width: float, text: str, *, officer: tuple[str, ...] = (), tall: float
    ) -> float:
        """Return how high the card would be."""
        inner = width - 2 * 1.2 * pad_px(sheet)
        setting, above, *_ = self._set(sheet, text, officer, inner, tall)
        return setting.height_px + above + 2 * pad_px(sheet)

    @staticmethod
    def least_px(sheet: Sheet, width: float, text: str, officer: tuple[str, ...] = ()) -> float:
        """Return how high the card is with everything at its smallest."""
        box = (width - 2 * 1.2 * pad_px(sheet), sheet.height)
        high = set_words(text, fonts.BOLD, box, sheet.answer_px, sheet.answer_px).height_px
        if officer:
            sizes = (sheet.quiet_px, sheet.quiet_px)
            high += set_parts(officer, DASH, fonts.BODY, box, sizes)[1].height_px
            high += ceil(OFFICER_GAP * sheet.quiet_px)
        return high + 2 * pad_px(sheet)

    @staticmethod
    def _set(
        sheet: Sheet, text: str, officer: tuple[str, ...], inner: float, tall: float
    ) -> tuple[Setting, float, str, Setting | None]:
        """Set the question, and the officer's line above it if both find room."""
        most = max(sheet.text((66 if sheet.portrait else 54) * sheet.unit), sheet.answer_px)
        found: tuple[Setting, float, str, Setting | None] | None = None
        for quiet in (quiet_most(sheet), sheet.quiet_px) if officer else ():
            box = (inner, tall / 2)
            name, set_name = set_parts(officer, DASH, fonts.BODY, box, (quiet, sheet.quiet_px))
            above = set_name.height_px + (OFFICER_GAP * quiet if sheet.portrait else 0)
            setting = set_words(text, fonts.BOLD, (inner, tall - above), most, sheet.answer_px)
            if setting.fits and set_name.fits:
                found = (setting, above, name, set_name)
                if setting.size_px >= YIELD_SHARE * round(most):
                    break
        if found:
            return found
        return set_words(text, fonts.BOLD, (inner, tall), most, sheet.answer_px), 0.0, "", None


def pad_px(sheet: Sheet) -> float:
    """Return the least space between the edge of the card and its words."""
    return max(sheet.mm(1.2), (34 if sheet.portrait else 20) * sheet.unit)


def quiet_most(sheet: Sheet) -> float:
    """Return how large hints and names may be: on a low glass what is touched needs the room."""
    return max((36 if sheet.portrait else 30) * sheet.unit, sheet.quiet_px if sheet.low else sheet.easy_px)
