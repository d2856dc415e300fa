"""A further question that is answered with a face, and the first one again for whoever goes back to it.

No face is marked as chosen: whoever glances at the screen learns nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kiosk.catalog import spoken, translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.ask import quiet_most
from kiosk.ui.screens.asking import AskingScreen, between_px, spoken_here, tiles_least_px
from kiosk.ui.screens.header import Head, head_of
from kiosk.ui.screens.tiles import gap_px
from kiosk.ui.theme import NORMAL
from kiosk.ui.typeset import set_words
from kiosk.ui.widgets.bar import BACK, CONTINUE, DONE, PLACES, SKIP, Bar, Steps
from kiosk.ui.widgets.in_force import ToolsInForce
from kiosk.ui.widgets.tools import put_beside, tools_px
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.theme import Sheet
    from kiosk.ui.typeset import Setting
    from kiosk.ui.widgets.bar import Button
    from kiosk.ui.widgets.pill import Pill

LINES_MOST: Final = 2
"""On more lines than these nobody is told that a further answer may stay: many small words help little."""
KEPT: Final = ("faces_kept", "faces_kept_short")
"""What is said of a further answer, in fewer words where a tool in force takes the room."""
LEFT_SHARE: Final = 0.38
"""How much of the width the question has at least, where it stands beside the faces."""


class MoreFacesScreen(AskingScreen):
    """A question, five faces, and the way back and on."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(on_event)
        self.bar = Bar(on_event)
        self.again = Words(fonts.BODY, left=True)
        self.tools = ToolsInForce(on_event)
        for child in (self.bar, self.again, self.tools):
            self.add_widget(child)

    def lay(self, sheet: Sheet) -> None:
        """Lay head, question, faces and bar below each other, or question and faces side by side."""
        if self._shown is None:
            return
        page, gap = self.page(sheet), gap_px(sheet)
        aside = self._aside_px(sheet)
        above = self._lay_foot(sheet, page, has_tools=not aside)
        apart = max(gap * 0.55, sheet.apart_px)
        band = page.from_left(page.width - aside)
        least = self.ask.least_px(sheet, page.width, self._question_text()) + between_px(sheet)
        room = above.height - apart - least - gap * 0.8
        row = tools_px(sheet) + gap
        left_out = not aside and len(self.tools.children) < len(self.tools.wanted(sheet.look))
        if sheet.portrait and left_out and room >= tiles_least_px(sheet) + 2 * row:
            # too many for the row of the languages: a row of their own above it
            self._lay_tools(sheet, page.from_top(tools_px(sheet)))
            above, band, room = above.below(row), band.below(row), room - row
        lang = self._known()[1].lang
        head = self._head(sheet, band, room - tiles_least_px(sheet), lang)
        high = self.header.measure(sheet, band, head)
        room -= high
        if not sheet.portrait and sheet.look.large and not self.faces.fit_columns(sheet, page.width, room):
            self._lay_split(sheet, page)
            return
        if sheet.portrait and not self.again.text:
            # no room for it beside the buttons
            spare = self._spare_px(sheet, above, band) - 2 * apart
            said = self._say_again(sheet, Box(above.x, above.y + apart, above.width, max(0.0, spare)))
            said += apart if said else 0.0
            above = Box(above.x, above.y + said, above.width, above.height - said)
        self.header.put(sheet, band, head)
        if aside:
            self._lay_tools(sheet, self._beside_languages(sheet, page))
        high += gap * 0.8
        self._lay_faces(sheet, Box(above.x, above.y + apart, above.width, above.height - apart - high))

    def _lay_split(self, sheet: Sheet, page: Box) -> None:
        """Lay five rows at the right, and all else at the left: for words too large for columns."""
        _, visit = self._known()
        gap = max(gap_px(sheet), sheet.apart_px)
        least = max(page.width * LEFT_SHARE, self.header.pills_px(sheet, self._bare_head()))
        self.tools.put(sheet, page, NORMAL, visit.lang)
        aside = self._aside_px(sheet)
        left = self._lay_beside(sheet, page, least, gap, aside)
        rest = self.bar.put(sheet, left, visit.lang, self._buttons())
        pills = list(self.header.pills.values())
        if aside and not any(pill.hit.right < left.right for pill in pills):
            self._lay_tools(sheet, self._beside_languages(sheet, page))
        else:
            foot = Box(left.x, self.bar.y, left.width, self.bar.height)
            rows: list[tuple[Box, list[Pill]]] = [(foot, list(self.bar.pills.values()))]
            if pills:
                rows.insert(0, (Box(left.x, pills[0].hit.y, left.width, pills[0].hit.height), pills))
            self._lay_tools_in_one(sheet, rows)
            if not self.tools.children and self.tools.wanted(sheet.look) and pills:
                self._lay_tools_for_language(sheet, Box(left.x, page.y, left.width, page.height))
        rest = Box(rest.x, rest.y + gap, rest.width, rest.height - gap)
        room = rest.height - self.ask.least_px(sheet, rest.width, self._question_text()) - gap
        said = self._say_again(sheet, Box(rest.x, rest.y, rest.width, max(0.0, room)))
        said += gap if said else 0
        self._ask_at_left(sheet, Box(rest.x, rest.y + said, rest.width, rest.height - said))

    def _lay_foot(self, sheet: Sheet, page: Box, *, has_tools: bool) -> Box:
        """Lay the buttons, the steps, and the tools in force if they stand here; return what is left above.

        Where an answered question is asked again, it is said there that its answer may stay as it is.
        """
        config, visit = self._known()
        buttons = self._buttons()
        places = PLACES if visit.at else None
        row, apart = page, max(sheet.apart_px, 20 * sheet.unit)
        wides = []
        for lang in (*spoken_here(config), visit.lang):
            # nothing else may stand where a button comes later
            places_taken = (BACK, SKIP, CONTINUE) if visit.at else buttons
            self.bar.put(sheet, page, lang, places_taken, places=places)
            row = Box(page.x, self.bar.y, page.width, self.bar.height)
            free = row.widest_free([pill.hit for pill in self.bar.pills.values()], apart)
            wides.append(free.width)
        pills = self.bar.pills.values()
        if has_tools:
            free = put_beside(self.tools, sheet, row, pills, visit.lang)
        else:
            self.tools.put(sheet, row, NORMAL, visit.lang)
        steps = None
        if visit.at:
            # as much as every language leaves; on an upright glass it stands above the row
            wide = 0.0 if sheet.portrait else free.width - wides[-1] + min(wides)
            free = replace(free, width=max(0.0, wide))
        if not self._say_again(sheet, free, in_middle=True):
            steps = Steps(visit.at, len(config.survey.questions))
        others = [pill.hit for pill in self.tools.children]
        return self.bar.put(sheet, page, visit.lang, buttons, steps, places=places, others=others)

    def _wide_px(self, sheet: Sheet) -> float:
        """Return how wide the tools in force are; 0 if there are none, or on a glass too small for a head."""
        if sheet.small:
            return 0.0
        return max(0.0, self.tools.width_px(sheet) - sheet.apart_px)

    def _aside_px(self, sheet: Sheet) -> float:
        """Return how much of its width the head leaves to them; 0 if that is too much."""
        wide = self._wide_px(sheet)
        aside = wide + max(sheet.apart_px, gap_px(sheet)) if wide else 0.0
        rest = self.page(sheet).width - aside
        return aside if self.header.pills_px(sheet, self._bare_head(), rest) <= rest else 0.0

    def _beside_languages(self, sheet: Sheet, page: Box) -> Box:
        """Return the row of the languages."""
        hits = [pill.hit for pill in self.header.pills.values()]
        return Box(page.x, hits[0].y, page.width, tools_px(sheet)) if hits else page.from_top(tools_px(sheet))

    def _lay_tools(self, sheet: Sheet, row: Box) -> None:
        """Lay the tools in force at the right end of a row."""
        wide = self._wide_px(sheet)
        self.tools.put(sheet, row.right_of(row.width - wide), sheet.look, self._known()[1].lang)

    def _lay_tools_in_one(self, sheet: Sheet, rows: list[tuple[Box, list[Pill]]]) -> None:
        """Lay the tools in force in the first row that has room for all of them, else for most."""
        lang, shown = self._known()[1].lang, []
        for row, pills in rows:
            put_beside(self.tools, sheet, row, pills, lang)
            shown.append(len(self.tools.children))
        row, pills = rows[shown.index(max(shown))]
        put_beside(self.tools, sheet, row, pills, lang)

    def _lay_tools_for_language(self, sheet: Sheet, at: Box) -> None:
        """Lay the first tools in force at the left of the languages, without the one that is spoken.

        The way out of a look is more than a pill that only says what is heard and read anyway. There are as
        many tools in every language.
        """
        config, visit = self._known()
        bare = replace(self._bare_head(), others=True)
        widest = max(self.header.pills_px(sheet, replace(bare, lang=lang)) for lang in spoken_here(config))
        self.header.put(sheet, at, bare)
        row = self._beside_languages(sheet, at)
        each = tools_px(sheet) + sheet.apart_px
        most = int((at.width - widest - max(sheet.apart_px, 20 * sheet.unit) + sheet.apart_px) // each)
        wide = self.tools.width_px(sheet, most) - sheet.apart_px
        if wide > 0:
            self.tools.put(sheet, row.from_left(wide), sheet.look, visit.lang, most)

    def _say_again(self, sheet: Sheet, room: Box, *, in_middle: bool = False) -> float:
        """Say at the foot of a room that the answer may stay; return how high that is, 0 if unsaid.

        Beside a button it begins at the left. Which face was chosen is not said.
        """
        config, visit = self._known()
        is_answered = not visit.at or self._asked().id in dict(visit.answers)
        found = None
        for name in KEPT if visit.at else ("faces_again",):
            text, setting = self._set_again(sheet, room, translator(visit.lang)(name))
            # what is said in one language is said in all
            others = (translator(lang)(name) for lang in spoken_here(config) if visit.at)
            every = [self._set_again(sheet, room, other)[1] for other in others]
            if setting.fits and all(each.fits and len(each.lines) <= LINES_MOST for each in every):
                found = text, setting
                break
        if not (is_answered and found):
            self.again.hush()
            return 0.0
        text, setting = found
        if self.again.left != in_middle:
            self.again.hush()
            self.again.left = in_middle
        above = (room.height - setting.height_px) / 2 if in_middle else room.height - setting.height_px
        at = room.from_top(setting.height_px, above).snapped()
        self.again.put(text, setting, at, sheet.theme.quiet)
        return setting.height_px

    @staticmethod
    def _set_again(sheet: Sheet, room: Box, text: str) -> tuple[str, Setting]:
        """Set what is said of an answer, on lines of its own each sentence that needs not more lines so."""
        # in large text no smaller than usual, or not at all
        usual = quiet_most(replace(sheet, look=NORMAL)) if sheet.look.large else 0.0
        sizes = (quiet_most(sheet), max(sheet.quiet_px, usual))
        setting = set_words(text, fonts.BODY, room.size, *sizes)
        sentences = text.replace(". ", ".\n")
        if len(setting.lines) > 1 and sentences != text:
            apart = set_words(sentences, fonts.BODY, room.size, *sizes)
            if apart.fits and len(apart.lines) <= len(setting.lines):
                return sentences, apart
        return text, setting

    def _spare_px(self, sheet: Sheet, above: Box, band: Box) -> float:
        """Return the height that head, question and faces leave above the buttons in every language."""
        config, _ = self._known()
        found, text = [], self._asked().text
        for lang in spoken_here(config):
            least = self.ask.least_px(sheet, above.width, spoken(text, lang)) + between_px(sheet)
            room = above.height - least - 0.8 * gap_px(sheet) - tiles_least_px(sheet)
            room -= max(gap_px(sheet) * 0.55, sheet.apart_px)
            found.append(room - self.header.measure(sheet, band, self._head(sheet, band, room, lang)))
        return min(found)

    def _head(self, sheet: Sheet, page: Box, room: float, lang: str) -> Head:
        """Return where this is in a language, as much of it as there is room for."""
        config, _ = self._known()
        whole = head_of(config, lang, spoken_here(config))
        bare = self._bare_head()
        for head in (whole, Head(whole.name, "", whole.languages, whole.lang)):
            if self.header.measure(sheet, page, head) <= room:
                return head
        # the number of the counter alone stands beside the languages or nowhere
        counter = self._bare_head(whole.line)
        rows = [self.header.measure(sheet, page, head) for head in (counter, bare)]
        return counter if rows[0] <= rows[1] else bare

    def _buttons(self) -> tuple[Button, ...]:
        """Return what leads on: at the first question there is no way back and nothing to skip."""
        config, visit = self._known()
        if not visit.at:
            return (CONTINUE,)
        if self._asked().id not in dict(visit.answers):
            return BACK, SKIP
        is_last = visit.at == len(config.survey.questions) - 1
        return BACK, SKIP, DONE if is_last else CONTINUE
