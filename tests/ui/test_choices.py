"""Questions with options: whole on every glass, answered once, and the same for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from kiosk.events import Continued, Look, Picked, Skipped, Touched, WentBack
from kiosk.ui.scenes import Scene
from kiosk.ui.theme import CAPITAL_SHARE, NORMAL, sheet_of
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.words import Words
from kiosk.visit import QUIET_S
from server.protocol.survey import Option
from tests.ui.choice_worlds import LONG, PROCEDURE, SURVEYS, a_scene, a_survey, a_visit
from tests.ui.faults import faults
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS, a_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from kiosk.events import Answers
    from kiosk.ui.screens.choices import ChoicesScreen
    from kiosk.ui.theme import Sheet
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SEEN = {"normal": NORMAL, **LOOKS}


def ask(
    booth: Booth, name: str, lang: str = "vi", look: Look = NORMAL, answers: Answers = ()
) -> ChoicesScreen:
    """Have a question of the survey on the glass."""
    booth.app.show(a_visit(name, lang, look, answers), a_scene(name))
    booth.frames(2)
    screen: ChoicesScreen = booth.app.screen
    return screen


def chip(booth: Booth, option: int) -> Chip:
    """Find the chip of an option."""
    found: Chip = next(each for each in booth.seen(Chip) if each.option == option)
    return found


def button(screen: ChoicesScreen, name: str) -> object:
    """Find a button of the bar."""
    return next(pill for pill in screen.bar.pills.values() if pill.name == name)


def pages(booth: Booth, screen: ChoicesScreen) -> Iterator[int]:
    """Turn to one page of the question after the other."""
    while True:
        yield screen.page_at
        before = screen.page_at
        if not any(each.name == "continue" for each in screen.bar.pills.values()):
            return
        booth.wait(QUIET_S, QUIET_S)
        booth.tap(button(screen, "continue"))
        if screen.page_at == before:
            return


def large_enough(booth: Booth, sheet: Sheet) -> Iterator[str]:
    """Yield each answer that is too small to hit or to read."""
    usual = sheet.mm(3.5 if sheet.small else 4.8)
    for each in booth.seen(Chip):
        if min(each.hit.size) < sheet.face_px - 1:
            yield f"{each.words.text!r} is too small to hit"
        if each.words.setting.size_px * CAPITAL_SHARE < usual - 0.01:
            yield f"{each.words.text!r} is too small to read"


@pytest.mark.parametrize("name", ["why", "trips", "on_time", "procedure", "count", "ticked", "long"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_question_is_whole_in_every_look(
    booth: Booth, width: int, height: int, inches: float, lang: str, name: str
) -> None:
    """Nothing is cropped, too small or too close, on any page, glass, in any language or look."""
    booth.resize(width, height, inches)
    options = set(range(len(SURVEYS[name][0].questions[SURVEYS[name][1]].options)))
    for look_name, look in SEEN.items():
        booth.wait(QUIET_S, QUIET_S)
        screen = ask(booth, name, lang, look)
        sheet = sheet_of(width, height, inches, look)
        seen: set[int] = set()
        for page in pages(booth, screen):
            where = f"page {page} of {name} in {lang} on {width}x{height}, {look_name}"
            assert [*faults(booth, sheet), *large_enough(booth, sheet)] == [], where
            seen |= {each.option for each in booth.seen(Chip)}
        assert seen >= options
        booth.app.show(a_visit("count"), a_scene("count"))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_praise_and_complaint_are_asked_at_once(
    booth: Booth, width: int, height: int, inches: float, lang: str
) -> None:
    """Everybody sees what was good and what could be better side by side, on the smallest glass too."""
    booth.resize(width, height, inches)
    screen = ask(booth, "why", lang)
    titles = {words.text for words in booth.seen(Words)} & {
        "Điều gì tốt?",
        "Điều gì cần cải thiện?",
        "What was good?",
        "What could be better?",
    }

    assert len(titles) == 2
    assert len(screen.chips) == 10


@pytest.mark.parametrize("name", ["on_time", "trips", "procedure", "count"])
def test_one_tap_answers(booth: Booth, name: str) -> None:
    """A choice of one is an answer as the finger lifts, once."""
    ask(booth, name)
    booth.tap(chip(booth, 1))

    assert booth.events == [Picked(1)]


def test_several_are_ticked_and_then_continued(booth: Booth) -> None:
    """Of several each tap tells one, what is chosen is shown, and Tiếp tục goes on."""
    screen = ask(booth, "why")
    booth.tap(chip(booth, 2))
    booth.tap(chip(booth, 7))
    ask(booth, "why", answers=(("why", (2, 7)),))
    booth.tap(button(screen, "continue"))

    assert booth.events == [Picked(2), Picked(7), Continued()]
    assert [each.option for each in booth.seen(Chip) if each.chosen] == [2, 7]


def test_what_is_chosen_is_not_told_by_colour_alone(booth: Booth) -> None:
    """In shades of grey a chosen chip differs from the others as well: it has a check mark."""
    screen = ask(booth, "why")
    free = shot(booth, chip(booth, 3))
    ask(booth, "why", answers=(("why", (3,)),))
    chosen = shot(booth, chip(booth, 3))
    pairs = zip(free.convert("L").tobytes(), chosen.convert("L").tobytes(), strict=True)

    assert sum(abs(one - other) > 60 for one, other in pairs) > 200
    assert screen.chips[3].chosen


def shot(booth: Booth, each: Chip) -> Image:
    """Take a picture of a chip."""
    whole = booth.picture()
    box = each.hit
    return whole.crop((int(box.x), int(whole.height - box.top), int(box.right), int(whole.height - box.y)))


@pytest.mark.parametrize(("name", "event"), [("back", WentBack()), ("skip", Skipped())])
def test_the_bar_leads_back_and_on(booth: Booth, name: str, event: object) -> None:
    """Quay lại and Bỏ qua tell what they say."""
    screen = ask(booth, "on_time")
    booth.tap(button(screen, name))

    assert booth.events == [event]


def test_a_finger_that_slides_off_answers_nothing(booth: Booth) -> None:
    """Who slides off a chip or a button has chosen nothing."""
    screen = ask(booth, "why")
    for target in (chip(booth, 4), button(screen, "skip")):
        touch = booth.finger(*target.hit.center)  # type: ignore[attr-defined] # chip or pill
        touch.touch_move(400, 470)
        touch.touch_up()
        booth.frames(1)

    assert booth.events == []


def test_a_finger_that_rests_answers_no_later_question(booth: Booth) -> None:
    """A finger that came down on one question and lifts on the next answers neither."""
    ask(booth, "count")
    touch = booth.finger(*chip(booth, 1).hit.center)
    ask(booth, "ticked")
    touch.touch_up()
    booth.frames(1)

    assert booth.events == []


def test_the_answer_given_before_is_shown_to_who_comes_back(booth: Booth) -> None:
    """Who goes back to a question sees the answer, on its page, and may leave it as it is."""
    screen = ask(booth, "procedure", answers=(("procedure", 9),))
    assert screen.page_at > 0
    assert [each.option for each in booth.seen(Chip) if each.chosen] == [9]

    booth.tap(button(screen, "continue"))
    assert booth.events == [Continued()]


def test_a_turned_page_is_no_answer(booth: Booth) -> None:
    """Where options need several pages, turning them there and back answers nothing."""
    screen = ask(booth, "why", look=Look(large=True))
    assert {each.option for each in booth.seen(Chip)} == {0, 1, 2, 3}
    booth.tap(button(screen, "continue"))
    assert {each.option for each in booth.seen(Chip)} == set(range(4, 10))
    # the second touch of a double tap
    booth.tap(button(screen, "continue"))
    booth.wait(QUIET_S, QUIET_S)
    booth.tap(button(screen, "back"))
    assert {each.option for each in booth.seen(Chip)} == {0, 1, 2, 3}

    assert set(booth.events) == {Touched()}


@pytest.mark.parametrize("name", ["why", "trips", "on_time"])
@pytest.mark.parametrize(("width", "height", "inches"), [GLASSES[0], GLASSES[5]])
def test_everybody_sees_the_same(booth: Booth, width: int, height: int, inches: float, name: str) -> None:
    """Whatever face was chosen, the next screen is the same to the last pixel."""
    booth.resize(width, height, inches)
    pictures = set()
    for score in range(1, 6):
        ask(booth, name, answers=(("overall", score),))
        pictures.add(booth.picture().tobytes())

    assert len(pictures) == 1


def test_the_next_citizen_sees_no_answer(booth: Booth) -> None:
    """What one citizen chose is not on the screen when the next comes to the question."""
    ask(booth, "why", answers=(("why", (1, 5)),))
    screen = ask(booth, "count")
    screen = ask(booth, "why")

    assert not any(each.chosen for each in screen.chips.values())


def test_an_unknown_pictogram_is_drawn_as_a_neutral_one(booth: Booth) -> None:
    """A survey newer than the kiosk may name a pictogram that it does not have."""
    options = [Option(text={"vi": "Một"}, icon="unicorn"), Option(text={"vi": "Hai"})]
    question = structs.replace(LONG, text={"vi": "Câu hỏi?"}, options=options)
    scene = Scene(structs.replace(a_config(), survey=a_survey(question)))
    booth.app.show(a_visit("long"), scene)
    booth.frames(2)

    assert list(faults(booth, sheet_of(800, 480, 0))) == []
    assert chip(booth, 1).icon == "other"


def test_everything_on_the_page_is_read_aloud(booth: Booth) -> None:
    """Who listens hears the question, and each group's title before its options."""
    said = ask(booth, "why").said()

    assert said[:3] == ("Ông/Bà muốn nói thêm điều gì?", "Điều gì tốt?", "Thái độ vui vẻ")
    assert len(said) == 13


def test_a_label_that_is_too_long_is_noticed(booth: Booth) -> None:
    """The check above can fail: an option made too long on purpose is reported."""
    options = [Option(text={"vi": "Giấychứngnhận" * 12}, code="1"), *PROCEDURE.options]
    question = structs.replace(PROCEDURE, options=options[:4])
    booth.app.show(a_visit("procedure"), Scene(structs.replace(a_config(), survey=a_survey(question))))
    booth.resize(800, 480, 7.0)

    assert any("does not fit" in fault for fault in faults(booth, sheet_of(800, 480, 7.0)))
