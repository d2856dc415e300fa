"""Colours and sizes of the screens. Numbers only: nothing is drawn here.

Sizes a hand or an eye depends on are in millimetres of the real glass; sizes of
decoration are in the layout unit, a share of the window.
"""

from __future__ import annotations

from functools import lru_cache
from math import hypot
from typing import Final

from kiosk.events import Look
from kiosk.value import Value

Five = tuple[str, str, str, str, str]

FACES: Final[Five] = ("#F0705C", "#F5984F", "#F6C945", "#9ECC5E", "#48AF76")
"""The discs of the five warm faces, worst first. Nothing else on the screen may have these colours."""

CAPITAL_SHARE: Final = 0.74
"""Height of a capital of Be Vietnam Pro, as a share of the font size."""
LINE_SHARE: Final = 1.45
"""Height of a line as a share of the font size: less crops the marks of Ẫ and Ệ."""
MM_PER_INCH: Final = 25.4
LOW_MM: Final = 132.0
IN_REACH_MM: Final = 150.0
"""Whoever sits reaches everything on a glass that lies and is no higher than this."""
LARGE: Final = 1.5
"""How much larger large text is."""
NORMAL: Final = Look()
"""How everybody sees a screen until they ask for something else."""
SMALL_IN: Final = 7.5
"""Up to this diagonal a screen is held to the smaller sizes of a 7-inch one."""
_LINEAR_MOST: Final = 0.04045
"""Up to here WCAG takes a channel of a colour as linear."""
_GUESSES: Final = ((500, 7.0), (800, 10.1))
_LARGEST_GUESS_IN: Final = 15.6


class Theme(Value, frozen=True):
    """Every colour on a screen, as #RRGGBB.

    Where `outline` is given, the edge of everything is drawn in it, and there are neither shadows nor
    gradients. The five faces have a disc, an edge and a blush each, worst first.
    """

    sky: str = "#FFF9F0"
    ground: str = "#FFE8D1"
    glow: str = "#FFEBCB"
    hill: str = "#FFDFC2"
    paper: str = "#FFFFFF"
    shadow: str = "#8A5220"
    ink: str = "#3B2A1F"
    quiet: str = "#664F3D"
    accent: str = "#A34312"
    on_accent: str = "#FFFFFF"
    key: str = "#FFFDFA"
    key_down: str = "#FFD9B0"
    face: str = "#FFBE55"
    face_edge: str = "#CC7A1A"
    face_blush: str = "#FF7A55"
    feature: str = "#34231A"
    faces: Five = FACES
    edges: Five = ("#B5392B", "#C7601C", "#CF8A14", "#5B982E", "#1D7A4A")
    blushes: Five = ("#E8473F", "#FF7350", "#FF8F5C", "#FFB894", "#FFB9A0")
    tile_share: float = 0.17
    """How much of a face's colour the ground of its tile has."""
    press_share: float = 0.14
    """How much more under a finger."""
    outline: str = ""

    @property
    def flat(self) -> bool:
        """Say whether edges are drawn instead of shadows."""
        return bool(self.outline)

    def tile(self, score: int, *, down: bool = False) -> str:
        """Return the ground of the tile that holds this face."""
        disc = self.faces[score - 1]
        ground = mixed(self.paper, disc, self.tile_share)
        return mixed(ground, disc, self.press_share) if down else ground

    def tile_edge(self, score: int) -> str:
        """Return the outline of the tile that holds this face."""
        return self.outline or mixed(self.paper, self.faces[score - 1], 0.34)

    def pill(self, *, chosen: bool, down: bool) -> str:
        """Return the ground of a pill; the words on it have `pill_ink`."""
        ground = self.accent if chosen else self.paper
        share = 0.15 if chosen else 0.8
        return mixed(ground, self.key_down, share) if down else ground

    def pill_ink(self, *, chosen: bool) -> str:
        """Return the colour of the words on a pill."""
        return self.on_accent if chosen else self.accent

    def entry_edge(self, *, lit: bool) -> str:
        """Return the outline of a field, stronger where the next sign goes."""
        return self.accent if lit else self.outline or mixed(self.quiet, self.paper, 0.25)


