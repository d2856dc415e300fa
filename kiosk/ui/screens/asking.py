"""What a question with five faces has on either of its screens: the head, the card that asks, the faces.

No face is marked as chosen: whoever glances at the screen learns nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kiosk.catalog import languages, spoken
from kiosk.events import Chose, Spoke
from kiosk.ui.screens.ask import AskCard, pad_px
from kiosk.ui.screens.header import Head, Header, head_of
from kiosk.ui.screens.screen import Screen
from kiosk.ui.screens.tiles import (
    COLUMN_SHARE,
    COUNT,
    Tiles,
    columns_least_px,
    gap_px,
    labels_in,
    row_gap_px,
    rows_least_px,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.box import Box
    from kiosk.ui.scenes import Scene
    from kiosk.ui.screens.duty import OnDuty
    from kiosk.ui.theme import Sheet
    from kiosk.visit import Visit
    from server.protocol.messages import KioskConfig
    from server.protocol.survey import Question

EASY_SHARE: Final = 1.4
EASY_SHARE_LARGE: Final = 1.1
"""How much larger than they must be faces are, before a question may take more than it must."""
LOW_HEIGHT: Final = 0.36
LOW_HEIGHT_WIDE: Final = 0.4
"""How much of a glass that stands, or lies, the faces have at least, when they are drawn down."""
LOW_SHARE: Final = 1.35
"""How much larger than they must be faces are where everything is drawn down; the question may be higher."""
LOW_COLUMN_SHARE: Final = 1.6
"""The same of columns, whose words stand below the faces and not too close to them."""
CARD_SHARE: Final = 0.4
"""How much of the room the question may take."""


class AskingScreen(Screen):
    """A question of a survey that is answered with a face."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._shown: tuple[Visit, Scene] | None = None
        self.header = Header(lambda lang: on_event(Spoke(lang)))
        self.ask = AskCard()
        self.faces = Tiles(lambda score: on_event(Chose(score)))
        for child in (self.header, self.ask, self.faces):
            self.add_widget(child)

    def show(self, visit: Visit, scene: Scene) -> None:
        """Show the question that the visit has come to. A new look is laid when it brings its sheet."""
        old = self._shown
        self._shown = (visit, scene)
        self.faces.speak(visit.lang, spoken_here(scene.config))
        if old is None or old[1] != scene or _asked_of(old[0]) != _asked_of(visit):
            self.faces.settle()
            self._lay_again()

    def enter(self) -> None:
        """Begin as if nobody had been here."""
        self.faces.enter()

    def leave(self) -> None:
        """Stop everything that nobody sees."""
        self.faces.leave()

    def said(self) -> tuple[str, ...]:
        """Return what is read aloud: the question and the faces."""
        if self._shown is None:
            return ()
        return (self._question_text(), *labels_in(self._shown[0].lang).values())

    def _lay_faces(self, sheet: Sheet, rest: Box, duty: OnDuty | None = None) -> None:
        """Lay the question and the faces below each other into what is left between head and foot."""
        text, gap, between = self._question_text(), gap_px(sheet), between_px(sheet)
        tiles_least = tiles_least_px(sheet)
        named = self.ask.least_px(sheet, rest.width, text, duty)
        least = tiles_least + between + self.ask.least_px(sheet, rest.width, text)
        # the question is large as long as the faces are larger than they must be
        share = EASY_SHARE_LARGE if sheet.look.large else EASY_SHARE
        easy = rows_least_px(sheet, share) if sheet.portrait else tiles_least
        room = rest.height - between
        tall = max(min(named, room - tiles_least), min(rest.height * CARD_SHARE, room - easy))
        tall -= 2 * pad_px(sheet)
        # what is touched, and the question with it, is drawn down for a citizen who sits
        tiles_low = rows_least_px(sheet, LOW_SHARE, 0.0) if sheet.portrait else LOW_COLUMN_SHARE * tiles_least
        tiles_low = max(tiles_low, (LOW_HEIGHT if sheet.portrait else LOW_HEIGHT_WIDE) * sheet.height)
        card = self.ask.height_px(sheet, rest.width, text, duty=duty, tall=tall)
        rest = self.reach(sheet, rest, max(least, min(rest.height, card + between + tiles_low)))
        if sheet.portrait:
            below = self.ask.put(sheet, rest, text, duty=duty, tall=tall)
            self.faces.put_rows(sheet, below.below(between))
            return
        # what is too much for the tiles goes to the question
        spare = max(0.0, rest.height - card - gap - COLUMN_SHARE * rest.width / COUNT)
        if sheet.look.low:
            rest, spare = rest.below(spare), 0.0
        below = self.ask.put(sheet, rest, text, duty=duty, tall=tall, spare=spare * 0.3)
        self.faces.put_columns(sheet, below.below(gap + spare * 0.1))

    def _lay_beside(self, sheet: Sheet, page: Box, left_least: float, gap: float, aside: float = 0.0) -> Box:
        """Lay five rows at the right, the head above everything or small at the left; return what is left.

        Above everything, the head leaves `aside` pixels free at its right, and faces may fill their rows.
        """
        room = page.height - gap - rows_least_px(sheet, free_mm=0.0)
        config, visit = self._known()
        whole = head_of(config, visit.lang, spoken_here(config))
        heads = (whole, self._bare_head(whole.line))
        band = page.from_left(page.width - aside)
        over = next((each for each in heads if self.header.measure(sheet, band, each) <= room), None)
        if over:
            page = page.below(page.height - self.header.put(sheet, band, over).height + gap)
        high = (page.height - (COUNT - 1) * row_gap_px(sheet)) / COUNT
        wide = min(self.faces.row_width_px(sheet, high), page.width - gap - left_least)
        self.faces.put_rows(sheet, page.right_of(page.width - wide))
        left = page.from_left(page.width - wide - gap)
        return left if over else self.header.put(sheet, left, self._bare_head()).below(gap)

    def _ask_at_left(self, sheet: Sheet, left: Box, tight: float = 0.0) -> None:
        """Ask on a card that fills what is left at the left, with pads that may be `tight` pixels less."""
        text, tall = self._question_text(), left.height - 2 * (pad_px(sheet) - tight)
        card = self.ask.height_px(sheet, left.width, text, tall=tall)
        self.ask.put(sheet, left, text, tall=tall, spare=max(-2 * tight, left.height - card) / 2)

    def _lay_again(self) -> None:
        """Lay everything on the sheet there is."""
        if self.sheet is not None:
            self.lay(self.sheet)

    def _known(self) -> tuple[KioskConfig, Visit]:
        """Return the config and the visit that are shown."""
        if self._shown is None:
            raise RuntimeError("a question was laid before it was shown")
        visit, scene = self._shown
        return scene.config, visit

    def _asked(self) -> Question:
        """Return the question that is asked."""
        config, visit = self._known()
        return config.survey.questions[visit.at]

    def _question_text(self) -> str:
        """Return its words."""
        return spoken(self._asked().text, self._known()[1].lang)

    def _bare_head(self, line: str = "") -> Head:
        """Return a head of the languages, and of one line beside them."""
        config, visit = self._known()
        return Head((line,) if line else (), "", spoken_here(config), visit.lang)


def tiles_least_px(sheet: Sheet) -> float:
    """Return the least height of the five faces."""
    return rows_least_px(sheet) if sheet.portrait else columns_least_px(sheet)


def between_px(sheet: Sheet) -> float:
    """Return the space between the question and the faces."""
    return max(gap_px(sheet), sheet.apart_px) if sheet.portrait else gap_px(sheet)


def _asked_of(visit: Visit) -> tuple[object, ...]:
    """Return what of a visit changes the words on the screen."""
    return visit.lang, visit.at, visit.answers


def spoken_here(config: KioskConfig) -> tuple[str, ...]:
    """Return the languages that the center wants and the kiosk speaks."""
    return tuple(lang for lang in config.languages if lang in _catalogues())


@lru_cache(maxsize=1)
def _catalogues() -> frozenset[str]:
    """Return the languages there is a catalogue for."""
    return frozenset(languages())
