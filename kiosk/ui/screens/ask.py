"""The card that asks: a question, and with it in small who serves, where there is room for that.

An officer with a photo is shown as at a counter: the photo stands at the left of all words; on an upright
glass that has room for it beside the name, above the question. Without a photo a quiet line says the name.
Where room is short the photo goes first, then the line, never the question.
"""

from __future__ import annotations

from itertools import product
from math import ceil
from typing import TYPE_CHECKING, Final

from kivy.uix.widget import Widget
from msgspec.structs import replace

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.duty import set_officer
from kiosk.ui.theme import LINE_SHARE, NORMAL
from kiosk.ui.typeset import Setting, set_parts, set_words
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.photo import Photo
from kiosk.ui.widgets.words import Words
from kiosk.value import Value

if TYPE_CHECKING:
    from kiosk.ui.screens.duty import Named, OnDuty
    from kiosk.ui.theme import Sheet

OFFICER_GAP: Final = 0.2
"""The space between the officer and the question on an upright glass, in font sizes."""
YIELD_SHARE: Final = 0.8
"""How much smaller than it may be a question is, before the officer's line is smaller for it."""
LARGE_SHARE: Final = 0.7
"""The same of a question in large text."""
DASH: Final = " – "
PHOTO_LEAST_MM: Final = 11.0
"""A photo that is smaller than this tells nobody anything."""
PHOTO_MOST: Final = 190
"""How large a photo may grow beside the question, in layout units."""
ROW_SHARE: Final = 1.75
"""How large a photo is beside a name and a title, as a share of their height."""


class _Plan(Value, frozen=True):
    """How the question is set, and what stands above it: a line, or a name with a photo of this side.

    `high` is the height of all words, `above` what of it is above the question; a photo may stand `beside`
    all of them.
    """

    question: Setting
    above: float = 0.0
    line: tuple[str, Setting] | None = None
    named: Named | None = None
    photo: float = 0.0
    beside: bool = False

    @property
    def high(self) -> float:
        """Return how high everything is, without the card's pads."""
        return self.above + self.question.height_px


