"""What the robot makes of a picture of the screen. Pure: a picture in, places out.

It knows the five colours of the faces and nothing of the layout, so it finds them
wherever they are drawn, upright or across, as a person does. Of buttons it is told
where they are, and sees which one is filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageColor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CELL_PX = 4
"""The picture is looked at in squares of this size; anything smaller is no face."""
FACE_CELLS_MIN = 20
SIZES_MAX = 2.5
"""Faces are alike: the widest is not more than this many times as wide as the narrowest."""
GROUND_PX = 16
"""How far around the middle of a button one looks to see what its word stands on."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something is, in pixels from the upper left corner."""

    x: int
    y: int
    width: int


def faces(picture: Image.Image, colours: Sequence[str]) -> list[Spot]:
    """Find the discs of these colours, in their order. Empty unless there is one of each, all alike."""
    found = [spot for colour in colours if (spot := largest(picture, colour)) is not None]
    widths = sorted(spot.width for spot in found)
    if len(found) < len(colours) or widths[-1] > widths[0] * SIZES_MAX:
        return []
    return found


def any_face(picture: Image.Image, colours: Sequence[str]) -> bool:
    """Say whether even one disc is in sight."""
    return any(largest(picture, colour) is not None for colour in colours)


def largest(picture: Image.Image, colour: str) -> Spot | None:
    """Find the largest piece of exactly this colour, and its middle."""
    cells = max(_pieces(_cells_of(picture, colour)), key=len, default=[])
    if len(cells) < FACE_CELLS_MIN:
        return None
    left, right = min(x for x, _ in cells), max(x for x, _ in cells) + 1
    top, bottom = min(y for _, y in cells), max(y for _, y in cells) + 1
    return Spot((left + right) * CELL_PX // 2, (top + bottom) * CELL_PX // 2, (right - left) * CELL_PX)


def filled(picture: Image.Image, places: Mapping[str, tuple[int, int]], colour: str) -> str:
    """Return the name of the one button that is filled with this colour. Empty where it is none, or more."""
    found = [name for name, (x, y) in places.items() if _ground(picture, x, y) == ImageColor.getrgb(colour)]
    return found[0] if len(found) == 1 else ""


def _ground(picture: Image.Image, x: int, y: int) -> object:
    """Return the colour that most of a place has: what a word stands on, not the word."""
    box = (x - GROUND_PX, y - GROUND_PX, x + GROUND_PX, y + GROUND_PX)
    counted = picture.convert("RGB").crop(box).getcolors((2 * GROUND_PX) ** 2) or []
    return max(counted, key=itemgetter(0))[1]


def _cells_of(picture: Image.Image, colour: str) -> set[tuple[int, int]]:
    """Return the squares that are mostly of this colour."""
    wanted = ImageColor.getrgb(colour)[:3]
    bands = picture.convert("RGB").split()
    masks = [
        band.point([255 * (level == part) for level in range(256)])
        for band, part in zip(bands, wanted, strict=True)
    ]
    mask = ImageChops.darker(ImageChops.darker(masks[0], masks[1]), masks[2])
    if mask.getbbox() is None:
        return set()
    small = mask.reduce(CELL_PX)
    return {(at % small.width, at // small.width) for at, level in enumerate(small.tobytes()) if level > 127}


def _pieces(cells: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Sort squares into pieces that hang together."""
    left = set(cells)
    found: list[list[tuple[int, int]]] = []
    while left:
        piece = [left.pop()]
        for x, y in piece:  # grows while it is walked
            near = {(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)} & left
            left -= near
            piece.extend(near)
        found.append(piece)
    return found
