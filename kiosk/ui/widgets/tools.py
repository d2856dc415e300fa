"""What a citizen may change about the screen itself: larger text, contrast, low reach, listening."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from kivy.properties import BooleanProperty
from kivy.uix.widget import Widget
from msgspec.structs import replace

from kiosk.catalog import translator
from kiosk.events import Look, Looked
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.typeset import Setting, set_words
from kiosk.ui.widgets.icons import draw_contrast, draw_larger, draw_listen, draw_lower
from kiosk.ui.widgets.pill import Pill, with_icon_px
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.events import Event
    from kiosk.ui.theme import Sheet
    from kiosk.ui.widgets.in_force import ToolsInForce
    from kiosk.ui.widgets.pill import Icon
    from kiosk.ui.widgets.tap import Tap

PILL_MM: Final = 8.5
"""How high a pill looks; a finger may be less exact than that."""
ICONS: Final[dict[str, Icon]] = {
    "large": draw_larger,
    "contrast": draw_contrast,
    "low": draw_lower,
    "listening": draw_listen,
}
"""The fields of a `Look`, and the pictogram of each."""
WORDS: Final = {
    "large": "tool_large",
    "contrast": "tool_contrast",
    "low": "tool_low",
    "listening": "tool_listen",
}
NO_WORD: Final = Setting((), fonts.STRONG, 0, 0, fits=True)


def pill_px(sheet: Sheet) -> float:
    """Return how high a pill looks: in large text as much higher as its words need."""
    return max(sheet.mm(PILL_MM), 64 * sheet.unit, 1.6 * sheet.quiet_px)


def tools_px(sheet: Sheet) -> float:
    """Return how high the row is in which the tools stand."""
    return max(sheet.target_px, pill_px(sheet))


class Plan(Value, frozen=True):
    """How the tools are to be laid: each word and its setting, how wide each pill is, and all of them."""

    words: tuple[tuple[str, Setting], ...]
    wides: tuple[float, ...]
    apart: float

    @property
    def width(self) -> float:
        """Return how wide the row is."""
        return sum(self.wides) + self.apart * (len(self.wides) - 1)


class Tool(Pill):
    """One of the tools. `said` is its word, which is heard where the pictogram stands alone, too."""

    said = ""


class Tools(Widget):
    """A row of pills, each filled while it is in force.

    Set `speaks` to False where the machine has no voice: listening is then not offered. Whoever holds
    the tools lays them anew when that changes. Low reach is not offered where all of the glass is in reach,
    unless it is in force.
    """

    speaks = BooleanProperty(defaultvalue=True)

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._on_event = on_event
        self._look = Look()
        self._lowers = True
        self._all = {name: Tool(partial(self._turn, name), icon) for name, icon in ICONS.items()}
        for name, pill in self._all.items():
            pill.name = f"tool_{name}"
            self.add_widget(pill)

    @property
    def pills(self) -> dict[str, Tool]:
        """Return the tools that are offered, by the field of the `Look` that each changes."""
        offered = {"listening": self.speaks, "low": self._lowers}
        return {name: pill for name, pill in self._all.items() if offered.get(name, True)}

    def on_speaks(self, *_: object) -> None:
        """Offer listening, or take it away."""
        self._offer("listening", wanted=self.speaks)

    def _offer(self, name: str, *, wanted: bool) -> None:
        """Have a tool among the others, or not."""
        pill = self._all[name]
        if wanted and pill.parent is None:
            self.add_widget(pill)
        elif not wanted and pill.parent is not None:
            pill.release()
            self.remove_widget(pill)

    def plan(self, sheet: Sheet, lang: str, room: float) -> Plan:
        """Plan a row with words where they fit into this width, else of pictograms alone.

        A small glass has pictograms alone: its width belongs to the words of the question.
        """
        self._lowers = sheet.look.low or not sheet.in_reach
        self._offer("low", wanted=self._lowers)
        say, count = translator(lang), len(self.pills)
        apart = max(sheet.apart_px, 18 * sheet.unit)
        texts = [say(WORDS[name]) for name in self.pills]
        for size in (max(sheet.quiet_px, 28 * sheet.unit), sheet.quiet_px):
            settings = [set_words(text, fonts.STRONG, (sheet.width, 2 * size), size, size) for text in texts]
            wides = tuple(max(with_icon_px(each) + 1.3 * each.size_px, sheet.target_px) for each in settings)
            plan = Plan(tuple(zip(texts, settings, strict=True)), wides, apart)
            if not sheet.small and plan.width <= room:
                return plan
        return Plan((("", NO_WORD),) * count, (tools_px(sheet),) * count, sheet.apart_px)

    def put(self, sheet: Sheet, box: Box, look: Look, lang: str) -> float:
        """Lay the tools in the middle of the foot of a box; return how high they are."""
        plan = self.plan(sheet, lang, box.width)
        say = translator(lang)
        high = pill_px(sheet)
        target = tools_px(sheet)
        self._look = look
        x, middle = box.center[0] - plan.width / 2, box.y + target / 2
        for (name, pill), (text, setting), wide in zip(
            self.pills.items(), plan.words, plan.wides, strict=True
        ):
            # without a word a pill is as large as a finger needs, so that its pictogram is too
            tall = high if text else target
            seen = Box(x, middle - tall / 2, wide, tall).snapped()
            hit = Box(x, box.y, wide, target)
            pill.put(sheet.theme, seen, hit, text, setting, chosen=bool(getattr(look, name)))
            pill.said = say(WORDS[name])
            x += wide + plan.apart
        return target

    def _turn(self, name: str) -> None:
        """Tell the look that is wanted: this one thing the other way round."""
        self._on_event(Looked(replace(self._look, **{name: not getattr(self._look, name)})))


def put_beside(tools: ToolsInForce, sheet: Sheet, row: Box, taps: Iterable[Tap], lang: str) -> Box:
    """Lay the tools in force at the left of what is free in a row; return what is left of that.

    Where there is no room for all of them, the first are seen.
    """
    apart = max(sheet.apart_px, 20 * sheet.unit)
    free = row.widest_free([tap.hit for tap in taps], apart)
    most = int((free.width + sheet.apart_px) // (tools_px(sheet) + sheet.apart_px))
    wide = tools.width_px(sheet, most) - sheet.apart_px
    if wide <= 0:
        tools.put(sheet, row, Look(), lang)
        return free
    at = Box(free.x, free.center[1] - tools_px(sheet) / 2, wide, 0)
    tools.put(sheet, at, sheet.look, lang, most)
    return free.right_of(min(free.width, wide + apart))
