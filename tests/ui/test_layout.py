"""Nothing is cropped, nothing overlaps and everything is large enough, on every glass in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from kiosk.events import Look
from kiosk.ui.box import Box
from kiosk.ui.scenes import Scene
from kiosk.ui.screens.header import Header
from kiosk.ui.theme import CAPITAL_SHARE, LINE_SHARE, Sheet, sheet_of
from kiosk.ui.widgets.entry import Entry
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.key import Key
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.widgets.words import Words
from server.protocol.messages import Officer
from server.protocol.survey import Question
from tests.ui.worlds import (
    GLASSES,
    LANGUAGES,
    LOOKS,
    PLACES,
    QUESTION,
    a_config,
    a_scene,
    a_visit,
    views,
    visits,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

ROUNDING_PX = 1.01


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
    for number, tap in enumerate(taps):
        yield from _faults_of_target(tap, glass, sheet)
        for other in taps[:number]:
            keys = isinstance(tap, Key) and isinstance(other, Key)
            least = sheet.mm(1.5) if keys else sheet.apart_px
            if isinstance(tap, (Key, Entry)) or isinstance(other, (Key, Entry)):
                least = sheet.mm(1.5)
            if tap.hit.apart(other.hit) < least - ROUNDING_PX:
                yield f"{_name(tap)} is {tap.hit.apart(other.hit):.1f} px from {_name(other)}"


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


def test_large_text_is_half_as_large_again() -> None:
    """Whoever asks for large text gets every smallest size 1.5 times as large, and no other target."""
    for glass in GLASSES:
        normal, large = sheet_of(*glass), sheet_of(*glass, Look(large=True))
        for name in ("answer_px", "quiet_px", "easy_px"):
            assert getattr(large, name) == pytest.approx(1.5 * getattr(normal, name))
        assert (large.face_px, large.target_px) == (normal.face_px, normal.target_px)


def _faults_of_words(words: Words, glass: Box, sheet: Sheet) -> Iterator[str]:
    """Yield what is wrong with one text."""
    if not words.text:
        return
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


def _faults_of_target(tap: Tap, glass: Box, sheet: Sheet) -> Iterator[str]:
    """Yield what is wrong with one thing to touch."""
    least = sheet.target_px
    if isinstance(tap, Tile):
        least = sheet.face_px
        if min(tap.face.size) < least:
            yield f"the face {tap.score} is too small"
        size = tap.words.setting.size_px
        if size * CAPITAL_SHARE < sheet.text(sheet.mm(3.5 if sheet.small else 4.8)) - 0.01:
            yield f"the word of face {tap.score} is too small"
    elif isinstance(tap, Key):
        least = sheet.mm(9)
    if min(tap.hit.size) < least - ROUNDING_PX:
        yield f"{_name(tap)} is too small: {tap.hit}"
    if not glass.contains(tap.hit, ROUNDING_PX):
        yield f"{_name(tap)} leaves the glass"


def _name(tap: Tap) -> str:
    """Name a target in a report."""
    words = getattr(tap, "words", None)
    return f"{type(tap).__name__} {getattr(words, 'text', '')!r}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_screen_is_whole(booth: Booth, width: int, height: int, inches: float, lang: str) -> None:
    """A citizen reads every word to its last mark and hits every button, on each glass we promise."""
    sheet = sheet_of(width, height, inches)
    for number, (name, show) in enumerate(views(booth.app, lang)):
        show()
        if not number:
            booth.resize(width, height, inches)

        assert list(faults(booth, sheet)) == [], f"{name} in {lang} on {width}x{height}"


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_look_is_whole(booth: Booth, width: int, height: int, inches: float, look: Look) -> None:
    """Large text, strong contrast and low reach crop nothing either, alone and together."""
    sheet = sheet_of(width, height, inches, look)
    least = sheet.answer_px * CAPITAL_SHARE
    for lang in LANGUAGES:
        for number, (name, show) in enumerate(visits(booth.app, lang, look)):
            show()
            if not number:
                booth.resize(width, height, inches)
            assert list(faults(booth, sheet)) == [], f"{name} in {lang} on {width}x{height}"
        booth.app.show(a_visit(lang=lang, look=look), a_scene())
        assert booth.app.stages.question.ask.question.setting.size_px * CAPITAL_SHARE >= least - 0.01


@pytest.mark.parametrize(("width", "height", "inches"), [g for g in GLASSES if g[1] > g[0]])
def test_low_reach_brings_everything_down(booth: Booth, width: int, height: int, inches: float) -> None:
    """A citizen who sits touches faces and tools in the lower part of an upright glass."""
    booth.app.show(a_visit(look=Look(low=True)), a_scene())
    booth.resize(width, height, inches)
    # on a tablet five faces alone fill more: they come as low as they can
    share = 0.58 if inches > 11 else 0.75
    highest = max(tile.top for tile in booth.seen(Tile))

    assert highest <= share * height
    assert all(pill.hit.top < 0.15 * height for pill in booth.app.stages.question.tools.pills.values())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_question_is_large(booth: Booth, width: int, height: int, inches: float, lang: str) -> None:
    """Capitals of the question are as high as eyes of seventy years need."""
    booth.app.show(a_visit(lang=lang), a_scene())
    booth.resize(width, height, inches)
    sheet = sheet_of(width, height, inches)

    size = booth.app.stages.question.ask.question.setting.size_px
    assert booth.app.stages.question.ask.question.text == QUESTION[lang]
    assert size * CAPITAL_SHARE >= sheet.mm(3.5 if sheet.small else 4.8) - 0.01


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_words_stand_free_in_their_tiles(booth: Booth, width: int, height: int, inches: float) -> None:
    """A word keeps 4 % of its tile free on each side, and every language is written as strongly."""
    sheet = sheet_of(width, height, inches)
    # on 7 inches "Dissatisfied" cannot: its capitals would be too low
    least = 0.028 if sheet.small else 0.04
    weights = set()
    for lang in LANGUAGES:
        booth.app.show(a_visit(lang=lang), a_scene())
        booth.resize(width, height, inches)
        for tile in booth.seen(Tile):
            weights.add(tile.words.setting.font)
            for line in tile.words.drawn:
                free = min(line.x - tile.x, tile.right - line.right) / tile.width
                assert free >= least - 1 / tile.width, (tile.words.text, free)

    assert len(weights) == 1


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_one_officer_is_named_and_several_are_not(
    booth: Booth, width: int, height: int, inches: float
) -> None:
    """Who serves is said only where it is one person: a rating of several is nobody's in particular."""
    for count in (0, 1, 2):
        scene = a_scene(officers=count)
        booth.app.show(a_visit(), scene)
        booth.resize(width, height, inches)
        said = " ".join(words.text for words in booth.seen(Words))

        assert ("Cán bộ Trực Quầy" in said) is (count == 1)
        assert list(faults(booth, sheet_of(width, height, inches))) == []


