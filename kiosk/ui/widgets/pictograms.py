"""The pictograms of a survey's options, drawn with one pen: round ends, round corners, one width.

A survey names them; a name that is not known here gets a neutral one, so that a survey
may be newer than the kiosk. Each is drawn in a field of 48 by 48 units around its middle.
"""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, SmoothEllipse, SmoothLine, SmoothRoundedRectangle

from kiosk.ui.theme import rgba
from kiosk.ui.widgets.strokes import FEATHER_PX, ring

if TYPE_CHECKING:
    from collections.abc import Callable

FIELD: Final = 48.0
"""The side of the field that pictograms are drawn in, in units."""
STROKE: Final = 4.0
"""The width of the pen, in units."""
STEPS: Final = 10
"""Points of a rounded corner."""
DOT_SEGMENTS: Final = 32
MANY_BENDS: Final = 4
"""A way that turns so often is drawn closer."""

Point = tuple[float, float]


class Pen:
    """Draws into the canvas that is open, around a center, in units of the field."""

    def __init__(self, center: Point, size: float) -> None:
        self._x, self._y = center
        self._unit = size / FIELD
        self._half = max(1.0, STROKE / 2 * self._unit)

    def line(self, *points: Point) -> None:
        """Draw straight lines through these points, with round ends and corners."""
        self._draw(points)
        for point in points:
            self._cap(point)

    def path(self, corner: float, *points: Point, closed: bool = False) -> None:
        """Draw straight lines through these points, whose corners are arcs of about this radius."""
        count = len(points)
        inner = range(count) if closed else range(1, count - 1)
        rounded = [] if closed else [points[0]]
        for number in inner:
            before, at, after = points[number - 1], points[number], points[(number + 1) % count]
            rounded += _rounded(before, at, after, corner)
        if closed:
            self._draw(rounded, closed=True)
            return
        rounded.append(points[-1])
        self._draw(rounded)
        self._cap(points[0])
        self._cap(points[-1])

    def arc(self, center: Point, radius: float, start: float, end: float) -> None:
        """Draw a part of a circle, in degrees, counterclockwise from the right."""
        count = max(6, round(abs(end - start) / 6))
        turns = [radians(start + (end - start) * step / count) for step in range(count + 1)]
        points = [(center[0] + radius * cos(turn), center[1] + radius * sin(turn)) for turn in turns]
        self._draw(points)
        self._cap(points[0])
        self._cap(points[-1])

    def circle(self, center: Point, radius: float) -> None:
        """Draw a circle."""
        # Kivy's width of a line is half of what is seen
        ring(self._at(center), radius * self._unit, self._half + FEATHER_PX)

    def curve(self, points: list[Point]) -> None:
        """Draw a line through many points that lie close together."""
        self._draw(points)
        self._cap(points[0])
        self._cap(points[-1])

    def dot(self, center: Point, radius: float) -> None:
        """Draw a filled disc."""
        x, y = self._at(center)
        reach = max(radius * self._unit, 1.0)
        SmoothEllipse(pos=(x - reach, y - reach), size=(2 * reach, 2 * reach), segments=DOT_SEGMENTS)

    def _at(self, point: Point) -> Point:
        """Return where a point of the field is on the screen."""
        return self._x + point[0] * self._unit, self._y + point[1] * self._unit

    def _draw(self, points: tuple[Point, ...] | list[Point], *, closed: bool = False) -> None:
        """Draw one line."""
        flat = [part for point in points for part in self._at(point)]
        SmoothLine(points=flat, width=self._half + FEATHER_PX, close=closed)

    def _cap(self, point: Point) -> None:
        """Make the end of a line round."""
        x, y = self._at(point)
        half = self._half
        SmoothEllipse(pos=(x - half, y - half), size=(2 * half, 2 * half), segments=DOT_SEGMENTS)


def draw_pictogram(name: str, center: Point, size: float, ink: str) -> None:
    """Draw the pictogram of this name around a center; `size` is its height and width in pixels."""
    Color(*rgba(ink))
    (_PICTOGRAMS.get(name) or _NUMBERS.get(name, _other))(Pen(center, size))


