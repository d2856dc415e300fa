"""Soft lines and filled shapes, of which faces and what is around them are drawn. Lengths are in pixels."""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import Final

from kivy.graphics import Mesh, SmoothEllipse, SmoothLine

Point = tuple[float, float]

FEATHER_PX: Final = 0.4
"""How much narrower than asked Kivy's smooth lines look; discs at their ends do not."""
ROUND_SHARE: Final = 0.9
"""How much of half a circle an arc is: 1 would end upright."""
STEPS: Final = 24
"""Points of a curve."""
RING_STEPS: Final = 120
"""Points of a circle."""


def dot(x: float, y: float, radius: float) -> None:
    """Draw a small round dot."""
    SmoothEllipse(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius), segments=32)


def ring(center: Point, radius: float, half: float) -> None:
    """Draw a circle with a line this wide to both sides, closed: a circle of Kivy's has a nick at its top."""
    turns = [2 * pi * step / RING_STEPS for step in range(RING_STEPS)]
    points = [
        part for turn in turns for part in (center[0] + radius * sin(turn), center[1] + radius * cos(turn))
    ]
    SmoothLine(points=points, width=half, close=True)


def stroke(points: list[Point], half: float) -> None:
    """Draw a line with round ends."""
    half = max(half, 0.6)
    SmoothLine(points=[part for point in points for part in point], width=half + FEATHER_PX)
    for x, y in (points[0], points[-1]):
        dot(x, y, half)


def curve(half: float, y: float, bend: float, x: float = 0.0) -> list[Point]:
    """Return an arc around x, y whose ends are `bend` higher than its middle."""
    shares = [sin(pi * (step / STEPS - 0.5)) for step in range(STEPS + 1)]
    full = 1 - sqrt(1 - ROUND_SHARE**2)
    rises = [(1 - sqrt(1 - (ROUND_SHARE * share) ** 2)) / full for share in shares]
    return [(x + share * half, y + bend * (rise - 0.5)) for share, rise in zip(shares, rises, strict=True)]


def between(start: Point, middle: Point, end: Point, share: float) -> Point:
    """Return a point of the soft curve from start to end that `middle` pulls."""
    a, b, c = (1 - share) ** 2, 2 * share * (1 - share), share * share
    return a * start[0] + b * middle[0] + c * end[0], a * start[1] + b * middle[1] + c * end[1]


def edge(points: list[Point], r: float) -> None:
    """Soften the edge of a filled shape, which is jagged by itself."""
    if len(points) > 1:
        SmoothLine(points=[part for point in points for part in point], width=max(0.6, 0.008 * r))


def fill(upper: list[Point], lower: list[Point]) -> None:
    """Fill the space between two curves of as many points."""
    vertices = [
        part
        for (ux, uy), (lx, ly) in zip(upper, lower, strict=True)
        for part in (ux, uy, 0.0, 0.0, lx, ly, 0.0, 0.0)
    ]
    Mesh(vertices=vertices, indices=list(range(2 * len(upper))), mode="triangle_strip")
