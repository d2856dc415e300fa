"""A chip: an option to touch, with its words and, where the survey names one, its pictogram.

That it is chosen is told three times over: by a check mark, by a strong outline and by
its ground. Where several may be chosen, an empty square waits for each check mark. A check
mark has a place of its own, and lies over nothing.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from kivy.graphics import Canvas, Color, PopMatrix, PushMatrix, Scale, SmoothEllipse, SmoothRoundedRectangle

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import mixed, rgba
from kiosk.ui.widgets.card import draw_outline, draw_shadow
from kiosk.ui.widgets.pictograms import draw_check, draw_pictogram
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet, Theme
    from kiosk.ui.typeset import Setting

BESIDE_MM: Final = 9.5
"""How large the ground of a pictogram before words is at least, in a chip that is high enough for it."""
WIDE_PAD_SHARE: Final = 0.035
"""How much of its width such a chip leaves free at both ends."""
CLOSE_MM: Final = 6.0
"""How large a pictogram without a ground is at least, in a chip that is high enough for it."""
TIGHT_MM: Final = 5.4
TIGHT_MM_SMALL: Final = 3.8
"""How large a pictogram is for want of room, beside words of the usual size."""
AIR_MM: Final = 1.6
"""How much more space there is at most at the edge and before the words, where there is room for it."""
AIR_SHARE: Final = 0.52
"""How high a pictogram grows where there is room for it, in heights of its chip."""
PRESSED: Final = 0.97
"""How large a chip is under a finger."""
TINT_SHARE: Final = 0.16
"""How much of the accent the flat ground of a chosen chip has."""
PAD_MM: Final = 2.0
"""The least space between the edge of a chip and what stands on it."""
PICTURE_SHARE: Final = 0.62
"""How large a pictogram is in its round ground."""
TIGHT_SHARE: Final = 0.5
"""How high a small pictogram is at most, in heights of its chip."""
CORNER_SHARE: Final = 1.3
"""How far a check mark in a corner reaches into its chip, in its own sides."""
BETWEEN_SHARE: Final = 0.75
"""The space between words and what stands beside them, in pads."""
SQUARE_CORNER: Final = 0.3
"""How round the square is that waits for a check mark, as a share of its side."""


class Form(Enum):
    """How a chip is laid out.

    `ABOVE`: the pictogram above the words. `BESIDE`: before them. `CLOSE`: a smaller one without a ground
    before them. `TIGHT`: a small one before them, or of a choice of one the check mark in its place; where
    several may be chosen their square alone, as there is no room for both. `TICK`: the check mark before
    the words. `MIDDLE` and `LINE` have nothing but the words, in the middle or from the left. The check
    mark stands in the corner of `ABOVE` and `MIDDLE`, and at the right end of `BESIDE`, `CLOSE` and `LINE`.
    """

    ABOVE = auto()
    BESIDE = auto()
    CLOSE = auto()
    TIGHT = auto()
    TICK = auto()
    MIDDLE = auto()
    LINE = auto()

    @property
    def centred(self) -> bool:
        """Say whether the words stand in the middle."""
        return self in {Form.ABOVE, Form.MIDDLE}


def picture_px(sheet: Sheet, form: Form, width: float, height: float) -> float:
    """Return the side of a pictogram's ground, or of the check mark where there is no pictogram."""
    match form:
        case Form.ABOVE:
            free = width - 2 * CORNER_SHARE * mark_px(sheet, form)
            return min(0.35 * height, 0.56 * width, free, max(sheet.mm(17), 150 * sheet.unit))
        case Form.BESIDE:
            return min(0.66 * height, max(sheet.mm(BESIDE_MM), min(112 * sheet.unit, 0.16 * width)))
        case Form.CLOSE:
            return min(
                0.66 * height, max(sheet.mm(CLOSE_MM), 48 * sheet.unit, min(0.42 * height, 0.11 * width))
            )
        case Form.TIGHT:
            side = max(sheet.mm(TIGHT_MM_SMALL if sheet.small else TIGHT_MM), 34 * sheet.unit)
            return min(sheet.text(side), TIGHT_SHARE * height)
        case Form.TICK | Form.MIDDLE | Form.LINE:
            return mark_px(sheet, form)


def mark_px(sheet: Sheet, form: Form) -> float:
    """Return the side of a check mark that stands alone."""
    if form is Form.CLOSE:
        return max(sheet.mm(4.4), 38 * sheet.unit)
    return max(sheet.mm(6.5), 52 * sheet.unit) if form is Form.TICK else max(sheet.mm(5), 44 * sheet.unit)


