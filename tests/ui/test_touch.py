"""What fingers do to the screens, and what the screens tell."""

from __future__ import annotations

import logging
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from kiosk.events import Chose, Look, Looked, Spoke, Touched
from kiosk.ui.scenes import Setup, SetupState
from kiosk.ui.theme import CONTRAST, FACES, WARM, Theme, rgb
from kiosk.ui.widgets.face import CALM, HOUSE, SORRY
from kiosk.visit import Stage
from tests.ui.worlds import GLASSES, a_scene, a_visit, setups

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SCENE = a_scene()
SCORES = (1, 2, 3, 4, 5)


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
    tools = asking.app.stages.question.tools.pills
    asking.tap(tools["large"])
    assert asking.events == [Looked(Look(large=True))]

    asking.app.show(a_visit(look=Look(large=True, low=True)), SCENE)
    asking.frames(1)
    assert [pill.chosen for pill in tools.values()] == [True, False, True, False]
    asking.tap(tools["large"])
    asking.tap(tools["listening"])

    assert asking.events[1:] == [Looked(Look(low=True)), Looked(Look(large=True, low=True, listening=True))]


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


def test_the_technician_sees_the_normal_look(asking: Booth) -> None:
    """What the last citizen asked for does not reach the technician's screens."""
    asking.app.show(a_visit(look=Look(contrast=True, large=True)), SCENE)
    asking.app.show_setup(Setup(SetupState.NEEDS_CODE))
    asking.frames(1)

    assert asking.app.setup.sheet.look == Look()
    assert asking.picture().getpixel((640, 796)) != (0, 0, 0)


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
    assert stages.waiting.title.text == "Đang ghi nhận…"

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
    """The face bows once, and then the screen is still."""
    asking.app.show(a_visit(Stage.THANKS), SCENE)
    asking.wait(0.6)
    assert asking.app.stages.thanks.face.bow > 0.5
    asking.wait(1.2)
    assert asking.app.stages.thanks.face.bow == 0
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
    """A waiting screen is still: in thirteen seconds two faces blink, which are four pictures."""
    asking.wait(1, 0.1)
    asking.app.stages.question.leave()
    asking.app.stages.question.enter()
    asking.frames(1)
    drawn = asking.draws
    asking.wait(6.3, 0.05)
    assert asking.draws == drawn
    asking.wait(6.8, 0.05)

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
    """The supervisor is told of the first picture once, and of the end once."""
    assert booth.readies == 1
    booth.app.stop()
    booth.app.stop()

    assert booth.exits == 1


def test_a_code_is_typed_with_fingers(booth: Booth) -> None:
    """The technician types the address and the code on the glass, and connects."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE))
    setup = booth.app.setup
    keys = {key.sign: key for row in setup.keys for key in row}
    for sign in "kiosk.vn":
        booth.tap(keys[sign])
    booth.tap(setup.entries["code"])
    for sign in "7f3ao9c4":
        booth.tap(keys[sign])
    booth.tap(setup.connect)

    assert booth.enrolments == [("https://kiosk.vn", "7F3A09C4")]


def test_a_code_is_typed_on_a_keyboard(booth: Booth) -> None:
    """A real keyboard works too: Backspace takes back, Tab turns to the other field, Enter connects."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE, server="http://10.0.0.2:8080"))
    booth.write("7f3a09cu5")
    booth.key(8)
    booth.key(13)
    assert booth.enrolments == []
    booth.key(9)
    booth.key(8)
    booth.write("1")
    booth.key(13)
    assert booth.enrolments == []
    booth.write("4")
    booth.key(13)

    assert booth.enrolments == [("http://10.0.0.2:8081", "7F3A09C4")]


def test_nothing_is_typed_while_it_connects(booth: Booth) -> None:
    """While the kiosk asks its server, keys and the button rest; a wrong code is asked for anew."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE, server="https://kiosk.vn"))
    booth.write("7F3A09C4")
    booth.app.show_setup(Setup(SetupState.WORKING, server="https://kiosk.vn"))
    booth.write("1")
    booth.key(13)
    booth.tap(booth.app.setup.connect)
    assert (booth.enrolments, booth.app.setup.typed["code"]) == ([], "7F3A09C4")

    booth.app.show_setup(Setup(SetupState.WRONG_CODE, server="https://kiosk.vn"))
    assert booth.app.setup.typed["code"] == ""


def test_an_enrolled_machine_begins(booth: Booth) -> None:
    """The fingerprint is shown, and one button begins; the other notices have none."""
    for setup in setups():
        booth.app.show_setup(setup)
        booth.frames(1)
        if setup.state is SetupState.ENROLLED:
            assert "7F3A-09C4-11D2-E05B" in booth.app.notice.plate.text
            booth.tap(booth.app.notice.begin)
        elif not setup.state.asks:
            booth.key(13)

    assert booth.continues == 1


def test_a_waiting_machine_does_not_laugh(booth: Booth) -> None:
    """Out of service, the face is calm or sorry; glad only when the machine is enrolled."""
    moods = {}
    for setup in setups():
        if not setup.state.asks:
            booth.app.show_setup(setup)
            moods[setup.state] = booth.app.notice.face.score

    assert moods == {
        SetupState.DAMAGED: SORRY,
        SetupState.DISK_REFUSES: SORRY,
        SetupState.NO_CONFIG: CALM,
        SetupState.ENROLLED: HOUSE,
    }


def test_the_fingerprint_stands_under_its_sentence(booth: Booth) -> None:
    """What is to be compared stands large, right below the words that ask for it."""
    booth.app.show_setup(Setup(SetupState.ENROLLED, detail="7F3A-09C4-11D2-E05B"))
    for width, height, inches in GLASSES:
        booth.resize(width, height, inches)
        notice = booth.app.notice

        assert notice.body.y - notice.card.top < 0.06 * height
        assert notice.plate.setting.size_px > 1.15 * notice.body.setting.size_px

    booth.app.show_setup(Setup(SetupState.NO_CONFIG))
    assert booth.app.notice.plate.text == ""


def test_the_technician_changes_the_language(booth: Booth) -> None:
    """The technician's screen speaks every language there is."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE))
    booth.tap(booth.app.setup.header.pills["en"])

    assert booth.app.setup.header.name.text == "Set up this kiosk"


def colours_of(theme: Theme) -> list[str]:
    """Return every colour that a theme names."""
    parts = [getattr(theme, field.name) for field in fields(theme)]
    flat = [part for each in parts for part in (each if isinstance(each, tuple) else (each,))]
    return [part for part in flat if isinstance(part, str) and part]


def _bytes(colour: str) -> tuple[int, ...]:
    """Return a colour as a picture has it."""
    return tuple(round(255 * part) for part in rgb(colour))
