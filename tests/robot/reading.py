"""What the robot can read: whether words of our typeface stand in a picture, how surely, and where.

It knows nothing of the layout: it writes the words itself, at every size there may be, looks where the
picture is most like that, and there compares sign by sign. Pure: a picture and words in, a place out.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import fft

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Array = np.ndarray[Any, np.dtype[np.float32]]

SURE: Final = 0.5
"""Of words that are there each sign is at least so like what the robot wrote."""
SIZES: Final = range(20, 62)
"""Font sizes, in pixels, that are tried."""
WEIGHTS: Final = ("Medium", "SemiBold", "Bold")
"""What the kiosk writes with."""
COARSE: Final = 2
"""The picture is first looked at so many times smaller."""
TRIED: Final = 4
"""As many places as look most likely are looked at closely."""
AROUND_PX: Final = 4
OFF_PX: Final = 2
"""A sign may stand so much beside where the robot would have put it."""
EDGE_PX: Final = 1
BLOT_PX: Final = 3
"""What is other than it should be in a spot of this size is seen: a mark under a letter is no larger."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where words stand: their middle, and how like the least like sign is, at most 1."""

    x: int
    y: int
    likeness: float

    @property
    def is_sure(self) -> bool:
        """Say whether these words are there."""
        return self.likeness >= SURE


@dataclass(frozen=True, slots=True)
class _Hand:
    """Words as the robot writes them, and where each sign begins and ends."""

    words: str
    weight: str
    size: int

    def _font(self) -> ImageFont.FreeTypeFont:
        folder = files("fontpkg_be_vietnam_pro") / "files"
        return ImageFont.truetype(str(folder / f"BeVietnamPro-{self.weight}.ttf"), self.size)

    def image(self) -> Image.Image:
        """Write them, white on black, with next to nothing around them."""
        font = self._font()
        left, top, right, bottom = font.getbbox(self.words)
        image = Image.new("L", (int(right - left) + 2 * EDGE_PX, int(bottom - top) + 2 * EDGE_PX))
        ImageDraw.Draw(image).text((EDGE_PX - left, EDGE_PX - top), self.words, fill=255, font=font)
        return image

    def signs(self) -> Iterator[tuple[int, int]]:
        """Yield from where to where each sign goes that is not a gap."""
        font = self._font()
        left = font.getbbox(self.words)[0] - EDGE_PX
        for number, sign in enumerate(self.words):
            if not sign.isspace():
                ends = (font.getlength(self.words[:upto]) - left for upto in (number, number + 1))
                start, end = (round(each) for each in ends)
                yield max(0, start), end


class _Ground:
    """A picture in which many things are looked for."""

    def __init__(self, values: Array) -> None:
        self.values = values - values.mean()
        self._waves = fft.rfft2(self.values)
        self._added = _added(self.values)
        self._squares = _added(self.values**2)

    def likenesses(self, wanted: Array) -> Array:
        """Return how like each place is to what is wanted, be it dark on light or light on dark."""
        high, wide = wanted.shape
        shape = self.values.shape
        centred = wanted - wanted.mean()
        match = fft.irfft2(self._waves * np.conj(fft.rfft2(centred, shape)), shape)
        match = match[: shape[0] - high + 1, : shape[1] - wide + 1]
        total, squares = (_sums(each, high, wide) for each in (self._added, self._squares))
        spread = np.maximum(squares - total**2 / (high * wide), 1.0) * max(1.0, (centred**2).sum())
        likeness: Array = np.abs(match) / np.sqrt(spread)
        return likeness


def find(
    picture: Image.Image,
    words: str,
    weights: Sequence[str] = WEIGHTS,
    sizes: Iterable[int] = SIZES,
) -> Written:
    """Find the place that is most like these words on one line."""
    glass = _grey(picture)
    small = _Ground(_grey(picture.convert("L").reduce(COARSE)))
    likely: list[tuple[float, _Hand, int, int]] = []
    for weight, size in product(weights, sizes):
        hand = _Hand(words, weight, size)
        wanted = _grey(hand.image().reduce(COARSE))
        if wanted.shape[0] < small.values.shape[0] and wanted.shape[1] < small.values.shape[1]:
            like, x, y = _best(small.likenesses(wanted))
            likely.append((like, hand, x * COARSE, y * COARSE))
    likely.sort(key=lambda each: -each[0])
    found = [_closely(glass, hand, x, y) for _, hand, x, y in likely[:TRIED]]
    return max(found, key=lambda each: each.likeness, default=Written(0, 0, 0.0))


def reads(
    picture: Image.Image, *words: str, weights: Sequence[str] = WEIGHTS, sizes: Iterable[int] = SIZES
) -> bool:
    """Say whether all these words stand in a picture, each text on one line."""
    return all(find(picture, each, weights, sizes).is_sure for each in words)


def _closely(glass: Array, hand: _Hand, x: int, y: int) -> Written:
    """Look at one place of the whole picture, at sizes nearly the same, sign by sign."""
    found = []
    for size in (hand.size - 1, hand.size, hand.size + 1):
        near = _Hand(hand.words, hand.weight, size)
        wanted = _grey(near.image())
        high, wide = wanted.shape
        top, left = max(0, y - AROUND_PX), max(0, x - AROUND_PX)
        part = glass[top : y + high + AROUND_PX, left : x + wide + AROUND_PX]
        if part.shape[0] < high or part.shape[1] < wide:
            continue
        _, along, down = _best(_Ground(part).likenesses(wanted))
        line = glass[top + down : top + down + high]
        least = min(_sign(line, wanted, left + along, *span) for span in near.signs())
        found.append(Written(left + along + wide // 2, top + down + high // 2, least))
    return max(found, key=lambda each: each.likeness, default=Written(0, 0, 0.0))


def _sign(line: Array, wanted: Array, x: int, start: int, end: int) -> float:
    """Return how like one sign of a line is to the one that is wanted there, where it is least like it."""
    sign = wanted[:, start:end]
    left = max(0, x + start - OFF_PX)
    part = line[:, left : x + end + OFF_PX]
    if part.shape[1] < sign.shape[1] or not sign.any():
        return 0.0
    _, along, _ = _best(_Ground(part).likenesses(sign))
    seen = part[:, along : along + sign.shape[1]]
    # the ink and the paper of the picture, whatever they are: the straight line that fits best
    slope = ((seen - seen.mean()) * (sign - sign.mean())).sum() / max(1.0, ((sign - sign.mean()) ** 2).sum())
    if not slope:
        return 0.0
    apart = np.abs((seen - seen.mean()) / slope - (sign - sign.mean())) / 255
    blots = _sums(_added(apart), BLOT_PX, BLOT_PX) / BLOT_PX**2
    return float(1 - blots.max())


def _best(likenesses: Array) -> tuple[float, int, int]:
    """Return the greatest likeness, and where it is: across and down."""
    y, x = np.unravel_index(int(np.argmax(likenesses)), likenesses.shape)
    return float(likenesses[y, x]), int(x), int(y)


def _grey(picture: Image.Image) -> Array:
    return np.asarray(picture.convert("L"), dtype=np.float32)


def _added(values: Array) -> Array:
    """Return the sums of all that is above and before each place."""
    return np.pad(values.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))


def _sums(added: Array, high: int, wide: int) -> Array:
    """Return the sum of each rectangle of this size."""
    sums: Array = added[high:, wide:] - added[:-high, wide:] - added[high:, :-wide] + added[:-high, :-wide]
    return sums
