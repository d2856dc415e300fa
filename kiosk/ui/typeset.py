"""Where lines of words break, and how large they may be.

A line is as high as `LINE_SHARE` of its font size, lines are about equally long, and
words shrink until they fit, never below what eyes need. A word that is written as two, as most
words of Vietnamese are, is not torn apart where that costs no line and little size.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Final

from kivy.core.text import Label as Writing

from kiosk.catalog import compounds
from kiosk.ui.theme import LINE_SHARE
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

NBSP: Final = "\N{NO-BREAK SPACE}"
ONE_LINE_SHARE: Final = 0.85
"""How much smaller words may be written to stay on one line."""

TITLE_SHARE: Final = 0.8
"""How much smaller a title may be written to have fewer lines."""
WHOLE_SHARE: Final = 0.9
"""How much smaller words may be written for none of them to be torn apart."""
MARKS: Final = "(,.;:?!)…"
"""What may stand before a word or after it."""
SHORT: Final = 9
"""Words that are no longer together, in signs, stay on one line: "Quay lại", "On time"."""


class Setting(Value, frozen=True):
    """Words set in lines at one font size."""

    lines: tuple[str, ...]
    font: str
    size_px: int
    width_px: int
    fits: bool

    @property
    def line_px(self) -> int:
        """Return the height of one line."""
        return ceil(self.size_px * LINE_SHARE)

    @property
    def height_px(self) -> int:
        """Return the height of all lines."""
        return self.line_px * len(self.lines)


@lru_cache(maxsize=4096)
def width_of(words: str, font: str, size_px: int) -> int:
    """Return how wide these words are on one line."""
    return int(Writing(font_name=font, font_size=size_px).get_extents(words)[0])


def kept(words: str) -> str:
    """Return words that may not break where they are short together."""
    return words.replace(" ", NBSP) if len(words) <= SHORT else words


@lru_cache(maxsize=1024)
def bound(words: str) -> str:
    """Return words with no break within a word that is written as two."""
    parts = words.split(" ")
    together = parts[0]
    for before, after in pairwise(parts):
        is_one = _is_one(before.rpartition(NBSP)[2], after.partition(NBSP)[0])
        together += f"{NBSP if is_one else ' '}{after}"
    return together


def torn(lines: Sequence[str]) -> bool:
    """Say whether a line ends within a word that is written as two."""
    return any(
        _is_one(before.split(" ")[-1].rpartition(NBSP)[2], after.split(" ")[0].partition(NBSP)[0])
        for before, after in pairwise(lines)
    )


def set_words(words: str, font: str, box: tuple[float, float], size_px: float, least_px: float) -> Setting:
    """Set words within a box at the largest size from `size_px` down to `least_px`.

    When even the smallest is too large, it is set so all the same and says `fits=False`.
    """
    found = _set_largest(words, font, box, size_px, least_px)
    if not found.fits or not torn(found.lines):
        return found
    least = max(ceil(least_px), ceil(WHOLE_SHARE * found.size_px))
    for size in range(found.size_px, least - 1, -1):
        whole = _at(bound(words), font, size, box[0])
        if whole.width_px <= box[0] and len(whole.lines) <= len(found.lines):
            return whole
    return found


def _set_largest(words: str, font: str, box: tuple[float, float], size_px: float, least_px: float) -> Setting:
    """Set words as large as they may be, wherever lines break."""
    width, height = box
    least = ceil(least_px)
    most = max(round(size_px), least)
    best = _at(words, font, most, width)
    if best.width_px <= width and best.height_px <= height:
        return best
    # each size that is tried opens the font anew: halve the sizes that are left, do not walk down them
    best = _at(words, font, least, width)
    if best.width_px > width or best.height_px > height:
        return Setting(best.lines, font, least, best.width_px, fits=False)
    fits, too_large = least, most
    while too_large - fits > 1:
        tried = _at(words, font, (fits + too_large) // 2, width)
        if tried.width_px <= width and tried.height_px <= height:
            fits, best = tried.size_px, tried
        else:
            too_large = tried.size_px
    return best


def set_title(words: str, font: str, box: tuple[float, float], size_px: float, least_px: float) -> Setting:
    """Set words on as few lines as may be, where they need not be much smaller for it."""
    found = set_words(words, font, box, size_px, least_px)
    least = max(least_px, TITLE_SHARE * found.size_px)
    for count in range(1, len(found.lines)):
        high = min(box[1], count * ceil(found.size_px * LINE_SHARE))
        fewer = set_words(words, font, (box[0], high), found.size_px, least)
        if fewer.fits:
            return fewer
    return found


def set_parts(
    parts: Sequence[str], joint: str, font: str, box: tuple[float, float], sizes: tuple[float, float]
) -> tuple[str, Setting]:
    """Set parts that belong together on one line; where that is too long, each on lines of its own.

    Returns the words with it. `sizes` are the largest and the smallest; one line is taken only
    if it need not be much smaller than the largest.
    """
    most, least = sizes
    whole = joint.join(parts)
    setting = set_words(whole.replace(" ", NBSP), font, box, most, max(least, ONE_LINE_SHARE * most))
    if setting.fits:
        return whole, setting
    broken = "\n".join(parts)
    return broken, set_words(broken, font, box, most, least)


def _is_one(before: str, after: str) -> bool:
    """Say whether two words are one that is written as two."""
    return f"{before} {after}".lower().strip(MARKS) in compounds()


@lru_cache(maxsize=1024)
def _at(words: str, font: str, size: int, width: float) -> Setting:
    """Set words at one size in lines of about the same length."""
    lines = tuple(
        line for part in words.split("\n") for line in _balanced(tuple(part.split(" ")), font, size, width)
    )
    return Setting(lines, font, size, max(width_of(line, font, size) for line in lines), fits=True)


def _balanced(words: tuple[str, ...], font: str, size: int, width: float) -> list[str]:
    """Break at the narrowest width that needs no more lines: no word stands alone at the end."""
    lines = _greedy(words, font, size, width)
    low, high = 0.0, width
    while len(lines) > 1 and high - low > 1:
        middle = (low + high) / 2
        tried = _greedy(words, font, size, middle)
        if len(tried) <= len(lines) and max(width_of(line, font, size) for line in tried) <= middle:
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _greedy(words: tuple[str, ...], font: str, size: int, width: float) -> list[str]:
    """Fill line after line."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if width_of(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
