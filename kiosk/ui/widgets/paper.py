"""The paper to write on: the text with a caret, a quiet line at its foot, and a key that clears it.

The text breaks between words, shrinks a little before it runs out of the paper, and then shows its end.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from kivy.graphics import Canvas, Color, SmoothEllipse, SmoothRoundedRectangle
from kivy.uix.widget import Widget

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import LINE_SHARE, rgba
from kiosk.ui.typeset import ONE_LINE_SHARE, Setting, set_title, set_words, width_of
from kiosk.ui.widgets.card import Card, draw_strip
from kiosk.ui.widgets.key import Key
from kiosk.ui.widgets.words import Words
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet

LINES_WANTED: Final = 2
"""How many lines the paper shows before the keys grow."""
LINES_MOST: Final = 8
"""A paper of more lines than these looks as if it wanted to be filled."""
SMALLER: Final = 0.85
"""By how much a text shrinks at a time that does not fit on the paper."""
STEPS_MOST: Final = 8
CARET_BEFORE: Final = -0.3
"""Where the caret stands before an invitation to write, in font sizes from its first letter."""
KEY_MM: Final = 12.0
KEY_PAD: Final = 1.7
"""The space beside the words on the key, both sides together, in font sizes."""
KEY_GOOD: Final = 60
"""How high the key is in layout units, where there is room for that."""
KEY_LEAST_MM: Final = 9.1
"""On a low paper the key is as high as those of the keyboard."""
STRIP_ROUND_MM: Final = 2.0


class Leaf(Value, frozen=True):
    """What stands on the paper.

    `placeholder` stands where there is no text. `note` is the line at the foot, which is not to be overlooked
    if it `warns`; `left` is said at its right, or in its place where there is no room for both.
    """

    text: str
    placeholder: str
    note: str
    clear: str
    left: str = ""
    warns: bool = False


class _Place(Value, frozen=True):
    """Where the text and the line at the foot are written, the strip below that line, and the key."""

    text: Box
    foot: Box
    strip: Box
    key: Box


class Paper(Widget):
    """A sheet of white paper with what was written."""

    def __init__(self, clear: Callable[[], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._sheet: Sheet | None = None
        self._box = Box(0, 0, 0, 0)
        self._place = _Place(self._box, self._box, self._box, self._box)
        self._leaf = Leaf("", "", "", "")
        self.card = Card()
        self.lines: list[Words] = []
        self.empty = Words(fonts.BODY, left=True)
        self.note = Words(fonts.BODY, left=True)
        self.left = Words(fonts.STRONG)
        self.key = Key("", lambda _: clear(), soft=True)
        self.key.name = "key_clear"
        for child in (self.card, self.empty, self.note, self.left, self.key):
            self.add_widget(child)
        with self.canvas.after:
            self._caret = Canvas()

    def put(self, sheet: Sheet, box: Box, leaf: Leaf) -> None:
        """Lay the paper in a box."""
        self._sheet, self._box, self._leaf = sheet, box.snapped(), leaf
        self._place = self._places(sheet, self._box, leaf)
        self.card.put(sheet.theme, self._box, max(sheet.mm(2.4), 30 * sheet.unit))
        self.card.canvas.after.clear()
        if leaf.warns:
            with self.card.canvas.after:
                draw_strip(sheet.theme, self._place.strip, sheet.mm(STRIP_ROUND_MM))
        self.key.put(sheet.theme, self._place.key, _label_px(sheet), leaf.clear, sheet.quiet_px)
        self._write()

    def write(self, leaf: Leaf) -> None:
        """Write what is new, upon the paper as it lies."""
        if leaf == self._leaf or self._sheet is None:
            return
        if (leaf.warns, leaf.note) != (self._leaf.warns, self._leaf.note):
            self.put(self._sheet, self._box, leaf)
        else:
            self._leaf = leaf
            self._write()

    def least_px(self, sheet: Sheet, width: float, leaf: Leaf, lines: float, size_px: float) -> float:
        """Return how high the paper is with so many lines of text of this size."""
        foot = self._foot_px(sheet, _column_px(sheet, width - 2 * _aside_px(sheet), leaf), leaf)
        text = _line_px(lines, size_px) + _below_px(sheet)
        if sheet.portrait:
            return 2 * _pad_px(sheet) + text + max(foot, _key_high_px(sheet))
        return 2 * _pad_px(sheet) + max(text, sheet.mm(KEY_LEAST_MM) + _key_apart_px(sheet, leaf)) + foot

    def _foot_px(self, sheet: Sheet, column: float, leaf: Leaf) -> float:
        """Return how high the line at the foot is in this width, with the strip below it."""
        within, pad = _strip_pads(sheet, leaf)
        return self._set_note(sheet, column - 2 * within, leaf).height_px + 2 * pad

    def _places(self, sheet: Sheet, box: Box, leaf: Leaf) -> _Place:
        """Cut the paper: the line along the foot, the text above it, the key at the right.

        It stands beside the line on an upright glass, else beside the text: as far from all other keys as
        it can.
        """
        inner = box.within(_aside_px(sheet), _pad_px(sheet))
        wide, tall = (
            _key_px(sheet, leaf),
            max(_key_high_px(sheet), KEY_GOOD * sheet.unit),
        )
        within, pad = _strip_pads(sheet, leaf)
        column = Box(inner.x - within, inner.y, _column_px(sheet, inner.width, leaf), inner.height)
        high = self._foot_px(sheet, column.width, leaf)
        if sheet.portrait:
            foot = max(high, _key_high_px(sheet))
            text = inner.from_top(inner.height - foot - _below_px(sheet))
            key = Box(inner.right - wide, inner.y, wide, min(tall, foot))
        else:
            foot = high
            text = inner.from_top(inner.height - foot - _below_px(sheet))
            text = text.from_left(text.width - wide - sheet.apart_px)
            room = inner.height - foot - _key_apart_px(sheet, leaf)
            key = inner.right_of(inner.width - wide).from_top(min(room, tall))
        strip = Box(column.x, inner.y + (foot - high) / 2, column.width, high)
        line = strip.within(within, pad)
        return _Place(text, line.snapped(), strip.snapped(), key.snapped())

    def _set_note(self, sheet: Sheet, width: float, leaf: Leaf) -> Setting:
        """Set the line at the foot."""
        font = fonts.STRONG if leaf.warns else fonts.BODY
        usual = max(sheet.quiet_px, (32 if sheet.portrait else 26) * sheet.unit)
        most = max(sheet.quiet_px, sheet.text((32 if sheet.portrait else 26) * sheet.unit))
        kept = leaf.note.replace(" ", "\N{NO-BREAK SPACE}")
        one_line = set_words(kept, font, (width, 2 * most), most, sheet.quiet_px)
        # one line is worth a little of the size, and nothing of that of large text
        share = 1.0 if sheet.look.large else ONE_LINE_SHARE if sheet.portrait else 0.0
        if one_line.fits and one_line.size_px >= round(share * usual):
            return one_line
        if sheet.portrait and sheet.look.large:
            usual = most
        set_ = set_title if leaf.warns else set_words  # fewer lines end less raggedly
        return set_(leaf.note, font, (width, sheet.height), usual, sheet.quiet_px)

    def _write(self) -> None:
        """Write text, caret and foot."""
        sheet, leaf = self._sheet, self._leaf
        if sheet is None:
            return
        theme, area = sheet.theme, self._place.text
        self.key.deaf = not leaf.text
        self.key.opacity = 1.0 if leaf.text else 0.0
        lines, size = _broken_to_fit(sheet, leaf.text, area)
        high = _line_px(1, size)
        shown = lines[-max(1, int((area.height + 1) // high)) :]
        while len(self.lines) < len(shown):
            self.lines.append(Words(fonts.BODY, left=True))
            self.add_widget(self.lines[-1])
        for words in self.lines[len(shown) :]:
            words.hush()
        for number, (words, line) in enumerate(zip(self.lines, shown, strict=False)):
            at = area.from_top(high, number * high).snapped()
            setting = Setting((line,), fonts.BODY, size, width_of(line, fonts.BODY, size), fits=True)
            words.put(line, setting, at, theme.ink) if line.strip() else words.hush()
        self._write_placeholder(sheet, area)
        last = area.from_top(high, (len(shown) - 1) * high)
        x = area.x + (width_of(shown[-1], fonts.BODY, size) if shown[-1] else CARET_BEFORE * size)
        self._draw_caret(sheet, Box(x, last.y, 0, high), size)
        if len(lines) > len(shown):
            self._draw_more(sheet, area.from_top(high))
        self._write_foot(sheet)

    def _write_placeholder(self, sheet: Sheet, area: Box) -> None:
        """Invite to write, as long as nothing is written."""
        leaf, usual = self._leaf, sizes(sheet)[0]
        if leaf.text:
            self.empty.hush()
            return
        # the key is not there yet, and leaves its room
        wide = self._box.right - _aside_px(sheet) - area.x
        setting = set_words(leaf.placeholder, fonts.BODY, (wide, area.height), usual, sheet.quiet_px)
        at = Box(area.x, area.top - setting.height_px, wide, setting.height_px).snapped()
        self.empty.put(leaf.placeholder, setting, at, sheet.theme.quiet)

    def _write_foot(self, sheet: Sheet) -> None:
        """Write the line at the foot, and how much may still be written."""
        theme, leaf, foot = sheet.theme, self._leaf, self._place.foot
        setting = self._set_note(sheet, foot.width, leaf)
        left = set_words(leaf.left, fonts.STRONG, foot.size, setting.size_px, sheet.quiet_px)
        both = setting.width_px + left.width_px + sheet.apart_px <= foot.width
        if leaf.left and (both or not leaf.warns):
            at = Box(foot.right - left.width_px, foot.y, left.width_px, foot.height).snapped()
            self.left.put(leaf.left, left, at, theme.ink)
        else:
            self.left.hush()
        if leaf.left and not both and not leaf.warns:
            self.note.hush()
        else:
            self.note.put(leaf.note, setting, foot, theme.ink if leaf.warns else theme.quiet)

    def _draw_caret(self, sheet: Sheet, at: Box, size: int) -> None:
        """Draw the caret, which stands still."""
        self._caret.clear()
        with self._caret:
            Color(*rgba(sheet.theme.accent))
            wide, high = max(2.0, size * 0.075), size * 1.16
            pos = (round(at.x + wide), at.center[1] - high / 2)
            SmoothRoundedRectangle(pos=pos, size=(wide, high), radius=[wide / 2])

    def _draw_more(self, sheet: Sheet, line: Box) -> None:
        """Draw three dots beside the first line that is seen: there are lines above it."""
        side = max(3.0, sheet.mm(0.6))
        x = (self._box.x + line.x - side) / 2
        with self._caret:
            Color(*rgba(sheet.theme.quiet))
            for number in (-1, 0, 1):
                y = line.center[1] + number * 2.2 * side - side / 2
                SmoothEllipse(pos=(x, y), size=(side, side), segments=24)


def sizes(sheet: Sheet) -> tuple[int, ...]:
    """Return the sizes of the text, from the usual one down to the one for a text too long for all others."""
    usual = max(sheet.answer_px, sheet.text((58 if sheet.portrait else 42) * sheet.unit))
    steps = (usual * SMALLER**step for step in range(STEPS_MOST))
    least = ceil(sheet.easy_px)
    return (*(ceil(size) for size in steps if size > least * (2 - SMALLER)), least)


def _broken_to_fit(sheet: Sheet, text: str, area: Box) -> tuple[list[str], int]:
    """Break a text at the largest size at which the paper holds all of it, or else at the smallest."""
    lines: list[str] = []
    size = 0
    for size in sizes(sheet):
        lines = broken(text, size, area.width)
        if _line_px(len(lines), size) <= area.height + 1:
            break
    return lines, size


def broken(text: str, size: int, width: float) -> list[str]:
    """Break a text between words, and a word that is too long for a line anywhere."""
    lines = []
    for part in text.split("\n"):
        line = ""
        for number, word in enumerate(part.split(" ")):
            longer = f"{line} {word}" if number else word
            if width_of(longer, fonts.BODY, size) > width and line:
                lines.append(line)
                longer = word
            while width_of(longer, fonts.BODY, size) > width and len(longer) > 1:
                fits = next(
                    count
                    for count in range(len(longer) - 1, 0, -1)
                    if count == 1 or width_of(longer[:count], fonts.BODY, size) <= width
                )
                lines.append(longer[:fits])
                longer = longer[fits:]
            line = longer
        lines.append(line)
    return lines


def _column_px(sheet: Sheet, inner: float, leaf: Leaf) -> float:
    """Return how wide the line at the foot may be; its strip leaves the paper's margin on both sides."""
    wide = inner + 2 * _strip_pads(sheet, leaf)[0]
    if not sheet.portrait:
        return wide
    return wide - _strip_pads(sheet, leaf)[0] - _key_px(sheet, leaf) - sheet.apart_px


