"""Soft things as small pictures, made once: a glow, a card's shadow, the shade of a ball.

Each is a few thousand pixels that the graphics card stretches, so a redraw costs
one picture instead of a blur.
"""

from __future__ import annotations

from functools import cache
from math import hypot
from typing import TYPE_CHECKING, Final

from kivy.graphics.texture import Texture

if TYPE_CHECKING:
    from collections.abc import Callable

GLOW_PX: Final = 64
BALL_PX: Final = 64
SHADOW_PX: Final = 96
SHADOW_EDGE: Final = 40
"""How much of each side of the shadow's picture is edge; the rest is stretched."""
_SHADOW_BLUR: Final = 30.0
_SHADOW_ROUND: Final = 22.0


def clamped(value: float) -> float:
    """Keep a number between 0 and 1."""
    return min(1.0, max(0.0, value))


def smooth(low: float, high: float, value: float) -> float:
    """Rise softly from 0 at `low` to 1 at `high`."""
    share = clamped((value - low) / (high - low))
    return share * share * (3 - 2 * share)


@cache
def glow() -> Texture:
    """Return a white round spot that fades to its edge; tint it with a colour."""
    return _picture(GLOW_PX, lambda x, y: smooth(1.0, 0.0, hypot(x, y)), upright=True)


@cache
def shadow() -> Texture:
    """Return the soft shadow of a rounded card, to be stretched in nine parts."""
    inner = (SHADOW_PX / 2 - _SHADOW_BLUR) - _SHADOW_ROUND

    def alpha(x: float, y: float) -> float:
        dx, dy = (max(0.0, abs(part) * SHADOW_PX / 2 - inner) for part in (x, y))
        outside = hypot(dx, dy) - _SHADOW_ROUND
        return float(smooth(_SHADOW_BLUR, -_SHADOW_BLUR * 0.55, outside) ** 1.4)

    return _picture(SHADOW_PX, alpha, upright=True)


@cache
def shade() -> Texture:
    """Return the shade at the lower edge of a ball lit from above; tint it with a colour.

    The rest is clear to the last bit: the middle of a disc keeps its own colour.
    """
    return _picture(BALL_PX, lambda x, y: smooth(0.84, 1.27, hypot(x * 0.97, y - 0.24)))


def _picture(side: int, alpha: Callable[[float, float], float], *, upright: bool = False) -> Texture:
    """Compute a white square picture; x and y run from -1 to 1, y upwards, and left is as right.

    Where above is as below too (`upright`), only half of the rows are computed.
    """
    middle = (side - 1) / 2
    reach = side / 2
    places = [(place - middle) / reach for place in range(side)]
    raw = bytearray(b"\xff" * (4 * side * side))
    for row, y in enumerate(places[: side // 2] if upright else places):
        half = bytes(round(255 * alpha(x, y)) for x in places[: side // 2])
        for same in {row, side - 1 - row} if upright else {row}:
            raw[4 * side * same + 3 : 4 * side * (same + 1) : 4] = half + half[::-1]
    texture = Texture.create(size=(side, side), colorfmt="rgba")
    texture.blit_buffer(bytes(raw), colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "linear"
    texture.wrap = "clamp_to_edge"
    return texture
