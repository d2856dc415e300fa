"""A chip: an option to touch, with its words and, where the survey names one, its pictogram.

That it is chosen is told three times over: by a check mark in a disc, by a strong
outline and by its ground.
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

PRESSED: Final = 0.97
"""How large a chip is under a finger."""
TINT_SHARE: Final = 0.16
"""How much of the accent the flat ground of a chosen chip has."""
PICTURE_SHARE: Final = 0.62
"""How large a pictogram is in its round ground."""
CHECK_SHARE: Final = 0.23
"""The radius of the check mark at a pictogram, as a share of the pictogram's ground."""


class Form(Enum):
    """How a chip is laid out.

    `ABOVE`: the pictogram above the words. `BESIDE`: before them. `TIGHT`: a small one before them,
    whose place the check mark takes. `TICK`: a ring that waits for the check mark. `MIDDLE` and `LINE`
    have nothing but the words, in the middle or from the left.
    """

    ABOVE = auto()
    BESIDE = auto()
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
            return min(0.37 * height, 0.56 * width, max(sheet.mm(17), 150 * sheet.unit))
        case Form.BESIDE:
            return min(0.66 * height, max(sheet.mm(13), 112 * sheet.unit))
        case Form.TIGHT:
            return sheet.mm(5.4)
        case Form.TICK:
            return max(sheet.mm(6.5), 52 * sheet.unit)
        case Form.MIDDLE | Form.LINE:
            return max(sheet.mm(5), 44 * sheet.unit)


def words_box(sheet: Sheet, form: Form, box: Box) -> Box:
    """Return where in a chip its words stand."""
    pad, side = _pad_px(sheet, form, box.height), picture_px(sheet, form, box.width, box.height)
    match form:
        case Form.ABOVE:
            top = _top_px(box.height, side)
            inner = box.within(_pad_px(sheet, form, box.height), 0).below(top + side)
            return Box(inner.x, inner.y + pad * 0.4, inner.width, inner.height - pad * 0.4)
        case Form.BESIDE | Form.TIGHT | Form.TICK:
            return box.right_of(2 * pad + side).from_left(box.width - 3 * pad - side)
        case Form.MIDDLE:
            return box.within(pad, min(side + pad / 2, box.height * 0.2))
        case Form.LINE:
            return box.right_of(1.5 * pad).from_left(box.width - 3 * pad - side)


def _pad_px(sheet: Sheet, form: Form, height: float) -> float:
    """Return the free space at the edge of a chip."""
    if form is Form.TIGHT:
        return sheet.mm(1.1 if sheet.small else 1.7)
    return max(sheet.mm(1.4), min(0.14 * height, 22 * sheet.unit))


def _sign_at(sheet: Sheet, form: Form, box: Box, side: float) -> tuple[float, float]:
    """Return the middle of the pictogram or of the check mark."""
    pad = _pad_px(sheet, form, box.height)
    match form:
        case Form.ABOVE:
            return box.center[0], box.top - _top_px(box.height, side) - side / 2
        case Form.BESIDE | Form.TIGHT | Form.TICK:
            return box.x + pad + side / 2, box.center[1]
        case Form.MIDDLE:
            return box.right - 0.7 * side, box.top - 0.7 * side
        case Form.LINE:
            return box.right - pad - side / 2, box.center[1]


def _top_px(height: float, side: float) -> float:
    """Return the free space above a pictogram that stands above its words."""
    return 0.16 * (height - side)


class Chip(Tap):
    """An option. It knows its place among the options; what a touch means is not decided here."""

    def __init__(self, option: int, icon: str, answer: Callable[[], None]) -> None:
        super().__init__(answer)
        self.option = option
        self.name = f"option_{option}"
        self.icon = icon
        self.chosen = False
        self.words = Words(fonts.STRONG)
        self._sheet: Sheet | None = None
        self._form = Form.MIDDLE
        self.add_widget(self.words)
        with self.canvas.before:
            PushMatrix()
            self._scale = Scale(1, 1, 1)
            self._ground = Canvas()
        with self.canvas.after:
            PopMatrix()

    def put(self, sheet: Sheet, box: Box, form: Form, text: str, setting: Setting) -> None:
        """Place the chip and write on it."""
        self._sheet, self._form = sheet, form
        self.pos, self.size, self.hit = box.pos, box.size, box
        self._scale.origin = box.center
        self.words.left = not form.centred
        self.words.put(text, setting, words_box(sheet, form, box).snapped(), sheet.theme.ink)
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
        if self._sheet is None:
            return
        sheet, theme, box = self._sheet, self._sheet.theme, Box(*self.pos, *self.size)
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
        """Draw the pictogram, the check mark, or the ring that waits for it."""
        theme, form = sheet.theme, self._form
        side = picture_px(sheet, form, *box.size)
        center = _sign_at(sheet, form, box, side)
        if form in {Form.MIDDLE, Form.LINE}:
            if self.chosen:
                draw_check(center, side / 2, theme.accent, theme.on_accent)
        elif form is Form.TICK or (form is Form.TIGHT and self.chosen):
            self._draw_box(theme, center, side)
        elif form is Form.TIGHT:
            draw_pictogram(self.icon, center, side, theme.accent)
        else:
            self._draw_picture(theme, center, side)

    def _draw_box(self, theme: Theme, center: tuple[float, float], side: float) -> None:
        """Draw the check mark, or the ring that waits for it."""
        if self.chosen:
            draw_check(center, side / 2, theme.accent, theme.on_accent)
            return
        ring = Box(center[0] - side / 2, center[1] - side / 2, side, side)
        draw_outline(theme.accent, ring, side / 2, max(2.0, side * 0.07))

    def _draw_picture(self, theme: Theme, center: tuple[float, float], side: float) -> None:
        """Draw the pictogram on its round ground, and the check mark at its shoulder."""
        x, y = center
        if not theme.flat:
            paper = ground_of(theme, chosen=self.chosen, down=self.down)
            Color(*rgba(mixed(paper, theme.key_down, 0.55)))
            SmoothEllipse(pos=(x - side / 2, y - side / 2), size=(side, side), segments=96)
        draw_pictogram(self.icon, center, side * (0.8 if theme.flat else PICTURE_SHARE), theme.accent)
        if self.chosen:
            radius = CHECK_SHARE * side
            place = (x + 0.36 * side, y + 0.36 * side)
            ground = ground_of(theme, chosen=True, down=self.down)
            rim = radius * 1.16
            Color(*rgba(ground))
            SmoothEllipse(pos=(place[0] - rim, place[1] - rim), size=(2 * rim, 2 * rim), segments=64)
            draw_check(place, radius, theme.accent, theme.on_accent)


def ground_of(theme: Theme, *, chosen: bool, down: bool) -> str:
    """Return the ground of a chip; the words on it have the theme's ink."""
    chosen_ground = (
        mixed(theme.paper, theme.accent, TINT_SHARE)
        if theme.flat
        else mixed(theme.paper, theme.key_down, 0.42)
    )
    ground = chosen_ground if chosen else theme.paper
    return mixed(ground, theme.key_down, 0.7) if down else ground
