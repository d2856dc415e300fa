"""A face, drawn by code: crisp at every size, five moods and the smile of the house.

All lengths are shares of the disc's radius; y runs upwards. The disc keeps its
flat colour in the middle; light and shade lie at its edges only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.clock import Clock
from kivy.graphics import (
    Canvas,
    Color,
    Ellipse,
    PopMatrix,
    PushMatrix,
    Rectangle,
    Scale,
    SmoothEllipse,
    Translate,
)
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui import textures
from kiosk.ui.theme import WARM, mixed, rgba
from kiosk.ui.widgets.strokes import STEPS, between, curve, dot, edge, fill, stroke
from kiosk.value import Value

if TYPE_CHECKING:
    from kiosk.ui.box import Box
    from kiosk.ui.theme import Theme
    from kiosk.ui.widgets.strokes import Point

HOUSE: Final = 0
"""The mood of the logo: it stands for no score."""
SORRY: Final = -1
"""The mood of an apology: it stands for no score either."""
CALM: Final = -2
"""The mood of waiting, neither glad nor sorry; no score either."""
GRATEFUL: Final = -3
"""The mood of the thanks: it beams, with eyes that smile; the same for everybody, so no score either."""
SMALLEST_PX: Final = 8.0
"""The first layout hands out sizes of nothing; a line must have some width."""


class Paint(Value, frozen=True):
    """The colours of one face. A flat one has neither shadow nor gloss."""

    disc: str
    edge: str
    blush: str
    feature: str
    flat: bool


def paint_of(theme: Theme, score: int) -> Paint:
    """Return the colours of a face; what is no score has the colours of the house."""
    if score > 0:
        disc, edge, blush = (each[score - 1] for each in (theme.faces, theme.edges, theme.blushes))
    else:
        disc, edge, blush = theme.face, theme.face_edge, theme.face_blush
    return Paint(disc, edge, blush, theme.feature, theme.flat)


class Mood(Value, frozen=True):
    """What makes a mood without colour: the mouth, and how the brows lean."""

    bend: float
    mouth_half: float
    mouth_y: float
    brow_lean: float | None = None
    open_mouth: bool = False
    smiling_eyes: bool = False


MOODS: Final[dict[int, Mood]] = {
    GRATEFUL: Mood(0.33, 0.44, -0.27, smiling_eyes=True),
    CALM: Mood(0.06, 0.28, -0.40),
    SORRY: Mood(-0.13, 0.25, -0.40, brow_lean=0.13),
    HOUSE: Mood(0.44, 0.47, -0.15, open_mouth=True),
    1: Mood(-0.24, 0.33, -0.43, brow_lean=-0.13),
    2: Mood(-0.15, 0.31, -0.41, brow_lean=0.11),
    3: Mood(0.0, 0.30, -0.40),
    4: Mood(0.24, 0.40, -0.31),
    5: Mood(0.44, 0.47, -0.15, open_mouth=True),
}
LIDS_FROM: Final = 0.25
"""From here on a bowing face looks down."""
SINKS: Final = 0.08
"""How far the lowest bow takes the head down, in radii."""
NODS: Final = 0.26
"""How far the features go down on the head."""
SHRINKS: Final = 0.12
"""How much lower the features look, seen from above."""
BLUSH_ALPHA: Final = 0.62


class Face(Widget):
    """A round face. `joy` is its smile back (0 to 1), `bow` how low its head is (0 to 1).

    A bow moves what is drawn, and a blink draws the eyes alone; anything else draws the face anew.
    """

    score = NumericProperty(HOUSE)
    blink = BooleanProperty(defaultvalue=False)
    joy = NumericProperty(0.0)
    bow = NumericProperty(0.0)

    def __init__(self, score: int) -> None:
        super().__init__(size_hint=(None, None))
        self.score = score
        self._theme = WARM
        self._stand, self._nod, self._shrink = Translate(), Translate(), Scale(1, 1, 1)
        self._eyes = Canvas()
        self._eyes_closed = False
        self._redraw = Clock.create_trigger(self._draw, -1)
        for name in ("score", "pos", "size", "joy"):
            self.fbind(name, self._redraw)
        for name in ("blink", "bow"):
            self.fbind(name, self._move)

    def put(self, theme: Theme, box: Box) -> None:
        """Place the face in a square, in the colours of a theme."""
        if theme != self._theme:
            self._theme = theme
            self._redraw()
        self.pos, self.size = box.pos, box.size

    @property
    def _radius(self) -> float:
        """Return half its width."""
        return max(SMALLEST_PX, min(self.size)) / 2

    def _draw(self, *_: object) -> None:
        """Draw the whole face anew; it is forty instructions, and only drawn when it changes."""
        mood, paint, radius = MOODS[self.score], paint_of(self._theme, self.score), self._radius
        self.canvas.clear()
        with self.canvas:
            PushMatrix()
            self._stand = Translate()
            _ball(paint, radius)
            self._nod = Translate()
            self._shrink = Scale(1, 1, 1)
            _cheeks(mood, paint, radius, self.joy)
            self._eyes = Canvas()
            if mood.brow_lean is not None:
                _brows(mood.brow_lean, paint, radius, self.joy)
            if mood.open_mouth:
                _laugh(mood, paint, radius, self.joy)
            else:
                _mouth(mood, paint, radius, self.joy)
            PopMatrix()
        self._draw_eyes()
        self._move()

    def _move(self, *_: object) -> None:
        """Bow, and open or close the eyes."""
        radius = self._radius
        self._stand.xy = (self.center_x, self.center_y - self.bow * radius * SINKS)
        self._nod.xy = (0, -self.bow * radius * NODS)
        self._shrink.xyz = (1, 1 - SHRINKS * self.bow, 1)
        if self._eyes_closed != self._closes():
            self._draw_eyes()

    def _closes(self) -> bool:
        """Say whether the eyes are closed."""
        return bool(self.blink or self.bow > LIDS_FROM)

    def _draw_eyes(self) -> None:
        """Draw two bright eyes, or two that smile, or two lids."""
        mood, paint, r = MOODS[self.score], paint_of(self._theme, self.score), self._radius
        self._eyes_closed = self._closes()
        self._eyes.clear()
        with self._eyes:
            for side in (-1, 1):
                x, y = side * 0.345 * r, 0.17 * r
                if mood.smiling_eyes:
                    Color(*rgba(paint.feature))
                    stroke(curve(0.155 * r, y + 0.02 * r, -0.17 * r, x), 0.046 * r)
                elif self._eyes_closed:
                    _lid(x, y, paint, r)
                else:
                    _eye(x, y, paint, r, self.joy)


def _ball(paint: Paint, r: float) -> None:
    """Draw the disc: its shadow on the ground, its rim, its flat colour, its light and shade."""
    if paint.flat:
        Color(*rgba(paint.disc))
        SmoothEllipse(pos=(-r, -r), size=(2 * r, 2 * r), segments=120)
        return
    Color(*rgba(paint.edge, 0.30))
    Rectangle(texture=textures.glow(), pos=(-r * 1.0, -r * 1.22), size=(r * 2.0, r * 0.62))
    Color(*rgba(mixed(paint.disc, paint.edge, 0.5)))
    SmoothEllipse(pos=(-r, -r), size=(2 * r, 2 * r), segments=120)
    Color(*rgba(paint.disc))
    inner = r - max(1.0, 0.012 * r)
    SmoothEllipse(pos=(-inner, -inner + 0.008 * r), size=(2 * inner, 2 * inner), segments=120)
    Color(*rgba(paint.edge, 0.72))
    Ellipse(texture=textures.shade(), pos=(-r, -r), size=(2 * r, 2 * r), segments=120)
    Color(1, 1, 1, 0.55)
    Rectangle(texture=textures.glow(), pos=(-0.62 * r, 0.46 * r), size=(1.24 * r, 0.50 * r))


def _eye(x: float, y: float, paint: Paint, r: float, joy: float) -> None:
    """Draw an open eye with two lights in it; with joy the cheek lifts it a little."""
    wide, high = 0.125 * r, (0.175 - 0.03 * joy) * r
    Color(*rgba(paint.feature))
    SmoothEllipse(pos=(x - wide, y - high), size=(2 * wide, 2 * high), segments=48)
    Color(1, 1, 1, 1)
    dot(x + 0.040 * r, y + 0.065 * r, 0.048 * r)
    Color(1, 1, 1, 0.75)
    dot(x - 0.045 * r, y - 0.070 * r, 0.024 * r)


def _lid(x: float, y: float, paint: Paint, r: float) -> None:
    """Draw a closed eye: a lid that hangs a little."""
    Color(*rgba(paint.feature))
    stroke(curve(0.125 * r, y, 0.07 * r, x), 0.036 * r)


def _brows(lean: float, paint: Paint, r: float, joy: float) -> None:
    """Draw brows: leaning in they are cross, leaning out they are sorry."""
    Color(*rgba(paint.feature))
    lean *= 1 - 0.5 * joy
    for side in (-1, 1):
        inner, outer = (side * 0.20 * r, (0.465 + lean / 2) * r), (side * 0.50 * r, (0.465 - lean / 2) * r)
        middle = ((inner[0] + outer[0]) / 2, (inner[1] + outer[1]) / 2 + 0.030 * r)
        bowed = [between(inner, middle, outer, step / 10) for step in range(11)]
        stroke(bowed, 0.036 * r)


def _cheeks(mood: Mood, paint: Paint, r: float, joy: float) -> None:
    """Draw a blush, soft to its edge; eyes that smile have the rosiest cheeks."""
    joy = max(joy, float(mood.smiling_eyes))
    Color(*rgba(paint.blush, min(1.0, BLUSH_ALPHA + 0.25 * joy)))
    wide, high = (0.24 + 0.03 * joy) * r, (0.17 + 0.03 * joy) * r
    for side in (-1, 1):
        x, y = side * 0.60 * r, -0.13 * r
        Rectangle(texture=textures.glow(), pos=(x - wide, y - high), size=(2 * wide, 2 * high))


def _mouth(mood: Mood, paint: Paint, r: float, joy: float) -> None:
    """Draw a closed mouth."""
    Color(*rgba(paint.feature))
    stroke(curve(mood.mouth_half * r, mood.mouth_y * r, (mood.bend + 0.13 * joy) * r), 0.048 * r)


def _laugh(mood: Mood, paint: Paint, r: float, joy: float) -> None:
    """Draw an open mouth: dark, a tongue, teeth, and an outline that hides every edge."""
    half, depth, y = mood.mouth_half * r, (mood.bend + 0.05 * joy) * r, mood.mouth_y * r
    shares = [-1 + 2 * step / (2 * STEPS) for step in range(2 * STEPS + 1)]
    upper = [(share * half, y + 0.045 * r * share * share) for share in shares]
    lower = [
        (x, top - depth * (1 - abs(share) ** 2.3) ** 0.62)
        for (x, top), share in zip(upper, shares, strict=True)
    ]
    Color(*rgba("#5A1F1A"))
    fill(upper, lower)
    dome = [(x, y - depth * (0.62 + 1.9 * (x / half) ** 2)) for x, _ in upper]
    _clipped(dome, lower, "#F4776E", r)
    teeth = [(x, top - 0.135 * r) for x, top in upper]
    Color(*rgba("#FFFFFF"))
    bottoms = [(x, max(tooth, low)) for (x, tooth), (_, low) in zip(teeth, lower, strict=True)]
    fill(upper, bottoms)
    seen = [point for point, (_, low) in zip(teeth, lower, strict=True) if point[1] > low]
    edge(seen, r)
    Color(*rgba(paint.feature))
    stroke(lower, 0.040 * r)
    stroke(upper, 0.040 * r)


def _clipped(dome: list[Point], floor: list[Point], colour: str, r: float) -> None:
    """Fill what lies under a dome and above a floor."""
    pairs = [(high, low) for high, low in zip(dome, floor, strict=True) if high[1] > low[1]]
    if len(pairs) > 1:
        Color(*rgba(colour))
        fill([high for high, _ in pairs], [low for _, low in pairs])
        edge([high for high, _ in pairs], r)