def _key_apart_px(sheet: Sheet, leaf: Leaf) -> float:
    """Return the space between the key and the line at the foot: a strip is not to touch it."""
    return sheet.apart_px if leaf.warns else _below_px(sheet)


def _strip_pads(sheet: Sheet, leaf: Leaf) -> tuple[float, float]:
    """Return the space between a line that warns and the edge of its strip, beside it and above it."""
    return (0.6 * _aside_px(sheet), max(sheet.mm(0.5), 6 * sheet.unit)) if leaf.warns else (0.0, 0.0)


def _line_px(lines: float, size: float) -> float:
    """Return how high so many lines are."""
    return lines * ceil(size * LINE_SHARE)


def _pad_px(sheet: Sheet) -> float:
    """Return the space above and below what is written."""
    return max(sheet.mm(1.1), (11 if sheet.small else 22) * sheet.unit)


def _below_px(sheet: Sheet) -> float:
    """Return the space between the text and the line at the foot."""
    return max(sheet.mm(0.8), 12 * sheet.unit)


def _aside_px(sheet: Sheet) -> float:
    """Return the space beside it."""
    return max(sheet.mm(2.2), 32 * sheet.unit)


def _key_px(sheet: Sheet, leaf: Leaf) -> float:
    """Return how wide the key is that clears the paper."""
    size = round(_label_px(sheet))
    return max(sheet.mm(KEY_MM), width_of(leaf.clear, fonts.STRONG, size) + KEY_PAD * size)


def _key_high_px(sheet: Sheet) -> float:
    """Return how high that key is at least."""
    return max(sheet.mm(KEY_MM), 1.6 * _label_px(sheet))


def _label_px(sheet: Sheet) -> float:
    """Return the size of the words on the key."""
    return ceil(max(sheet.quiet_px, sheet.text((34 if sheet.portrait else 28) * sheet.unit)))
