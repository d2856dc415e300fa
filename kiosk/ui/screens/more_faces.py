"""A further question that is answered with a face, and the first one again for whoever goes back to it.

No face is marked as chosen: whoever glances at the screen learns nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.ui.box import Box
from kiosk.ui.screens.asking import AskingScreen, between_px, spoken_here, tiles_least_px
from kiosk.ui.screens.header import Head, head_of
from kiosk.ui.screens.tiles import gap_px
from kiosk.ui.widgets.bar import BACK, CONTINUE, DONE, SKIP, Bar, Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.theme import Sheet
    from kiosk.ui.widgets.bar import Button

LEFT_SHARE: Final = 0.38
"""How much of the width the question has at least, where it stands beside the faces."""

FEW: Final = 2
"""Buttons that find room beside each other in large text on the smallest glass."""


class MoreFacesScreen(AskingScreen):
    """A question, five faces, and the way back and on."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(on_event)
        self.bar = Bar(on_event)
        self.add_widget(self.bar)

    def lay(self, sheet: Sheet) -> None:
        """Lay head, question, faces and bar below each other, or question and faces side by side."""
        if self._shown is None:
            return
        page, lang, gap = self.page(sheet), self._known()[1].lang, gap_px(sheet)
        apart = max(gap * 0.55, sheet.apart_px)
        foot = self.bar.height_px(sheet, page.width, lang, self._buttons()) + apart
        least = self.ask.least_px(sheet, page.width, self._question_text()) + between_px(sheet)
        room = page.height - foot - least - gap * 0.8
        head = self._head(sheet, page, room - tiles_least_px(sheet))
        room -= self.header.measure(sheet, page, head)
        if not sheet.portrait and sheet.look.large and not self.faces.fit_columns(sheet, page.width, room):
            self._lay_split(sheet, page)
            return
        rest = self.header.put(sheet, page, head).below(gap * 0.8)
        rest = self.bar.put(sheet, rest, lang, self._buttons(), self._steps())
        self._lay_faces(sheet, Box(rest.x, rest.y + apart, rest.width, rest.height - apart))

    def _lay_split(self, sheet: Sheet, page: Box) -> None:
        """Lay five rows at the right, and all else at the left: for words too large for columns."""
        gap = max(gap_px(sheet), sheet.apart_px)
        least = max(page.width * LEFT_SHARE, self.header.pills_px(sheet, self._bare_head()))
        left = self._lay_beside(sheet, page, least, gap)
        buttons = self._buttons()
        if sheet.small:
            # three large words find no room there; whoever would skip an answer touches another face
            buttons = tuple(each for each in buttons if each != SKIP or len(buttons) <= FEW)
        rest = self.bar.put(sheet, left, self._known()[1].lang, buttons)
        self._ask_at_left(sheet, Box(rest.x, rest.y + gap, rest.width, rest.height - gap))

    def _head(self, sheet: Sheet, page: Box, room: float) -> Head:
        """Return where this is, as much of it as there is room for."""
        config, visit = self._known()
        whole = head_of(config, visit.lang, spoken_here(config))
        for head in (whole, Head(whole.name, "", whole.languages, whole.lang)):
            if self.header.measure(sheet, page, head) <= room:
                return head
        return self._bare_head()

    def _steps(self) -> Steps:
        """Return how far it still is."""
        config, visit = self._known()
        return Steps(visit.at, len(config.survey.questions))

    def _buttons(self) -> tuple[Button, ...]:
        """Return what leads on: at the first question there is no way back and nothing to skip."""
        config, visit = self._known()
        if not visit.at:
            return (CONTINUE,)
        if self._asked().id not in dict(visit.answers):
            return BACK, SKIP
        is_last = visit.at == len(config.survey.questions) - 1
        return BACK, SKIP, DONE if is_last else CONTINUE
