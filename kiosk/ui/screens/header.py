"""The head of a screen: the smiling mark, where this is, and the languages."""

from __future__ import annotations

from functools import partial
from math import inf
from typing import TYPE_CHECKING, Final

from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.typeset import NBSP, Setting, set_parts, set_words
from kiosk.ui.widgets.face import HOUSE, Face
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.tools import pill_px, tools_px
from kiosk.ui.widgets.words import Words
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet
    from server.protocol.messages import KioskConfig

DOT: Final = " · "
NAME_SHARE: Final = 1.15
"""How much larger a large name is than the smallest text, where there is room."""
UNBROKEN_SHARE: Final = 0.75
"""How much smaller a name may be whose parts then stand on one line each."""
PILL_ENDS: Final = (1.5, 1.1, 0.9)
"""The space around the name of a language, both sides together, in font sizes; a small glass has less."""
LINES_BESIDE: Final = 3
"""A name of more lines than these has the languages below it, not beside it."""
LINES_MOST: Final = 6.0
"""How high a name may grow, in font sizes: four lines, for the longest name a center may have."""


class Head(Value, frozen=True):
    """What the head says: a name, a line below it, and the languages, one of which is spoken.

    Where the name is too long for one line, it is broken between its parts. The language that is spoken
    need not be among them, where only the `others` have room.
    """

    name: tuple[str, ...]
    line: str
    languages: tuple[str, ...]
    lang: str
    others: bool = False


class _Plan(Value, frozen=True):
    """How the words are set, where they begin, their room and height; how high the band with them is.

    Where the languages stand below it, the whole head is higher than the band.
    """

    name: str
    set_name: Setting
    set_line: Setting
    start: float
    room: float
    words: float
    band: float
    high: float
    gap: float


def head_of(config: KioskConfig, lang: str, languages: tuple[str, ...], officer: str = "") -> Head:
    """Return where this is: the center, and below it the counter and who serves there."""
    say = translator(lang)
    counter = config.counter.name
    parts = [say("counter").format(number=counter) if counter.isdigit() else counter]
    if officer:
        parts.append(officer)
    before, _, after = say("center").partition("{name}")
    name = tuple(part for part in (before.strip(), config.center.name, after.strip()) if part)
    return Head(name, DOT.join(parts), languages, lang)


