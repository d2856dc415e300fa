"""The PIN pad of the technician. It knows how many digits are typed, and not which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, SmoothEllipse, SmoothLine
from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.technician import PIN_DIGITS_MIN, Pad
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import mixed, rgba
from kiosk.ui.typeset import set_words
from kiosk.ui.widgets.key import ERASE, Key
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet

SIGNS: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", ERASE, "0")
"""The keys of the pad, row by row; the last place of the last row is the button that opens."""
ACROSS: Final = 3
DOWN: Final = 4
KEY_MM: Final = 12.5
KEY_MM_MOST: Final = 24.0
"""The sides of a key, in millimetres: a pad as large as a table is no quicker."""
WIDE_SHARE: Final = 1.35
"""How wide a key may be for its height."""
DEAF: Final = 0.4
"""How much is seen of a key that feels nothing."""


class Dots(Widget):
    """A dot for each digit that was typed, and a ring for each that is missing at least."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))

    def put(self, sheet: Sheet, box: Box, digits: int) -> None:
        """Draw so many dots in the middle of a box."""
        theme = sheet.theme
        self.pos, self.size = box.pos, box.size
        count = max(digits, PIN_DIGITS_MIN)
        side = box.height * 0.56
        step = side * 1.75
        start = box.center[0] - ((count - 1) * step + side) / 2
        self.canvas.clear()
        with self.canvas:
            for number in range(count):
                x, y = start + number * step, box.center[1] - side / 2
                if number < digits:
                    Color(*rgba(theme.ink))
                    SmoothEllipse(pos=(x, y), size=(side, side), segments=48)
                else:
                    Color(*rgba(theme.outline or mixed(theme.quiet, theme.paper, 0.25)))
                    SmoothLine(ellipse=(x + 1, y + 1, side - 2, side - 2), width=max(1.0, side * 0.05))


