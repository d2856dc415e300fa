"""The screen to write on: the question, the paper, the keyboard, and the bar at the foot.

What is written is decided by `kiosk.writing`; this screen shows it and tells which keys were touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.catalog import spoken, translator
from kiosk.events import Cleared, Typed, Wrote
from kiosk.telex import Method
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import NORMAL
from kiosk.ui.typeset import NBSP, Setting, set_parts, set_words
from kiosk.ui.widgets.bar import BACK, DONE, SKIP, Bar, Steps
from kiosk.ui.widgets.in_force import ToolsInForce
from kiosk.ui.widgets.keyboard import (
    WITH_DIGITS,
    WITHOUT_DIGITS,
    Keyboard,
    gap_px,
    good_px,
    least_px,
    most_px,
)
from kiosk.ui.widgets.paper import LINES_MOST, LINES_WANTED, Leaf, Paper, sizes
from kiosk.ui.widgets.tools import put_beside, tools_px
from kiosk.ui.widgets.words import Words
from kiosk.value import Value
from kiosk.writing import COMMENT_CHARS_MAX, starts_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.ui.theme import Sheet
    from kiosk.visit import Visit
    from server.protocol.messages import KioskConfig

PLACES: Final = ((BACK,), (SKIP, DONE))
"""Each button keeps its place: where a finger skips it does not finish."""
HINT_SHARE: Final = 0.9
"""How much of the width the hint takes at most."""
HINT_LINES_UPRIGHT: Final = 4
"""How many lines it may have on an upright glass; on one that lies there is room for two."""
LEFT_TOLD: Final = 100
"""So few signs before the end it is said how many may still be written."""
KEYS_SHARE: Final = 0.6
"""How much of the height that nobody needs goes to the keys, as long as they look well."""


class _Plan(Value, frozen=True):
    """The rows of keys, the settings of question and hint (if there is room for them), and the heights."""

    rows: int
    question: Setting | None
    hint: Setting | None
    keys: float
    paper: float


class CommentScreen(Screen):
    """A comment in the citizen's own words."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._scene: Scene | None = None
        self._visit: Visit | None = None
        self.question = Words(fonts.BOLD)
        self.paper = Paper(lambda: on_event(Cleared()))
        self.hint = Words(fonts.BODY)
        self.keyboard = Keyboard(lambda sign: on_event(Typed(sign)), lambda method: on_event(Wrote(method)))
        self.bar = Bar(on_event)
        self.tools = ToolsInForce(on_event)
        for child in (self.question, self.paper, self.hint, self.keyboard, self.bar, self.tools):
            self.add_widget(child)

    def show(self, visit: Visit, scene: Scene) -> None:
        """Show what was written so far. A key redraws no more than the paper, and shift where it changes."""
        old, same_scene = self._visit, scene == self._scene
        self._visit, self._scene = visit, scene
        self.keyboard.start(capital=starts_sentence(visit.writing))
        if old is None or not same_scene or _frame(old) != _frame(visit):
            if self.sheet is not None:
                self.lay(self.sheet)
        else:
            self.paper.write(self._leaf(visit))
            if self.sheet is not None and _is_written(old) != _is_written(visit):
                self._lay_bar(self.sheet, visit)

    def leave(self) -> None:
        """Be as if nobody had been here."""
        self.keyboard.rest()

    def said(self) -> tuple[str, ...]:
        """Return the question, and what not to write."""
        if self._scene is None or self._visit is None:
            return ()
        return self._question(self._scene.config, self._visit), self._leaf(self._visit).note

    def lay(self, sheet: Sheet) -> None:
        """Lay the bar at the foot, the keyboard above it, the question at the top, the paper between."""
        if self._scene is None or self._visit is None:
            return
        config, visit = self._scene.config, self._visit
        gap = _gap_px(sheet)
        page = self._page(sheet)
        above = self.bar.put(sheet, page, visit.lang, tuple(place[0] for place in PLACES))
        row = Box(page.x, self.bar.y, page.width, self.bar.height)
        put_beside(self.tools, sheet, row, self.bar.pills.values(), visit.lang)
        above = Box(above.x, above.y + gap, above.width, above.height - gap)
        wide = 0.0
        if sheet.portrait and len(self.tools.children) < len(self.tools.wanted(sheet.look)):
            wide = max(0.0, self.tools.width_px(sheet) - sheet.apart_px)
            self.tools.put(sheet, row, NORMAL, visit.lang)
        self._lay_bar(sheet, visit)
        if wide:
            # no room beside the buttons: they come above the question
            above = above.below(tools_px(sheet) + gap)
        leaf, calm = self._leaf(visit), self._leaf(visit, scrubbed=False)
        plan = self._plan(sheet, above, config, visit, calm)
        if leaf.warns and self.paper.least_px(sheet, above.width, leaf, 1, sizes(sheet)[-1]) > plan.paper:
            # the keys stay under the fingers: the question and the hint give way
            plan = self._plan(sheet, above, config, visit, leaf, plan.keys)
        keys = Box(above.x, above.y, above.width, plan.keys)
        self.keyboard.put(sheet, keys, plan.rows, visit.writing.method, visit.lang)
        rest = Box(above.x, keys.top + gap, above.width, above.top - keys.top - gap)
        if plan.hint is None:
            self.hint.hush()
        else:
            line = Box(rest.x, rest.y, rest.width, plan.hint.height_px).snapped()
            self.hint.put(" ".join(plan.hint.lines), plan.hint, line, sheet.theme.quiet)
            rest = Box(rest.x, line.top + gap, rest.width, rest.top - line.top - gap)
        self.paper.put(sheet, Box(rest.x, rest.y, rest.width, plan.paper), leaf)
        rest = rest.from_top(rest.height - plan.paper - gap / 2)
        if plan.question is None:
            self.question.hush()
        else:
            spare = rest.height - plan.question.height_px
            # in reach of a citizen who sits, and before the eyes: close to what is written
            close = sheet.portrait or sheet.look.low
            below = min(spare / 2, gap) if close else spare / 2
            ask = rest.from_top(plan.question.height_px, spare - below).snapped()
            self.question.put(self._question(config, visit), plan.question, ask, sheet.theme.ink)
            rest = Box(rest.x, ask.top, rest.width, rest.top - ask.top)
        if wide:
            row = Box(rest.right - wide, rest.y + gap, wide, tools_px(sheet))
            self.tools.put(sheet, row, sheet.look, visit.lang)

    def _page(self, sheet: Sheet) -> Box:
        """Return the part of the sheet to lay everything on."""
        page = self.page(sheet)
        # on 7 inches every millimetre in height is a line of text less
        return page.within(0, -0.4 * page.y) if sheet.small else page

    def _lay_bar(self, sheet: Sheet, visit: Visit) -> None:
        """Lay the buttons, the steps between them, and what else is in their row.

        There is nothing to skip once something is written, and nothing to finish before.
        """
        steps = None
        if self._scene is not None:
            steps = Steps(visit.at, len(self._scene.config.survey.questions))
        buttons = (BACK, DONE) if _is_written(visit) else (BACK, SKIP)
        others = [tool.hit for tool in self.tools.children if tool.hit.y < self.bar.y + self.bar.height]
        page, lang = self._page(sheet), visit.lang
        self.bar.put(sheet, page, lang, buttons, steps, places=PLACES, others=others)

    def _plan(
        self,
        sheet: Sheet,
        room: Box,
        config: KioskConfig,
        visit: Visit,
        leaf: Leaf,
        fixed: float | None = None,
    ) -> _Plan:
        """Share the height: what must be first, then a hint, higher keys and more paper.

        Keys that are `fixed` are as high as that.
        """
        wanted = not sheet.portrait or visit.writing.method is Method.VNI
        calm = self._leaf(visit, scrubbed=False)
        rows = WITH_DIGITS if wanted and self._has_room(sheet, room, config, visit, calm) else WITHOUT_DIGITS
        gap, keys = _gap_px(sheet), fixed or least_px(sheet, rows)
        usual, *_, small = sizes(sheet)
        ask = self._question_least(sheet, room.width, config, visit) + gap / 2
        papers = [self.paper.least_px(sheet, room.width, leaf, lines, small) for lines in (LINES_WANTED, 1)]
        paper = next((each for each in papers if keys + gap + ask + each <= room.height), papers[-1])
        free = room.height - keys - gap - paper
        higher = 0.0 if fixed else min(good_px(sheet, rows) - keys, max(0.0, free - ask))
        keys, free = keys + higher, free - higher
        question = self._set_question(sheet, room.width, free - gap / 2, config, visit)
        free -= question.height_px + gap / 2 if question else 0
        wish = self.paper.least_px(sheet, room.width, leaf, LINES_WANTED, usual) - paper
        more = min(max(0.0, free), max(0.0, wish))
        paper, free = paper + more, free - more
        hint = self._set_hint(sheet, room.width, free - gap, visit)
        free -= hint.height_px + gap if hint else 0
        higher = 0.0 if fixed else min(max(0.0, free) * KEYS_SHARE, most_px(sheet, rows, room.width) - keys)
        keys, free = keys + higher, free - higher
        most = self.paper.least_px(sheet, room.width, leaf, LINES_MOST, usual)
        paper += min(max(0.0, free), max(0.0, most - paper))
        return _Plan(rows, question, hint, keys, paper)

    def _has_room(self, sheet: Sheet, room: Box, config: KioskConfig, visit: Visit, leaf: Leaf) -> bool:
        """Say whether a row of digits leaves room for a line of text; for two, where no mark is a digit."""
        gap, small = _gap_px(sheet), sizes(sheet)[-1]
        lines = 1 if visit.writing.method is Method.VNI else 2
        paper = self.paper.least_px(sheet, room.width, leaf, lines, small)
        free = room.height - least_px(sheet, WITH_DIGITS) - paper - 1.5 * gap
        return free >= self._question_least(sheet, room.width, config, visit)

    def _question_least(self, sheet: Sheet, width: float, config: KioskConfig, visit: Visit) -> float:
        """Return how high the question is at the size of an answer."""
        text = self._question(config, visit)
        box = (width, sheet.height)
        return set_words(text, fonts.BOLD, box, sheet.answer_px, sheet.answer_px).height_px

    def _set_question(
        self, sheet: Sheet, width: float, tall: float, config: KioskConfig, visit: Visit
    ) -> Setting | None:
        """Set the question; one of half a page is small and whole rather than large and cropped."""
        text = self._question(config, visit)
        most = max(
            sheet.text((60 if sheet.portrait else 50) * sheet.unit),
            70 * sheet.unit if sheet.portrait else 0,
            sheet.answer_px,
        )
        for size, least in ((most, sheet.answer_px), (sheet.answer_px, sheet.quiet_px)):
            setting = set_words(text, fonts.BOLD, (width, tall), size, least)
            if setting.fits:
                return setting
        return None

    def _set_hint(self, sheet: Sheet, width: float, tall: float, visit: Visit) -> Setting | None:
        """Set the line that says how to type marks, if there is room for it and anything to say."""
        parts = self._hint(visit)
        if not parts:
            return None
        most = max(sheet.quiet_px, sheet.text((32 if sheet.portrait else 26) * sheet.unit))
        box = (HINT_SHARE * width, min(tall, (HINT_LINES_UPRIGHT if sheet.portrait else 2) * 1.5 * most))
        _, setting = set_parts(parts, ", ", fonts.BODY, box, (most, sheet.quiet_px))
        if not setting.fits:
            # small on one line rather than not at all
            whole = ", ".join(parts).replace(" ", NBSP)
            setting = set_words(whole, fonts.BODY, (width, tall), most, sheet.quiet_px)
        return setting if setting.fits else None

    @staticmethod
    def _question(config: KioskConfig, visit: Visit) -> str:
        """Return the words of the question."""
        return spoken(config.survey.questions[visit.at].text, visit.lang)

    @staticmethod
    def _hint(visit: Visit) -> tuple[str, ...]:
        """Return how letters are typed by the method in use, and how tones are."""
        method = visit.writing.method
        if method is Method.PLAIN:
            return ()
        hint = translator(visit.lang)(f"hint_{method.value}").replace(" = ", f"{NBSP}={NBSP}")
        return tuple(hint.split("\n"))

    @staticmethod
    def _leaf(visit: Visit, *, scrubbed: bool | None = None) -> Leaf:
        """Return what stands on the paper."""
        say = translator(visit.lang)
        text = visit.writing.text
        left = COMMENT_CHARS_MAX - len(text)
        warns = visit.scrubbed if scrubbed is None else scrubbed
        return Leaf(
            text,
            placeholder=say("comment_placeholder"),
            note=say("comment_scrubbed" if warns else "comment_note"),
            clear=say("key_clear"),
            left=say("comment_left").format(count=left) if left < LEFT_TOLD else "",
            warns=warns,
        )


def _frame(visit: Visit) -> tuple[object, ...]:
    """Return what of a visit decides how the screen is laid."""
    return visit.at, visit.lang, visit.look, visit.scrubbed, visit.writing.method


def _is_written(visit: Visit) -> bool:
    """Say whether there is anything to finish."""
    return bool(visit.writing.text.strip())


def _gap_px(sheet: Sheet) -> float:
    """Return the space between the parts of the screen."""
    return max(gap_px(sheet), 18 * sheet.unit)