def draw_check(center: Point, radius: float, ground: str, ink: str, corner: float) -> None:
    """Draw a check mark: this is chosen. Its ground has corners this round: a disc, or a square."""
    x, y = center
    Color(*rgba(ground))
    SmoothRoundedRectangle(pos=(x - radius, y - radius), size=(2 * radius, 2 * radius), radius=[corner])
    Color(*rgba(ink))
    # the mark alone, its pen a little stronger than that of a pictogram as large as the disc
    Pen(center, 2.5 * radius).line((-8.2, -0.6), (-2.6, -6.6), (8.6, 6.4))


def _rounded(before: Point, at: Point, after: Point, corner: float) -> list[Point]:
    """Return the points of a rounded corner."""
    reach_in, reach_out = (
        hypot(at[0] - before[0], at[1] - before[1]),
        hypot(after[0] - at[0], after[1] - at[1]),
    )
    reach = min(corner, reach_in / 2, reach_out / 2)
    start = _towards(at, before, reach / reach_in)
    end = _towards(at, after, reach / reach_out)
    points = []
    for step in range(STEPS + 1):
        share = step / STEPS
        points.append(_towards(_towards(start, at, share), _towards(at, end, share), share))
    return points


def _towards(one: Point, other: Point, share: float) -> Point:
    """Return the point this share of the way from one to the other."""
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _smile(pen: Pen) -> None:
    pen.circle((0, 0), 20)
    pen.dot((-7.2, 5), 2.9)
    pen.dot((7.2, 5), 2.9)
    pen.arc((0, 0), 11, 204, 336)


def _guide(pen: Pen) -> None:
    pen.path(6, (-21, 19), (21, 19), (21, -11), (-4, -11), (-13, -20), (-13, -11), (-21, -11), closed=True)
    pen.line((-11, 9), (11, 9))
    pen.line((-11, -1), (4, -1))


def _clock(pen: Pen) -> None:
    pen.circle((0, 0), 20)
    pen.path(0.5, (0, 12), (0, 0), (8, -5))


def _chair(pen: Pen) -> None:
    pen.path(7, (-12, 6), (-12, 20), (12, 20), (12, 6))
    pen.path(
        3.5,
        (-21, 6),
        (-12, 6),
        (-12, -4),
        (12, -4),
        (12, 6),
        (21, 6),
        (21, -14),
        (-21, -14),
        closed=True,
    )
    pen.line((-14, -14), (-14, -20))
    pen.line((14, -14), (14, -20))


def _paper(pen: Pen) -> None:
    pen.path(3.5, (-16, 21), (6, 21), (16, 11), (16, -21), (-16, -21), closed=True)
    pen.path(2, (6, 20), (6, 11), (15, 11))
    pen.line((-8, 1), (8, 1))
    pen.line((-8, -6), (8, -6))
    pen.line((-8, -13), (2, -13))


def _money(pen: Pen) -> None:
    pen.path(5, (-22, 14), (22, 14), (22, -14), (-22, -14), closed=True)
    pen.circle((0, 0), 6)
    pen.dot((-14, 0), 2.3)
    pen.dot((14, 0), 2.3)


def _road(pen: Pen) -> None:
    pen.circle((-14, -15), 5)
    pen.line((-6, -15), (11, -15))
    pen.arc((11, -7.5), 7.5, -90, 90)
    pen.line((11, 0), (-11, 0))
    pen.arc((-11, 7.5), 7.5, 270, 90)
    pen.line((-11, 15), (4, 15))
    pen.dot((14, 15), 6.9)


def _star(pen: Pen) -> None:
    points = []
    for number in range(10):
        turn, reach = pi / 2 + number * pi / 5, 21.5 if number % 2 == 0 else 10
        points.append((reach * cos(turn), reach * sin(turn) - 1.5))
    pen.path(3, *points, closed=True)


def _calendar(pen: Pen) -> None:
    # no check mark on it: that is what tells a chosen answer
    pen.path(4.5, (-19, 16), (19, 16), (19, -19), (-19, -19), closed=True)
    pen.line((-19, 5), (19, 5))
    for x in (-9.0, 9.0):
        pen.line((x, 12), (x, 21))
    pen.dot((0, -7), 4.2)


