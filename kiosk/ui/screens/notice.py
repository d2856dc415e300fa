"""What citizens said and what the center did about it: shown while nobody is here, gone at a touch.

Where words are long, this gives way, in this order: the face, the size of the title, the size of the words.
Both texts are written at one size: what was said weighs as much as what was done.
"""

from __future__ import annotations

from bisect import bisect_left
from math import ceil
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, SmoothLine
from kivy.uix.widget import Widget

from kiosk.catalog import spoken, translator
from kiosk.events import Touched
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import LARGE, mixed, rgba
from kiosk.ui.typeset import Setting, set_words
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.face import HOUSE, Face
from kiosk.ui.widgets.tap import Touch, is_finger
from kiosk.ui.widgets.words import Words
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.ui.theme import Sheet
    from kiosk.visit import Visit

LABEL_SHARE: Final = 0.82
"""How large "you said" is beside what was said."""
FACE_SHARE: Final = 0.26
"""How much of the width of a lying glass the face takes; of an upright one, a third more."""
LITTLE: Final = 0.6
"""How much of that it takes where the words are long."""
WISH_SHARE: Final = 0.85
"""Words that need not be smaller than this, as a share of the largest they may be, cost nothing else."""
BEST_SHARE: Final = 0.92
"""Where they must be, the face and the title are kept as long as the words are about as large without."""
FACE_BEST_SHARE: Final = 0.8
"""The same for the face in large text, whose title is no larger than in the usual."""
TITLE_SHARE: Final = 0.7
"""The same for the title of large text that is no smaller than in the usual."""
PARTS: Final = ("said", "did")


class _Plan(Value, frozen=True):
    """How everything is set: the title, the two labels and texts, the face and the card."""

    title: Setting
    labels: tuple[Setting, Setting]
    texts: tuple[Setting, Setting]
    face: float
    wide: float
    card: float
    pad: float
    gap: float
    fits: bool

    @property
    def size(self) -> int:
        """Return the size of the texts."""
        return self.texts[0].size_px

    @property
    def between(self) -> float:
        """Return the space between what was said and what was done; a line runs in its middle."""
        return 0.9 * self.pad


