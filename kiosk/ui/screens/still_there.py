"""Is anybody still here? The answers are hidden, and a ring counts down what is left of the visit."""

from __future__ import annotations

from math import ceil, hypot
from typing import TYPE_CHECKING, Any, Final

from kivy.clock import Clock
from kivy.graphics import Color, SmoothEllipse, SmoothLine
from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.events import Arrived, Stayed
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import CAPITAL_SHARE, WARM, mixed, rgba
from kiosk.ui.typeset import NBSP, Setting, set_title, set_words
from kiosk.ui.widgets.card import draw_shadow
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.strokes import ring
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.ui.theme import Sheet
    from kiosk.visit import Visit

RING_SHARE: Final = 0.075
"""How thick the ring is, as a share of its width."""
NUMBER_SHARE: Final = 0.33
UNIT_SHARE: Final = 0.1
"""How large the number and the word for seconds are, as a share of the ring."""
UNIT_MOST: Final = 0.13
"""How large that word may be in large text."""
APART_SHARE: Final = 0.66
"""How far the middles of number and word are apart, as a share of both sizes: their pictures do not meet."""
TITLE_SHARE: Final = 0.92
"""How much of the width the question takes at most."""
GROWN: Final = 1.18
GROWN_UPRIGHT: Final = 1.3
"""How much larger the question is in large text; the ring needs the rest of the room."""
WHOLE: Final = 360.0
SOON_S: Final = 0.01
"""So much after a second is over the next number is written: a clock may be a hair early."""


