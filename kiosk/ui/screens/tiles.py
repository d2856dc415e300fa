"""The five faces as they stand on a screen: in columns, the worst left, or in rows, the best on top."""

from __future__ import annotations

from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock
from kivy.uix.widget import Widget

from kiosk.catalog import translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.theme import FACES, LINE_SHARE
from kiosk.ui.typeset import Setting, set_words, width_of
from kiosk.ui.widgets.tile import Tile

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet
    from kiosk.ui.widgets.face import Face

COUNT: Final = len(FACES)
COLUMN_SHARE: Final = 1.72
"""How tall a column may be for its width: tiles much taller than wide look empty."""
FREE_SHARE: Final = 0.04
"""How much of a tile's width stays free on each side of its word."""
FREE_LEAST: Final = 0.012
"""The same, where one word is as wide as the tile: better close to the edge than too small to read."""
LINES_WANTED: Final = 2
FACE_FREE_MM: Final = 1.5
"""How far a face above its word stays from the edge of its tile, at least."""
ROW_FREE_MM: Final = 0.6
"""The same of a face beside its word, where the height of five rows is all there is."""
ROW_FREE_SHARE: Final = 0.085
"""The same as a share of the height of the row: no face touches its outline."""
COLUMN_FREE_MM: Final = 4.5
"""The height of a column that is free above the face, below it and below the word, at least."""
EASY_FACE: Final = 1.15
"""Faces that are so much larger than they must be leave some of their size to the space around them."""
BLINK_EVERY_S: Final = 9.0
"""One face blinks, then all are still again: two redraws in this time are most of what idling costs."""
BLINK_S: Final = 0.13
BLINK_ORDER: Final = (3, 5, 1, 4, 2)

Labels = tuple[dict[int, str], dict[int, Setting]]


class Tiles(Widget):
    """Five faces to touch. `languages` are all that are spoken here: none is to look weaker than another."""

    def __init__(self, chosen: Callable[[int], None]) -> None:
        super().__init__(size_hint=(None, None))
        self.tiles = {score: Tile(score, partial(chosen, score)) for score in range(1, COUNT + 1)}
        self.lang = ""
        self.languages: tuple[str, ...] = ()
        self._turn = 0
        for tile in self.tiles.values():
            # all shadows lie below all tiles: none falls on the next one
            self.canvas.before.add(tile.shade)
            self.add_widget(tile)
        self._next_blink = Clock.create_trigger(self._on_blink, BLINK_EVERY_S)
        self._end_blink = Clock.create_trigger(self._on_open, BLINK_S)

    def speak(self, lang: str, languages: tuple[str, ...]) -> None:
        """Take the language of the words; it is seen when the tiles are laid."""
        self.lang, self.languages = lang, languages

    def settle(self) -> None:
        """Be as if nobody had touched a face."""
        for tile in self.tiles.values():
            tile.settle()

    def enter(self) -> None:
        """Begin to wait, as if nobody had been here."""
        self.settle()
        self._next_blink()

    def leave(self) -> None:
        """Stop blinking where nobody sees it."""
        self._next_blink.cancel()
        self._end_blink.cancel()
        self.settle()
        for tile in self.tiles.values():
            tile.face.blink = False

    def fit_columns(self, sheet: Sheet, width: float, height: float) -> bool:
        """Say whether every word finds room under its face in columns of a box of this size."""
        wide = (width - gap_px(sheet) * (COUNT - 1)) / COUNT
        room = (wide * (1 - 2 * FREE_LEAST), height - sheet.face_px - sheet.mm(3))
        return all(
            set_words(label, fonts.BODY, room, sheet.answer_px, sheet.answer_px).fits
            for lang in {*self.languages, self.lang}
            for label in labels_in(lang).values()
        )

    def put_columns(self, sheet: Sheet, rest: Box) -> None:
        """Lay five tall tiles side by side, a face above its word."""
        gap = gap_px(sheet)
        boxes = [box.snapped() for box in rest.columns(COUNT, gap)]
        inset = max(0.0, (sheet.apart_px - gap) / 2 + 1)
        least = min(box.width for box in boxes)
        high = boxes[0].height
        room = max(high / 2, high - sheet.face_px - sheet.mm(COLUMN_FREE_MM))
        labels, settings = self._labels(sheet, least, room, sheet.text(38 * sheet.unit))
        words_high = max(setting.height_px for setting in settings.values())
        # of the narrowest: a pixel of rounding makes no face larger than the others
        side = min(least * 0.84, _column_side_px(sheet, high - words_high))
        between = min(side * 0.13, (high - side - words_high) / 3)
        above = max(sheet.mm(FACE_FREE_MM), (high - side - between - words_high) * 0.52)
        for box, (score, tile) in zip(boxes, sorted(self.tiles.items()), strict=True):
            hit = Box(box.x + inset, box.y, box.width - 2 * inset, box.height)
            tile.put(sheet.theme, box, hit, _corner_px(sheet))
            tile.face.put(sheet.theme, box.from_top(side, above).square_in_middle(side))
            below = box.from_top(words_high, above + side + between)
            tile.words.left = False
            tile.write(labels[score], settings[score], below.snapped())

    def put_rows(self, sheet: Sheet, rest: Box) -> None:
        """Lay five wide tiles below each other, a face beside its word."""
        boxes = [box.snapped() for box in rest.rows(COUNT, row_gap_px(sheet))]
        high = boxes[0].height
        side = _side_px(sheet, high)
        lead = max(0.0, high - side) * 0.8
        # where the width is just enough for the words, the space around them gives way
        spare = boxes[0].width - lead - side - self._words_px(sheet) - sheet.mm(1)
        after = min(max(44 * sheet.unit, sheet.mm(2)), max(sheet.mm(1.2), spare))
        start = lead + side + after
        room = boxes[0].width - start - sheet.mm(1)
        # a face that fills nearly the whole height of its row nests in the round end of it
        corner = high / 2 if side < sheet.face_px else _corner_px(sheet)
        labels, settings = self._labels(sheet, room, high, sheet.text(54 * sheet.unit))
        for box, (score, tile) in zip(boxes, sorted(self.tiles.items(), reverse=True), strict=True):
            tile.put(sheet.theme, box, box, corner)
            face = box.right_of(lead).from_left(side).square_in_middle(side)
            tile.face.put(sheet.theme, face)
            tile.words.left = True
            beside = Box(box.x + start, box.y, room, box.height)
            tile.write(labels[score], settings[score], beside.snapped())

    def row_width_px(self, sheet: Sheet, high: float) -> float:
        """Return how wide rows of this height must be for words of one line each, in every language."""
        start = max(0.0, high - _side_px(sheet, high)) * 0.8 + _side_px(sheet, high)
        return start + max(44 * sheet.unit, sheet.mm(2)) + self._words_px(sheet) + sheet.mm(1)

    def _words_px(self, sheet: Sheet) -> float:
        """Return the width of the longest word at the smallest size, and a little more."""
        words = max(
            width_of(label, fonts.STRONG, ceil(sheet.answer_px))
            for lang in {*self.languages, self.lang}
            for label in labels_in(lang).values()
        )
        return words / (1 - 2 * FREE_LEAST) + 1

    def _labels(self, sheet: Sheet, width: float, height: float, most: float) -> Labels:
        """Set the five words at one size, the largest that all of them allow.

        They are strong where there is room for that in every language spoken here, so
        that no language looks weaker than another.
        """
        least = sheet.answer_px
        box = (width * (1 - 2 * FREE_SHARE), height)
        strong = all(
            set_words(label, fonts.STRONG, box, least, least).fits
            for lang in {*self.languages, self.lang}
            for label in labels_in(lang).values()
        )
        font = fonts.STRONG if strong else fonts.BODY
        labels = labels_in(self.lang)
        settings = _alike(labels, font, box, most, least)
        if not all(setting.fits for setting in settings.values()):
            settings = _alike(labels, font, (width * (1 - 2 * FREE_LEAST), height), most, least)
        return labels, settings

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


