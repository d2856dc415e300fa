"""The question and its five faces: the screen that waits for the next citizen.

Where large text leaves no room for everything, this gives way, in this order: the
words of the tools (their pictograms stay), the officer, the second half of the hint,
the name of the center, the number of the counter and the first half of the hint. The
question, the faces and their words, the languages and the tools never do.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final

from kiosk.catalog import languages, spoken, translator
from kiosk.events import Chose, Spoke
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.ask import AskCard, pad_px, quiet_most
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
from kiosk.ui.typeset import Setting, set_parts, width_of
from kiosk.ui.widgets.tools import Tools, plan_tools, tools_px
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.ui.theme import Sheet
    from kiosk.visit import Visit
    from server.protocol.messages import KioskConfig

HINT_MM: Final = 0.8
"""The space between the tools and the hint above them."""
DOT: Final = " · "
EASY_SHARE: Final = 1.4
"""How much larger than they must be faces are, before a question may take more than it must."""
LOW_HEIGHT: Final = 0.36
"""How much of the glass the faces have at least, when they are drawn down and there is room."""
LOW_SHARE: Final = 1.25
"""How much larger than they must be faces are where everything is drawn down; the question may be higher."""


class FacesScreen(Screen):
    """A question of a survey that is answered with a face."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._scene: Scene | None = None
        self._visit: Visit | None = None
        self.header = Header(lambda lang: on_event(Spoke(lang)))
        self.ask = AskCard()
        self.faces = Tiles(lambda score: on_event(Chose(score)))
        self.footer = Words(fonts.BODY)
        self.tools = Tools(on_event)
        for child in (self.header, self.ask, self.faces, self.footer, self.tools):
            self.add_widget(child)

    def show(self, visit: Visit, scene: Scene) -> None:
        """Show the main question to whoever comes."""
        old = self._visit
        new_words = old is None or scene != self._scene or (old.lang, old.look) != (visit.lang, visit.look)
        self._visit, self._scene = visit, scene
        self.faces.speak(visit.lang, spoken_here(scene.config))
        if new_words:
            self._lay_again()

    def enter(self) -> None:
        """Begin to wait, as if nobody had been here."""
        self.faces.enter()

    def leave(self) -> None:
        """Stop everything that nobody sees."""
        self.faces.leave()

    def lay(self, sheet: Sheet) -> None:
        """Five rows on an upright glass; else five columns, or where words are too wide for that, rows."""
        if self._scene is None or self._visit is None:
            return
        page = self.page(sheet)
        if sheet.portrait or self._columns_fit(sheet, page):
            self._lay_stack(sheet, page)
        else:
            self._lay_split(sheet, page)

    def said(self) -> tuple[str, ...]:
        """Return what is read aloud: the question and the faces."""
        return (self._question_text(), *labels_in(self._known()[1].lang).values())

    def _lay_again(self) -> None:
        """Lay everything on the sheet there is."""
        if self.sheet is not None:
            self.lay(self.sheet)

    def _columns_fit(self, sheet: Sheet, page: Box) -> bool:
        """Say whether all five words find room in columns, beside everything else there is to say."""
        if not sheet.look.large:
            return True
        others = 2 * tools_px(sheet) + 2 * sheet.apart_px + gap_px(sheet)
        question = self.ask.least_px(sheet, page.width, self._question_text())
        return self.faces.fit_columns(sheet, page.width, page.height - others - question)

    def _lay_stack(self, sheet: Sheet, page: Box) -> None:
        """Lay head, question, faces, hint and tools below each other."""
        gap = gap_px(sheet)
        apart = max(gap * 0.55, sheet.apart_px)
        between = max(gap, sheet.apart_px) if sheet.portrait else gap
        tiles_least = rows_least_px(sheet) if sheet.portrait else columns_least_px(sheet)
        text = self._question_text()
        least = tiles_least + between + self.ask.least_px(sheet, page.width, text)
        hint_least = self._hint_least(sheet, page.width, -1) if sheet.portrait else 0.0
        head = self._head(sheet)
        others = least + hint_least + tools_px(sheet) + sheet.mm(HINT_MM) + apart + gap * 0.8
        if page.height - self.header.measure(sheet, page, head) < others:
            head = Head((head.line,), "", head.languages, head.lang)
        rest = self.header.put(sheet, page, head).below(gap * 0.8)
        officer = () if sheet.small else self._officer()
        named = self.ask.least_px(sheet, page.width, text, officer)
        # the hint is smaller before the officer gives way, and whole before it is half
        wish = rest.height - tiles_least - between - named - apart
        whole = tools_px(sheet) + sheet.mm(HINT_MM) + self._hint_least(sheet, page.width, 0)
        foot = self._lay_foot(sheet, rest, min(max(wish, whole), rest.height - least - apart)) + apart
        rest = Box(rest.x, rest.y + foot, rest.width, rest.height - foot)
        pads = 2 * pad_px(sheet)
        # the question is large as long as the faces are larger than they must be
        easy = rows_least_px(sheet, EASY_SHARE) if sheet.portrait else tiles_least
        room = rest.height - between
        tall = max(min(named, room - tiles_least), min(rest.height * 0.4, room - easy)) - pads
        # what is touched, and the question with it, is drawn down for a citizen who sits
        tiles_low = rows_least_px(sheet, LOW_SHARE) if sheet.portrait else LOW_SHARE * tiles_least
        tiles_low = max(tiles_low, LOW_HEIGHT * sheet.height)
        card = self.ask.height_px(sheet, rest.width, text, officer=officer, tall=tall)
        rest = self.reach(sheet, rest, max(least, min(rest.height, card + between + tiles_low)))
        if sheet.portrait:
            below = self.ask.put(sheet, rest, text, officer=officer, tall=tall)
            self.faces.put_rows(sheet, below.below(between))
            return
        # what is too much for the tiles goes to the question
        spare = max(0.0, rest.height - card - gap - COLUMN_SHARE * rest.width / COUNT)
        if sheet.look.low:
            rest, spare = rest.below(spare), 0.0
        below = self.ask.put(sheet, rest, text, officer=officer, tall=tall, spare=spare * 0.3)
        self.faces.put_columns(sheet, below.below(gap + spare * 0.1))

    def _lay_split(self, sheet: Sheet, page: Box) -> None:
        """Lay the question at the left and five rows at the right: for words too large for columns."""
        _, visit = self._known()
        gap = max(gap_px(sheet), sheet.apart_px)
        text = self._question_text()
        head = self._head(sheet)
        room = page.height - gap - rows_least_px(sheet)
        heads = (head, Head((head.line,), "", head.languages, head.lang))
        over = next((each for each in heads if self.header.measure(sheet, page, each) <= room), None)
        if over:
            page = self.header.put(sheet, page, over).below(gap)
        high = (page.height - (COUNT - 1) * row_gap_px(sheet)) / COUNT
        left_least = max(plan_tools(sheet, visit.lang, 0).width, self.header.pills_px(sheet, head))
        wide = min(self.faces.row_width_px(sheet, high), page.width - gap - left_least)
        self.faces.put_rows(sheet, page.right_of(page.width - wide))
        left = page.from_left(page.width - wide - gap)
        if not over:
            left = self.header.put(sheet, left, Head((), "", head.languages, head.lang)).below(gap)
        foot = self.tools.put(sheet, left, visit.look, visit.lang) + gap
        left = Box(left.x, left.y + foot, left.width, left.height - foot)
        hint = self._lay_hint(sheet, left, left.height - gap - self.ask.least_px(sheet, left.width, text))
        if hint:
            left = Box(left.x, left.y + hint + gap, left.width, left.height - hint - gap)
        tall = left.height - 2 * pad_px(sheet)
        card = self.ask.height_px(sheet, left.width, text, tall=tall)
        self.ask.put(sheet, left, text, tall=tall, spare=max(0.0, left.height - card) / 2)

    def _lay_hint(self, sheet: Sheet, at: Box, room: float, *, left: bool = False) -> float:
        """Say what to do at the foot of a box; return how high that is, 0 if there is no room for it."""
        sizes = (quiet_most(sheet), sheet.quiet_px)
        for hint in self._hints():
            text, setting = set_parts(hint.split(DOT), DOT, fonts.BODY, (at.width, room), sizes)
            if setting.fits:
                line = Box(at.x, at.y, at.width, setting.height_px)
                self._write_hint(sheet, text, setting, line, left=left)
                return setting.height_px
        self.footer.hush()
        return 0.0

    def _hint_least(self, sheet: Sheet, width: float, which: int) -> float:
        """Return the height of one of the hints at its smallest."""
        sizes = (sheet.quiet_px, sheet.quiet_px)
        parts = self._hints()[which].split(DOT)
        return set_parts(parts, DOT, fonts.BODY, (width, sheet.height), sizes)[1].height_px

    def _lay_foot(self, sheet: Sheet, rest: Box, room: float) -> float:
        """Say what to do, and lay the tools; return how high that is."""
        _, visit = self._known()
        tools = tools_px(sheet)
        if sheet.portrait:
            self.tools.put(sheet, rest, visit.look, visit.lang)
            high = tools + sheet.mm(HINT_MM)
            above = Box(rest.x, rest.y + high, rest.width, rest.height - high)
            return high + self._lay_hint(sheet, above, room - high)
        parts = self._hints()[0].split(DOT)
        hint_wide = max(width_of(part, fonts.BODY, ceil(sheet.quiet_px)) for part in parts)
        plan = plan_tools(sheet, visit.lang, rest.width - 2 * gap_px(sheet) - hint_wide - 1)
        beside = rest.from_left(rest.width - plan.width - 2 * gap_px(sheet))
        easy = tools * (1 if sheet.low else 1.25)
        least = min(room, self._hint_least(sheet, beside.width, 0))
        hint = self._lay_hint(sheet, beside, max(easy, least), left=True)
        high = max(tools, hint)
        if hint:
            line = Box(beside.x, rest.y + (high - hint) / 2, beside.width, hint)
            self._write_hint(sheet, self.footer.text, self.footer.setting, line, left=True)
        at_right = Box(rest.right - plan.width, rest.y + (high - tools) / 2, plan.width + 1, tools)
        self.tools.put(sheet, at_right, visit.look, visit.lang)
        return high

    def _write_hint(
        self, sheet: Sheet, text: str, setting: Setting, line: Box, *, left: bool = False
    ) -> None:
        """Write the hint, at the left or in the middle."""
        if self.footer.left != left:
            self.footer.hush()
            self.footer.left = left
        self.footer.put(text, setting, line.snapped(), sheet.theme.quiet)

    def _hints(self) -> tuple[str, ...]:
        """Return what the foot may say, the longest first."""
        _, visit = self._known()
        say = translator(visit.lang)
        hint = say("question_hint")
        return (hint, hint.split(DOT)[0])

    def _head(self, sheet: Sheet) -> Head:
        """Return where this is; on a small screen who serves stands here too."""
        config, visit = self._known()
        officer = self._officer() if sheet.small else ()
        return head_of(config, visit.lang, spoken_here(config), officer[0] if officer else "")

    def _question_text(self) -> str:
        """Return the words of the question that is asked."""
        config, visit = self._known()
        return spoken(config.survey.main.text, visit.lang)

    def _officer(self) -> tuple[str, ...]:
        """Return who serves here, and the title if there is one.

        Where several serve, a rating is nobody's in particular, and nobody is named.
        """
        config, visit = self._known()
        if len(config.officers) != 1:
            return ()
        person = config.officers[0]
        name = translator(visit.lang)("officer_on_duty").format(name=person.name)
        return (name, person.title) if person.title else (name,)

    def _known(self) -> tuple[KioskConfig, Visit]:
        """Return the config and the visit that are shown."""
        if self._scene is None or self._visit is None:
            raise RuntimeError("the question screen was laid before it was shown")
        return self._scene.config, self._visit


def spoken_here(config: KioskConfig) -> tuple[str, ...]:
    """Return the languages that the center wants and the kiosk speaks."""
    return tuple(lang for lang in config.languages if lang in _catalogues())


@lru_cache(maxsize=1)
def _catalogues() -> frozenset[str]:
    """Return the languages there is a catalogue for."""
    return frozenset(languages())
