"""What fingers do to the screens, and what the screens tell."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import fields

from kiosk.catalog import translator
from kiosk.events import Chose, Look, Looked, Spoke, Touched
from kiosk.ui.theme import CONTRAST, FACES, WARM, Theme, rgb
from kiosk.ui.widgets.tools import Tool
from kiosk.visit import Stage
from tests.ui.worlds import GLASSES, a_scene, a_visit

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SCENE = a_scene()
SCORES = (1, 2, 3, 4, 5)
LARGE_IN = 12
"""The diagonal of a glass that is no tablet."""


@pytest.fixture
def asking(booth: Booth) -> Booth:
    """Return a kiosk that asks its question."""
    booth.app.show(a_visit(), SCENE)
    booth.resize(1280, 800)
    return booth


@pytest.mark.parametrize("score", SCORES)
def test_a_tap_on_a_face_is_an_answer(asking: Booth, score: int) -> None:
    """Lifting a finger from a face tells its score, once."""
    touch = asking.finger(*asking.app.stages.question.faces.tiles[score].hit.center)
    assert asking.events == []

    touch.touch_up()
    asking.frames(1)

    assert asking.events == [Chose(score)]


def test_a_face_gives_way_at_once(asking: Booth) -> None:
    """The tile is smaller in the very frame after the touch, and full again soon after."""
    tile = asking.app.stages.question.faces.tiles[4]
    touch = asking.finger(*tile.hit.center)
    assert tile.zoom < 1
    assert tile.face.joy == 1

    touch.touch_up()
    asking.wait(0.5)

    assert tile.zoom == pytest.approx(1)
    assert tile.face.joy == pytest.approx(0)


def test_ten_fingers_are_told_and_leave_nothing_behind(asking: Booth) -> None:
    """Ten fingers are ten answers to the rules of the visit, which take one; no tile stays pressed."""
    tiles = asking.app.stages.question.faces.tiles
    fingers = [asking.finger(*tiles[score].hit.center) for score in SCORES * 2]
    for finger in fingers:
        finger.touch_up()
    asking.wait(0.5)

    assert asking.events == [Chose(score) for score in SCORES * 2]
    assert not any(tile.down for tile in tiles.values())


def test_a_resting_hand_blocks_nobody(asking: Booth) -> None:
    """While a hand rests on a face, another finger can still choose it."""
    tile = asking.app.stages.question.faces.tiles[5]
    for _ in range(5):
        asking.finger(*tile.hit.center)
    asking.tap(tile)

    assert asking.events == [Chose(5)]


def test_sliding_off_takes_it_back(asking: Booth) -> None:
    """A finger that slides off a face before it lifts has chosen nothing."""
    tile = asking.app.stages.question.faces.tiles[2]
    touch = asking.finger(*tile.hit.center)
    touch.touch_move(tile.hit.center[0], 2)
    asking.frames(1)
    assert not tile.down

    touch.touch_up()
    asking.frames(1)

    assert asking.events == []


@pytest.mark.parametrize("button", ["right", "middle", "scrollup", "scrolldown"])
def test_only_the_left_button_counts(asking: Booth, button: str) -> None:
    """A right click, a middle click and a wheel choose nothing."""
    x, y = asking.app.stages.question.faces.tiles[1].hit.center
    touch = asking.finger(x, y, button)
    touch.touch_up()
    asking.frames(1)

    assert asking.events == []


def test_a_tool_asks_for_a_look(asking: Booth) -> None:
    """A tap on a tool tells the look that is wanted; a tap on one in force takes it back."""
    tools = asking.app.stages.question.tools
    asking.tap(tools.pills["large"])
    assert asking.events == [Looked(Look(large=True))]

    asking.app.show(a_visit(look=Look(large=True, low=True)), SCENE)
    asking.frames(1)
    assert [pill.chosen for pill in tools.pills.values()] == [True, False, True, False]
    asking.tap(tools.pills["large"])
    asking.tap(tools.pills["listening"])

    assert asking.events[1:] == [Looked(Look(low=True)), Looked(Look(large=True, low=True, listening=True))]


def test_low_reach_is_offered_where_it_changes_something(asking: Booth) -> None:
    """Who sits reaches all of a tablet that lies: there is no tool for it, but a way out of the look."""
    tools = asking.app.stages.question.tools
    for width, height, inches in GLASSES:
        asking.app.show(a_visit(), SCENE)
        asking.resize(width, height, inches)
        lies_low = width > height and inches < LARGE_IN
        seen = {tap.name for tap in asking.seen(Tool)}
        assert ("tool_low" in seen) is ("low" in tools.pills) is not lies_low

        asking.app.show(a_visit(look=Look(low=True)), SCENE)
        asking.frames(1)
        assert "tool_low" in {tap.name for tap in asking.seen(Tool)}


def test_a_look_is_seen_at_once_and_goes_back(asking: Booth) -> None:
    """What a citizen asks for is laid in the next frame, and the next citizen finds the normal look."""
    before = asking.picture().tobytes()
    word = asking.app.stages.question.faces.tiles[3].words
    size = word.setting.size_px
    asking.app.show(a_visit(look=Look(large=True, contrast=True)), SCENE)
    asking.frames(1)
    assert word.setting.size_px >= 1.5 * size * 0.9
    assert asking.picture().getpixel((2, 2)) == (0, 0, 0)

    asking.app.show(a_visit(), SCENE)
    asking.frames(1)

    assert asking.picture().tobytes() == before


@pytest.mark.parametrize("stage", [Stage.IDLE, Stage.THANKS, Stage.SORRY])
def test_contrast_leaves_no_warm_colour(asking: Booth, stage: Stage) -> None:
    """In high contrast the ground is black, and no colour of the warm theme is left."""
    asking.app.show(a_visit(stage), SCENE)
    asking.wait(2, 0.1)
    asking.app.show(a_visit(stage, look=Look(contrast=True)), SCENE)
    asking.wait(2, 0.1)
    counted = {colour: count for count, colour in asking.picture().getcolors(1 << 24) or []}

    assert counted[0, 0, 0] > 0.4 * 1280 * 800
    own = {_bytes(colour) for colour in colours_of(CONTRAST)}
    warm = {_bytes(colour) for colour in colours_of(WARM)} - own
    assert not warm & counted.keys()


def test_a_language_is_asked_for(asking: Booth) -> None:
    """A tap on a language tells it; the screen changes only when it is told so."""
    asking.tap(asking.app.stages.question.header.pills["en"])
    assert asking.events == [Spoke("en")]
    assert asking.app.stages.question.faces.tiles[3].words.text != "Neutral"

    asking.app.show(a_visit(lang="en"), SCENE)
    asking.frames(1)

    assert asking.app.stages.question.faces.tiles[3].words.text == "Neutral"


def test_storing_feels_nothing_and_says_so_when_slow(asking: Booth) -> None:
    """While the disk works the faces answer nothing; when it is slow the kiosk says what goes on."""
    stages = asking.app.stages
    asking.app.show(a_visit(Stage.STORING), SCENE)
    asking.tap(stages.question.faces.tiles[5])
    asking.wait(0.3)
    assert asking.events == [Touched()]
    assert asking.app.screen is stages.question

    asking.wait(0.7)
    assert asking.app.screen is stages.waiting
    assert stages.waiting.title.text == translator("vi")("storing")

    asking.app.show(a_visit(), SCENE)
    asking.tap(stages.question.faces.tiles[5])
    assert asking.events[-1] == Chose(5)


def test_thanks_are_logged_when_they_are_seen(asking: Booth, caplog: pytest.LogCaptureFixture) -> None:
    """The log says that the thanks are on the glass, and no score."""
    caplog.set_level(logging.DEBUG, logger="kiosk.ui")
    asking.app.show(a_visit(Stage.THANKS), SCENE)
    assert "thanks shown" not in caplog.messages

    asking.frames(1)
    assert caplog.messages.count("thanks shown") == 1
    asking.wait(2, 0.1)

    assert caplog.messages == ["screen thanks {}", "thanks shown"]


def test_a_touch_on_the_thanks_is_told(asking: Booth) -> None:
    """Whoever touches the thanks wants to go on; whether they may is for the visit to say."""
    asking.app.show(a_visit(Stage.THANKS), SCENE)
    asking.frames(1)
    asking.finger(30, 30).touch_up()

    assert asking.events == [Touched()]


def test_thanks_look_the_same_for_everybody(asking: Booth) -> None:
    """After any face, the thanks are the same to the last pixel, and no chosen face is in sight."""
    asking.resize(800, 480)
    pictures = set()
    for score in SCORES:
        asking.app.show(a_visit(since=score), SCENE)
        asking.frames(1)
        asking.tap(asking.app.stages.question.faces.tiles[score])
        asking.app.show(a_visit(Stage.STORING, since=score), SCENE)
        asking.frames(1)
        asking.app.show(a_visit(Stage.THANKS, since=score), SCENE)
        asking.wait(2, 0.1)
        pictures.add(asking.picture().tobytes())

    assert len(pictures) == 1
    colours = {colour for _, colour in asking.picture().getcolors(1 << 24) or []}
    assert not colours & {_bytes(face) for face in FACES}


def test_the_bow_ends(asking: Booth) -> None:
    """The face bows once, in few pictures, and then the screen is still."""
    asking.app.show(a_visit(Stage.THANKS), SCENE)
    drawn = asking.draws
    asking.wait(0.6)
    assert asking.app.stages.thanks.face.bow > 0.5
    asking.wait(1.2)
    assert asking.app.stages.thanks.face.bow == 0
    assert 10 < asking.draws - drawn < 35
    drawn = asking.draws
    asking.wait(3, 0.1)

    assert asking.draws == drawn


def test_every_face_shows_its_colour(asking: Booth) -> None:
    """Each disc has a large area of exactly its own colour, in its own tile only."""
    picture = asking.picture()
    counted = {colour: count for count, colour in picture.getcolors(1 << 24) or []}
    for score in SCORES:
        face = asking.app.stages.question.faces.tiles[score].face
        box = (int(face.x), int(800 - face.top), int(face.right), int(800 - face.y))
        inside = {colour: count for count, colour in picture.crop(box).getcolors(1 << 24) or []}
        colour = _bytes(FACES[score - 1])

        assert inside[colour] > 0.28 * face.width**2 * 0.785
        assert inside[colour] == counted[colour]


def test_idle_draws_nothing_but_a_blink(asking: Booth) -> None:
    """A waiting screen is still: in eighteen seconds two faces blink, which are four pictures."""
    asking.wait(1, 0.1)
    asking.app.stages.question.leave()
    asking.app.stages.question.enter()
    asking.frames(1)
    drawn = asking.draws
    asking.wait(8.8, 0.05)
    assert asking.draws == drawn
    asking.wait(9.3, 0.05)

    assert 2 <= asking.draws - drawn <= 4
    assert asking.ticks > 40


def test_showing_the_same_again_draws_nothing(asking: Booth) -> None:
    """A visit that has not changed costs no picture, however often it is shown."""
    asking.wait(0.5)
    drawn = asking.draws
    for moment in range(20):
        asking.app.show(a_visit(since=moment), SCENE)
        asking.frames(1)

    assert asking.draws == drawn


def test_keys_open_and_close_nothing(asking: Booth) -> None:
    """Escape, F1 and a wish to close leave the kiosk where it is."""
    for key in (27, 282, 292, 293):
        asking.key(key)

    assert asking.app.root.get_root_window() is not None
    assert asking.app.open_settings() is False
    assert asking.app._on_close() is True  # noqa: SLF001 - the window asks it
    assert asking.exits == 0


def test_it_is_ready_once_and_ends_once(booth: Booth) -> None:
    """The supervisor is told of the first screen that is on the glass once, and of the end once."""
    assert booth.readies == 0
    for moment in range(3):
        booth.app.show(a_visit(since=moment), SCENE)
        booth.frames(1)
    assert booth.readies == 1
    booth.app.stop()
    booth.app.stop()

    assert booth.exits == 1


def colours_of(theme: Theme) -> list[str]:
    """Return every colour that a theme names."""
    parts = [getattr(theme, field.name) for field in fields(theme)]
    flat = [part for each in parts for part in (each if isinstance(each, tuple) else (each,))]
    return [part for part in flat if isinstance(part, str) and part]


def _bytes(colour: str) -> tuple[int, ...]:
    """Return a colour as a picture has it."""
    return tuple(round(255 * part) for part in rgb(colour))