class AskCard(Widget):
    """A question on a card."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self.card = Card()
        self.photo = Photo()
        self.officer = Words(fonts.BODY)
        self.name = Words(fonts.BOLD, left=True)
        self.title = Words(fonts.BODY, left=True)
        self.question = Words(fonts.BOLD)
        for child in (self.card, self.officer, self.name, self.title, self.question):
            self.add_widget(child)

    def put(
        self,
        sheet: Sheet,
        rest: Box,
        text: str,
        *,
        duty: OnDuty | None = None,
        tall: float,
        spare: float = 0,
    ) -> Box:
        """Ask at the top of a box; return what is left of it below the card.

        The words may be `tall` pixels high. The officer gives way before the question does.
        `spare` pixels are given to the card above and below the words.
        """
        pad, aside = pad_px(sheet) + spare, 1.2 * pad_px(sheet)
        plan = _plan(sheet, text, duty, (rest.width - 2 * aside, tall))
        card = rest.from_top(plan.high + 2 * pad).snapped()
        self.card.put(sheet.theme, card, max(sheet.mm(2.4), 34 * sheet.unit))
        words = card.within(aside, pad)
        if plan.named is None or duty is None:
            self._put_line(sheet, words, plan)
        elif not plan.beside:
            wide = min(words.width, plan.photo + _photo_gap(sheet) + plan.named.width)
            row = words.from_top(max(plan.photo, plan.named.height))
            row = Box(row.center[0] - wide / 2, row.y, wide, row.height)
            self._put_named(sheet, row, plan, duty)
        else:
            most = min(card.height - 1.1 * pad_px(sheet), PHOTO_MOST * sheet.unit)
            block = max(plan.named.width, plan.question.width_px)
            side = max(plan.photo, min(most, words.width - block - _photo_gap(sheet)))
            plan = replace(plan, photo=side)
            start = (words.width - side - _photo_gap(sheet) - block) / 2
            words = Box(words.x + start, words.y, words.width - start, words.height)
            self._put_named(sheet, words, plan, duty)
            words = words.right_of(side + _photo_gap(sheet)).from_left(block)
        left = plan.named is not None and plan.beside
        if self.question.left != left:
            self.question.hush()
            self.question.left = left
        ask = Box(words.x, words.y, words.width, plan.question.height_px).snapped()
        self.question.put(text, plan.question, ask, sheet.theme.ink)
        return rest.below(card.height)

    def height_px(
        self, sheet: Sheet, width: float, text: str, *, duty: OnDuty | None = None, tall: float
    ) -> float:
        """Return how high the card would be."""
        return _plan(sheet, text, duty, (_inner(sheet, width), tall)).high + 2 * pad_px(sheet)

    @staticmethod
    def is_whole(sheet: Sheet, width: float, text: str, *, tall: float) -> bool:
        """Say whether all of a question can be read on the card."""
        return _plan(sheet, text, None, (_inner(sheet, width), tall)).question.fits

    @staticmethod
    def least_px(sheet: Sheet, width: float, text: str, duty: OnDuty | None = None) -> float:
        """Return how high the card is with everything at its smallest; a photo is for where more is."""
        box = (_inner(sheet, width), sheet.height)
        return _with_line(sheet, text, duty, box, (sheet.quiet_px, sheet.answer_px)).high + 2 * pad_px(sheet)

    def _put_line(self, sheet: Sheet, words: Box, plan: _Plan) -> None:
        """Write who serves on a line, or nothing."""
        self._have_photo(wanted=False)
        self.name.hush()
        self.title.hush()
        if plan.line is None:
            self.officer.hush()
            return
        text, setting = plan.line
        at = words.from_top(setting.height_px).snapped()
        self.officer.put(text, setting, at, sheet.theme.quiet)

    def _put_named(self, sheet: Sheet, row: Box, plan: _Plan, duty: OnDuty) -> None:
        """Show the photo at the left of a row, and name and title beside it at the top, or in the middle."""
        named, gap = plan.named, _photo_gap(sheet)
        if named is None:
            return
        self.officer.hush()
        self._have_photo(wanted=True)
        photo = row.from_left(plan.photo).square_in_middle(plan.photo)
        self.photo.put(photo, duty.officer.photo, sheet.theme)
        above = 0 if plan.beside else (row.height - named.height) / 2
        at = row.right_of(plan.photo + gap).from_top(named.height, above)
        name = at.from_top(named.name.height_px).snapped()
        self.name.put(duty.officer.name, named.name, name, sheet.theme.ink)
        if named.title is None:
            self.title.hush()
        elif named.apart is None:
            title = at.below(named.name.height_px).snapped()
            self.title.put(duty.officer.title, named.title, title, sheet.theme.quiet)
        else:
            title = at.right_of(named.name.width_px + named.apart).from_top(named.title.height_px)
            self.title.put(duty.officer.title, named.title, title.snapped(), sheet.theme.quiet)

    def _have_photo(self, *, wanted: bool) -> None:
        """Have the photo on the card, or not."""
        if wanted and self.photo.parent is None:
            self.add_widget(self.photo)
        elif not wanted and self.photo.parent is not None:
            self.remove_widget(self.photo)


def _plan(sheet: Sheet, text: str, duty: OnDuty | None, box: tuple[float, float]) -> _Plan:
    """Set the question; with the officer's photo, else the officer's line, if the question allows it."""
    most = max(sheet.text((66 if sheet.portrait else 54) * sheet.unit), sheet.answer_px)
    # who asked for large text does not get less than the usual size for it
    usual = max(sheet.quiet_px, quiet_most(replace(sheet, look=NORMAL)))
    sizes = (quiet_most(sheet), usual, sheet.quiet_px) if duty is not None else ()
    found = None
    for quiet in sizes:
        plan = _with_line(sheet, text, duty, box, (quiet, most))
        if plan.line is not None and plan.question.fits:
            found = plan
            if plan.question.size_px >= YIELD_SHARE * round(most) or (sheet.look.large and quiet == usual):
                break
    alone = _Plan(set_words(text, fonts.BOLD, box, most, sheet.answer_px))
    if duty is not None and duty.has_photo:
        for quiet, beside in product(sizes, (False, True) if sheet.portrait else (True,)):
            shown = _with_photo(sheet, text, duty, box, (quiet, most), beside=beside)
            share = LARGE_SHARE if sheet.look.large else YIELD_SHARE
            if shown is not None and shown.question.size_px >= share * alone.question.size_px:
                return shown
    if found is None and not alone.question.fits:
        # a question of half a page: small and whole is better than large and cropped
        return _Plan(set_words(text, fonts.BOLD, box, sheet.answer_px, sheet.quiet_px))
    return found or alone


def _with_line(
    sheet: Sheet, text: str, duty: OnDuty | None, box: tuple[float, float], sizes: tuple[float, float]
) -> _Plan:
    """Set the question, and above it the officer's line if it finds room. `sizes`: the line, the question."""
    (inner, tall), (quiet, most) = box, sizes
    if duty is not None:
        name, setting = set_parts(duty.parts, DASH, fonts.BODY, (inner, tall / 2), (quiet, sheet.quiet_px))
        above = setting.height_px + (ceil(OFFICER_GAP * quiet) if sheet.portrait else 0)
        if setting.fits:
            question = set_words(text, fonts.BOLD, (inner, tall - above), most, sheet.answer_px)
            return _Plan(question, above, line=(name, setting))
    return _Plan(set_words(text, fonts.BOLD, (inner, tall), most, sheet.answer_px))