class Header(Widget):
    """Mark, name, a line below it, and a pill for each language."""

    def __init__(self, speak: Callable[[str], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._speak = speak
        self.mark = Face(HOUSE)
        self.name = Words(fonts.BOLD, left=True)
        self.line = Words(fonts.BODY, left=True)
        self.pills: dict[str, Pill] = {}
        for child in (self.mark, self.name, self.line):
            self.add_widget(child)

    def put(self, sheet: Sheet, page: Box, head: Head) -> Box:
        """Lay the head along the top of the page; return what is left of the page below it."""
        settings, wides = self._measure_pills(sheet, head, page.width)
        plan = self._plan(sheet, page, head, sum(wides) + _apart_px(sheet) * len(wides))
        theme = sheet.theme
        band = page.from_top(plan.band)
        if plan.name:
            words = Box(page.x + plan.start, band.center[1] - plan.words / 2, plan.room, plan.words)
            name_high = plan.set_name.height_px
            self.name.put(plan.name, plan.set_name, words.from_top(name_high).snapped(), theme.ink)
            line = words.below(name_high).snapped()
            if plan.set_line.lines:
                self.line.put(head.line, plan.set_line, line, theme.quiet)
            else:
                self.line.hush()
        else:
            self.name.hush()
            self.line.hush()
        side = _mark_px(sheet) if plan.name else 0
        self.mark.opacity = 1 if plan.name else 0
        self.mark.put(theme, band.from_left(side).square_in_middle(side))
        row = band if plan.high == plan.band else page.below(plan.band).from_top(tools_px(sheet), plan.gap)
        self._put_pills(sheet, row, head, settings, wides)
        return page.below(plan.high)

    def measure(self, sheet: Sheet, page: Box, head: Head) -> float:
        """Return how high the head will be on this page."""
        wides = self._measure_pills(sheet, head, page.width)[1]
        return self._plan(sheet, page, head, sum(wides) + _apart_px(sheet) * len(wides)).high

    def pills_px(self, sheet: Sheet, head: Head, room: float = inf) -> float:
        """Return how wide the languages are together in a room of this width."""
        wides = self._measure_pills(sheet, head, room)[1]
        return sum(wides) + _apart_px(sheet) * max(0, len(wides) - 1)

    @staticmethod
    def _plan(sheet: Sheet, page: Box, head: Head, pills: float) -> _Plan:
        """Set the name beside the languages, or where that would be a tower of lines, above them."""
        gap = max(sheet.mm(1.4), 20 * sheet.unit)
        row = tools_px(sheet) if pills else 0.0
        if not head.name:
            none = Setting((), fonts.BODY, 0, 0, fits=True)
            return _Plan("", none, none, 0, 0, 0, row, row, gap)
        start = _mark_px(sheet) + gap
        beside = page.width - start - pills
        name, set_name, set_line = _set(sheet, head, beside)
        if not pills or (set_name.fits and set_line.fits and len(set_name.lines) <= LINES_BESIDE):
            words = set_name.height_px + set_line.height_px
            band = max(words, _mark_px(sheet), row)
            return _Plan(name, set_name, set_line, start, beside, words, band, band, gap)
        above = page.width - start
        name, set_name, set_line = _set(sheet, head, above)
        words = set_name.height_px + set_line.height_px
        band = max(words, _mark_px(sheet))
        return _Plan(name, set_name, set_line, start, above, words, band, band + gap + row, gap)

    def _measure_pills(self, sheet: Sheet, head: Head, room: float) -> tuple[list[Setting], list[float]]:
        """Have a pill for each language, and say how wide each is: narrower ones where room is short."""
        wanted = head.languages if len(head.languages) > 1 else ()
        if head.others:
            wanted = tuple(each for each in wanted if each != head.lang)
        if tuple(self.pills) != wanted:
            for pill in self.pills.values():
                self.remove_widget(pill)
            self.pills = {each: Pill(partial(self._speak, each)) for each in wanted}
            for lang, pill in self.pills.items():
                pill.name = f"lang_{lang}"
                self.add_widget(pill)
        size = max(sheet.quiet_px, 28 * sheet.unit)
        box = (sheet.width / 3, 2 * size)
        names = [translator(each)("language_name") for each in wanted]
        settings = [set_words(name, fonts.STRONG, box, size, sheet.quiet_px) for name in names]
        wides: list[float] = []
        for ends in PILL_ENDS[1:] if sheet.small else PILL_ENDS:
            wides = [max(each.width_px + ends * size, sheet.target_px) for each in settings]
            if sum(wides) + _apart_px(sheet) * (len(wides) - 1) <= room:
                break
        return settings, wides

    def _put_pills(
        self, sheet: Sheet, band: Box, head: Head, settings: list[Setting], wides: list[float]
    ) -> None:
        """Lay the languages at the right, the first leftmost."""
        apart = _apart_px(sheet)
        high, target = pill_px(sheet), tools_px(sheet)
        x = band.right - sum(wides) - apart * (len(wides) - 1)
        for (each, pill), setting, wide in zip(self.pills.items(), settings, wides, strict=True):
            box = Box(x, band.center[1] - high / 2, wide, high).snapped()
            hit = Box(x, band.center[1] - target / 2, wide, target)
            pill.put(sheet.theme, box, hit, setting.lines[0], setting, chosen=each == head.lang)
            x += wide + apart


def _set(sheet: Sheet, head: Head, room: float) -> tuple[str, Setting, Setting]:
    """Set the name, in its lines, and the line below it in this width."""
    most = max(34 * sheet.unit, NAME_SHARE * sheet.quiet_px if sheet.look.large else sheet.quiet_px)
    box = (room, LINES_MOST * most)
    name, set_name = set_parts(head.name, " ", fonts.BOLD, box, (most, sheet.quiet_px))
    if len(set_name.lines) > len(head.name):
        # a part on one line of its own is worth some of the size
        unbroken = "\n".join(head.name).replace(" ", NBSP)
        smaller = set_words(unbroken, fonts.BOLD, box, most, max(sheet.quiet_px, UNBROKEN_SHARE * most))
        name, set_name = ("\n".join(head.name), smaller) if smaller.fits else (name, set_name)
    none = Setting((), fonts.BODY, 0, 0, fits=True)
    if not head.line:
        return name, set_name, none
    if len(set_name.lines) >= LINES_BESIDE:
        # a tower of lines: what stands below the name goes on in its last line, where that is free
        joined = f"{name}{DOT}{head.line}".replace(DOT, DOT.replace(" ", NBSP))
        joined = joined.removesuffix(head.line) + head.line.replace(" ", NBSP)
        set_joined = set_words(joined, fonts.BOLD, box, set_name.size_px, sheet.quiet_px)
        if set_joined.fits and len(set_joined.lines) == len(set_name.lines):
            return joined, set_joined, none
    # no larger than the name above it, nor smaller in large text than usual
    most = (
        28 * sheet.unit if sheet.look.large else max(sheet.quiet_px, min(28 * sheet.unit, set_name.size_px))
    )
    set_line = set_words(head.line, fonts.BODY, box, most, sheet.quiet_px)
    return name, set_name, set_line


def _mark_px(sheet: Sheet) -> float:
    """Return how large the mark is."""
    return max(sheet.mm(9), 76 * sheet.unit)


def _apart_px(sheet: Sheet) -> float:
    """Return the space between two languages."""
    return max(sheet.apart_px, 18 * sheet.unit)
