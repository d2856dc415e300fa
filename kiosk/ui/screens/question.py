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
from kiosk.ui.typeset import Setting, set_parts, set_words
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
FREE_SHARE: Final = 0.04
"""How much of a tile's width stays free on each side of its word."""
FREE_LEAST: Final = 0.012
"""The same, where one word is as wide as the tile: better close to the edge than too small to read."""
DOT: Final = " · "
DASH: Final = " – "
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
        spoken_here = self._spoken_here(config)
        parts = [say("counter").format(number=counter) if counter.isdigit() else counter]
        if sheet.small and (officer := self._officer()):
            parts.append(officer[0])
        before, _, after = say("center").partition("{name}")
        name = (before.strip(), config.center.name, after.strip())
        named = tuple(part for part in name if part)
        return self.header.put(sheet, page, Head(named, DOT.join(parts), spoken_here, visit.lang))

    def _lay_footer(self, sheet: Sheet, rest: Box) -> float:
        """Say what to do, or that the disk is slow; return how high that is."""
        _, visit = self._known()
        say = translator(visit.lang)
        parts = (say("storing") if self._slow else say("question_hint")).split(DOT)
        box = (rest.width, rest.height / 4)
        text, setting = set_parts(parts, DOT, fonts.BODY, box, (_quiet_most(sheet), sheet.quiet_px))
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
        officer = () if sheet.small else self._officer()
        tall = min(rest.height * 0.36, rest.height - self._tiles_least(sheet) - 2 * pad)
        above = 0.0
        # the officer's line gives way before the question does
        for quiet in (_quiet_most(sheet), sheet.quiet_px):
            if officer:
                box = (inner, rest.height / 6)
                name, set_name = set_parts(officer, DASH, fonts.BODY, box, (quiet, sheet.quiet_px))
                above = set_name.height_px + (0.3 * quiet if sheet.portrait else 0)
            box = (inner, tall - above)
            setting = set_words(text, fonts.BOLD, box, most, sheet.answer_px)
            if setting.fits and setting.size_px >= round(most):
                break
        if not setting.fits:
            # a question of half a page: small and whole is better than large and cropped
            setting = set_words(text, fonts.BOLD, box, sheet.answer_px, sheet.quiet_px)
        card = rest.from_top(setting.height_px + above + 2 * pad).snapped()
        self.card.put(card, max(sheet.mm(2.4), 34 * u))
        words = card.within(1.2 * (pad - spare), pad)
        self.question.put(text, setting, Box(words.x, words.y, words.width, setting.height_px).snapped())
        if officer:
            self.officer.put(name, set_name, words.from_top(set_name.height_px).snapped())
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
        return (26 if sheet.portrait else 16) * sheet.unit

    def _lay_columns(self, sheet: Sheet, rest: Box, gap: float) -> None:
        """Five tall tiles side by side, a face above its word."""
        boxes = [box.snapped() for box in rest.columns(len(self.tiles), gap)]
        inset = max(0.0, (sheet.apart_px - gap) / 2 + 1)
        least = min(box.width for box in boxes)
        labels, settings = self._labels(sheet, least, boxes[0].height / 2, 38 * sheet.unit)
        words_high = max(setting.height_px for setting in settings.values())
        for box, (score, tile) in zip(boxes, sorted(self.tiles.items()), strict=True):
            hit = Box(box.x + inset, box.y, box.width - 2 * inset, box.height)
            tile.put(box, hit, max(sheet.mm(2.4), 36 * sheet.unit))
            side = min(box.width * 0.84, box.height - words_high - sheet.mm(3))
            between = min(side * 0.13, (box.height - side - words_high) / 3)
            above = (box.height - side - between - words_high) * 0.52
            face = box.from_top(side, above).square_in_middle(side)
            tile.face.pos, tile.face.size = face.pos, face.size
            below = box.from_top(words_high, above + side + between)
            tile.words.left = False
            tile.write(labels[score], settings[score], below.snapped())

    def _lay_rows(self, sheet: Sheet, rest: Box, gap: float) -> None:
        """Five wide tiles below each other, a face beside its word."""
        gap = max(gap, sheet.apart_px)
        boxes = [box.snapped() for box in rest.rows(len(self.tiles), gap)]
        high = boxes[0].height
        side = min(high * 0.92, max(high * 0.80, sheet.face_px))
        start = (high - side) / 2 * 1.6 + side + 44 * sheet.unit
        room = boxes[0].width - start - 30 * sheet.unit
        labels, settings = self._labels(sheet, room, high, 54 * sheet.unit)
        for box, (score, tile) in zip(boxes, sorted(self.tiles.items(), reverse=True), strict=True):
            tile.put(box, box, max(sheet.mm(2.4), 36 * sheet.unit))
            face = box.right_of((high - side) / 2 * 1.6).from_left(side).square_in_middle(side)
            tile.face.pos, tile.face.size = face.pos, face.size
            tile.words.left = True
            beside = Box(box.x + start, box.y, room, box.height)
            tile.write(labels[score], settings[score], beside.snapped())

    def _labels(
        self, sheet: Sheet, width: float, height: float, most: float
    ) -> tuple[dict[int, str], dict[int, Setting]]:
        """Set the five words at one size, the largest that all of them allow.

        They are strong where there is room for that in every language spoken here, so
        that no language looks weaker than another.
        """
        config, visit = self._known()
        least = sheet.answer_px
        box = (width * (1 - 2 * FREE_SHARE), height)
        strong = all(
            set_words(label, fonts.STRONG, box, least, least).fits
            for lang in {*self._spoken_here(config), visit.lang}
            for label in _labels_in(lang).values()
        )
        font = fonts.STRONG if strong else fonts.BODY
        labels = _labels_in(visit.lang)
        for room in (box, (width * (1 - 2 * FREE_LEAST), height)):
            size = most
            for _ in range(2):
                settings = {
                    score: set_words(label, font, room, size, least) for score, label in labels.items()
                }
                size = min(setting.size_px for setting in settings.values())
            if all(setting.fits for setting in settings.values()):
                break
        return labels, settings

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

    def _spoken_here(self, config: KioskConfig) -> tuple[str, ...]:
        """Return the languages that the center wants and the kiosk speaks."""
        return tuple(lang for lang in config.languages if lang in self._catalogues)

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


def _labels_in(lang: str) -> dict[int, str]:
    """Return the words of the five faces in a language."""
    say = translator(lang)
    return {score: say(f"face_{score}") for score in range(1, len(FACES) + 1)}


def _quiet_most(sheet: Sheet) -> float:
    """Return how large the hint and the officer's name may be: on a low glass the faces need the room."""
    return max((36 if sheet.portrait else 30) * sheet.unit, sheet.quiet_px if sheet.low else sheet.easy_px)
