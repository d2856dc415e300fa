"""A rectangle of the screen, and how to cut it into parts. Plain arithmetic."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable


class Box(Value, frozen=True):
    """A rectangle: the left, the bottom, the width and the height, in pixels, y upwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def pos(self) -> tuple[float, float]:
        """Return the corner at the lower left."""
        return self.x, self.y

    @property
    def size(self) -> tuple[float, float]:
        """Return the width and the height."""
        return self.width, self.height

    @property
    def right(self) -> float:
        """Return where it ends on the right."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Return where it ends above."""
        return self.y + self.height

    @property
    def center(self) -> tuple[float, float]:
        """Return the point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def within(self, across: float, down: float | None = None) -> Box:
        """Return the box that lies this far inside on each side."""
        down = across if down is None else down
        return Box(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)

    def snapped(self) -> Box:
        """Return the same box on whole pixels."""
        x, y = round(self.x), round(self.y)
        return Box(x, y, round(self.right) - x, round(self.top) - y)

    def from_top(self, height: float, above: float = 0) -> Box:
        """Return the part of this height that lies `above` below the top."""
        return Box(self.x, self.top - above - height, self.width, height)

    def below(self, height: float) -> Box:
        """Return what is left when this height is taken from the top."""
        return Box(self.x, self.y, self.width, self.height - height)

    def from_left(self, width: float) -> Box:
        """Return the part of this width at the left."""
        return Box(self.x, self.y, width, self.height)

    def right_of(self, width: float) -> Box:
        """Return what is left when this width is taken from the left."""
        return Box(self.x + width, self.y, self.width - width, self.height)

    def columns(self, count: int, gap: float) -> list[Box]:
        """Cut it into equal columns, left to right."""
        width = (self.width - gap * (count - 1)) / count
        return [Box(self.x + n * (width + gap), self.y, width, self.height) for n in range(count)]

    def rows(self, count: int, gap: float) -> list[Box]:
        """Cut it into equal rows, top to bottom."""
        height = (self.height - gap * (count - 1)) / count
        return [self.from_top(height, n * (height + gap)) for n in range(count)]

    def square_in_middle(self, side: float) -> Box:
        """Return a square in its middle, on whole pixels and no smaller than asked."""
        whole = ceil(side)
        return Box(round(self.center[0] - whole / 2), round(self.center[1] - whole / 2), whole, whole)

    def widest_free(self, others: Iterable[Box], apart: float) -> Box:
        """Return the widest part of a row that is this far from all others in it."""
        parts, x = [], self.x
        for other in sorted(others, key=lambda each: each.x):
            parts.append((x, other.x - apart))
            x = max(x, other.right + apart)
        start, end = max((*parts, (x, self.right)), key=lambda part: part[1] - part[0])
        return Box(start, self.y, max(0.0, end - start), self.height)

    def holds(self, x: float, y: float) -> bool:
        """Say whether a point lies in it."""
        return self.x <= x <= self.right and self.y <= y <= self.top

    def contains(self, other: Box, slack: float = 0) -> bool:
        """Say whether another box lies in it."""
        return (
            self.x - slack <= other.x
            and self.y - slack <= other.y
            and other.right <= self.right + slack
            and other.top <= self.top + slack
        )

    def apart(self, other: Box) -> float:
        """Return the distance to another box; 0 or less when they touch or overlap."""
        across = max(self.x - other.right, other.x - self.right)
        down = max(self.y - other.top, other.y - self.top)
        return max(across, down)