def _heart(pen: Pen) -> None:
    for side in (-1, 1):
        # from the notch to the tip, each half for itself: a line has no sharp turns
        turns = [pi * step / 36 for step in range(37)]
        pen.curve(
            [
                (
                    side * 20.5 * sin(turn) ** 3,
                    1.5 + 1.28 * (13 * cos(turn) - 5 * cos(2 * turn) - 2 * cos(3 * turn) - cos(4 * turn)),
                )
                for turn in turns
            ]
        )


def _person(pen: Pen) -> None:
    pen.circle((0, 11), 9)
    pen.path(13, (-17, -20), (-17, -5), (17, -5), (17, -20))


def _queue(pen: Pen) -> None:
    for x in (-15.0, 0.0, 15.0):
        pen.dot((x, 13), 5)
        pen.path(5, (x - 5, -18), (x - 5, 2), (x + 5, 2), (x + 5, -18))


def _computer(pen: Pen) -> None:
    pen.path(4.5, (-21, 19), (21, 19), (21, -9), (-21, -9), closed=True)
    pen.line((0, -9), (0, -19))
    pen.line((-10, -19), (10, -19))


def _bulb(pen: Pen) -> None:
    pen.arc((0, 6), 14, -55, 235)
    pen.path(3, (8, -5.5), (6.5, -12), (-6.5, -12), (-8, -5.5))
    pen.line((-4.5, -19), (4.5, -19))


def _way(pen: Pen, bends: int) -> None:
    """Draw a way from a ring to a dot, to and fro so many times: the more often, the more journeys."""
    step = 15.0 if bends < MANY_BENDS else 9.5
    half, y = step / 2, -step * bends / 2
    pen.circle((-15, y), 5)
    pen.line((-7, y), (11 - half if bends else 6, y))
    for bend in range(bends):
        side = 1 if bend % 2 == 0 else -1
        pen.arc((side * (11 - half), y + half), half, -90, 90 if side > 0 else -270)
        y += step
        if bend < bends - 1:
            pen.line((11 - half, y), (half - 11, y))
    end = 1 if bends % 2 == 0 else -1
    if bends:
        pen.line((end * (half - 11), y), (end * 4, y))
    pen.dot((end * 15, y), 6)


def _tally(pen: Pen, count: int) -> None:
    """Draw a ring with as many spots, as on a die."""
    pen.circle((0, 0), 20)
    for x, y in ((), ((0.0, 0.0),), ((-8.0, -5.0), (8.0, -5.0), (0.0, 8.5)))[count]:
        pen.dot((x, y), 4.6 if count > 1 else 5.6)


def _other(pen: Pen) -> None:
    pen.circle((0, 0), 20)
    for x in (-9.0, 0.0, 9.0):
        pen.dot((x, 0), 2.6)


_PICTOGRAMS: Final[dict[str, Callable[[Pen], None]]] = {
    "smile": _smile,
    "guide": _guide,
    "clock": _clock,
    "chair": _chair,
    "paper": _paper,
    "money": _money,
    "road": _road,
    "star": _star,
    "calendar": _calendar,
    "heart": _heart,
    "person": _person,
    "queue": _queue,
    "computer": _computer,
    "bulb": _bulb,
}
NAMES: Final = tuple(_PICTOGRAMS)
"""The pictograms that a survey may name."""
_NUMBERS: Final[dict[str, Callable[[Pen], None]]] = {
    "no_way": lambda pen: _way(pen, 0),
    "one_way": lambda pen: _way(pen, 2),
    "many_ways": lambda pen: _way(pen, 4),
    "none": lambda pen: _tally(pen, 0),
    "one": lambda pen: _tally(pen, 1),
    "many": lambda pen: _tally(pen, 2),
}
NUMBERS: Final = ("none", "one", "many")
"""The pictograms of the answers none, one and more to a question that asks how many."""
JOURNEYS: Final = ("no_way", "one_way", "many_ways")
"""The same of a question that asks how often somebody had to come."""
