"""A box to write into: one line for an address, or eight cells for a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, SmoothLine, SmoothRoundedRectangle

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import mixed, rgba
from kiosk.ui.typeset import set_words, width_of
from kiosk.ui.widgets.card import draw_outline
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Theme

SELECTED_SHARE: Final = 0.16
"""How much of the accent the ground of a selected cell has."""
CELL_GAP_SHARE: Final = 0.16
"""The gap between two cells, as a share of a cell; the middle has a gap of three."""


class Entry(Tap):
    """What a technician writes. `cells` of 0 is one line; otherwise one sign a cell."""

    def __init__(self, cells: int, answer: Callable[[], None]) -> None:
        super().__init__(answer)
        self.cells = cells
        self.text = ""
        self.lit = False
        self.words = [Words(fonts.STRONG, left=not cells) for _ in range(cells or 1)]
        for words in self.words:
            self.add_widget(words)

    def put(
        self,
        theme: Theme,
        box: Box,
        text: str,
        size_px: float,
        least_px: float,
        *,
        lit: bool,
        selected: bool = False,
    ) -> None:
        """Place the box and write what was typed; `lit` when the next sign goes here.

        Where the whole is `selected`, each cell is lit and tinted: the next sign replaces it.
        """
        self.pos, self.size, self.hit = box.pos, box.size, box
        self.text, self.lit = text, lit
        grounds = self._grounds(box)
        self.canvas.before.clear()
        with self.canvas.before:
            for number, ground in enumerate(grounds):
                next_one = lit and (not self.cells or number == min(len(text), self.cells - 1))
                _draw_ground(theme, ground, next_one=next_one or selected, selected=selected)
        if self.cells:
            for number, (words, ground) in enumerate(zip(self.words, grounds, strict=True)):
                sign = text[number : number + 1]
                words.say(sign, ground, size_px, least_px, theme.ink) if sign else words.hush()
        else:
            self._write_line(theme, box, size_px, least_px)

    def _write_line(self, theme: Theme, box: Box, size_px: float, least_px: float) -> None:
        """Write one line; of an address that is too long its end is seen, where the typing is."""
        inner = box.within(box.height * 0.30, 0)
        seen = self.text
        least = round(least_px)
        while width_of(seen, fonts.STRONG, least) > inner.width and len(seen) > 1:
            seen = seen[1:]
        setting = set_words(seen, fonts.STRONG, inner.size, size_px, least_px)
        self.words[0].put(seen, setting, inner, theme.ink) if seen else self.words[0].hush()
        if self.lit:
            x = inner.x + (setting.width_px if seen else 0) + 2
            with self.canvas.before:
                Color(*rgba(theme.accent))
                half = box.height * 0.26
                SmoothLine(points=(x, box.center[1] - half, x, box.center[1] + half), width=1.2)

    def _grounds(self, box: Box) -> list[Box]:
        """Return where each cell stands; a code is read in two groups."""
        if not self.cells:
            return [box]
        half = self.cells // 2
        cell = box.width / (self.cells + CELL_GAP_SHARE * (self.cells - 2 + 3))
        gap = cell * CELL_GAP_SHARE
        return [
            Box(box.x + n * (cell + gap) + (2 * gap if n >= half else 0), box.y, cell, box.height).snapped()
            for n in range(self.cells)
        ]


def _draw_ground(theme: Theme, ground: Box, *, next_one: bool, selected: bool) -> None:
    """Draw a field with an outline, stronger where the next sign goes."""
    corner = min(ground.size) * 0.2
    Color(*rgba(mixed(theme.paper, theme.accent, SELECTED_SHARE) if selected else theme.paper))
    SmoothRoundedRectangle(pos=ground.pos, size=ground.size, radius=[corner])
    draw_outline(theme.entry_edge(lit=next_one), ground, corner, 3.6 if next_one else 2.0)