class NoticeScreen(Screen):
    """You said, we did. A touch anywhere is told."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._on_event = on_event
        self._words = ("", "")
        self._lang = ""
        self.title = Words(fonts.BOLD)
        self.card = Card()
        self.line = Widget(size_hint=(None, None))
        self.labels = {part: Words(fonts.STRONG, left=True) for part in PARTS}
        self.texts = {"said": Words(fonts.BODY, left=True), "did": Words(fonts.STRONG, left=True)}
        self.face = Face(HOUSE)
        self.quiet = Words(fonts.BODY)
        parts = (*self.labels.values(), *self.texts.values())
        for child in (self.title, self.card, self.line, *parts, self.face, self.quiet):
            self.add_widget(child)

    def show(self, visit: Visit, scene: Scene) -> None:
        """Tell the notice whose turn it is."""
        notice = scene.config.notices[visit.notice]
        words = (spoken(notice.said, visit.lang), spoken(notice.did, visit.lang))
        if (words, visit.lang) != (self._words, self._lang):
            self._words, self._lang = words, visit.lang
            if self.sheet is not None:
                self.lay(self.sheet)

    def on_touch_down(self, touch: Touch) -> bool:
        """Tell of a touch, wherever it is."""
        if is_finger(touch):
            self._on_event(Touched())
        return True

    def lay(self, sheet: Sheet) -> None:
        """Lay title, face and card as one block in the middle, and what to do at the foot."""
        if not self._lang:
            return
        page = self.page(sheet)
        say = translator(self._lang)
        size = max(sheet.text((52 if sheet.portrait else 38) * sheet.unit), sheet.easy_px)
        touch = say("notice_touch")
        foot = set_words(touch, fonts.BODY, (page.width, page.height * 0.2), size, sheet.quiet_px)
        at_foot = Box(page.x, page.y, page.width, foot.height_px).snapped()
        self.quiet.put(touch, foot, at_foot, sheet.theme.quiet)
        gap = max(sheet.mm(1.6), 26 * sheet.unit)
        room = Box(page.x, at_foot.top + gap, page.width, page.top - at_foot.top - gap)
        plan = self._plan(sheet, room)
        face_high = plan.face + plan.gap if plan.face and sheet.portrait else 0
        used = plan.title.height_px + plan.gap + face_high + plan.card
        block = room.from_top(used, (room.height - used) / 2)
        title = block.from_top(plan.title.height_px).snapped()
        self.title.put(say("notice_title"), plan.title, title, sheet.theme.ink)
        self._lay_words(sheet, block.below(plan.title.height_px + plan.gap), plan)

    def _lay_words(self, sheet: Sheet, block: Box, plan: _Plan) -> None:
        """Lay the face, and the card beside it or below it."""
        beside = plan.face + plan.gap if plan.face and not sheet.portrait else 0
        wide = max(plan.wide, plan.title.width_px - beside) + beside
        block = Box(block.center[0] - wide / 2, block.y, wide, block.height)
        card = block
        self.remove_widget(self.face)
        if plan.face:
            self.add_widget(self.face)
        if plan.face and sheet.portrait:
            self.face.put(sheet.theme, block.from_top(plan.face).square_in_middle(plan.face))
            card = block.below(plan.face + plan.gap)
        elif plan.face:
            self.face.put(sheet.theme, block.from_left(plan.face).square_in_middle(plan.face))
            card = block.right_of(plan.face + plan.gap)
        card = card.snapped()
        self.card.put(sheet.theme, card, max(sheet.mm(2.4), 34 * sheet.unit))
        say = translator(self._lang)
        labels = (say("notice_said"), say("notice_did"))
        rest = card.within(1.2 * plan.pad, plan.pad)
        for part, label, text, set_label, set_text in zip(
            PARTS, labels, self._words, plan.labels, plan.texts, strict=True
        ):
            at_label = rest.from_top(set_label.height_px).snapped()
            self.labels[part].put(label, set_label, at_label, sheet.theme.accent)
            rest = rest.below(set_label.height_px)
            at_text = rest.from_top(set_text.height_px).snapped()
            self.texts[part].put(text, set_text, at_text, sheet.theme.ink)
            rest = rest.below(set_text.height_px + plan.between)
            if part == PARTS[0]:
                self._draw_line(sheet, rest, rest.top + plan.between / 2)

    def _draw_line(self, sheet: Sheet, rest: Box, y: float) -> None:
        """Draw the line between what was said and what was done."""
        theme = sheet.theme
        self.line.canvas.clear()
        with self.line.canvas:
            Color(*rgba(theme.outline or mixed(theme.paper, theme.ground, 0.9)))
            SmoothLine(points=(rest.x, y, rest.right, y), width=max(1.0, 1.5 * sheet.unit))

    def _plan(self, sheet: Sheet, room: Box) -> _Plan:
        """Set everything as large as it may be; the title and the face give way to the words."""
        usual = max((72 if sheet.portrait else 60) * sheet.unit, sheet.answer_px)
        most = max(sheet.text((72 if sheet.portrait else 60) * sheet.unit), usual)
        least = sheet.quiet_px
        tries = [(most, 1.0, BEST_SHARE), (most, LITTLE, BEST_SHARE)]
        if most > usual:
            # in large text the title is worth more than usual, until it is as large as in the usual
            tries += [(usual, LITTLE, FACE_BEST_SHARE), (usual, 0.0, TITLE_SHARE)]
        tries += [(sheet.answer_px, LITTLE, BEST_SHARE), (sheet.answer_px, 0.0, BEST_SHARE)]
        whole = []
        for title, face, share in tries:
            plan = self._try(sheet, room, title, least, face)
            if plan.fits and plan.size >= WISH_SHARE * _largest(sheet):
                return plan
            if plan.fits:
                whole.append((plan, share))
        for plan, share in whole:
            if plan.size >= share * max(each.size for each, _ in whole):
                return plan
        # two notices of the greatest length in large text: small and whole is better than large and cropped
        return self._try(sheet, room, sheet.answer_px, least / LARGE, 0.0)

    def _try(self, sheet: Sheet, room: Box, title_px: float, least: float, face: float) -> _Plan:
        """Set everything, the words at the largest size that leaves nothing out."""
        gap = max(sheet.mm(2), 34 * sheet.unit)
        box = (room.width, room.height * 0.4)
        words = translator(self._lang)("notice_title")
        title = set_words(words, fonts.BOLD, box, title_px, min(title_px, sheet.answer_px))
        share = FACE_SHARE * (1.33 if sheet.portrait else 1)
        side = face * min(room.width * share, 380 * sheet.unit)
        aside, above = (0.0, side + gap) if sheet.portrait else (side + gap, 0.0)
        if not side:
            aside = above = 0.0
        high = room.height - title.height_px - gap - above
        smallest = ceil(least)
        largest = max(smallest, _largest(sheet))
        sizes = range(largest, smallest - 1, -1)

        def plan(size: int) -> _Plan:
            return self._set_card(sheet, (room.width - aside, high), size, least, (title, side, gap))

        found = bisect_left(sizes, True, key=lambda size: plan(size).fits)
        return plan(sizes[min(found, len(sizes) - 1)])

    def _set_card(
        self,
        sheet: Sheet,
        box: tuple[float, float],
        size: int,
        least: float,
        others: tuple[Setting, float, float],
    ) -> _Plan:
        """Set labels and texts at one size in a card of this width, which may be this high."""
        title, side, gap = others
        width, high = box
        pad = max(sheet.mm(1.6), 0.75 * size)
        inner = (width - 2.4 * pad, sheet.height)
        say = translator(self._lang)
        small = max(least, LABEL_SHARE * size)
        label_a, label_b = (
            set_words(label, fonts.STRONG, inner, small, small)
            for label in (say("notice_said"), say("notice_did"))
        )
        text_a, text_b = (
            set_words(text, font, inner, size, size)
            for text, font in zip(self._words, (fonts.BODY, fonts.STRONG), strict=True)
        )
        parts = (label_a, text_a, label_b, text_b)
        card = sum(part.height_px for part in parts) + 2.9 * pad
        fits = card <= high and title.fits and all(part.width_px <= inner[0] for part in parts)
        wide = max(part.width_px for part in parts) + 2.4 * pad
        return _Plan(title, (label_a, label_b), (text_a, text_b), side, wide, card, pad, gap, fits)


def _largest(sheet: Sheet) -> int:
    """Return how large what was said and done may be."""
    return round(max(sheet.text((64 if sheet.portrait else 66) * sheet.unit), sheet.quiet_px))
