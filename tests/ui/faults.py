"""Everything that can be wrong with what is on the glass: cropped, too small, too close, overlapping."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kiosk.ui.box import Box
from kiosk.ui.theme import CAPITAL_SHARE, LINE_SHARE, Sheet
from kiosk.ui.widgets.bar import Bar
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.entry import Entry
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.key import Key
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.widgets.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.driver import Booth

ROUNDING_PX: Final = 1.01
MARGIN_MM: Final = 1.0
"""How far from the edge of the glass everything to touch stays: a frame may cover some of it."""
FACE_FREE_MM: Final = 1.5
"""How far a face stays from the edge of its tile above its word."""
ROW_FREE_SHARE: Final = 0.08
"""The same beside its word, as a share of the height of its row."""
ROW_FACE_SHARE: Final = 0.8
"""How large a face is in a row, which is as high as a finger needs, as a share of that."""
CARD_FREE_MM: Final = 1.0
"""How far a button stays from a card that it does not stand on."""
MESSAGE_ID: Final = re.compile(r"[a-z]+(_[a-z0-9]+)+")
"""What a catalogue gives back for an id that it does not have."""


def faults(booth: Booth, sheet: Sheet) -> Iterator[str]:
    """Yield everything that is wrong with what is on the glass."""
    glass = Box(0, 0, sheet.width, sheet.height)
    for words in booth.seen(Words):
        yield from _faults_of_words(words, glass, sheet)
    for face in booth.seen(Face):
        if not glass.contains(Box(*face.pos, *face.size)):
            yield "a face leaves the glass"
    yield from _overlaps(booth)
    taps = list(booth.seen(Tap))
    yield from _faults_of_cards(booth, taps, sheet)
    for number, tap in enumerate(taps):
        yield from _faults_of_target(tap, glass.within(sheet.mm(MARGIN_MM)), sheet)
        for other in taps[:number]:
            keys = isinstance(tap, Key) and isinstance(other, Key)
            least = sheet.mm(1.5) if keys else sheet.apart_px
            if isinstance(tap, (Key, Entry)) or isinstance(other, (Key, Entry)):
                least = sheet.mm(1.5)
            if tap.hit.apart(other.hit) < least - ROUNDING_PX:
                yield f"{_name(tap)} is {tap.hit.apart(other.hit):.1f} px from {_name(other)}"


def _faults_of_cards(booth: Booth, taps: list[Tap], sheet: Sheet) -> Iterator[str]:
    """Yield what touches a card without standing on it, and dots that touch a button."""
    seen = [(tap, Box(*tap.pos, *tap.size)) for tap in taps]
    for card in (each for each in booth.seen(Card) if len(each.canvas.children)):
        box = Box(*card.pos, *card.size)
        for tap, at in seen:
            if not box.contains(at) and box.apart(at) < sheet.mm(CARD_FREE_MM):
                yield f"{_name(tap)} touches a card"
    for bar in booth.seen(Bar):
        for dot in bar.dots:
            yield from (f"a dot touches {_name(tap)}" for tap, at in seen if dot.apart(at) < sheet.mm(1.5))


def _overlaps(booth: Booth) -> Iterator[str]:
    """Yield texts that lie over other texts or over a face."""
    faces = [Box(*face.pos, *face.size) for face in booth.seen(Face)]
    lines = [(words, line) for words in booth.seen(Words) for line in words.drawn]
    for number, (words, line) in enumerate(lines):
        if any(line.apart(face) < 0 for face in faces):
            yield f"{words.text!r} lies over a face"
        for other, line_of_other in lines[:number]:
            if other is not words and line.apart(line_of_other) < 0:
                yield f"{words.text!r} lies over {other.text!r}"


def _faults_of_words(words: Words, glass: Box, sheet: Sheet) -> Iterator[str]:
    """Yield what is wrong with one text."""
    if not words.text:
        return
    if MESSAGE_ID.fullmatch(words.text):
        yield f"{words.text!r} is no word of any language"
    box = Box(*words.pos, *words.size)
    setting = words.setting
    if not setting.fits:
        yield f"{words.text!r} does not fit"
    if setting.line_px < LINE_SHARE * setting.size_px:
        yield f"{words.text!r} has low lines"
    if "".join("".join(setting.lines).split()) != "".join(words.text.split()):
        yield f"{words.text!r} lost letters"
    if setting.size_px * CAPITAL_SHARE < sheet.text(sheet.mm(2.5 if sheet.small else 3)) - 0.01:
        yield f"{words.text!r} is too small"
    for line in words.drawn:
        if not box.contains(line, ROUNDING_PX) or not glass.contains(line):
            yield f"{words.text!r} leaves its box: {line} of {box}"


def _faults_of_target(tap: Tap, area: Box, sheet: Sheet) -> Iterator[str]:
    """Yield what is wrong with one thing to touch, which is to lie in this area."""
    least = sheet.target_px
    if isinstance(tap, Tile):
        least = sheet.face_px
        if min(tap.face.size) < least * (1 if tap.height > tap.width else ROW_FACE_SHARE):
            yield f"the face {tap.score} is too small"
        if _is_glued(tap, sheet):
            yield f"the face {tap.score} is too close to the edge of its tile"
        size = tap.words.setting.size_px
        if size * CAPITAL_SHARE < sheet.text(sheet.mm(3.5 if sheet.small else 4.8)) - 0.01:
            yield f"the word of face {tap.score} is too small"
    elif isinstance(tap, Key):
        least = sheet.mm(9)
    if min(tap.hit.size) < least - ROUNDING_PX:
        yield f"{_name(tap)} is too small: {tap.hit}"
    if not area.contains(tap.hit, ROUNDING_PX):
        yield f"{_name(tap)} is too near to the edge of the glass: {tap.hit}"


def _is_glued(tile: Tile, sheet: Sheet) -> bool:
    """Say whether a face is too close to the edge of its tile."""
    face = tile.face
    free = min(tile.top - face.top, face.y - tile.y, face.x - tile.x, tile.right - face.right)
    if tile.height > tile.width:
        return bool(free < sheet.mm(FACE_FREE_MM) - ROUNDING_PX)
    return bool(free < ROW_FREE_SHARE * tile.height - ROUNDING_PX)


def _name(tap: Tap) -> str:
    """Name a target in a report."""
    words = getattr(tap, "words", None)
    return f"{type(tap).__name__} {getattr(words, 'text', '')!r}"
