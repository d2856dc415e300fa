"""A further question that is answered with a face, and the first one again for whoever goes back to it.

No face is marked as chosen: whoever glances at the screen learns nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.catalog import spoken
from kiosk.events import Chose, Spoke
from kiosk.ui.box import Box
from kiosk.ui.screens.ask import AskCard, pad_px
from kiosk.ui.screens.faces import spoken_here
from kiosk.ui.screens.header import Head, Header, head_of
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.tiles import Tiles, columns_least_px, gap_px, labels_in, row_gap_px, rows_least_px
from kiosk.ui.widgets.bar import BACK, CONTINUE, DONE, SKIP, Bar, Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.ui.theme import Sheet
    from kiosk.ui.widgets.bar import Button
    from kiosk.visit import Visit
    from server.protocol.survey import Question

COUNT = 5


class MoreFacesScreen(Screen):
    """A question, five faces, and the way back and on."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._scene: Scene | None = None
        self._visit: Visit | None = None
        self.header = Header(lambda lang: on_event(Spoke(lang)))
        self.ask = AskCard()
        self.faces = Tiles(lambda score: on_event(Chose(score)))
        self.bar = Bar(on_event)
        for child in (self.header, self.ask, self.faces, self.bar):
            self.add_widget(child)

    def show(self, visit: Visit, scene: Scene) -> None:
        """Show the question that the visit has come to."""
        old, was = self._visit, self._scene
        self._visit, self._scene = visit, scene
        self.faces.speak(visit.lang, spoken_here(scene.config))
        if old is None or was != scene or (old.lang, old.at) != (visit.lang, visit.at):
            for tile in self.faces.tiles.values():
                tile.settle()
            if self.sheet is not None:
                self.lay(self.sheet)

    def said(self) -> tuple[str, ...]:
        """Return what is read aloud: the question and the faces."""
        if self._visit is None:
            return ()
        return (self._words(), *labels_in(self._visit.lang).values())

    def enter(self) -> None:
        """Begin as if nobody had been here."""
        self.faces.enter()

    def leave(self) -> None:
        """Stop everything that nobody sees."""
        self.faces.leave()

    def lay(self, sheet: Sheet) -> None:
        """Lay head, question, faces and bar below each other, or question and faces side by side."""
        if self._visit is None or self._scene is None:
            return
        page, lang, buttons = self.page(sheet), self._visit.lang, self._buttons()
        gap = max(gap_px(sheet), sheet.apart_px)
        foot = self.bar.height_px(sheet, page.width, lang, buttons) + gap
        least = rows_least_px(sheet) if sheet.portrait else columns_least_px(sheet)
        question = self.ask.least_px(sheet, page.width, self._words()) + gap
        head = self._head(sheet, page, page.height - foot - question - least - gap)
        room = page.height - self.header.measure(sheet, page, head) - foot - question - gap
        if not sheet.portrait and sheet.look.large and not self.faces.fit_columns(sheet, page.width, room):
            self._lay_beside(sheet, page, gap)
            return
        rest = self.header.put(sheet, page, head).below(gap)
        rest = self.bar.put(sheet, rest, lang, buttons, self._steps())
        rest = Box(rest.x, rest.y + gap, rest.width, rest.height - gap)
        low = rest.height - least - gap if not sheet.portrait else rest.height * 0.4
        tall = max(question - gap, min(rest.height * 0.4, low)) - 2 * pad_px(sheet)
        card = self.ask.height_px(sheet, rest.width, self._words(), tall=tall)
        rest = self.reach(sheet, rest, card + gap + 1.25 * least)
        below = self.ask.put(sheet, rest, self._words(), tall=tall).below(gap)
        if sheet.portrait:
            self.faces.put_rows(sheet, below)
        else:
            self.faces.put_columns(sheet, below)

    def _lay_beside(self, sheet: Sheet, page: Box, gap: float) -> None:
        """Lay five rows at the right, and all else at the left: for words too large for columns."""
        high = (page.height - (COUNT - 1) * row_gap_px(sheet)) / COUNT
        wide = min(self.faces.row_width_px(sheet, high), page.width * 0.62)
        self.faces.put_rows(sheet, page.right_of(page.width - wide))
        left = page.from_left(page.width - wide - gap)
        left = self.header.put(sheet, left, self._bare_head()).below(gap)
        rest = self.bar.put(sheet, left, self._bare_head().lang, self._buttons())
        rest = Box(rest.x, rest.y + gap, rest.width, rest.height - gap)
        tall = rest.height - 2 * pad_px(sheet)
        card = self.ask.height_px(sheet, rest.width, self._words(), tall=tall)
        self.ask.put(sheet, rest, self._words(), tall=tall, spare=max(0.0, rest.height - card) / 2)

    def _head(self, sheet: Sheet, page: Box, room: float) -> Head:
        """Return where this is, as much of it as there is room for."""
        bare = self._bare_head()
        if self._scene is None:
            return bare
        whole = head_of(self._scene.config, bare.lang, bare.languages)
        for head in (whole, Head(whole.name, "", whole.languages, whole.lang)):
            if self.header.measure(sheet, page, head) <= room:
                return head
        return bare

    def _bare_head(self) -> Head:
        """Return the languages alone."""
        if self._scene is None or self._visit is None:
            return Head((), "", (), "")
        return Head((), "", spoken_here(self._scene.config), self._visit.lang)

    def _asked(self) -> Question:
        """Return the question that is asked."""
        if self._scene is None or self._visit is None:
            raise RuntimeError("a screen was laid before it was shown")
        return self._scene.config.survey.questions[self._visit.at]

    def _words(self) -> str:
        """Return the words of the question."""
        return spoken(self._asked().text, self._visit.lang if self._visit else "")

    def _steps(self) -> Steps | None:
        """Return how far it still is."""
        if self._scene is None or self._visit is None:
            return None
        return Steps(self._visit.at, len(self._scene.config.survey.questions))

    def _buttons(self) -> tuple[Button, ...]:
        """Return what leads on: at the first question there is no way back and nothing to skip."""
        if self._visit is None or self._scene is None:
            return ()
        if not self._visit.at:
            return (CONTINUE,)
        if self._asked().id not in dict(self._visit.answers):
            return BACK, SKIP
        is_last = self._visit.at == len(self._scene.config.survey.questions) - 1
        return BACK, SKIP, DONE if is_last else CONTINUE
