"""The head of a screen: the smiling mark, where this is, and the languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import WARM, Sheet
from kiosk.ui.typeset import set_parts, set_words
from kiosk.ui.widgets.face import HOUSE, Face
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.typeset import Setting

PILL_MM: Final = 8.5
"""How high a pill looks; a finger may be less exact than that."""
LINES_MOST: Final = 6.0
"""How high a name may grow, in font sizes: four lines, for the longest name a center may have."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says: a name, a line below it, and the languages, one of which is spoken.

    Where the name is too long for one line, it is broken between its parts.
    """

    name: tuple[str, ...]
    line: str
    languages: tuple[str, ...]
    lang: str


class Header(Widget):
    """Mark, name, a line below it, and a pill for each language."""

    def __init__(self, speak: Callable[[str], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._speak = speak
        self.mark = Face(HOUSE)
        self.name = Words(fonts.BOLD, left=True)
        self.line = Words(fonts.BODY, WARM.quiet, left=True)
        self.pills: dict[str, Pill] = {}
        for child in (self.mark, self.name, self.line):
            self.add_widget(child)

    def put(self, sheet: Sheet, page: Box, head: Head) -> Box:
        """Lay the head along the top of the page; return what is left of the page below it."""
        u = sheet.unit
        gap = max(sheet.mm(1.4), 20 * u)
        mark = max(sheet.mm(9), 76 * u)
        settings, wides = self._measure_pills(sheet, head)
        apart = max(sheet.apart_px, 18 * u)
        room = page.width - mark - gap - sum(wide + apart for wide in wides)
        most = max(34 * u, sheet.quiet_px)
        box = (room, LINES_MOST * most)
        name, set_name = set_parts(head.name, " ", fonts.BOLD, box, (most, sheet.quiet_px))
        set_line = set_words(head.line, fonts.BODY, box, 28 * u, sheet.quiet_px)
        words_high = set_name.height_px + (set_line.height_px if head.line else 0)
        high = max(words_high, mark, sheet.target_px if self.pills else 0)
        band = page.from_top(high)
        words = Box(page.x + mark + gap, band.center[1] - words_high / 2, room, words_high)
        self.name.put(name, set_name, words.from_top(set_name.height_px).snapped())
        if head.line:
            self.line.put(head.line, set_line, words.below(set_name.height_px).snapped())
        else:
            self.line.hush()
        disc = band.from_left(mark).square_in_middle(mark)
        self.mark.pos, self.mark.size = disc.pos, disc.size
        self._put_pills(sheet, band, head, settings, wides)
        return page.below(high)

    def _measure_pills(self, sheet: Sheet, head: Head) -> tuple[list[Setting], list[float]]:
        """Have a pill for each language, and say how wide each is."""
        wanted = head.languages if len(head.languages) > 1 else ()
        if tuple(self.pills) != wanted:
            for pill in self.pills.values():
                self.remove_widget(pill)
            self.pills = {each: Pill(partial(self._speak, each)) for each in wanted}
            for pill in self.pills.values():
                self.add_widget(pill)
        size = max(sheet.quiet_px, 28 * sheet.unit)
        box = (sheet.width / 3, 2 * size)
        names = [translator(each)("language_name") for each in wanted]
        settings = [set_words(name, fonts.STRONG, box, size, sheet.quiet_px) for name in names]
        room = (1.1 if sheet.small else 1.5) * size
        return settings, [max(each.width_px + room, sheet.target_px) for each in settings]

    def _put_pills(
        self, sheet: Sheet, band: Box, head: Head, settings: list[Setting], wides: list[float]
    ) -> None:
        """Lay the languages at the right, the first leftmost."""
        apart = max(sheet.apart_px, 18 * sheet.unit)
        high = max(sheet.mm(PILL_MM), 64 * sheet.unit)
        target = max(sheet.target_px, high)
        x = band.right - sum(wides) - apart * (len(wides) - 1)
        for (each, pill), setting, wide in zip(self.pills.items(), settings, wides, strict=True):
            box = Box(x, band.center[1] - high / 2, wide, high).snapped()
            hit = Box(x, band.center[1] - target / 2, wide, target)
            pill.put(box, hit, setting.lines[0], setting, chosen=each == head.lang)
            x += wide + apart
