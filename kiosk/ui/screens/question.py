"""The question and its five faces: the screen that waits for the next citizen.

While an answer is being stored it looks the same and feels nothing; only when the
disk is slow does a quiet line say so.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock

from kiosk.catalog import languages, spoken, translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.header import Head, Header
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import FACES, LINE_SHARE, WARM, Sheet
from kiosk.ui.typeset import Setting, set_words
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.widgets.words import Words
from kiosk.visit import Chose, Spoke, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.scenes import Scene
    from kiosk.ui.widgets.face import Face
    from kiosk.visit import Event, Visit
    from server.protocol.messages import KioskConfig

SLOW_S: Final = 0.6
"""Storing that takes longer than this is told of."""
BLINK_EVERY_S: Final = 6.5
"""One face blinks, then all are still again: two redraws in this time."""
BLINK_S: Final = 0.13
COLUMN_SHARE: Final = 1.72
"""How tall a column may be for its width."""
STRONG_SHARE: Final = 0.96
"""How much of a tile the strong weight may fill before the lighter one is taken."""
BLINK_ORDER: Final = (3, 5, 1, 4, 2)


class QuestionScreen(Screen):
    """The main question of the survey."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__()
        self._on_event = on_event
        self._scene: Scene | None = None
        self._visit: Visit | None = None
        self._catalogues = frozenset(languages())
        self._slow = False
        self._turn = 0
        self.header = Header(lambda lang: on_event(Spoke(lang)))
        self.card = Card()
        self.officer = Words(fonts.BODY, WARM.quiet)
        self.question = Words(fonts.BOLD)
        self.footer = Words(fonts.BODY, WARM.quiet)
        self.tiles = {score: Tile(score, partial(self._chose, score)) for score in range(1, len(FACES) + 1)}
        for child in (self.header, self.card, self.officer, self.question, *self.tiles.values(), self.footer):
            self.add_widget(child)
        self._tell_slow = Clock.create_trigger(self._on_slow, SLOW_S)
        self._next_blink = Clock.create_trigger(self._on_blink, BLINK_EVERY_S)
        self._end_blink = Clock.create_trigger(self._on_open, BLINK_S)

    def show(self, visit: Visit, scene: Scene) -> None:
        """Show a visit that is idle or being stored."""
        old = self._visit
        new_words = old is None or old.lang != visit.lang or scene != self._scene
        self._visit, self._scene = visit, scene
        storing = visit.stage is Stage.STORING
        for tile in self.tiles.values():
            tile.deaf = storing
        for pill in self.header.pills.values():
            pill.deaf = storing
        if storing:
            self._tell_slow()
        else:
            self._tell_slow.cancel()
        if self._slow or new_words:
            self._slow = False
            self._lay_again()

    def enter(self) -> None:
        """Begin to wait, as if nobody had been here."""
        for tile in self.tiles.values():
            tile.settle()
        self._next_blink()

    def leave(self) -> None:
        """Stop blinking where nobody sees it."""
        for trigger in (self._tell_slow, self._next_blink, self._end_blink):
            trigger.cancel()
        for tile in self.tiles.values():
            tile.settle()
            tile.face.blink = False

    def lay(self, sheet: Sheet) -> None:
        """Five columns with the worst left, or five rows with the best on top."""
        if self._scene is None or self._visit is None:
            return
        gap = self._gap(sheet)
        page = self.page(sheet)
        rest = self._lay_header(sheet, page).below(gap * 0.8)
        foot = self._lay_footer(sheet, rest) + gap * 0.55
        rest = Box(rest.x, rest.y + foot, rest.width, rest.height - foot)
        if sheet.portrait:
            self._lay_rows(sheet, self._lay_card(sheet, rest, 0).below(gap), gap)
            return
        # tiles much taller than wide look empty: what is too much goes to the question
        tallest = COLUMN_SHARE * rest.width / len(self.tiles)
        spare = max(0.0, self._lay_card(sheet, rest, 0).height - gap - tallest)
        below = self._lay_card(sheet, rest, spare * 0.3).below(gap + spare * 0.1)
        self._lay_columns(sheet, below, gap)

    def _lay_again(self) -> None:
        """Lay everything on the sheet there is."""
        if self.sheet is not None:
            self.lay(self.sheet)

    def _lay_header(self, sheet: Sheet, page: Box) -> Box:
        """Say where this is; on a small screen who serves stands here too."""
        config, visit = self._known()
        say = translator(visit.lang)
        counter = config.counter.name
        spoken_here = tuple(lang for lang in config.languages if lang in self._catalogues)
        parts = [say("counter").format(number=counter) if counter.isdigit() else counter]
        if sheet.small and (officer := self._officer(short=True)):
            parts.append(officer)
        return self.header.put(
            sheet, page, Head(config.center.name, " · ".join(parts), spoken_here, visit.lang)
        )

    def _lay_footer(self, sheet: Sheet, rest: Box) -> float:
        """Say what to do, or that the disk is slow; return how high that is."""
        _, visit = self._known()
        say = translator(visit.lang)
        text = say("storing") if self._slow else say("question_hint")
        box = (rest.width, rest.height / 4)
        setting = set_words(text, fonts.BODY, box, 28 * sheet.unit, sheet.quiet_px)
        self.footer.put(text, setting, Box(rest.x, rest.y, rest.width, setting.height_px).snapped())
        return setting.height_px

    def _lay_card(self, sheet: Sheet, rest: Box, spare: float) -> Box:
        """Ask the question, and say who serves; return what is left below."""
        config, visit = self._known()
        u = sheet.unit
        text = spoken(config.survey.main.text, visit.lang)
        pad = max(sheet.mm(1.2), (34 if sheet.portrait else 20) * u) + spare
        inner = rest.width - 2.4 * (pad - spare)
        most = max((66 if sheet.portrait else 54) * u, sheet.answer_px)
        officer = "" if sheet.small else self._officer()
        set_officer = set_words(officer, fonts.BODY, (inner, rest.height / 6), 28 * u, sheet.quiet_px)
        above = set_officer.height_px if officer else 0
        box = (inner, min(rest.height * 0.36, rest.height - self._tiles_least(sheet) - above - 2 * pad))
        setting = set_words(text, fonts.BOLD, box, most, sheet.answer_px)
        if not setting.fits:
            # a question of half a page: small and whole is better than large and cropped
            setting = set_words(text, fonts.BOLD, box, sheet.answer_px, sheet.quiet_px)
        card = rest.from_top(setting.height_px + above + 2 * pad).snapped()
        self.card.put(card, max(sheet.mm(2.4), 34 * u))
        words = card.within(1.2 * (pad - spare), pad)
        self.question.put(text, setting, Box(words.x, words.y, words.width, setting.height_px).snapped())
        if officer:
            self.officer.put(officer, set_officer, words.from_top(above).snapped())
        else:
            self.officer.hush()
        return rest.below(card.height)

    def _tiles_least(self, sheet: Sheet) -> float:
        """Return the height that the tiles need, whatever else there is to say."""
        gap = max(self._gap(sheet), sheet.apart_px)
        if sheet.portrait:
            return len(self.tiles) * 1.1 * sheet.face_px + len(self.tiles) * gap
        return sheet.face_px + 2 * LINE_SHARE * sheet.answer_px + sheet.mm(4) + gap

    @staticmethod
    def _gap(sheet: Sheet) -> float:
        """Return the space between cards."""
        return (26 if sheet.portrait else 10 if sheet.narrow else 16) * sheet.unit

    def _lay_columns(self, sheet: Sheet, rest: Box, gap: float) -> None:
        """Five tall tiles side by side, a face above its word."""
        boxes = [box.snapped() for box in rest.columns(len(self.tiles), gap)]
        inset = max(0.0, (sheet.apart_px - gap) / 2 + 1)
        pad = sheet.mm(0.5)
        settings = self._labels(sheet, boxes[0].width - 2 * pad, boxes[0].height / 2, 36 * sheet.unit)
        words_high = max(setting.height_px for setting in settings.values())
        for box, (score, tile) in zip(boxes, sorted(self.tiles.items()), strict=True):
            hit = Box(box.x + inset, box.y, box.width - 2 * inset, box.height)
            tile.put(box, hit, max(sheet.mm(2.4), 36 * sheet.unit))
            side = min(box.width * 0.84, box.height - words_high - sheet.mm(3))
            between = min(side * 0.13, (box.height - side - words_high) / 3)
            above = (box.height - side - between - words_high) * 0.52
            face = box.from_top(side, above).square_in_middle(side)
            tile.face.pos, tile.face.size = face.pos, face.size
            below = box.within(pad, 0).from_top(words_high, above + side + between)
            tile.words.left = False
            tile.write(self._label(score), settings[score], below.snapped())

    def _lay_rows(self, sheet: Sheet, rest: Box, gap: float) -> None:
        """Five wide tiles below each other, a face beside its word."""
        gap = max(gap, sheet.apart_px)
        boxes = [box.snapped() for box in rest.rows(len(self.tiles), gap)]
        high = boxes[0].height
        side = min(high * 0.92, max(high * 0.80, sheet.face_px))
        start = (high - side) / 2 * 1.6 + side + 44 * sheet.unit
        room = boxes[0].width - start - 30 * sheet.unit
        settings = self._labels(sheet, room, high, 54 * sheet.unit)
        for box, (score, tile) in zip(boxes, sorted(self.tiles.items(), reverse=True), strict=True):
            tile.put(box, box, max(sheet.mm(2.4), 36 * sheet.unit))
            face = box.right_of((high - side) / 2 * 1.6).from_left(side).square_in_middle(side)
            tile.face.pos, tile.face.size = face.pos, face.size
            tile.words.left = True
            beside = Box(box.x + start, box.y, room, box.height)
            tile.write(self._label(score), settings[score], beside.snapped())

    def _labels(self, sheet: Sheet, width: float, height: float, most: float) -> dict[int, Setting]:
        """Set the five words at one size, the largest that all of them allow; strong where there is room."""
        for font, room in ((fonts.STRONG, width * STRONG_SHARE), (fonts.BODY, width)):
            size = most
            for _ in range(2):
                settings = {
                    score: set_words(self._label(score), font, (room, height), size, sheet.answer_px)
                    for score in self.tiles
                }
                size = min(setting.size_px for setting in settings.values())
            if all(setting.fits for setting in settings.values()):
                break
        return settings

    def _label(self, score: int) -> str:
        """Return the word of a face."""
        _, visit = self._known()
        return translator(visit.lang)(f"face_{score}")

    def _officer(self, *, short: bool = False) -> str:
        """Return who serves here, if the center says so; the short way leaves titles out."""
        config, visit = self._known()
        if not config.officers:
            return ""
        people = ", ".join(
            f"{person.name}\N{NO-BREAK SPACE}– {person.title}" if person.title and not short else person.name
            for person in config.officers
        )
        return translator(visit.lang)("officer_on_duty").format(name=people)

    def _known(self) -> tuple[KioskConfig, Visit]:
        """Return the config and the visit that are shown."""
        if self._scene is None or self._visit is None:
            raise RuntimeError("the question screen was laid before it was shown")
        return self._scene.config, self._visit

    def _chose(self, score: int) -> None:
        """Tell which face was touched."""
        self._on_event(Chose(score))

    def _on_slow(self, _: float) -> None:
        """Say that the answer is still being stored."""
        self._slow = True
        self._lay_again()

    def _on_blink(self, _: float) -> None:
        """Let the next face blink."""
        self._face().blink = True
        self._end_blink()

    def _on_open(self, _: float) -> None:
        """Open its eyes again."""
        self._face().blink = False
        self._turn += 1
        self._next_blink()

    def _face(self) -> Face:
        """Return the face whose turn it is to blink."""
        return self.tiles[BLINK_ORDER[self._turn % len(BLINK_ORDER)]].face