def words_box(sheet: Sheet, form: Form, box: Box) -> Box:
    """Return where in a chip its words stand."""
    pad, side = _pad_px(sheet, form, box), picture_px(sheet, form, box.width, box.height)
    match form:
        case Form.ABOVE:
            top = _top_px(box.height, side)
            inner = box.within(_pad_px(sheet, form, box), 0).below(top + side)
            return Box(inner.x, inner.y + pad * 0.4, inner.width, inner.height - pad * 0.4)
        case Form.TIGHT | Form.TICK:
            between = pad
            if form is Form.TIGHT:
                between = min(pad, sheet.mm(0.9 if sheet.small and not sheet.look.large else 1.6))
            start = pad + side + between
            return box.right_of(start).from_left(box.width - start - pad)
        case Form.BESIDE | Form.CLOSE:
            start = pad + side + BETWEEN_SHARE * pad
            end = pad + mark_px(sheet, form) + BETWEEN_SHARE * pad
            return box.right_of(start).from_left(box.width - start - end)
        case Form.MIDDLE:
            return box.within(pad, min(CORNER_SHARE * side, box.height * 0.2))
        case Form.LINE:
            return box.right_of(1.5 * pad).from_left(box.width - 3 * pad - side)


def _pad_px(sheet: Sheet, form: Form, box: Box) -> float:
    """Return the free space at the edge of a chip."""
    match form:
        case Form.TIGHT:
            most = 0.0
        case Form.CLOSE:
            most = 14 * sheet.unit
        case Form.BESIDE:  # a wide chip gives its pictogram air
            most = WIDE_PAD_SHARE * box.width
        case _:
            most = min(0.14 * box.height, 22 * sheet.unit)
    return max(sheet.mm(PAD_MM), most)


def picture_box(sheet: Sheet, form: Form, box: Box) -> Box:
    """Return where in a chip its pictogram stands, or where there is none its check mark."""
    pad, side = _pad_px(sheet, form, box), picture_px(sheet, form, *box.size)
    match form:
        case Form.ABOVE:
            return Box(box.center[0] - side / 2, box.top - _top_px(box.height, side) - side, side, side)
        case Form.BESIDE | Form.CLOSE | Form.TIGHT | Form.TICK:
            return Box(box.x + pad, box.center[1] - side / 2, side, side)
        case Form.MIDDLE | Form.LINE:
            return mark_box(sheet, form, box)


def airy(sheet: Sheet, form: Form, box: Box, spare: float) -> tuple[Box, Box]:
    """Return where pictogram and words stand where no words need so many `spare` pixels at their right.

    What is close for want of room in one language, or in another look, is so no more where there is room:
    there is space at the edge first, then before the words, then the pictogram is larger.
    """
    picture, words = picture_box(sheet, form, box), words_box(sheet, form, box)
    if form not in {Form.CLOSE, Form.TIGHT}:
        return picture, words
    edge = min(0.4 * spare, sheet.mm(AIR_MM))
    between = min(0.3 * spare, sheet.mm(AIR_MM))
    most = min(AIR_SHARE * box.height, sheet.mm(BESIDE_MM))
    side = min(picture.width + max(0.0, spare - edge - between), max(picture.width, most))
    moved = edge + between + side - picture.width
    at = Box(picture.x + edge, box.center[1] - side / 2, side, side)
    return at, words.right_of(moved)


def mark_box(sheet: Sheet, form: Form, box: Box) -> Box:
    """Return where the check mark stands in a chip that has a place of its own for it."""
    side = mark_px(sheet, form)
    if form in {Form.ABOVE, Form.MIDDLE}:
        apart = (CORNER_SHARE - 1) * side
        return Box(box.right - apart - side, box.top - apart - side, side, side)
    pad = _pad_px(sheet, form, box)
    return Box(box.right - pad - side, box.center[1] - side / 2, side, side)


def _top_px(height: float, side: float) -> float:
    """Return the free space above a pictogram that stands above its words."""
    return 0.16 * (height - side)