class PinScreen(Screen):
    """Ask for a PIN: dots, twelve keys, what is wrong, and the way out."""

    def __init__(
        self, on_sign: Callable[[str], None], on_enter: Callable[[], None], on_close: Callable[[], None]
    ) -> None:
        super().__init__()
        self._pad = Pad()
        self._lang = ""
        self.title = Words(fonts.BOLD)
        self.status = Words(fonts.BODY)
        self.dots = Dots()
        self.keys = [Key(sign, on_sign) for sign in SIGNS]
        for key in self.keys:
            key.name = "key_erase" if key.sign == ERASE else f"key_{key.sign}"
        self.enter_pill = Pill(on_enter)
        self.close = Pill(on_close)
        self.enter_pill.name, self.close.name = "open", "close"
        self._asking = (self.dots, *self.keys, self.enter_pill)
        for child in (self.title, self.status, self.close, *self._asking):
            self.add_widget(child)

    def show(self, pad: Pad, lang: str) -> None:
        """Show how far the PIN is typed; may be told at every tick."""
        if (pad, lang) == (self._pad, self._lang):
            return
        if pad.has_pin != self._pad.has_pin:
            for child in self._asking:
                if pad.has_pin:
                    self.add_widget(child)
                else:
                    self.remove_widget(child)
        self._pad, self._lang = pad, lang
        if self.sheet is not None:
            self.lay(self.sheet)

    def press_enter(self) -> None:
        """Take the enter key of a keyboard."""
        if self._feels() and self._pad.is_complete:
            self.enter_pill.answer()

    def lay(self, sheet: Sheet) -> None:
        """Lay words above the keys on an upright glass, else beside them; the way out at the foot."""
        if not self._lang:
            return
        page = self.page(sheet).within(self.page(sheet).width * 0.02, 0)
        gap = max(sheet.mm(3), 30 * sheet.unit)
        if not self._pad.has_pin:
            close = self._lay_close(sheet, page)
            self._lay_words(sheet, Box(page.x, close.top + gap, page.width, page.top - close.top - gap))
            return
        if sheet.portrait:
            close = self._lay_close(sheet, page)
            rest = Box(page.x, close.top + gap, page.width, page.top - close.top - gap)
            high = self._keys_px(sheet, rest.width, rest.height * 0.6)
            spare = min((rest.height * 0.6 - high) / 2, 2 * gap)
            self._lay_keys(sheet, Box(rest.x, rest.y + spare, rest.width, high))
            self._lay_words(sheet, rest.from_top(rest.height - high - gap - spare))
            return
        left = page.from_left(page.width * 0.52 - gap)
        close = self._lay_close(sheet, left)
        self._lay_words(sheet, Box(left.x, close.top + gap, left.width, left.top - close.top - gap))
        right = page.right_of(page.width * 0.52)
        high = self._keys_px(sheet, right.width, right.height)
        self._lay_keys(sheet, Box(right.x, right.center[1] - high / 2, right.width, high))

    def _lay_words(self, sheet: Sheet, room: Box) -> None:
        """Say what is asked, show the dots, and say what is wrong, in the middle of the room."""
        pad, gap = self._pad, max(sheet.mm(3), 34 * sheet.unit)
        say = translator(self._lang)
        title_text = say("technician_pin") if pad.has_pin else say("technician_pin_none")
        most = max((64 if sheet.portrait else 52) * sheet.unit, sheet.answer_px)
        title = set_words(title_text, fonts.BOLD, (room.width, room.height * 0.4), most, sheet.quiet_px)
        size = max(36 * sheet.unit, sheet.easy_px)
        # the longest that may be said keeps its room, so that nothing moves as it changes
        said = self._status()
        box = (room.width, room.height * 0.5)
        longest = max(
            set_words(text, fonts.BODY, box, size, sheet.quiet_px).height_px
            for text in (say("technician_pin_wait").format(time="15:00"), said)
        )
        status = set_words(said, fonts.BODY, box, size, sheet.quiet_px)
        dots = max(sheet.mm(6), 60 * sheet.unit) if pad.has_pin else 0
        used = title.height_px + longest + gap + (dots + gap if dots else 0)
        block = room.from_top(used, max(0.0, (room.height - used) / 2))
        self.title.put(title_text, title, block.from_top(title.height_px).snapped(), sheet.theme.ink)
        block = block.below(title.height_px + gap)
        if dots:
            self.dots.put(sheet, block.from_top(dots), pad.digits)
            block = block.below(dots + gap)
        told = block.from_top(status.height_px).snapped()
        self.status.put(said, status, told, sheet.theme.accent if pad.wrong else sheet.theme.quiet)

    def _status(self) -> str:
        """Return what is to be said below the dots."""
        pad, say = self._pad, translator(self._lang)
        if not pad.has_pin:
            return say("technician_pin_none_body")
        if pad.checking:
            return say("technician_pin_checking")
        if pad.wait_s:
            minutes, seconds = divmod(pad.wait_s, 60)
            return say("technician_pin_wait").format(time=f"{minutes}:{seconds:02}")
        return say("technician_pin_wrong") if pad.wrong else say("technician_pin_hint")

    def _feels(self) -> bool:
        """Say whether the keys are to be felt."""
        return self._pad.has_pin and not self._pad.checking and not self._pad.wait_s

    def _keys_px(self, sheet: Sheet, width: float, room: float) -> float:
        """Return how high the pad is in a box of this size."""
        gap = _gap(sheet)
        across = (width - (ACROSS - 1) * gap) / ACROSS
        high = min((room - (DOWN - 1) * gap) / DOWN, across, sheet.mm(KEY_MM_MOST))
        return DOWN * max(sheet.mm(KEY_MM), high) + (DOWN - 1) * gap

    def _lay_keys(self, sheet: Sheet, box: Box) -> None:
        """Lay three keys in each of four rows; the last is the button that opens."""
        gap, feels = _gap(sheet), self._feels()
        high = (box.height - (DOWN - 1) * gap) / DOWN
        wide = min(box.width, ACROSS * high * WIDE_SHARE + (ACROSS - 1) * gap)
        box = Box(box.center[0] - wide / 2, box.y, wide, box.height)
        places = [place for row in box.rows(DOWN, gap) for place in row.columns(ACROSS, gap)]
        for key, place in zip(self.keys, places, strict=False):
            key.put(sheet.theme, place.snapped(), max(sheet.answer_px, high * 0.4))
            key.deaf, key.opacity = not feels, 1 if feels else DEAF
        text = translator(self._lang)("technician_open")
        at = places[-1].snapped()
        room = (at.width * 0.8, at.height)
        setting = set_words(text, fonts.STRONG, room, max(sheet.answer_px, high * 0.3), sheet.quiet_px)
        ready = feels and self._pad.is_complete
        self.enter_pill.put(sheet.theme, at, at, text, setting, chosen=ready)
        self.enter_pill.deaf, self.enter_pill.opacity = not ready, 1 if ready else DEAF

    def _lay_close(self, sheet: Sheet, room: Box) -> Box:
        """Place the way out at the foot of a box; return where it is."""
        text = translator(self._lang)("technician_close")
        high = max(sheet.target_px, 84 * sheet.unit)
        size = max(36 * sheet.unit, sheet.easy_px)
        setting = set_words(text, fonts.STRONG, (room.width, high), size, sheet.quiet_px)
        wide = max(setting.width_px + 3 * setting.size_px, sheet.mm(30))
        box = Box(room.center[0] - wide / 2, room.y, wide, high).snapped()
        self.close.put(sheet.theme, box, box, text, setting, chosen=False)
        return box


def _gap(sheet: Sheet) -> float:
    """Return the space between two keys."""
    return max(sheet.apart_px, 16 * sheet.unit)
