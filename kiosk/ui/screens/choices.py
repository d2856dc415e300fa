"""A further question that is answered with options: one, several, a number or a procedure.

The tools are on the first screen; here are those that are in force, beside the languages.
Where a small glass leaves no room for everything, this gives way, in this order: the head
but for the languages, the size of the pictograms, the pictograms. Then the options come on several pages:
the button that leads on turns to the next and that which leads back to the one before;
a turned page is no answer. Every page has some of each group, and can be skipped.
Question and answers are never cropped, and only where large text would need more than
three pages is it less large.

Nothing here depends on the face that was chosen: the picture is the same for everybody.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.events import Continued, Picked, Spoke, Touched, WentBack
from kiosk.stages import NEVER
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.aside import PAD_MM
from kiosk.ui.screens.ask import AskCard
from kiosk.ui.screens.asked import Asked
from kiosk.ui.screens.asking import spoken_here
from kiosk.ui.screens.header import Header, head_of
from kiosk.ui.screens.options import groups_of, icons_of, labels_of
from kiosk.ui.screens.plan import Plan, Planner
from kiosk.ui.screens.screen import Screen
from kiosk.ui.widgets.bar import BACK, CONTINUE, DONE, MORE, PLACES, SKIP, Bar, Button, Steps, apart_px
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.chip import Chip, words_box
from kiosk.ui.widgets.in_force import ToolsInForce
from kiosk.ui.widgets.pictograms import draw_pictogram
from kiosk.ui.widgets.tools import tools_px
from kiosk.ui.widgets.words import Words
from kiosk.visit import QUIET_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.ui.screens.groups import Arrangement, Title
    from kiosk.ui.theme import Sheet
    from kiosk.ui.typeset import Setting
    from kiosk.visit import Visit
    from server.protocol.survey import Question

KINDS: Final = frozenset({"one", "several", "number", "procedure"})
"""The kinds of question that this screen asks."""


class ChoicesScreen(Screen):
    """A question of a survey with options. A choice of one answers at once; of several each is ticked."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._on_event = on_event
        self._scene: Scene | None = None
        self._visit: Visit | None = None
        self._plans: dict[tuple[Sheet, int, str], Plan] = {}
        self._fresh = True
        self._turned_at = NEVER
        self.page_at = 0
        self.header = Header(lambda lang: on_event(Spoke(lang)))
        self.ask = AskCard()
        self.row_card = Card()
        self.question = Words(fonts.BOLD, left=True)
        self.board = Widget(size_hint=(None, None))
        self.chips: dict[int, Chip] = {}
        self.bar = Bar(self._on_bar)
        self.tools = ToolsInForce(on_event)
        self.tools.bind(speaks=self._on_speaks)
        self._planner = Planner(self, self.header, self.ask, self.tools)
        for child in (self.header, self.tools, self.ask, self.row_card, self.question, self.board, self.bar):
            self.add_widget(child)

    def show(self, visit: Visit, scene: Scene) -> None:
        """Show the question that the visit has come to, and what was chosen of it before."""
        old, old_scene = self._visit, self._scene
        self._visit, self._scene = visit, scene
        if scene != old_scene:
            self._plans.clear()
        moved = old is None or scene != old_scene or old.at != visit.at
        self._fresh = self._fresh or moved
        if self.sheet is None or old is None:
            return
        if moved or old.lang != visit.lang:
            # a new look is laid when it brings its sheet
            self.lay(self.sheet)
        elif old.answers != visit.answers:
            self._mark()
            self._lay_bar(self.sheet)

    def enter(self) -> None:
        """Begin with the first page, or with the one on which the answer stands."""
        self._fresh = True
        if self.sheet is not None:
            self.lay(self.sheet)

    def leave(self) -> None:
        """Let go of every finger, and show nothing of this visit to the next."""
        self._clear()
        self._visit = None

    def lay(self, sheet: Sheet) -> None:
        """Find the fewest pages, then the most that may stand around them, and lay the present page."""
        if self._visit is None or self._scene is None:
            return
        plan = self._planned(sheet)
        self.page_at = self._page_of_answer(plan) if self._fresh else min(self.page_at, len(plan.pages) - 1)
        self._fresh = False
        self._lay_page(sheet)

    # what is asked

    def _known(self) -> tuple[Scene, Visit]:
        """Return what is shown."""
        if self._scene is None or self._visit is None:
            raise RuntimeError("the choices were laid before they were shown")
        return self._scene, self._visit

    def _asked(self) -> Question:
        """Return the question."""
        scene, visit = self._known()
        return scene.config.survey.questions[visit.at]

    def _chosen(self) -> tuple[int, ...]:
        """Return the options that were chosen."""
        given = dict(self._known()[1].answers).get(self._asked().id, ())
        return given if isinstance(given, tuple) else (given,)

    def _planned(self, sheet: Sheet) -> Plan:
        """Return how the question is laid; what was planned once for this glass is remembered."""
        _, visit = self._known()
        key = (sheet, visit.at, visit.lang)
        if key not in self._plans:
            self._plans[key] = self._planner.plan(sheet, self._topic())
        return self._plans[key]

    # where it is laid

    def _lay_page(self, sheet: Sheet) -> None:
        """Lay the present page."""
        plan = self._planned(sheet)
        area, asked = plan.area, self._topic()
        arrangement = plan.pages[self.page_at]
        self._clear()
        self._have(self.ask, wanted=plan.tier.headed)
        self.row_card.clear()
        # answers that need not all of their room stand in the middle of it; all pages begin alike, or end low
        pages = (arrangement,) if sheet.look.low else plan.pages
        free = plan.room.height - max(each.high for each in pages)
        around = free * (1.0 if sheet.look.low else 0.5)
        page = self._planner.head_page(sheet, asked)
        top = plan.room.top - around
        if arrangement.ask is not None:
            self.question.hush()
            self.header.put(sheet, page, asked.head_in(plan.tier))
            at = _moved(arrangement.ask, round(top - arrangement.top))
            tall = at.height - 2 * sheet.mm(PAD_MM)
            high = self.ask.height_px(sheet, at.width, asked.words, tall=tall)
            self.ask.put(sheet, at, asked.words, tall=tall, spare=(at.height - high) / 2)
        elif plan.tier.headed:
            self.question.hush()
            self.header.put(sheet, page, asked.head_in(plan.tier))
            spare = min(free * 0.3, (90 if sheet.portrait else 40) * sheet.unit)
            above = area.height - plan.room.height - self._planner.ask_px(sheet, asked, plan.tier, area)
            above += (free - spare) * (1.0 if sheet.look.low else 0.5)
            tall = self._planner.tall_px(sheet, area, asked)
            # the card is as high as the language needs that needs most
            most = self._planner.ask_px(sheet, asked, plan.tier, area) - apart_px(sheet)
            spare += most - self.ask.height_px(sheet, area.width, asked.words, tall=tall)
            below = self.ask.put(sheet, area.below(above), asked.words, tall=tall, spare=spare / 2)
            top = below.top - apart_px(sheet)
        else:
            self.header.put(sheet, page, asked.bare)
            row = self._planner.row(sheet, asked, plan.tier)
            # words of two lines begin at the top, a line stands in the middle of the languages
            high = row.high if row.setting.height_px <= tools_px(sheet) else row.setting.height_px
            high = row.setting.height_px + 2 * row.pad if row.below else high
            at = Box(page.x, page.y, row.wide, page.height).from_top(high, row.below).snapped()
            if row.pad:
                self.row_card.put(sheet.theme, at, max(sheet.mm(2.0), 26 * sheet.unit))
            if self.question.left == bool(row.pad):
                self.question.hush()
                self.question.left = not row.pad
            self.question.put(asked.words, row.setting, at, sheet.theme.ink)
        self._lay_tools(sheet, page)
        self._lay_chips(sheet, arrangement, top)
        self._lay_bar(sheet)
        self._mark()

    def _lay_tools(self, sheet: Sheet, head: Box) -> None:
        """Have the tools that are in force at the right of the languages, or above the head."""
        page, pills = self.page(sheet), list(self.header.pills.values())
        middle = page.top - tools_px(sheet) / 2
        if pills and head.top == page.top:
            middle = pills[0].hit.center[1]
        wide = self.tools.width_px(sheet) - sheet.apart_px
        at = Box(page.right - wide, middle - tools_px(sheet) / 2, wide, tools_px(sheet))
        self.tools.put(sheet, at, sheet.look, self._known()[1].lang)

    def _on_speaks(self, *_: object) -> None:
        """Have one tool more, or fewer."""
        self._plans.clear()
        if self.sheet is not None:
            self.lay(self.sheet)

    def _have(self, part: Widget, *, wanted: bool) -> None:
        """Have a part on the screen, or not."""
        if wanted and part.parent is None:
            self.add_widget(part)
        elif not wanted and part.parent is not None:
            self.remove_widget(part)

    def _lay_bar(self, sheet: Sheet) -> None:
        """Lay the buttons at the foot, and how far it still is."""
        scene, visit = self._known()
        pages = len(self._planned(sheet).pages)
        at = self.page_at + 1
        note = translator(visit.lang)("page_of").format(at=at, count=pages)
        notes = (note, f"{at}/{pages}") if pages > 1 else ()
        steps = Steps(visit.at, len(scene.config.survey.questions))
        buttons = self._buttons(pages)
        # where Xem tiếp stood there is no Bỏ qua on the next page: a hasty finger would skip it unseen
        page, keep = self.page(sheet), pages > 1
        self.bar.put(sheet, page, visit.lang, buttons, steps, places=PLACES, notes=notes, keep=keep)

    def _lay_chips(self, sheet: Sheet, arrangement: Arrangement, top: float) -> None:
        """Lay the chips of a page below this height, new ones: no finger may rest on them yet."""
        question = self._asked()
        labels, icons = labels_of(question, self._known()[1].lang), icons_of(question)
        up = round(top - arrangement.top)
        for box in arrangement.cards:
            card = Card()
            card.put(sheet.theme, _moved(box, up), max(sheet.mm(2.4), 34 * sheet.unit))
            self.board.add_widget(card)
        for title in arrangement.titles:
            self._lay_title(sheet, title, _moved(title.box, up))
        # all pages are alike
        spare = min(
            words_box(sheet, page.form, page.boxes[option]).width - setting.width_px
            for page in self._planned(sheet).pages
            for option, setting in page.settings.items()
        )
        for option, box in arrangement.boxes.items():
            answer = partial(self._on_chip, option)
            chip = Chip(option, icons.get(option, ""), answer, several=question.kind == "several")
            self.chips[option] = chip
            self.board.add_widget(chip)
            chip.put(
                sheet,
                _moved(box, up),
                arrangement.form,
                labels[option],
                arrangement.settings[option],
                max(0.0, spare - 1),
            )

    def _lay_title(self, sheet: Sheet, title: Title, box: Box) -> None:
        """Write the title of a group after its pictogram."""
        side = title_picture_px(title.setting)
        words = Words(fonts.BOLD, left=True)
        at = box.right_of(side + 0.4 * title.setting.size_px).snapped()
        words.put(title.text, title.setting, at, sheet.theme.ink)
        with words.canvas.before:
            draw_pictogram(title.icon, (box.x + side / 2, box.center[1]), side, sheet.theme.accent)
        self.board.add_widget(words)

    def _clear(self) -> None:
        """Take everything away on which a finger may rest."""
        for chip in self.chips.values():
            chip.deaf = True
            chip.release()
        self.chips = {}
        self.board.clear_widgets()
        self.bar.clear()

    def _mark(self) -> None:
        """Show what is chosen."""
        chosen = self._chosen()
        for option, chip in self.chips.items():
            chip.choose(chosen=option in chosen)

    # what is touched

    def _on_chip(self, option: int) -> None:
        """Tell what was picked."""
        if not self._just_turned():
            self._on_event(Picked(option))

    def _on_bar(self, event: Event) -> None:
        """Turn the page where there is one to turn to; else tell."""
        if self._just_turned():
            return
        pages = len(self._planned(self.sheet).pages) if self.sheet else 1
        if isinstance(event, Continued) and self.page_at < pages - 1:
            self._turn(1)
        elif isinstance(event, WentBack) and self.page_at:
            self._turn(-1)
        else:
            self._on_event(event)

    def _turn(self, by: int) -> None:
        """Turn the page."""
        self.page_at += by
        self._turned_at = Clock.get_time()
        if self.sheet is not None:
            self._lay_page(self.sheet)
        # no answer, but a hand: the visit goes on, and whoever listens hears the new page
        self._on_event(Touched())

    def _just_turned(self) -> bool:
        """Say whether a touch was meant for the page before."""
        return bool(Clock.get_time() - self._turned_at < QUIET_S)

    # words and buttons

    def said(self) -> tuple[str, ...]:
        """Return what is read aloud: the question, and title after title the options of the page."""
        if self.sheet is None or self._visit is None:
            return ()
        page, asked = self._planned(self.sheet).pages[self.page_at], self._topic()
        labels = labels_of(asked.question, asked.head.lang)
        titles = {group.options: group.title for group in groups_of(asked.question, asked.head.lang)}
        words = [asked.words]
        for options, title in titles.items():
            here = [labels[option] for option in options if option in page.boxes]
            words += [title, *here] if title and here else here
        return tuple(words)

    def _buttons(self, pages: int) -> tuple[Button, ...]:
        """Return the buttons of the present one of so many pages."""
        scene, visit = self._known()
        chosen = self._chosen()
        if self.page_at < pages - 1:
            return (BACK, MORE) if chosen else (BACK, SKIP, MORE)
        if chosen:
            return BACK, DONE if visit.at == len(scene.config.survey.questions) - 1 else CONTINUE
        return BACK, SKIP

    def _page_of_answer(self, plan: Plan) -> int:
        """Return the page of what was chosen before; several begin with the first page."""
        if self._asked().kind == "several":
            return 0
        chosen = set(self._chosen())
        return next((number for number, page in enumerate(plan.pages) if chosen & set(page.boxes)), 0)

    def _topic(self) -> Asked:
        """Return what is asked, and where this is."""
        scene, visit = self._known()
        langs = spoken_here(scene.config)
        others = tuple(head_of(scene.config, lang, langs) for lang in langs if lang != visit.lang)
        return Asked(self._asked(), head_of(scene.config, visit.lang, langs), others)


def title_picture_px(setting: Setting) -> float:
    """Return the size of the pictogram before a title."""
    return 1.15 * setting.size_px


def _moved(box: Box, up: float) -> Box:
    """Return a box moved up."""
    return Box(box.x, box.y + up, box.width, box.height)