class Chip(Tap):
    """An option. It knows its place among the options; what a touch means is not decided here."""

    def __init__(self, option: int, icon: str, answer: Callable[[], None], *, several: bool = False) -> None:
        super().__init__(answer)
        self._several = several
        self.option = option
        self.name = f"option_{option}"
        self.icon = icon
        self.chosen = False
        self.words = Words(fonts.STRONG)
        self.sheet: Sheet | None = None
        self.form = Form.MIDDLE
        self._place = Box(0, 0, 0, 0)
        self.add_widget(self.words)
        with self.canvas.before:
            PushMatrix()
            self._scale = Scale(1, 1, 1)
            self._ground = Canvas()
        with self.canvas.after:
            PopMatrix()

    def put(
        self, sheet: Sheet, box: Box, form: Form, text: str, setting: Setting, spare: float = 0.0
    ) -> None:
        """Place the chip and write on it; the words of all chips leave so many `spare` pixels."""
        self.sheet, self.form = sheet, form
        self.pos, self.size, self.hit = box.pos, box.size, box
        self._scale.origin = box.center
        self.words.left = not form.centred
        # a square that waits for its check mark is as large as every other
        self._place, at = airy(sheet, form, box, 0.0 if self._several and form is Form.TIGHT else spare)
        self.words.put(text, setting, at.snapped(), sheet.theme.ink)
        self._draw()

    def choose(self, *, chosen: bool) -> None:
        """Show whether it is chosen."""
        if chosen != self.chosen:
            self.chosen = chosen
            self._draw()

    def on_down(self, *_: object) -> None:
        """Give way at once under a finger, and come back when it is gone."""
        scale = PRESSED if self.down else 1
        self._scale.xyz = (scale, scale, 1)
        self._draw()

    def _draw(self) -> None:
        """Draw the ground, the pictogram and the check mark; the words lie over them."""
        if self.sheet is None:
            return
        sheet, theme, box = self.sheet, self.sheet.theme, Box(*self.pos, *self.size)
        corner = min(box.height / 2, max(sheet.mm(2.2), 30 * sheet.unit))
        self._ground.clear()
        with self._ground:
            draw_shadow(theme, box, corner * 0.8, 0.10 if self.down else 0.20)
            Color(*rgba(ground_of(theme, chosen=self.chosen, down=self.down)))
            SmoothRoundedRectangle(pos=box.pos, size=box.size, radius=[corner])
            thin, strong = (3.0, max(6.0, sheet.mm(0.9))) if theme.flat else (1.6, max(3.0, sheet.mm(0.6)))
            edge = theme.accent if self.chosen else theme.outline or mixed(theme.paper, theme.accent, 0.22)
            draw_outline(edge, box, corner, strong if self.chosen else thin)
            self._draw_sign(sheet, box)

    def _draw_sign(self, sheet: Sheet, box: Box) -> None:
        """Draw the pictogram and the check mark, or the square that waits for it."""
        theme, form = sheet.theme, self.form
        center, side = self._place.center, self._place.width
        if form in {Form.ABOVE, Form.BESIDE}:
            self._draw_picture(theme, center, side)
            self._draw_check(theme, mark_box(sheet, form, box).center, mark_px(sheet, form) / 2)
        elif form is Form.CLOSE:
            draw_pictogram(self.icon, center, side, theme.accent)
            self._draw_check(theme, mark_box(sheet, form, box).center, mark_px(sheet, form) / 2)
        elif form is Form.TIGHT and not (self._several or self.chosen):
            draw_pictogram(self.icon, center, side, theme.accent)
        else:
            self._draw_check(theme, center, side / 2)

    def _draw_check(self, theme: Theme, center: tuple[float, float], radius: float) -> None:
        """Draw the check mark: in a disc, or where several may be chosen in a square that waits for it."""
        square = Box(center[0] - radius, center[1] - radius, 2 * radius, 2 * radius)
        corner = SQUARE_CORNER * square.width
        if self.chosen:
            draw_check(center, radius, theme.accent, theme.on_accent, corner if self._several else radius)
        elif self._several:
            Color(*rgba(ground_of(theme, chosen=False, down=self.down)))
            SmoothRoundedRectangle(pos=square.pos, size=square.size, radius=[corner])
            draw_outline(theme.accent, square, corner, max(3.0 if theme.flat else 2.0, radius * 0.16))

    def _draw_picture(self, theme: Theme, center: tuple[float, float], side: float) -> None:
        """Draw the pictogram on its round ground."""
        x, y = center
        paper = ground_of(theme, chosen=self.chosen, down=self.down)
        if not theme.flat:
            Color(*rgba(mixed(paper, theme.key_down, 0.55)))
            SmoothEllipse(pos=(x - side / 2, y - side / 2), size=(side, side), segments=96)
        draw_pictogram(self.icon, center, side * (0.8 if theme.flat else PICTURE_SHARE), theme.accent)


def ground_of(theme: Theme, *, chosen: bool, down: bool) -> str:
    """Return the ground of a chip; the words on it have the theme's ink."""
    chosen_ground = (
        mixed(theme.paper, theme.accent, TINT_SHARE)
        if theme.flat
        else mixed(theme.paper, theme.key_down, 0.42)
    )
    ground = chosen_ground if chosen else theme.paper
    return mixed(ground, theme.key_down, 0.7) if down else ground
