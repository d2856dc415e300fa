"""The row at the foot of every further question: go back, skip, go on; and how far it still is.

Where a row is too narrow for its words, what leads on most stands in a row of its own above the others.
Going back stands at the left, everything that leads on at the right, and between them
a quiet row of dots, or the page. What leads on ends where the cards end: where the button of
the last place is not shown, the one before it takes its place, unless the places are to be kept.
The dots count the questions of the
survey, not those that follow from the face that was chosen: they look the same for
everybody.
"""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, SmoothRoundedRectangle
from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.events import Continued, Skipped, WentBack
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import LINE_SHARE, rgba
from kiosk.ui.typeset import NBSP, set_words
from kiosk.ui.widgets.card import draw_outline
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.words import Words
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.events import Event
    from kiosk.ui.theme import Sheet
    from kiosk.ui.typeset import Setting

PADS: Final = (2.4, 1.6, 1.1)
"""The space around a word, both sides together, in font sizes: the widest that leaves room for all."""
WIDE_SHARE: Final = 1.5
"""How wide a short word's button is, in heights of a target, where there is room."""
LINE_FREE: Final = 0.5
"""The free height above and below the words of a button, together, in font sizes."""
COLUMN_SHARE: Final = 0.6
"""Up to this share of the glass a row of buttons is one of a column."""
PAIR: Final = 2
"""So many buttons stand beside each other in a column."""
CLOSE_SHARE: Final = 0.12
"""How far from buttons dots stand that are in the middle of the glass, as a share of what is free."""
STEP_SHARES: Final = (1.0, 0.8)
"""How large the dots are: a little smaller where that makes them fit."""


class Button(Value, frozen=True):
    """A button: its name for tests, the catalogue's id of its word, what it tells; filled if `chosen`."""

    name: str
    word: str
    event: Event
    chosen: bool = False


BACK: Final = Button("back", "back", WentBack())
SKIP: Final = Button("skip", "skip", Skipped())
CONTINUE: Final = Button("continue", "continue", Continued(), chosen=True)
MORE: Final = Button("continue", "more", Continued(), chosen=True)
DONE: Final = Button("continue", "done", Continued(), chosen=True)


Places = tuple[tuple[Button, ...], ...]
"""The places of a row from the left, and the buttons of which one at a time may stand in each."""
PLACES: Final[Places] = ((BACK,), (SKIP,), (CONTINUE, MORE, DONE))


class Steps(Value, frozen=True):
    """How far it still is: the place of the present question, counted from 0, of so many."""

    at: int
    count: int


class _Plan(Value, frozen=True):
    """Each word and its setting, the width of each place, the height of a row, and all rows from the foot."""

    words: dict[Button, tuple[str, Setting]]
    wides: dict[tuple[Button, ...], float]
    high: float
    rows: tuple[Places, ...]

    def high_of_all(self, sheet: Sheet) -> float:
        """Return how high the rows are together."""
        return len(self.rows) * self.high + (len(self.rows) - 1) * apart_px(sheet)


