"""The kiosk's own keyboard: ten keys across, with a row of digits where the glass has room for it.

What the keys write becomes of `kiosk.writing`; only shift and the page of digits are kept here.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, SmoothLine
from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.telex import Method
from kiosk.ui.box import Box
from kiosk.ui.theme import LINE_SHARE, rgba
from kiosk.ui.widgets.key import ERASE, Key

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet

DIGITS: Final = "1234567890"
SHIFT: Final = "shift"
PAGE: Final = "digits"
METHOD: Final = "method"
LETTERS: Final = (tuple("qwertyuiop"), (*"asdfghjkl", ERASE), (SHIFT, *"zxcvbnm,."))
SIGNS: Final = (tuple(DIGITS), (*'-/:;()"%₫', ERASE), tuple("+=*&'#@…,."))
"""The page behind the key of the digits, where there is no row of them."""
ACROSS: Final = 10
"""How many keys a row has; those of the last row are given in such columns."""
LAST: Final = ((PAGE, 1.5), (METHOD, 2.75), (" ", 3.75), ("?", 1), ("!", 1))
LAST_WITH_DIGITS: Final = ((METHOD, 2.25), (" ", 3.75), ("-", 1), ("/", 1), ("?", 1), ("!", 1))
"""The last row below a row of digits: the signs that would be behind the key of the digits."""
WITH_DIGITS: Final = len(LETTERS) + 2
"""How many rows there are with one of digits."""
WITHOUT_DIGITS: Final = len(LETTERS) + 1
KEY_MM: Final = 9.1
GAP_MM: Final = 1.6
GOOD: Final = 66
"""How high a key is in layout units, where there is room for that."""
LABEL_SHARE: Final = 0.58
"""The size of a letter, as a share of its key."""
NAMES: Final = {" ": "space", ERASE: "erase"}
NEXT: Final = {Method.TELEX: Method.VNI, Method.VNI: Method.PLAIN, Method.PLAIN: Method.TELEX}


class Keyboard(Widget):
    """Keys, by the name of what they write or do."""

    def __init__(self, write: Callable[[str], None], choose: Callable[[Method], None]) -> None:
        super().__init__(size_hint=(None, None))
        self._write, self._choose = write, choose
        self._method = Method.TELEX
        self._lang = ""
        self._sheet: Sheet | None = None
        self._box = Box(0, 0, 0, 0)
        self._rows = WITHOUT_DIGITS
        self._signs = False
        self.capital = False
        self.keys = {name: self._key(name) for name in _all_names()}

    def put(self, sheet: Sheet, box: Box, rows: int, method: Method, lang: str) -> None:
        """Fill a box with so many rows of keys; `WITH_DIGITS` are one of digits and four others."""
        if (rows, method) != (self._rows, self._method):
            self._signs = False
        self._sheet, self._box, self._rows, self._method, self._lang = sheet, box, rows, method, lang
        self._lay()

    def start(self, *, capital: bool) -> None:
        """Take it from the writing whether the next letter is to be a capital."""
        if capital != self.capital:
            self.capital = capital
            self._label()

    def rest(self) -> None:
        """Be as if nobody had been here: letters, and no finger on a key."""
        for key in self.keys.values():
            key.release()
        if self._signs:
            self._turn_page(PAGE)

    def _key(self, name: str) -> Key:
        """Make a key."""
        does = {SHIFT: self._shift, PAGE: self._turn_page, METHOD: self._turn_method}.get(name, self._type)
        soft = name in {SHIFT, PAGE, METHOD, ERASE}
        icon = draw_shift if name == SHIFT else None
        key = Key(name, does, icon=icon, soft=soft, repeats=name == ERASE)
        key.name = "key_" + NAMES.get(name, name)
        return key

    def _type(self, sign: str) -> None:
        """Write a sign. Capitals end with it, until the writing says otherwise."""
        if self.capital and sign.isalpha():
            self.start(capital=False)
            sign = sign.upper()
        self._write(sign)
        if self._signs and self._method is Method.VNI and sign in DIGITS:
            # a digit is a mark on a letter: letters follow
            self._turn_page(PAGE)

    def _shift(self, _: str) -> None:
        """Let the next letter be a capital, or not."""
        self.start(capital=not self.capital)

    def _turn_page(self, _: str) -> None:
        """Show the digits and signs, or the letters again."""
        self._signs = not self._signs
        self._lay()

    def _turn_method(self, _: str) -> None:
        """Type by the next method."""
        self._choose(NEXT[self._method])

    def _lay(self) -> None:
        """Place the keys of the present page, and no other."""
        if self._sheet is None:
            return
        placed = self._places(self._sheet)
        for name, key in self.keys.items():
            if name not in placed:
                key.release()
                self.remove_widget(key)
            elif key.parent is None:
                self.add_widget(key)
        for name, box in placed.items():
            self._put(self._sheet, name, box)

    def _label(self) -> None:
        """Write the letters anew, and show whether shift is on."""
        if self._sheet is not None:
            for name, key in self.keys.items():
                if key.parent is not None and (name == SHIFT or name.isalpha()):
                    self._put(self._sheet, name, key.hit)

    def _places(self, sheet: Sheet) -> dict[str, Box]:
        """Return where each key stands."""
        gap = gap_px(sheet)
        page = SIGNS if self._signs else LETTERS
        with_digits = self._rows == WITH_DIGITS
        rows = self._box.rows(self._rows, gap)
        placed: dict[str, Box] = {}
        for row, names in zip(rows, (tuple(DIGITS), *page) if with_digits else page, strict=False):
            placed |= dict(zip(names, row.columns(ACROSS, gap), strict=True))
        x, column = self._box.x, (self._box.width + gap) / ACROSS
        for name, columns in LAST_WITH_DIGITS if with_digits else LAST:
            placed[name] = Box(x, rows[-1].y, columns * column - gap, rows[-1].height)
            x += columns * column
        return {name: box.snapped() for name, box in placed.items()}

    def _put(self, sheet: Sheet, name: str, box: Box) -> None:
        """Place one key and write on it."""
        narrow = (self._box.width - (ACROSS - 1) * gap_px(sheet)) / ACROSS
        small = min(narrow, box.height)
        size: float = max(
            ceil(sheet.quiet_px), floor(min(sheet.text(LABEL_SHARE * small), small / LINE_SHARE - 1))
        )
        label, least = name, size
        if name == SHIFT:
            label = ""
        elif name in {PAGE, METHOD, " "}:
            size, least = max(0.72 * size, sheet.quiet_px), sheet.quiet_px
            label = translator(self._lang)(self._word(name))
        elif self.capital:
            label = name.upper()
        self.keys[name].put(sheet.theme, box, size, label, least, chosen=name == SHIFT and self.capital)

    def _word(self, name: str) -> str:
        """Return the catalogue's id of what a key says."""
        if name == PAGE:
            return "key_letters" if self._signs else "key_digits"
        return "key_space" if name == " " else f"method_{self._method.value}"