class Ring(Widget):
    """A number of seconds in a ring that empties with it."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self.number = Words(fonts.BOLD)
        self.unit = Words(fonts.BODY)
        self._theme = WARM
        self._left_s, self._share = 0, 0.0
        self._number_px = self._least_px = 0.0
        self._room = Box(0, 0, 0, 0)
        self.add_widget(self.number)
        self.add_widget(self.unit)

    def put(self, sheet: Sheet, box: Box, unit: str) -> None:
        """Place the ring in a square, with the word for seconds where there is room for it."""
        self.pos, self.size, self._theme = box.pos, box.size, sheet.theme
        self._number_px, self._least_px = box.height * NUMBER_SHARE, sheet.quiet_px
        size = max(min(sheet.text(box.height * UNIT_SHARE), box.height * UNIT_MOST), sheet.quiet_px)
        room = (box.width * 0.6, sheet.height)
        setting = set_words(unit, fonts.BODY, room, size, sheet.quiet_px)
        # number and word are one block of capitals in the middle of the ring
        apart = APART_SHARE * (self._number_px + setting.size_px)
        lower = (apart + CAPITAL_SHARE * (self._number_px - setting.size_px) / 2) / 2
        foot = lower + CAPITAL_SHARE * setting.size_px / 2
        half = setting.width_px / 2 + 0.02 * box.height
        if setting.fits and hypot(foot, half) <= (0.5 - 1.5 * RING_SHARE) * box.height:
            at = Box(box.x, box.center[1] - lower - setting.height_px / 2, box.width, setting.height_px)
            self.unit.put(unit, setting, at.snapped(), sheet.theme.quiet)
            high = 1.5 * self._number_px
            middle = box.center[1] - lower + apart
            self._room = Box(box.x, middle - high / 2, box.width, high).snapped()
        else:
            self.unit.hush()
            self._room = box
        self._draw()

    def tell(self, left_s: int, share: float) -> None:
        """Say how many seconds are left, and which share of all of them that is."""
        if (left_s, share) != (self._left_s, self._share):
            self._left_s, self._share = left_s, share
            self._draw()

    def _draw(self) -> None:
        """Draw the disc, the track and what is left of it, and write the number."""
        theme, box = self._theme, Box(*self.pos, *self.size)
        half = box.width * RING_SHARE / 2
        radius = box.width / 2 - 2 * half
        circle = (*box.center, radius)
        self.canvas.before.clear()
        with self.canvas.before:
            draw_shadow(theme, box.within(box.width * 0.08), box.width * 0.16, 0.26)
            Color(*rgba(theme.paper))
            SmoothEllipse(pos=box.pos, size=box.size, segments=120)
            Color(*rgba(mixed(theme.paper, theme.ink, 0.35) if theme.flat else theme.glow))
            ring(box.center, radius, half)
            if self._share > 0:
                Color(*rgba(theme.accent))
                if self._share < 1:
                    SmoothLine(circle=(*circle, 0, WHOLE * self._share, 120), width=half)
                else:
                    ring(box.center, radius, half)
        self.number.say(str(self._left_s), self._room, self._number_px, self._least_px, theme.ink)


class StillThereScreen(Screen):
    """The question, the time that is left, and two buttons. What comes of it is not decided here."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._lang = ""
        self._grace_s = 1.0
        self._entered_s = Clock.get_time()
        self._counting: Any = None
        self.title = Words(fonts.BOLD)
        self.ring = Ring()
        self.stay = Pill(lambda: on_event(Stayed()))
        self.arrive = Pill(lambda: on_event(Arrived()))
        self.stay.name, self.arrive.name = "stay", "arrive"
        self.quiet = Words(fonts.BODY)
        for child in (self.title, self.ring, self.stay, self.arrive, self.quiet):
            self.add_widget(child)

    def said(self) -> tuple[str, ...]:
        """Return what is read aloud: the question, and what may be answered."""
        return tuple(map(translator(self._lang), ("still_title", "still_stay", "still_arrive")))

    def show(self, visit: Visit, scene: Scene) -> None:
        """Ask in the language of the visit."""
        grace_s = scene.config.thresholds.grace_s
        if (visit.lang, grace_s) != (self._lang, self._grace_s):
            self._lang, self._grace_s = visit.lang, grace_s
            if self.sheet is not None:
                self.lay(self.sheet)

    def enter(self) -> None:
        """Begin to count down."""
        self._entered_s = Clock.get_time()
        self._count()

    def leave(self) -> None:
        """Stop counting where nobody sees it."""
        if self._counting is not None:
            self._counting.cancel()
            self._counting = None

    def lay(self, sheet: Sheet) -> None:
        """Lay question and ring in the middle, the buttons below them and the quiet line at the foot."""
        if not self._lang:
            return
        page = self.page(sheet)
        say = translator(self._lang)
        gap = max(sheet.mm(2.4), (24 if sheet.look.large else 34) * sheet.unit)
        title = self._set_title(sheet, page)
        easy = sheet.quiet_px if sheet.look.large else sheet.easy_px
        size = max(sheet.text((38 if sheet.portrait else 34) * sheet.unit), easy)
        foot = set_words(
            say("still_else"), fonts.BODY, (page.width * 0.94, page.height * 0.25), size, sheet.quiet_px
        )
        buttons = self._buttons_px(sheet)
        room = page.height - title.height_px - foot.height_px - buttons - 3 * gap
        side = min(room, page.width * 0.6, (560 if sheet.portrait else 400) * sheet.unit)
        used = title.height_px + side + buttons + foot.height_px + 3 * gap
        spread = min((page.height - used) / 4, 1.2 * gap)
        block = page.from_top(used + 3 * spread, (page.height - used - 3 * spread) / 2)
        gap += spread
        self.title.put(say("still_title"), title, block.from_top(title.height_px).snapped(), sheet.theme.ink)
        block = block.below(title.height_px + gap)
        self.ring.put(sheet, block.from_top(side).square_in_middle(int(side)), say("still_seconds"))
        block = block.below(side + gap)
        self._lay_buttons(sheet, block.from_top(buttons))
        at_foot = block.below(buttons + gap).from_top(foot.height_px).snapped()
        self.quiet.put(say("still_else"), foot, at_foot, sheet.theme.quiet)

    def _set_title(self, sheet: Sheet, page: Box) -> Setting:
        """Set the question, on one line where the glass is wide enough for that.

        In large text it grows as far as the ring has room beside it.
        """
        text = translator(self._lang)("still_title")
        usual = (84 if sheet.portrait else 68) * sheet.unit
        grown = (GROWN_UPRIGHT if sheet.portrait else GROWN) if sheet.look.large else 1.0
        most = max(grown * usual, sheet.answer_px)
        share = 1.0 if sheet.look.large else TITLE_SHARE
        box = (share * page.width, page.height * 0.3)
        one_line = set_words(text.replace(" ", NBSP), fonts.BOLD, box, most, sheet.answer_px)
        if one_line.fits and not sheet.portrait:
            return one_line
        return set_title(text, fonts.BOLD, box, most, sheet.answer_px)

    def _buttons_px(self, sheet: Sheet) -> float:
        """Return how high the buttons are together: one above the other on an upright glass."""
        high = self._button_px(sheet)
        return 2 * high + self._apart_px(sheet) if sheet.portrait else high

    def _lay_buttons(self, sheet: Sheet, row: Box) -> None:
        """Place the two buttons, the one that goes on filled."""
        say = translator(self._lang)
        words = (say("still_stay"), say("still_arrive"))
        most = (900 if sheet.portrait else 1240) * sheet.unit
        boxes, settings = self._fit_buttons(sheet, row, words, min(most, row.width))
        if not all(setting.fits for setting in settings):
            boxes, settings = self._fit_buttons(sheet, row, words, row.width)
        for pill, text, setting, box in zip((self.stay, self.arrive), words, settings, boxes, strict=True):
            whole = box.snapped()
            pill.put(sheet.theme, whole, box, text, setting, chosen=pill is self.stay)

    def _fit_buttons(
        self, sheet: Sheet, row: Box, words: tuple[str, str], wide: float
    ) -> tuple[list[Box], list[Setting]]:
        """Return where the buttons are in this width, and both words at one size, as large as both allow."""
        apart = self._apart_px(sheet)
        middle = Box(row.center[0] - wide / 2, row.y, wide, row.height)
        boxes = middle.rows(2, apart) if sheet.portrait else middle.columns(2, apart)
        most = max(sheet.text((54 if sheet.portrait else 46) * sheet.unit), sheet.answer_px)
        room = (boxes[0].width - boxes[0].height * 0.6, boxes[0].height)
        size = min(set_words(text, fonts.STRONG, room, most, sheet.answer_px).size_px for text in words)
        return boxes, [set_words(text, fonts.STRONG, room, size, sheet.answer_px) for text in words]

    @staticmethod
    def _button_px(sheet: Sheet) -> float:
        """Return how high a button is: it is an answer, and as large as one."""
        return ceil(max(sheet.face_px, (140 if sheet.portrait else 120) * sheet.unit))

    @staticmethod
    def _apart_px(sheet: Sheet) -> float:
        """Return the space between the buttons: who misses one must not hit the other."""
        return max(2 * sheet.apart_px, 40 * sheet.unit)

    def _count(self, *_: object) -> None:
        """Write how many seconds are left, and wake again when that is one less."""
        self.leave()
        left = max(0.0, self._grace_s - (Clock.get_time() - self._entered_s))
        seconds = ceil(left - SOON_S)
        self.ring.tell(seconds, seconds / self._grace_s)
        if seconds > 0:
            self._counting = Clock.schedule_once(self._count, left - (seconds - 1))