def _with_photo(
    sheet: Sheet,
    text: str,
    duty: OnDuty,
    box: tuple[float, float],
    sizes: tuple[float, float],
    *,
    beside: bool,
) -> _Plan | None:
    """Set the question, and name and title beside the photo, the question `beside` it too or below it.

    None if there is no room for that.
    """
    (inner, tall), (quiet, most) = box, sizes
    least = sheet.mm(PHOTO_LEAST_MM)
    rows = 2 * LINE_SHARE * quiet
    side = max(least, min(tall, LINE_SHARE * (quiet + most)) if beside else ROW_SHARE * rows)
    room = inner - side - _photo_gap(sheet)
    if room <= 0:
        return None
    named = set_officer(duty.officer, (room, tall / 2), (quiet, sheet.quiet_px), rows=sheet.portrait)
    if not beside:
        above = max(side, named.height) + ceil(OFFICER_GAP * quiet)
        wide = inner
    else:
        above, wide = named.height, room
    question = set_words(text, fonts.BOLD, (wide, tall - above), most, sheet.answer_px)
    if not (question.fits and all(each.fits for each in named.settings)):
        return None
    if beside:
        side = min(side, above + question.height_px)
        if side < least:
            return None
    return _Plan(question, above, named=named, photo=side, beside=beside)


def _inner(sheet: Sheet, width: float) -> float:
    """Return how wide the words of a card of this width may be."""
    return width - 2 * 1.2 * pad_px(sheet)


def _photo_gap(sheet: Sheet) -> float:
    """Return the space between a photo and the words beside it."""
    return max(sheet.mm(2.2), 26 * sheet.unit)


def pad_px(sheet: Sheet) -> float:
    """Return the least space between the edge of the card and its words: large ones need the room."""
    return max(sheet.mm(1.2), (34 if sheet.portrait and not sheet.look.large else 20) * sheet.unit)


def quiet_most(sheet: Sheet) -> float:
    """Return how large hints and names may be: on a low glass what is touched needs the room."""
    return max((36 if sheet.portrait else 30) * sheet.unit, sheet.quiet_px if sheet.low else sheet.easy_px)
