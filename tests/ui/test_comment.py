"""A citizen writes in their own words, on the kiosk's own keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from msgspec.structs import replace

from kiosk.events import Continued, Look, Looked, Skipped, Typed, WentBack, Wrote
from kiosk.telex import Method
from kiosk.ui.screens.comment import CommentScreen
from kiosk.ui.theme import NORMAL, sheet_of
from kiosk.ui.typeset import NBSP
from kiosk.ui.widgets.key import REPEAT_AFTER_S, REPEAT_S, Key
from kiosk.ui.widgets.tap import Tap
from kiosk.writing import COMMENT_CHARS_MAX
from tests.ui.desk import AT, PRAISE, SCENE, SURVEY, Desk, a_visit
from tests.ui.faults import faults
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.events import Event
    from kiosk.visit import Visit
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

LARGE_AND_NOT: Final = {"normal": NORMAL, "large": Look(large=True)}
TYPED_ON: Final = (GLASSES[0], GLASSES[1], GLASSES[3])
"""A glass with digits behind a key, one with a row of them, and one that stands upright."""
LONG: Final = ("Cán bộ hướng dẫn rất tận tình, tôi chờ chưa đến mười phút đã xong. " * 8)[:COMMENT_CHARS_MAX]


@pytest.fixture
def desk(booth: Booth) -> Desk:
    """Return an empty comment on a tablet."""
    opened = Desk(booth, a_visit(), [])
    opened.open(1280, 800, 10.1)
    return opened


def states(lang: str, look: Look) -> Iterator[Visit]:
    """Yield what the tour of all screens has not: the longest comments, and the other ways to type."""
    yield a_visit(LONG, lang=lang, look=look)
    yield a_visit(LONG[:-40], lang=lang, look=look)
    yield a_visit("Ă" * COMMENT_CHARS_MAX, lang=lang, look=look)
    yield a_visit(LONG, lang=lang, look=look, scrubbed=True)
    yield a_visit(PRAISE, lang=lang, look=look, method=Method.VNI)
    yield a_visit(PRAISE, lang=lang, look=look, method=Method.PLAIN)


@pytest.mark.parametrize("look", LARGE_AND_NOT.values(), ids=LARGE_AND_NOT.keys())
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_paper_and_the_keys_are_whole(
    booth: Booth, width: int, height: int, inches: float, look: Look
) -> None:
    """Every word is read to its last mark and every key is hit, however much is written, on each glass."""
    desk = Desk(booth, a_visit(look=look), [])
    desk.open(width, height, inches)
    sheet = sheet_of(width, height, inches, look)
    # on 7 inches a large question leaves room for the text
    least = sheet_of(width, height, inches).answer_px if sheet.small else sheet.answer_px
    for lang in LANGUAGES:
        for visit in states(lang, look):
            desk.show(visit)
            assert list(faults(booth, sheet)) == [], (lang, visit.writing, visit.scrubbed)
            if not visit.scrubbed:
                assert desk.screen.question.setting.size_px >= least
        if desk.has("key_digits"):
            desk.tap("key_digits")
            assert list(faults(booth, sheet)) == []
            desk.tap("key_digits")


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_strip_of_a_warning_touches_nothing(booth: Booth, width: int, height: int, inches: float) -> None:
    """What says that numbers were taken out stands apart from the key that clears, and has round corners."""
    for look in (NORMAL, Look(large=True), Look(contrast=True)):
        desk = Desk(booth, a_visit(PRAISE, look=look, scrubbed=True), [])
        desk.open(width, height, inches)
        sheet = sheet_of(width, height, inches, look)
        place = desk.screen.paper._place  # noqa: SLF001 - nothing else tells where a strip is

        assert place.strip.apart(place.key) >= sheet.apart_px - 1.01
        assert place.strip.contains(place.foot)


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_what_was_typed_last_is_always_seen(booth: Booth, width: int, height: int, inches: float) -> None:
    """The end of the longest comment is on the paper, whatever its beginning had to leave."""
    desk = Desk(booth, a_visit(LONG), [])
    desk.open(width, height, inches)

    assert LONG.strip().endswith(desk.lines[-1].strip())
    assert " ".join(line.strip() for line in desk.lines) in LONG


@pytest.mark.parametrize(("width", "height", "inches"), TYPED_ON)
def test_a_sentence_is_typed_in_telex(booth: Booth, width: int, height: int, inches: float) -> None:
    """Taps on the keys write Vietnamese as Telex has it, to the last mark."""
    desk = Desk(booth, a_visit(), [])
    desk.open(width, height, inches)

    desk.type("Cans booj raats nhieetj tinhf, camr own!")

    assert desk.text == PRAISE
    assert " ".join(line.strip() for line in desk.lines) == PRAISE


@pytest.mark.parametrize(("width", "height", "inches"), TYPED_ON)
def test_a_sentence_is_typed_in_vni(booth: Booth, width: int, height: int, inches: float) -> None:
    """The same sentence by VNI, whose marks are digits: in a row of their own, or behind a key."""
    desk = Desk(booth, a_visit(), [])
    desk.open(width, height, inches)

    desk.tap("key_method")
    desk.type("Can1 bo65 ra6t1 nhie6t5 tinh2, cam3 o7n!")

    assert desk.told[0] == Wrote(Method.VNI)
    assert desk.text == PRAISE


def test_the_key_of_the_method_goes_round(desk: Desk) -> None:
    """Telex, VNI, no marks, and Telex again; the words on the key say which."""
    said = []
    for _ in range(3):
        desk.tap("key_method")
        said.append((desk.visit.writing.method, desk.key("key_method").words.text))

    assert said == [(Method.VNI, "VNI"), (Method.PLAIN, "Không dấu"), (Method.TELEX, "Telex")]


def test_without_marks_keys_write_themselves(desk: Desk) -> None:
    """Who writes without marks, or in English, gets what is on the keys."""
    desk.tap("key_method", "key_method")
    desk.type("See you soon")

    assert desk.text == "See you soon"


def test_a_sentence_begins_with_a_capital(desk: Desk) -> None:
    """Shift is on by itself where a sentence begins, for one letter, and can be taken back."""
    desk.tap("key_o", "key_k", "key_.", "key_space", "key_v", "key_a")
    assert desk.text == "Ok. Va"

    desk.tap("key_space", "key_shift", "key_n", "key_a", "key_!", "key_space", "key_shift", "key_e", "key_m")
    assert desk.text == "Ok. Va Na! em"


def test_two_thumbs_lose_nothing(desk: Desk) -> None:
    """A second finger counts while the first still rests, on another key and on the same one."""
    first = desk.booth.finger(*desk.key("key_b").hit.center)
    second = desk.booth.finger(*desk.key("key_e").hit.center)
    third = desk.booth.finger(*desk.key("key_e").hit.center)
    for finger in (first, second, third):
        finger.touch_up()

    assert desk.text == "Bê"


def test_a_capital_is_for_one_finger_only(booth: Booth) -> None:
    """Two letters in one frame at the start of a sentence are one capital and one small letter."""
    told: list[Event] = []
    screen = CommentScreen(told.append)
    screen.show(a_visit(), SCENE)
    booth.app.frame.turn_to(screen)
    booth.resize(1280, 800, 10.1)
    for sign in "ba":
        booth.tap(screen.keyboard.keys[sign])

    assert told == [Typed("B"), Typed("a")]


def test_a_finger_that_slides_writes_once(desk: Desk) -> None:
    """A trembling finger that slides from key to key writes the first."""
    finger = desk.booth.finger(*desk.key("key_g").hit.center)
    for name in ("key_h", "key_j"):
        finger.touch_move(*desk.key(name).hit.center)
        desk.booth.frames(1)
    finger.touch_up()

    assert desk.text == "G"


def test_the_erasing_key_goes_on_while_it_is_held(booth: Booth) -> None:
    """One touch takes back one letter; a finger that stays takes back more, and stops when it lifts."""
    desk = Desk(booth, a_visit("Xin chào cán bộ"), [])
    desk.open(1280, 800, 10.1)
    desk.tap("key_erase")
    assert desk.text == "Xin chào cán b"

    finger = booth.finger(*desk.key("key_erase").hit.center)
    booth.wait(REPEAT_AFTER_S + 3.5 * REPEAT_S)
    finger.touch_up()
    left = desk.text
    booth.wait(2)

    assert len(left) == pytest.approx(len("Xin chào cán b") - 5, abs=1)
    assert desk.text == left


def test_everything_can_be_cleared(desk: Desk) -> None:
    """The key that clears stands on the paper, away from the keyboard, once there is something to clear."""
    assert not desk.has("key_clear")

    desk.type("Chao")
    desk.tap("key_clear")

    assert desk.text == ""
    assert not desk.has("key_clear")
    desk.booth.finger(*desk.screen.paper.key.hit.center).touch_up()
    assert desk.told[-1] != Typed("")


def test_how_much_is_left_is_said_near_the_end(desk: Desk) -> None:
    """Only when fewer than 100 signs remain is it said how many, and the last one counts down to 0."""
    left = desk.screen.paper.left
    desk.show(a_visit("a" * (COMMENT_CHARS_MAX - 100)))
    assert left.text == ""

    desk.show(a_visit("a" * (COMMENT_CHARS_MAX - 99)))
    assert left.text == "Còn 99 ký tự"

    desk.show(a_visit("a" * (COMMENT_CHARS_MAX - 1)))
    desk.type("be")
    assert left.text == "Còn 0 ký tự"
    assert len(desk.text) == COMMENT_CHARS_MAX


def test_numbers_that_were_taken_out_are_told_of(desk: Desk) -> None:
    """A phone number is gone before anything is stored, and the citizen sees it and decides again."""
    desk.type("Goij 0912345678 nhes")
    desk.tap("continue")

    assert desk.visit.at == AT
    assert "0912345678" not in desk.text
    assert "Xin xem lại" in desk.screen.paper.note.text

    desk.type("n")
    assert "Xin xem lại" not in desk.screen.paper.note.text


@pytest.mark.parametrize("look", [NORMAL, *LOOKS.values()], ids=["normal", *LOOKS])
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_keys_stay_under_the_fingers(
    booth: Booth, width: int, height: int, inches: float, look: Look
) -> None:
    """The warning that something was taken out takes its room from the paper: no key moves for it."""
    for lang in LANGUAGES:
        places = []
        for scrubbed in (False, True):
            desk = Desk(booth, a_visit("Xin gọi …", lang=lang, look=look, scrubbed=scrubbed), [])
            desk.open(width, height, inches)
            keys = desk.screen.keyboard.keys.values()
            places.append({key.name: key.hit for key in keys if key.parent is not None})

        assert places[0] == places[1], lang


def test_a_warning_needs_more_room(booth: Booth) -> None:
    """The control: planned for the warning alone, the keys of a small glass stand elsewhere."""
    calm, warned = a_visit("Xin gọi …"), a_visit("Xin gọi …", scrubbed=True)
    desk = Desk(booth, calm, [])
    desk.open(800, 480, 7.0)
    screen, sheet = desk.screen, sheet_of(800, 480, 7.0)
    page = screen.page(sheet)
    plans = [screen._plan(sheet, page, SCENE.config, each, screen._leaf(each)) for each in (calm, warned)]  # noqa: SLF001 - what would be without the rule

    assert plans[0].keys != plans[1].keys


def test_the_bar_leads_on_and_back(desk: Desk) -> None:
    """Who wrote nothing may go back or skip, who wrote may go back or finish; each tells just that."""
    for name in ("back", "skip"):
        desk.show(a_visit())
        assert not desk.has("continue")
        desk.tap(name)
    for name in ("back", "continue"):
        desk.show(a_visit(PRAISE))
        assert not desk.has("skip")
        desk.tap(name)

    assert desk.told == [WentBack(), Skipped(), WentBack(), Continued()]


def test_what_finishes_stands_where_one_skipped(desk: Desk) -> None:
    """The first letter turns Bỏ qua into Xong; when the last one is taken back, it is Bỏ qua again."""
    skip = desk.key("skip").hit
    back = desk.key("back").hit
    desk.type("a")
    assert desk.key("continue").hit == skip
    assert desk.key("back").hit == back

    desk.tap("key_erase")
    assert desk.key("skip").hit == skip
    assert not desk.has("continue")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize(("width", "height", "inches"), [GLASSES[2], GLASSES[3], GLASSES[5]])
def test_there_is_a_way_out_of_a_look(
    booth: Booth, width: int, height: int, inches: float, look: Look
) -> None:
    """Whoever writes in a look that they do not like turns it off right here; no other look is offered."""
    desk = Desk(booth, a_visit(look=look), [])
    desk.open(width, height, inches)
    in_force = [name for name in ("large", "contrast", "low", "listening") if getattr(look, name)]

    assert [tap.name for tap in booth.seen(Tap) if tap.name.startswith("tool_")] == [
        f"tool_{name}" for name in in_force
    ]
    desk.tap(f"tool_{in_force[0]}")
    assert desk.told == [Looked(replace(look, **{in_force[0]: False}))]


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_key_is_there(booth: Booth, width: int, height: int, inches: float) -> None:
    """Every letter, digit and mark of a sentence can be touched, on each glass."""
    desk = Desk(booth, a_visit("a"), [])
    desk.open(width, height, inches)
    letters = ["key_" + sign for sign in "abcdefghijklmnopqrstuvwxyz,.?!"]
    for name in (*letters, "key_space", "key_erase", "key_shift", "key_method", "key_clear"):
        assert desk.has(name), name
    if desk.has("key_digits"):
        desk.tap("key_digits")
    for sign in "1234567890-/":
        assert desk.has("key_" + sign), sign


def test_a_key_redraws_nothing_else(desk: Desk) -> None:
    """Typing writes one line of the paper anew; nothing is laid anew, and then the screen is still."""
    desk.type("Cho")
    pictures = {id(tap): tap.words.drawn for tap in desk.booth.seen(Key)}
    desk.tap("key_m")
    assert {id(tap): tap.words.drawn for tap in desk.booth.seen(Key)} == pictures
    assert all(tap.words.drawn is pictures[id(tap)] for tap in desk.booth.seen(Key))

    desk.booth.wait(1)
    draws = desk.booth.draws
    desk.booth.wait(10, 0.1)
    assert desk.booth.draws == draws


def test_the_question_is_read_aloud(desk: Desk) -> None:
    """Who listens hears the question, and what is better not written."""
    question, note = desk.screen.said()
    assert question == SURVEY.questions[AT].text["vi"]
    assert note.replace(NBSP, " ") == "Xin không ghi họ tên, số điện thoại, số CCCD"


def test_the_next_citizen_finds_letters(booth: Booth) -> None:
    """Whoever comes next finds no key pressed and no page of digits."""
    desk = Desk(booth, a_visit(), [])
    desk.open(800, 480, 7.0)
    desk.tap("key_digits")
    booth.finger(*desk.key("key_1").hit.center)

    desk.screen.leave()

    assert desk.has("key_a")
    assert not any(key.down for key in desk.screen.keyboard.keys.values())
