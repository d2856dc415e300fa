"""The question and its five faces: the screen that waits for the next citizen.

Where large text leaves no room for everything, this gives way, in this order: the
words of the tools (their pictograms stay), the officer's photo, the officer, the first half of the hint,
the name of the center, the number of the counter. The question, the faces and their words, the
languages, the tools and in few words the promise that nobody is recorded never do.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from kiosk.catalog import translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.aside import PAD_MM
from kiosk.ui.screens.ask import pad_px, quiet_most
from kiosk.ui.screens.asking import AskingScreen, between_px, spoken_here, tiles_least_px
from kiosk.ui.screens.duty import OnDuty
from kiosk.ui.screens.header import Head, head_of
from kiosk.ui.screens.tiles import gap_px
from kiosk.ui.typeset import NBSP, Setting, set_parts, set_words, width_of
from kiosk.ui.widgets.tools import Tools, tools_px
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.theme import Sheet


HINT_MM: Final = 1.8
"""The space between the tools and the hint above them."""
LINE_MM: Final = 0.4
"""The same where there is no room: a line of words has some of its own."""
HINT_SHARE: Final = 0.88
"""How much of the width of an upright glass the hint takes at most."""
DOT: Final = " · "


class FacesScreen(AskingScreen):
    """The first question of the survey, and everything that a citizen may change about the screen."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(on_event)
        self.footer = Words(fonts.BODY)
        self.tools = Tools(on_event)
        self.tools.bind(speaks=lambda *_: self._lay_again())
        for child in (self.footer, self.tools):
            self.add_widget(child)

    def lay(self, sheet: Sheet) -> None:
        """Five rows on an upright glass; else five columns, or where words are too wide for that, rows."""
        if self._shown is None:
            return
        page = self.page(sheet)
        if sheet.portrait or self._columns_fit(sheet, page):
            self._lay_stack(sheet, page)
        else:
            self._lay_split(sheet, page)

    def _columns_fit(self, sheet: Sheet, page: Box) -> bool:
        """Say whether all five words find room in columns, beside everything else there is to say."""
        if not sheet.look.large:
            return True
        others = 2 * tools_px(sheet) + 2 * sheet.apart_px + gap_px(sheet)
        question = self.ask.least_px(sheet, page.width, self._question_text())
        return self.faces.fit_columns(sheet, page.width, page.height - others - question)

    def _lay_stack(self, sheet: Sheet, page: Box) -> None:
        """Lay head, question, faces, hint and tools below each other."""
        gap, between = gap_px(sheet), between_px(sheet)
        apart = max(gap * 0.55, sheet.apart_px)
        tiles_least = tiles_least_px(sheet)
        text = self._question_text()
        least = tiles_least + between + self.ask.least_px(sheet, page.width, text)
        hint_least = self._hint_least(sheet, page.width, -1) if sheet.portrait else 0.0
        head = self._head(sheet)
        others = least + hint_least + tools_px(sheet) + sheet.mm(HINT_MM) + apart + gap * 0.8
        if page.height - self.header.measure(sheet, page, head) < others:
            head = self._bare_head(head.line)
        rest = self.header.put(sheet, page, head).below(gap * 0.8)
        duty = None if sheet.small else self._officer()
        named = self.ask.least_px(sheet, page.width, text, duty)
        # the hint is smaller before the officer gives way, and whole before it is half
        wish = rest.height - tiles_least - between - named - apart
        whole = tools_px(sheet) + sheet.mm(HINT_MM) + self._hint_least(sheet, page.width, 0)
        foot = self._lay_foot(sheet, rest, min(max(wish, whole), rest.height - least - apart)) + apart
        self._lay_faces(sheet, Box(rest.x, rest.y + foot, rest.width, rest.height - foot), duty)

    def _lay_split(self, sheet: Sheet, page: Box) -> None:
        """Lay the question at the left and five rows at the right: for words too large for columns."""
        _, visit = self._known()
        gap = max(gap_px(sheet), sheet.apart_px)
        tools = self.tools.plan(sheet, visit.lang, 0).width
        left_least = max(tools, self.header.pills_px(sheet, self._bare_head()))
        left = self._lay_beside(sheet, page, left_least, gap)
        foot = self.tools.put(sheet, left, visit.look, visit.lang) + gap
        left = Box(left.x, left.y + foot, left.width, left.height - foot)
        least = self.ask.least_px(sheet, left.width, self._question_text())
        hint = self._lay_hint(sheet, left, left.height - gap - least)
        tight = 0.0
        if not hint:
            # on 7 inches the promise has the room that is else around the question
            tight, line = pad_px(sheet) - sheet.mm(PAD_MM), gap - sheet.mm(LINE_MM)
            closer = Box(left.x, left.y - line, left.width, left.height + line + gap)
            hint = self._lay_hint(sheet, closer, closer.height - least + 2 * tight)
            left, gap = (closer, 0.0) if hint else (left, gap)
        if hint:
            left = Box(left.x, left.y + hint + gap, left.width, left.height - hint - gap)
        self._ask_at_left(sheet, left, tight if hint else 0.0)

    def _lay_hint(self, sheet: Sheet, at: Box, room: float, *, left: bool = False) -> float:
        """Say what to do at the foot of a box; return how high that is, 0 if there is no room for it."""
        sizes = (quiet_most(sheet), sheet.quiet_px)
        box = (_hint_px(sheet, at.width), room)
        for hint in self._hints():
            text, setting = _set_hint(hint, at.width, box, sizes)
            if setting.fits:
                line = Box(at.x, at.y, at.width, setting.height_px)
                self._write_hint(sheet, text, setting, line, left=left)
                return setting.height_px
        self.footer.hush()
        return 0.0

    def _hint_least(self, sheet: Sheet, width: float, which: int) -> float:
        """Return the height of one of the hints at its smallest."""
        sizes = (sheet.quiet_px, sheet.quiet_px)
        box = (_hint_px(sheet, width), sheet.height)
        return _set_hint(self._hints()[which], width, box, sizes)[1].height_px

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
        plan = self.tools.plan(sheet, visit.lang, rest.width - 2 * gap_px(sheet) - hint_wide - 1)
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
        return (hint, hint.split(DOT)[-1], say("question_promise"))

    def _head(self, sheet: Sheet) -> Head:
        """Return where this is; on a small screen who serves stands here too."""
        config, visit = self._known()
        duty = self._officer() if sheet.small else None
        return head_of(config, visit.lang, spoken_here(config), duty.sentence if duty else "")

    def _officer(self) -> OnDuty | None:
        """Return who serves here.

        Where several serve, a rating is nobody's in particular, and nobody is named.
        """
        config, visit = self._known()
        if len(config.officers) != 1:
            return None
        officer = config.officers[0]
        return OnDuty(translator(visit.lang)("officer_on_duty").format(name=officer.name), officer)


def _set_hint(
    hint: str, width: float, box: tuple[float, float], sizes: tuple[float, float]
) -> tuple[str, Setting]:
    """Set a hint; on one line that takes the whole width, where it is no larger on two."""
    text, setting = set_parts(hint.split(DOT), DOT, fonts.BODY, box, sizes)
    one = set_words(hint.replace(" ", NBSP), fonts.BODY, (width, box[1]), *sizes)
    is_better = len(setting.lines) > 1 and (not setting.fits or setting.size_px <= one.size_px)
    return (hint, one) if one.fits and is_better else (text, setting)


def _hint_px(sheet: Sheet, width: float) -> float:
    """Return how wide the hint may be in this width."""
    return width * (HINT_SHARE if sheet.portrait else 1)