def test_every_center_is_named_whole(booth: Booth) -> None:
    """The name of none of the 124 places is torn apart in the head, on the narrowest glass there is."""
    booth.app.show(a_visit(), a_scene())
    booth.resize(800, 1280, 10.1)
    for name in PLACES:
        booth.app.show(a_visit(), a_scene(center=name))

        assert name in " ".join(booth.app.stages.question.header.name.setting.lines[-1].split())


@pytest.mark.parametrize(
    "scene",
    [a_scene(officers=0), a_scene(languages=("vi",)), a_scene(center="P1"), a_scene(officers=2, center="P1")],
    ids=["nobody named", "one language", "short name", "several officers"],
)
@pytest.mark.parametrize(("width", "height", "inches"), [GLASSES[0], GLASSES[3], GLASSES[4]])
def test_less_to_show_is_whole_too(
    booth: Booth, width: int, height: int, inches: float, scene: Scene
) -> None:
    """A center that names no officer, or speaks one language, gets a whole screen as well."""
    booth.app.show(a_visit(), scene)
    booth.resize(width, height, inches)

    assert list(faults(booth, sheet_of(width, height, inches))) == []
    shown = next(booth.seen(Header)).pills
    assert len(shown) == (2 if len(scene.config.languages) > 1 else 0)


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_long_words_are_whole(booth: Booth, width: int, height: int, inches: float) -> None:
    """Names and questions half as long again as any that is known are cropped nowhere."""
    config = a_config(center=("Phường Nguyễn " * 3).strip())
    officer = Officer(
        id="o", name="Cán bộ có tên rất dài", title="Chuyên viên Tư pháp – Hộ tịch – Chứng thực"
    )
    question = Question(
        id="main", kind="faces", text={"vi": ("Ông/Bà nghĩ thế nào về việc phục vụ " * 3).strip()}
    )
    survey = structs.replace(config.survey, questions=[question])
    booth.app.show(a_visit(), Scene(structs.replace(config, officers=[officer], survey=survey)))
    booth.resize(width, height, inches)

    assert list(faults(booth, sheet_of(width, height, inches))) == []


def test_a_word_that_is_too_long_is_noticed(booth: Booth) -> None:
    """The check above can fail: a label made too long on purpose is reported."""
    question = Question(id="main", kind="faces", text={"vi": "Trungtâmphụcvụhànhchínhcông" * 4})
    config = a_config()
    survey = structs.replace(config.survey, questions=[question])
    booth.app.show(a_visit(), Scene(structs.replace(config, survey=survey)))
    booth.resize(800, 480, 7.0)

    assert any("does not fit" in fault for fault in faults(booth, sheet_of(800, 480, 7.0)))


def test_no_mark_is_cropped(booth: Booth) -> None:
    """Capitals with two marks are drawn to their last pixel: the ink stays inside its picture."""
    booth.app.show(a_visit(), a_scene(center="ẪẨỄỂỖỔ gỵợ"))
    booth.resize(1280, 800, 10.1)
    name = booth.app.stages.question.header.name
    line = name.drawn[0]
    picture = booth.picture()
    ink = (59, 42, 31)

    around = range(int(line.x) - 2, int(line.right) + 2)
    for y in (line.y - 1, line.top):
        row = [picture.getpixel((x, round(1280 * 0 + 800 - 1 - y))) for x in around]
        assert ink not in row
    assert line.height >= name.setting.size_px * 1.26


def test_turning_the_tablet_lays_the_screen_anew(booth: Booth) -> None:
    """Columns become rows, the best on top, when the glass is turned; and back again."""
    booth.app.show(a_visit(), a_scene())
    booth.resize(1280, 800)
    tiles = booth.app.stages.question.faces.tiles
    assert [tiles[score].x for score in range(1, 6)] == sorted(tile.x for tile in tiles.values())
    assert len({tile.y for tile in tiles.values()}) == 1

    booth.resize(800, 1280)
    assert [tiles[score].y for score in range(1, 6)] == sorted(tile.y for tile in tiles.values())
    assert len({tile.x for tile in tiles.values()}) == 1

    booth.resize(1280, 800)
    assert len({tile.y for tile in tiles.values()}) == 1
