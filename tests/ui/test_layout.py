"""Nothing is cropped, nothing overlaps and everything is large enough, on every glass in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from kiosk.events import Look
from kiosk.ui.scenes import Scene
from kiosk.ui.screens.header import Header
from kiosk.ui.theme import CAPITAL_SHARE, sheet_of
from kiosk.ui.widgets.photo import Photo
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.widgets.words import Words
from server.protocol.messages import Officer
from server.protocol.survey import Question
from tests.ui.faults import faults
from tests.ui.tour import tour
from tests.ui.worlds import (
    GLASSES,
    LANGUAGES,
    LOOKS,
    PLACES,
    QUESTION,
    a_config,
    a_photo,
    a_scene,
    a_visit,
)

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

ROUNDING_PX = 1.01
SHEET = sheet_of(1280, 800, 10.1)


def test_large_text_is_half_as_large_again() -> None:
    """Whoever asks for large text gets every smallest size 1.5 times as large, and no other target."""
    for glass in GLASSES:
        normal, large = sheet_of(*glass), sheet_of(*glass, Look(large=True))
        for name in ("answer_px", "quiet_px", "easy_px"):
            assert getattr(large, name) == pytest.approx(1.5 * getattr(normal, name))
        assert (large.face_px, large.target_px) == (normal.face_px, normal.target_px)


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


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_a_photo_of_the_officer_is_shown_where_there_is_room(
    booth: Booth, width: int, height: int, inches: float
) -> None:
    """Who serves is seen, not only named, where the faces stay as large as they must be.

    On 7 inches the name in the head is all.
    """
    for officers, photo, is_seen in ((1, a_photo(), True), (1, b"", False), (2, a_photo(), False)):
        booth.app.show(a_visit(), a_scene(officers=officers, photo=photo))
        booth.resize(width, height, inches)
        sheet = sheet_of(width, height, inches)
        seen = list(booth.seen(Photo))

        assert len(seen) == (is_seen and (width, height) != (800, 480))
        assert list(faults(booth, sheet)) == []
        for each in seen:
            assert min(each.size) >= sheet.mm(11)
            assert booth.app.stages.question.ask.name.text == "Cán bộ Trực Quầy"


def test_a_photo_that_cannot_be_read_is_no_photo(booth: Booth) -> None:
    """Where the picture is damaged the card says who serves, as if there were none."""
    pictures = []
    for photo in (b"", a_photo()[:900], a_photo(), b"\xff\xd8\xff"):
        booth.app.show(a_visit(), a_scene(photo=photo))
        booth.resize(1280, 800, 10.1)
        pictures.append(booth.picture().tobytes())

    assert pictures[0] == pictures[1] == pictures[3] != pictures[2]


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


def test_a_face_at_the_edge_of_its_tile_is_noticed(booth: Booth) -> None:
    """The check above can fail: a face that touches the upper edge of its tile is reported."""
    booth.app.show(a_visit(), a_scene())
    booth.resize(1280, 800, 10.1)
    tile = booth.app.stages.question.faces.tiles[3]
    tile.face.y = tile.top - tile.face.height

    assert any("too close to the edge of its tile" in fault for fault in faults(booth, SHEET))


def test_a_button_on_the_edge_of_a_card_is_noticed(booth: Booth) -> None:
    """The check above can fail: languages that stand on the edge of the card below them are reported."""
    booth.app.show(a_visit(), a_scene())
    booth.resize(1280, 800, 10.1)
    screen = booth.app.stages.question
    screen.header.pills["en"].y = screen.ask.card.top - 2

    assert any("touches a card" in fault for fault in faults(booth, SHEET))


def test_a_dot_under_a_button_is_noticed(booth: Booth) -> None:
    """The check above can fail: dots that run into a button are reported."""
    next(show for name, show in tour(booth.app, "vi") if name == "trips")()
    booth.resize(1280, 800, 10.1)
    bar = booth.app.screen.bar
    bar.dots.append(next(iter(bar.pills.values())).hit)

    assert any("a dot touches" in fault for fault in faults(booth, SHEET))


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


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_promise_stays(booth: Booth, width: int, height: int, inches: float, look: Look) -> None:
    """Whatever a citizen asked for, the first screen promises that nobody's identity is recorded."""
    booth.resize(width, height, inches)
    for lang, words in (("vi", ("danh tính",)), ("en", ("who you are", "anonymous"))):
        booth.app.show(a_visit(lang=lang, look=look), a_scene())
        booth.frames(1)
        said = " ".join(booth.app.stages.question.footer.text.split())
        assert any(each in said for each in words), said
