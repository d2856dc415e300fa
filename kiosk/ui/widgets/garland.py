"""Hearts, sparkles and a soft light around a face: drawn once, and still."""

from __future__ import annotations

from math import cos, pi, radians, sin
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, Mesh, Rectangle

from kiosk.ui import textures
from kiosk.ui.box import Box
from kiosk.ui.theme import mixed, rgba
from kiosk.ui.widgets.strokes import dot, edge
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.strokes import Point

LIGHT_REACH: Final = 1.75
"""How far the light reaches, in radii of the face."""
STEPS: Final = 40
"""Points of an outline."""


class Bloom(Value, frozen=True):
    """One thing of the garland.

    `way` is its direction from the face in degrees (0 is right, 90 up), `far` how far from the middle
    and `size` how large it is, in radii of the face; `lean` turns it, in degrees.
    """

    kind: str
    way: float
    far: float
    size: float
    lean: float = 0.0


GARLAND: Final = (
    (Bloom("heart", 24, 1.42, 0.17, -14), Bloom("sparkle", 155, 1.44, 0.16)),
    (Bloom("sparkle", 46, 1.36, 0.13), Bloom("heart", 134, 1.40, 0.125, 12)),
    (Bloom("heart", 62, 1.30, 0.085, 10), Bloom("sparkle", 117, 1.30, 0.075)),
    (Bloom("dot", 35, 1.66, 0.032), Bloom("dot", 143, 1.66, 0.034)),
    (Bloom("dot", 10, 1.30, 0.036), Bloom("dot", 169, 1.28, 0.030)),
    (Bloom("sparkle", 4, 1.62, 0.085), Bloom("heart", 176, 1.60, 0.09, -10)),
    (Bloom("heart", -16, 1.44, 0.10, 12), Bloom("sparkle", 194, 1.42, 0.09)),
)
"""What stands around the face, one at its right for one at its left: larger at its shoulders, never alike."""


def blooms_of(face: Box, glass: Box, words: Iterable[Box], apart: float) -> list[tuple[Bloom, Box]]:
    """Return what stands around a face, and where.

    What would leave the glass or come closer to words than `apart` is left out, and so is its like at the
    other side of the face.
    """
    lines = list(words)
    found: list[tuple[Bloom, Box]] = []
    (x, y), r = face.center, face.width / 2
    for pair in GARLAND:
        places = []
        for each in pair:
            half = max(2.0, each.size * r)
            at = (x + each.far * r * cos(radians(each.way)), y + each.far * r * sin(radians(each.way)))
            places.append(Box(at[0] - half, at[1] - half, 2 * half, 2 * half))
        if all(glass.contains(at) and all(at.apart(line) >= apart for line in lines) for at in places):
            found += zip(pair, places, strict=True)
    return found


def draw_garland(theme: Theme, face: Box, blooms: Iterable[tuple[Bloom, Box]]) -> None:
    """Draw the light of a face and what stands around it into the canvas that is open."""
    x, y = face.center
    if not theme.flat:
        reach = face.width / 2 * LIGHT_REACH
        Color(*rgba(mixed(theme.glow, theme.face, 0.30)))
        Rectangle(texture=textures.glow(), pos=(x - reach, y - reach), size=(2 * reach, 2 * reach))
    heart = mixed(theme.face_blush, theme.paper, 0.0 if theme.flat else 0.12)
    colours = {"heart": heart, "sparkle": theme.face, "dot": mixed(theme.face, theme.face_blush, 0.4)}
    for each, place in blooms:
        Color(*rgba(colours[each.kind]))
        SHAPES[each.kind](place.center, place.width / 2, radians(each.lean))


def _heart(at: Point, half: float, lean: float) -> None:
    """Draw a heart."""
    points = []
    for step in range(STEPS + 1):
        # from the tip around to the tip: a line that is joined there grows a thorn
        t = pi + 2 * pi * step / STEPS
        wide = 16 * sin(t) ** 3
        high = 13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)
        points.append((wide / 16, (high + 2.5) / 16))
    # so it does at the notch
    _shape(points, at, half, lean, STEPS // 2)


def sparkle(at: Point, half: float, lean: float = 0.0) -> None:
    """Draw a star of four soft rays."""
    points = []
    for step in range(STEPS + 1):
        t = 2 * pi * step / STEPS
        points.append((_ray(cos(t)), _ray(sin(t))))
    _shape(points, at, half, lean)


def _ray(part: float) -> float:
    """Bend a circle inwards between its four ends."""
    return float(abs(part) ** 2.6 * (1 if part >= 0 else -1))


def _spot(at: Point, half: float, lean: float) -> None:
    """Draw a round spot."""
    del lean
    dot(*at, half)


def _shape(points: list[Point], at: Point, half: float, lean: float, notch: int = 0) -> None:
    """Fill a closed outline that every ray from its middle meets once; a fine line softens its edge.

    The line is not joined at the point that is a `notch`.
    """
    turned = [
        (at[0] + half * (x * cos(lean) - y * sin(lean)), at[1] + half * (x * sin(lean) + y * cos(lean)))
        for x, y in points
    ]
    around = [at, *turned]
    vertices = [part for x, y in around for part in (x, y, 0.0, 0.0)]
    Mesh(vertices=vertices, indices=list(range(len(around))), mode="triangle_fan")
    for part in (turned[: notch + 1], turned[notch:]):
        edge(part, 2.5 * half)


SHAPES: Final[dict[str, Callable[[Point, float, float], None]]] = {
    "heart": _heart,
    "sparkle": sparkle,
    "dot": _spot,
}