WARM: Final = Theme()
CONTRAST: Final = Theme(
    sky="#000000",
    ground="#000000",
    glow="#000000",
    hill="#000000",
    paper="#000000",
    shadow="#000000",
    ink="#FFFFFF",
    quiet="#FFFFFF",
    accent="#FFE000",
    on_accent="#000000",
    key="#000000",
    key_down="#303030",
    face="#FFF2A8",
    face_edge="#FFF2A8",
    face_blush="#FFC24A",
    feature="#000000",
    faces=("#FF9183", "#FFB061", "#FFD84A", "#BCEB8B", "#62DCA2"),
    edges=("#FF9183", "#FFB061", "#FFD84A", "#BCEB8B", "#62DCA2"),
    blushes=("#FF5F52", "#FF8A45", "#FFAE3C", "#8FCB5C", "#2FBE80"),
    tile_share=0.0,
    press_share=0.22,
    outline="#FFFFFF",
)
"""White on black with yellow controls: for eyes that need the strongest difference there is."""


class Sheet(Value, frozen=True):
    """The glass: its pixels, how many of them make a millimetre, and how the citizen wants to see it.

    Every font size here is `LARGE` times as large for a citizen who asked for large text.
    """

    width: int
    height: int
    diagonal_in: float
    look: Look = NORMAL

    @property
    def theme(self) -> Theme:
        """Return the colours to draw with."""
        return CONTRAST if self.look.contrast else WARM

    @property
    def portrait(self) -> bool:
        """Say whether the glass stands upright."""
        return self.height > self.width

    @property
    def small(self) -> bool:
        """Say whether this is a 7-inch screen."""
        return self.diagonal_in <= SMALL_IN

    @property
    def low(self) -> bool:
        """Say whether every line of words is taken from the faces."""
        return self.height < self.mm(LOW_MM)

    @property
    def in_reach(self) -> bool:
        """Say whether a citizen who sits reaches all of the glass as it is."""
        return not self.portrait and self.height < self.mm(IN_REACH_MM)

    @property
    def px_per_mm(self) -> float:
        """Return the pixels in a millimetre."""
        return _px_per_mm(self.width, self.height, self.diagonal_in)

    @property
    def unit(self) -> float:
        """Return the layout unit: one pixel of the drawing that the screens were designed on."""
        return _unit(self.width, self.height)

    def mm(self, length: float) -> float:
        """Return a length of the real glass in pixels."""
        return length * self.px_per_mm

    def capitals(self, height_mm: float) -> float:
        """Return the font size whose capitals are this high, and higher where the citizen wants it so."""
        return self.text(self.mm(height_mm) / CAPITAL_SHARE)

    def text(self, size_px: float) -> float:
        """Return the font size that a size of the normal look has in this one."""
        return size_px * (LARGE if self.look.large else 1)

    @property
    def answer_px(self) -> float:
        """Return the smallest font size for questions and answers."""
        return self.capitals(3.5 if self.small else 4.8)

    @property
    def quiet_px(self) -> float:
        """Return the smallest font size for anything else."""
        return self.capitals(2.5 if self.small else 3.0)

    @property
    def easy_px(self) -> float:
        """Return the font size at which anything else is read at ease, where there is room for it."""
        return self.capitals(2.9 if self.small else 4.0)

    @property
    def face_px(self) -> float:
        """Return the smallest face that a finger hits."""
        return self.mm(15 if self.small else 20)

    @property
    def target_px(self) -> float:
        """Return the smallest side of any other thing to touch."""
        return self.mm(12)

    @property
    def apart_px(self) -> float:
        """Return the least distance between two things to touch."""
        return self.mm(3)


@lru_cache(maxsize=8)
def _px_per_mm(width: int, height: int, diagonal_in: float) -> float:
    return hypot(width, height) / (diagonal_in * MM_PER_INCH)


@lru_cache(maxsize=8)
def _unit(width: int, height: int) -> float:
    across, down = (1080, 1920) if height > width else (1600, 900)
    return min(width / across, height / down)


def sheet_of(width: int, height: int, diagonal_in: float, look: Look = NORMAL) -> Sheet:
    """Describe the glass; a diagonal of 0 is guessed from the pixels."""
    if diagonal_in > 0:
        return Sheet(width, height, diagonal_in, look)
    shorter = min(width, height)
    guess = next((inches for most, inches in _GUESSES if shorter <= most), _LARGEST_GUESS_IN)
    return Sheet(width, height, guess, look)


def rgb(colour: str) -> tuple[float, float, float]:
    """Turn #RRGGBB into the three numbers that Kivy draws with."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def rgba(colour: str, alpha: float = 1.0) -> tuple[float, float, float, float]:
    """Turn #RRGGBB into four numbers, of which the last is how opaque it is."""
    return (*rgb(colour), alpha)


def mixed(one: str, other: str, share: float) -> str:
    """Mix a share of the other colour into the first."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "#" + "".join(f"{round(255 * (a + (b - a) * share)):02X}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG counts it, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour."""
    linear = [
        part / 12.92 if part <= _LINEAR_MOST else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
