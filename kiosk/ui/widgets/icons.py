"""Small pictures that the typeface lacks, drawn with lines."""

from __future__ import annotations

from kivy.graphics import Color, SmoothLine

from kiosk.ui.theme import WARM, rgba


def draw_erase(center: tuple[float, float], size: float) -> None:
    """Draw the sign for taking back: a tag that points left, with a cross in it."""
    x, y = center
    half, cut = size * 0.36, size * 0.16
    width = max(1.0, size * 0.045)
    Color(*rgba(WARM.ink))
    left, waist, right = x - size * 0.62, x - size * 0.24, x + size * 0.56
    tag = (left, y, waist, y + half, right, y + half, right, y - half, waist, y - half)
    SmoothLine(points=tag, width=width, close=True)
    middle = x + size * 0.17
    SmoothLine(points=(middle - cut, y - cut, middle + cut, y + cut), width=width)
    SmoothLine(points=(middle - cut, y + cut, middle + cut, y - cut), width=width)
