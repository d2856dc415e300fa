"""The funnel plot: who lies further off than chance alone would put them.

Limits and places are computed here, in Python; the browser draws them. Names stand beside the dots as far
as there is room for them, first of those that lie furthest off; on a phone there is room for fewer. The table
has them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from server.domain.funnel import OUTLIER, WATCH, Zone
from server.web.drawing import filled, trend_axis

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from server.domain.comparison import Compared, Comparison
    from server.domain.funnel import Funnel
    from server.domain.months import Cut
    from server.web.catalog import Words

STEPS: Final = 48
"""From how many points a limit is drawn."""
WIDE: Final = (560, 150, 26)
NARROW: Final = (220, 250, 16)
"""How large a picture is at least, on paper and on a phone, in pixels, and how many letters of a name it has
room for. On a larger one dots lie further apart, and names over nothing all the more."""
LETTER: Final = 7.4
"""How wide a letter of a name is."""
LINE: Final = 18
DOT: Final = 10
DOWN: Final = {Zone.OUTLIER_LOW, Zone.WATCH_LOW}
UP: Final = {Zone.OUTLIER_HIGH, Zone.WATCH_HIGH}


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the picture that is taken, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def is_apart(self, other: Box) -> bool:
        """Say whether another box has no part of this one."""
        return (
            self.right <= other.left
            or other.right <= self.left
            or self.bottom <= other.top
            or other.bottom <= self.top
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """What the axes span: ratings from `least` to `most`, shares from `start` to 1."""

    least: int
    most: int
    start: float

    def spot(self, row: Compared, size: tuple[int, int, int]) -> tuple[float, float]:
        """Return where a row lies, in pixels from the upper left."""
        width, height, _ = size
        right = (row.n - self.least) / (self.most - self.least)
        down = (1 - row.satisfied.value) / (1 - self.start)
        return width * right, height * down


def funnel_chart(
    found: Comparison, names: Mapping[str, str], words: Words, cut: Cut
) -> dict[str, Any] | None:
    """Draw a comparison; with one row there is nothing to draw."""
    if not found.compares:
        return None
    smallest, largest = (choose(row.n for row in found.rows) for choose in (min, max))
    lowest = min(*(row.satisfied.value for row in found.rows), found.funnel.limits(smallest, WATCH).low)
    start, step = trend_axis(max(0.0, lowest))
    frame = Frame(int(smallest * 0.8), ceil(largest * 1.12), start)
    limits = [_limit(n, found.funnel) for n in _steps(max(1, frame.least), frame.most)]
    wide, narrow = (placed(found.rows, names, frame, size) for size in (WIDE, NARROW))
    dots: list[dict[str, object]] = [
        {
            "n": row.n,
            "share": row.satisfied.value,
            "shape": _shape(row.spot.zone),
            "is_outlier": row.spot.zone in {Zone.OUTLIER_LOW, Zone.OUTLIER_HIGH},
            "name": shortened(names[row.key], WIDE[2]),
            "short": shortened(names[row.key], NARROW[2]),
            "wide": wide.get(row.key, ""),
            "narrow": narrow.get(row.key, ""),
            "tip": _tip(row, names[row.key], words),
        }
        for row in found.rows
    ]
    caption = words(
        f"funnel_caption_{cut.value}", common=words.percent(found.funnel.target), low=words.percent(start)
    )
    values: dict[str, object] = {
        "unit": words("percent", number=""),
        "start": start,
        "step": step,
        "least": frame.least,
        "most": frame.most,
    }
    params = [{"name": name, "value": value} for name, value in values.items()]
    return filled("compared", caption, limits=limits, dots=dots) | {"params": params}


def _steps(first: int, last: int) -> Iterable[int]:
    """Return whole numbers from one to another, closer together where they are small: there limits bend."""
    grown = (round(first * (last / first) ** (number / (STEPS - 1))) for number in range(STEPS))
    return sorted({*grown, first, last})


def _limit(n: int, funnel: Funnel) -> dict[str, object]:
    inner, outer = funnel.limits(n, WATCH), funnel.limits(n, OUTLIER)
    bounds = {"low": inner.low, "high": inner.high, "lowest": outer.low, "highest": outer.high}
    return {"n": n, "common": funnel.target, **bounds}


def _shape(zone: Zone) -> str:
    return "triangle-down" if zone in DOWN else "triangle-up" if zone in UP else "circle"


def _tip(row: Compared, name: str, words: Words) -> str:
    return words.many(
        "funnel_tip",
        row.n,
        name=name,
        share=words.percent(row.satisfied.value),
        between=words.from_to(row.satisfied.interval),
        zone=words(f"zone_{row.spot.zone.value}"),
    )


def shortened(name: str, most: int) -> str:
    """Return a name with so many letters at most."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def placed(
    rows: Sequence[Compared], names: Mapping[str, str], frame: Frame, size: tuple[int, int, int]
) -> dict[str, str]:
    """Say on which side of its dot each name stands. Names that would lie over others are left out."""
    width, _, letters = size
    spots = {row.key: frame.spot(row, size) for row in rows}
    taken = [Box(x - DOT / 2, y - DOT / 2, x + DOT / 2, y + DOT / 2) for x, y in spots.values()]
    sides: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row.spot.p_value):
        x, y = spots[row.key]
        for side, box in _around(x, y, LETTER * len(shortened(names[row.key], letters))):
            inside = box.left >= 0 and box.right <= width and box.top >= -LINE
            if inside and all(box.is_apart(other) for other in taken):
                sides[row.key] = side
                taken.append(box)
                break
    return sides


def _around(x: float, y: float, long: float) -> list[tuple[str, Box]]:
    """Return where a name may stand: to the right of its dot, to the left, above, below."""
    half, gap = LINE / 2, DOT
    return [
        ("right", Box(x + gap, y - half, x + gap + long, y + half)),
        ("left", Box(x - gap - long, y - half, x - gap, y + half)),
        ("above", Box(x - long / 2, y - gap - LINE, x + long / 2, y - gap)),
        ("below", Box(x - long / 2, y + gap, x + long / 2, y + gap + LINE)),
    ]