def gap_px(sheet: Sheet) -> float:
    """Return the space between two keys."""
    return max(sheet.mm(GAP_MM), 10 * sheet.unit)


def least_px(sheet: Sheet, rows: int) -> float:
    """Return how high so many rows must be: for a finger, and for the words on the keys."""
    high = max(sheet.mm(KEY_MM), ceil(LINE_SHARE * ceil(sheet.quiet_px)) + 1)
    return rows * high + (rows - 1) * gap_px(sheet)


def good_px(sheet: Sheet, rows: int) -> float:
    """Return how high so many rows are to be before anything else grows."""
    high = GOOD * sheet.unit
    return max(least_px(sheet, rows), rows * high + (rows - 1) * gap_px(sheet))


def most_px(sheet: Sheet, rows: int, width: float) -> float:
    """Return how high so many rows look well in this width."""
    gap = gap_px(sheet)
    across = (width - (ACROSS - 1) * gap) / ACROSS
    high = across * (1.1 if sheet.portrait else 0.74)
    return max(good_px(sheet, rows), rows * high + (rows - 1) * gap)


def draw_shift(center: tuple[float, float], size: float, ink: str) -> None:
    """Draw a broad arrow that points up: capitals."""
    x, y = center
    top, wing, foot = y + size * 0.48, y - size * 0.02, y - size * 0.44
    wide, stem = size * 0.48, size * 0.22
    Color(*rgba(ink))
    SmoothLine(
        points=[
            *(x, top, x + wide, wing, x + stem, wing, x + stem, foot),
            *(x - stem, foot, x - stem, wing, x - wide, wing),
        ],
        width=max(1.3, size * 0.065),
        close=True,
    )


def _all_names() -> set[str]:
    """Return the names of all keys of all pages."""
    rows = (*LETTERS, *SIGNS, (name for name, _ in (*LAST, *LAST_WITH_DIGITS)))
    return {name for row in rows for name in row}
