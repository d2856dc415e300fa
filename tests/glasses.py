"""The glasses that the kiosk is tried on, without a window and by a robot. It knows nothing of Kivy."""

from __future__ import annotations

from typing import Final

GLASSES: Final = (
    (800, 480, 7.0),
    (1024, 600, 10.1),
    (1280, 800, 10.1),
    (800, 1280, 10.1),
    (1920, 1080, 15.6),
    (1080, 1920, 15.6),
    (1920, 1080, 21.5),
    (1080, 1920, 21.5),
)
"""Width and height in pixels, and the diagonal in inches: lying and upright, the smallest first."""