class Bar(Widget):
    """Buttons in a row. They tell their event, once, when the finger lifts."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._on_event = on_event
        self.pills: dict[Button, Pill] = {}
        self.dots: list[Box] = []
        self.note = Words(fonts.BODY)
        self.add_widget(self.note)

    @staticmethod
    def height_px(
        sheet: Sheet,
        width: float,
        lang: str,
        buttons: tuple[Button, ...] = (),
        *,
        places: Places | None = None,
    ) -> float:
        """Return how high the row will be, in pixels: a target, or more where words need two lines."""
        return _plan(sheet, width, lang, places or _each(buttons)).high_of_all(sheet)

    def put(
        self,
        sheet: Sheet,
        box: Box,
        lang: str,
        buttons: tuple[Button, ...],
        steps: Steps | None = None,
        *,
        places: Places | None = None,
        notes: tuple[str, ...] = (),
        keep: bool = False,
        others: Iterable[Box] = (),
    ) -> Box:
        """Lay the row along the foot of a box; return what is left above it, without a gap.

        Without `places` each button has its own; the place of one that is not shown stays free if they
        are to be kept. The first of the `notes` that has room stands where the dots would. `others` stand in
        the row too.
        """
        self._have(buttons)
        places = places or _each(buttons)
        plan = _plan(sheet, box.width, lang, places)
        whole = Box(box.x, box.y, box.width, plan.high_of_all(sheet)).snapped()
        self.pos, self.size = whole.pos, whole.size
        taken: dict[tuple[Button, ...], Box] = {}
        row = whole
        for number, each in reversed(list(enumerate(plan.rows))):
            row = Box(whole.x, whole.y + number * (plan.high + apart_px(sheet)), whole.width, plan.high)
            # what leads on and is shown comes last
            closed = each if keep else tuple(sorted(each, key=lambda place: bool(set(place) & set(buttons))))
            _take(sheet, row, closed, plan, taken)
        for place, at in taken.items():
            for button in buttons:
                if button in place:
                    text, setting = plan.words[button]
                    seen = at.snapped()
                    self.pills[button].put(sheet.theme, seen, seen, text, setting, chosen=button.chosen)
        shown = [pill.hit for pill in self.pills.values() if row.apart(pill.hit) < 0]
        free = row.widest_free([*shown, *others], apart_px(sheet))
        empty = [at for place, at in taken.items() if not set(place) & set(buttons) and at.y > row.y]
        self._put_note(sheet, [_in_middle(free, row), free, *empty], notes)
        self._put_steps(sheet, row, free, None if notes else steps)
        return Box(box.x, whole.top, box.width, box.top - whole.top)

    def _put_note(self, sheet: Sheet, rooms: list[Box], notes: tuple[str, ...]) -> None:
        """Write the first note that fits in one of these rooms there, or nothing."""
        self.note.hush()
        least, most = sheet.quiet_px, max(sheet.quiet_px, 28 * sheet.unit)
        for note, room in product(notes, rooms):
            # a little room to spare: another page may have a wider number
            inner = room.within(0.3 * least, 0)
            setting = set_words(note.replace(" ", NBSP), fonts.BODY, inner.size, most, least)
            if setting.fits:
                self.note.put(note, setting, room.snapped(), sheet.theme.quiet)
                return

    def _put_steps(self, sheet: Sheet, row: Box, free: Box, steps: Steps | None) -> None:
        """Draw a dot for each question where there is room, in the middle of the row or of what is free."""
        self.canvas.before.clear()
        self.dots = []
        for room, share in product((_in_middle(free, row), free), STEP_SHARES) if steps else ():
            self.dots = _steps(sheet, room, steps, share) if steps else []
            if self.dots:
                break
        with self.canvas.before:
            for number, dot in enumerate(self.dots):
                _draw_step(sheet, dot, is_past=steps is not None and number <= steps.at)

    def clear(self) -> None:
        """Have no buttons: a finger that rests on one means nothing on the next screen."""
        self._have(())
        self.note.hush()
        self.canvas.before.clear()
        self.dots = []

    def _have(self, buttons: tuple[Button, ...]) -> None:
        """Have a pill for each of these buttons, and no other."""
        for button in [each for each in self.pills if each not in buttons]:
            pill = self.pills.pop(button)
            pill.deaf = True
            pill.release()
            self.remove_widget(pill)
        for button in buttons:
            if button not in self.pills:
                pill = Pill(partial(self._on_event, button.event))
                pill.name = button.name
                self.pills[button] = pill
                self.add_widget(pill)


def apart_px(sheet: Sheet) -> float:
    """Return the space between two buttons, or two chips; a pixel more than must be, for the rounding."""
    return max(sheet.apart_px + 1, 20 * sheet.unit)


def _each(buttons: tuple[Button, ...]) -> Places:
    """Return a place for each button."""
    return tuple((button,) for button in buttons)


def _leads_on(place: tuple[Button, ...]) -> bool:
    """Say whether the buttons of a place lead on, not back."""
    return not isinstance(place[0].event, WentBack)


def _in_middle(free: Box, row: Box) -> Box:
    """Return the part of what is free that has its middle where the row has it, not close to a button."""
    middle, away = row.center[0], CLOSE_SHARE * free.width
    half = max(0.0, min(middle - free.x, free.right - middle) - away)
    return Box(middle - half, free.y, 2 * half, free.height)


def _take(sheet: Sheet, row: Box, places: Places, plan: _Plan, taken: dict[tuple[Button, ...], Box]) -> None:
    """Take the places of a row from its ends."""
    free = row
    for place in (place for place in places if not _leads_on(place)):
        wide = plan.wides[place]
        taken[place], free = free.from_left(wide), free.right_of(wide + apart_px(sheet))
    for place in reversed([place for place in places if _leads_on(place)]):
        # the last of those that lead on stands at the right edge
        wide = plan.wides[place]
        taken[place] = Box(free.right - wide, row.y, wide, row.height)
        free = free.from_left(free.width - wide - apart_px(sheet))


def _plan(sheet: Sheet, width: float, lang: str, places: Places) -> _Plan:
    """Set the words alike, on one line each and as large as they may be: in one row, else in two."""
    say = translator(lang)
    words = {button: say(button.word) for place in places for button in place}
    least, most = round(sheet.quiet_px + 0.5), round(max(sheet.easy_px, sheet.text(36 * sheet.unit)))
    ways: list[tuple[Places, ...]] = [(places,)]
    if len(places) > PAIR and _is_column(sheet, width):
        ways = [(places[:-1], places[-1:])]
    elif len(places) > 1:
        ways.append((places[:-1], places[-1:]))
    for rows in ways:
        for size in range(max(most, least), least - 1, -1):
            for pad in PADS:
                plan = _set(sheet, width, words, rows, size, pad)
                if plan is not None:
                    return plan
    wides = _filling(sheet, width, ways[-1])
    inner = (min(wides.values()) - PADS[-1] * least, sheet.height)
    set_ = {each: (text, set_words(text, fonts.STRONG, inner, least, least)) for each, text in words.items()}
    tall = max(setting.height_px for _, setting in set_.values()) + LINE_FREE * least
    return _Plan(set_, wides, max(_usual_px(sheet), tall), ways[-1])


def _set(
    sheet: Sheet, width: float, words: dict[Button, str], rows: tuple[Places, ...], size: int, pad: float
) -> _Plan | None:
    """Set every word on one line at this size; None where a row is too narrow for that."""
    room = (sheet.width, 2 * size)
    set_ = {each: (text, set_words(text, fonts.STRONG, room, size, size)) for each, text in words.items()}
    short = WIDE_SHARE * _usual_px(sheet) if pad == PADS[0] else sheet.target_px
    wides = {
        place: max(max(set_[each][1].width_px for each in place) + pad * size, short)
        for row in rows
        for place in row
    }
    if len(rows) > 1 or (len(wides) > 1 and _is_column(sheet, width)):
        filling = _filling(sheet, width, rows)
        if any(wides[place] > wide for place, wide in filling.items()):
            return None
        wides = filling
    elif sum(wides.values()) + apart_px(sheet) * (len(wides) - 1) > width:
        return None
    return _Plan(set_, wides, max(_usual_px(sheet), (LINE_SHARE + LINE_FREE) * size), rows)


def _filling(sheet: Sheet, width: float, rows: tuple[Places, ...]) -> dict[tuple[Button, ...], float]:
    """Return how wide the button of every place is where each row is filled, with columns that are alike."""
    gap = apart_px(sheet)
    return {place: (width - gap * (len(row) - 1)) / len(row) for row in rows for place in row}


def _is_column(sheet: Sheet, width: float) -> bool:
    """Say whether the buttons stand in a column beside the answers: they fill it, in two rows if need be."""
    return width < COLUMN_SHARE * sheet.width


def _usual_px(sheet: Sheet) -> float:
    """Return how high a button is where its word is not too high for that."""
    return max(sheet.target_px, 84 * sheet.unit)


def _steps(sheet: Sheet, room: Box, steps: Steps, share: float) -> list[Box]:
    """Return a dot for each question in the middle of a room, the present one long; none if it is small."""
    side = round(share * max(sheet.mm(1.7), 13 * sheet.unit))
    gap, long = side * 0.9, side * 2.6
    wide = (steps.count - 1) * (side + gap) + long
    if wide > room.width:
        return []
    x, dots = room.center[0] - wide / 2, []
    for number in range(steps.count):
        dot = Box(x, room.center[1] - side / 2, long if number == steps.at else side, side)
        dots.append(dot)
        x += dot.width + gap
    return dots


def _draw_step(sheet: Sheet, dot: Box, *, is_past: bool) -> None:
    """Draw a dot: filled up to the present question, a ring for one that is to come."""
    theme, round_ = sheet.theme, dot.height / 2
    if is_past:
        Color(*rgba(theme.accent))
        SmoothRoundedRectangle(pos=dot.pos, size=dot.size, radius=[round_])
    else:
        draw_outline(theme.accent, dot, round_, max(1.6, dot.height * 0.16))
