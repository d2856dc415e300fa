"""Small pictures that the typeface lacks, drawn with lines in the colour of the words beside them.

Each is drawn around a center; `size` is about its height and width in pixels.
"""

from __future__ import annotations

from math import cos, radians, sin

from kivy.graphics import Color, Ellipse, SmoothEllipse, SmoothLine

from kiosk.ui.theme import rgba
from kiosk.ui.widgets.strokes import FEATHER_PX, ring

Point = tuple[float, float]


def draw_erase(center: Point, size: float, ink: str) -> None:
    """Draw the sign for taking back: a tag that points left, with a cross in it."""
    x, y = center
    half, cut = size * 0.36, size * 0.16
    width = max(1.3, size * 0.065)
    Color(*rgba(ink))
    left, waist, right = x - size * 0.62, x - size * 0.24, x + size * 0.56
    tag = (left, y, waist, y + half, right, y + half, right, y - half, waist, y - half)
    SmoothLine(points=tag, width=width, close=True)
    middle = x + size * 0.17
    SmoothLine(points=(middle - cut, y - cut, middle + cut, y + cut), width=width)
    SmoothLine(points=(middle - cut, y + cut, middle + cut, y - cut), width=width)


def draw_larger(center: Point, size: float, ink: str) -> None:
    """Draw a large A and a plus at its shoulder: larger text."""
    x, y = center
    width = _stroke_of(size)
    Color(*rgba(ink))
    foot, top = y - size * 0.42, y + size * 0.42
    left, right = x - size * 0.52, x + size * 0.20
    peak, bar = (left + right) / 2, y - size * 0.12
    _line(width, (left, foot), (peak, top), (right, foot))
    _line(width, (left + size * 0.14, bar), (right - size * 0.14, bar))
    arm, px, py = size * 0.18, x + size * 0.40, y + size * 0.22
    _line(width, (px - arm, py), (px + arm, py))
    _line(width, (px, py - arm), (px, py + arm))


def draw_contrast(center: Point, size: float, ink: str) -> None:
    """Draw a disc of which one half is filled: strong contrast."""
    x, y = center
    radius = size * 0.44
    Color(*rgba(ink))
    ring(center, radius, _stroke_of(size) + FEATHER_PX)
    Ellipse(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius), angle_start=0, angle_end=180)


def draw_lower(center: Point, size: float, ink: str) -> None:
    """Draw an arrow down to a line: everything to touch comes lower."""
    x, y = center
    width = _stroke_of(size)
    Color(*rgba(ink))
    top, tip, line, wing = y + size * 0.46, y - size * 0.24, y - size * 0.44, size * 0.26
    _line(width, (x, top), (x, tip))
    _line(width, (x - wing, tip + wing), (x, tip), (x + wing, tip + wing))
    _line(width, (x - size * 0.40, line), (x + size * 0.40, line))


def draw_listen(center: Point, size: float, ink: str) -> None:
    """Draw a loudspeaker and two waves: have it read out."""
    x, y = center
    width = _stroke_of(size)
    Color(*rgba(ink))
    back, front, edge = x - size * 0.50, x - size * 0.26, x + size * 0.02
    low, high = size * 0.15, size * 0.40
    _line(
        width,
        (back, y - low),
        (back, y + low),
        (front, y + low),
        (edge, y + high),
        (edge, y - high),
        (front, y - low),
        (back, y - low),
    )
    for radius in (0.22, 0.42):
        wave = [
            (x + size * (0.08 + radius * cos(turn)), y + size * radius * sin(turn))
            for turn in (radians(degrees) for degrees in range(-48, 49, 12))
        ]
        _line(width, *wave)


def _stroke_of(size: float) -> float:
    """Return half the width of a line in a picture of this size, as Kivy counts it."""
    return max(1.3, size * 0.062)


def _line(half: float, *points: Point) -> None:
    """Draw a line with round ends and corners through these points."""
    SmoothLine(points=[part for point in points for part in point], width=half + FEATHER_PX)
    for x, y in points:
        SmoothEllipse(pos=(x - half, y - half), size=(2 * half, 2 * half), segments=24)
