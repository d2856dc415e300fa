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
    from collections.abc import Callable

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
    Bloom("heart", 24, 1.42, 0.17, -14),
    Bloom("sparkle", 46, 1.36, 0.13),
    Bloom("heart", 62, 1.30, 0.085, 10),
    Bloom("dot", 35, 1.66, 0.032),
    Bloom("dot", 10, 1.30, 0.036),
    Bloom("sparkle", 4, 1.62, 0.085),
    Bloom("heart", -16, 1.44, 0.10, 12),
    Bloom("sparkle", 155, 1.44, 0.16),
    Bloom("heart", 134, 1.40, 0.125, 12),
    Bloom("sparkle", 117, 1.30, 0.075),
    Bloom("dot", 143, 1.66, 0.034),
    Bloom("heart", 176, 1.60, 0.09, -10),
    Bloom("dot", 169, 1.28, 0.030),
    Bloom("sparkle", 194, 1.42, 0.09),
)
"""What stands around the face: larger at the shoulders of it, smaller above and below; never twice alike."""


def draw_garland(theme: Theme, face: Box, glass: Box, room: Box) -> None:
    """Draw everything around a face into the canvas that is open.

    What would leave the glass or reach into the words is left out: `room` is what is free of words.
    """
    x, y = face.center
    r = face.width / 2
    if not theme.flat:
        reach = r * LIGHT_REACH
        Color(*rgba(mixed(theme.glow, theme.face, 0.30)))
        Rectangle(texture=textures.glow(), pos=(x - reach, y - reach), size=(2 * reach, 2 * reach))
    heart = mixed(theme.face_blush, theme.paper, 0.0 if theme.flat else 0.12)
    colours = {"heart": heart, "sparkle": theme.face, "dot": mixed(theme.face, theme.face_blush, 0.4)}
    for each in GARLAND:
        at = (x + each.far * r * cos(radians(each.way)), y + each.far * r * sin(radians(each.way)))
        half = max(2.0, each.size * r)
        place = Box(at[0] - half, at[1] - half, 2 * half, 2 * half)
        if glass.contains(place) and room.contains(place):
            Color(*rgba(colours[each.kind]))
            SHAPES[each.kind](at, half, radians(each.lean))


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