def _alike(
    labels: dict[int, str], font: str, room: tuple[float, float], most: float, least: float
) -> dict[int, Setting]:
    """Set words at one size, the largest that all of them allow."""
    settings = _at_one_size(labels, font, room, most, least)
    size = next(iter(settings.values())).size_px
    # smaller on two lines is read more easily than larger on three
    for smaller in range(size, ceil(least) - 1, -1):
        tried = _at_one_size(labels, font, room, smaller, least)
        if all(setting.fits and len(setting.lines) <= LINES_WANTED for setting in tried.values()):
            return tried
    return settings


def _at_one_size(
    labels: dict[int, str], font: str, room: tuple[float, float], most: float, least: float
) -> dict[int, Setting]:
    """Set words at the largest size that all of them allow, on as many lines as it takes."""
    settings = {score: set_words(label, font, room, most, least) for score, label in labels.items()}
    size = min(setting.size_px for setting in settings.values())
    return {score: set_words(label, font, room, size, least) for score, label in labels.items()}


def labels_in(lang: str) -> dict[int, str]:
    """Return the words of the five faces in a language."""
    say = translator(lang)
    return {score: say(f"face_{score}") for score in range(1, COUNT + 1)}


def gap_px(sheet: Sheet) -> float:
    """Return the space between cards."""
    return (26 if sheet.portrait else 16) * sheet.unit


def row_gap_px(sheet: Sheet) -> float:
    """Return the space between rows, which a finger must not miss."""
    return max(gap_px(sheet), sheet.apart_px)


def rows_least_px(sheet: Sheet, share: float = 1.0, free_mm: float = ROW_FREE_MM) -> float:
    """Return the least height of five rows, each this share of the smallest face and free above and below.

    On 7 inches a row has no height to spare for that: every millimetre is needed there.
    """
    free = 0.0 if sheet.small or not free_mm else 2 * sheet.mm(free_mm) + 1
    return COUNT * (share * sheet.face_px + free) + (COUNT - 1) * row_gap_px(sheet)


def columns_least_px(sheet: Sheet) -> float:
    """Return the height that five columns need for a face and two lines each."""
    return sheet.face_px + 2 * LINE_SHARE * sheet.answer_px + sheet.mm(COLUMN_FREE_MM) + 1


def _side_px(sheet: Sheet, high: float) -> float:
    """Return how large the face is in a row of this height: a finger has the whole row."""
    return min(max(sheet.face_px, high * 0.80), high * (1 - 2 * ROW_FREE_SHARE))


def _column_side_px(sheet: Sheet, room: float) -> float:
    """Return how large a face may be in this height, which it shares with the space around it.

    There is more space around a face that is larger than it must be.
    """
    least = room - sheet.mm(COLUMN_FREE_MM)
    return max(room - 2 * sheet.mm(COLUMN_FREE_MM), min(least, sheet.face_px * EASY_FACE))


def _corner_px(sheet: Sheet) -> float:
    """Return how round a tile is."""
    return max(sheet.mm(2.4), 36 * sheet.unit)
