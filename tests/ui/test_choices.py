"""Questions with options: whole on every glass, answered once, and the same for everybody."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from msgspec import structs
from msgspec.structs import replace

from kiosk.events import Continued, Look, Looked, Picked, Skipped, Touched, WentBack
from kiosk.ui.scenes import Scene
from kiosk.ui.screens.options import labels_of
from kiosk.ui.screens.screen import REACH_SHARE, REACH_SHARE_WIDE
from kiosk.ui.theme import CAPITAL_SHARE, NORMAL, SMALL_IN, WARM, sheet_of
from kiosk.ui.widgets.bar import MORE
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.words import Words
from kiosk.visit import QUIET_S
from server.protocol.survey import Option
from tests.ui.choice_worlds import LONG, PROCEDURE, SMILE, SURVEYS, a_scene, a_survey, a_visit
from tests.ui.faults import faults
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS, a_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

    from kiosk.events import Answers
    from kiosk.ui.box import Box
    from kiosk.ui.screens.choices import ChoicesScreen
    from kiosk.ui.theme import Sheet
    from kiosk.ui.widgets.pill import Pill
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SEEN = {"normal": NORMAL, **LOOKS}
MOVED = 0.03
"""How much lower answers come at least, in heights of the glass, that do not come all the way into reach."""
TITLES_IN = {
    "vi": {"Điều gì tốt?", "Điều gì cần cải thiện?"},
    "en": {"What was good?", "What could be better?"},
}
COLOURS = 1 << 20
"""More pixels than a chip has."""
LOOKS_OF = {
    "procedure": ("normal", "all"),
    "long": ("normal",),
    "count": ("normal",),
    "why": ("large",),
}
"""The looks in which each question is laid; the tour of all screens sees first pages in every look."""


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


def names(screen: ChoicesScreen) -> set[str]:
    """Return the buttons of the bar."""
    return {pill.name for pill in screen.bar.pills.values()}


def button(screen: ChoicesScreen, name: str) -> Pill:
    """Find a button of the bar."""
    return next(pill for pill in screen.bar.pills.values() if pill.name == name)


def pages(booth: Booth, screen: ChoicesScreen) -> Iterator[int]:
    """Turn to one page of the question after the other."""
    while True:
        yield screen.page_at
        before = screen.page_at
        if "continue" not in names(screen):
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


@pytest.mark.parametrize("name", LOOKS_OF)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_page_is_whole(booth: Booth, width: int, height: int, inches: float, name: str) -> None:
    """Nothing is cropped, too small or too close, on any page, glass, in any language or look."""
    booth.resize(width, height, inches)
    question = SURVEYS[name][0].questions[SURVEYS[name][1]]
    for lang, look_name in product(LANGUAGES, LOOKS_OF[name]):
        booth.wait(QUIET_S, QUIET_S)
        screen = ask(booth, name, lang, SEEN[look_name])
        sheet = sheet_of(width, height, inches, SEEN[look_name])
        seen: set[int] = set()
        for page in pages(booth, screen):
            where = f"page {page} of {name} in {lang} on {width}x{height}, {look_name}"
            assert [*faults(booth, sheet), *large_enough(booth, sheet)] == [], where
            seen |= {each.option for each in booth.seen(Chip)}
        assert seen == set(labels_of(question, lang))
        booth.app.show(a_visit("ticked"), a_scene("ticked"))


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_praise_and_complaint_are_asked_at_once(booth: Booth, width: int, height: int, inches: float) -> None:
    """Everybody sees what was good and what could be better side by side, on the smallest glass too."""
    booth.resize(width, height, inches)
    for lang, titles in TITLES_IN.items():
        screen = ask(booth, "why", lang)

        assert titles <= {words.text for words in booth.seen(Words)}
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
        touch = booth.finger(*target.hit.center)
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
    assert {each.option for each in booth.seen(Chip)} == {0, 1, 4, 5}
    place = button(screen, "continue").hit.center
    booth.finger(*place).touch_up()
    assert {each.option for each in booth.seen(Chip)} == {2, 6, 7}
    # the second touch of a double tap
    booth.finger(*place).touch_up()
    booth.wait(QUIET_S, QUIET_S)
    booth.tap(button(screen, "back"))
    assert {each.option for each in booth.seen(Chip)} == {0, 1, 4, 5}

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


@pytest.mark.parametrize("name", ["why", "on_time"])
def test_what_was_given_is_not_skipped(booth: Booth, name: str) -> None:
    """Bỏ qua is offered until something is chosen, then Tiếp tục or Xong, never both."""
    assert names(ask(booth, name)) == {"back", "skip"}
    given = (1,) if name == "why" else 1

    assert names(ask(booth, name, answers=((name, given),))) == {"back", "continue"}


def test_more_pages_are_told_of(booth: Booth) -> None:
    """A question on several pages says so on each, and each can be skipped."""
    screen = ask(booth, "procedure", look=Look(large=True))
    notes = []
    for _ in pages(booth, screen):
        notes.append(screen.bar.note.text)
        last = screen.page_at == len(notes) - 1 and "continue" not in names(screen)
        assert names(screen) == ({"back", "skip"} if last else {"back", "skip", "continue"})
        assert last or screen.bar.pills[MORE].words.text == "Xem tiếp"

    assert len(notes) > 1
    assert [note.removeprefix("Trang ") for note in notes] == [
        f"{page}/{len(notes)}" for page in range(1, len(notes) + 1)
    ]


@pytest.mark.parametrize("look", [NORMAL, Look(large=True)], ids=["normal", "large"])
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_buttons_keep_their_places(booth: Booth, width: int, height: int, inches: float, look: Look) -> None:
    """All buttons stand in one row, in the same order; going back stands where nothing else ever stands.

    What leads on most ends at the edge of the cards, be it Bỏ qua or Tiếp tục: a second touch within
    `QUIET_S` of a new question means nothing.
    """
    booth.resize(width, height, inches)
    places: dict[str, list[Box]] = {"back": [], "skip": [], "continue": []}
    ends: set[int] = set()
    for name, given in (("why", (1,)), ("trips", 1), ("on_time", 1)):
        for answers in ((), ((name, given),)):
            screen = ask(booth, name, look=look, answers=answers)
            for pill in screen.bar.pills.values():
                places[pill.name].append(pill.hit)
            ends.add(round(max(pill.hit.right for pill in screen.bar.pills.values())))
    everyone = [box for boxes in places.values() for box in boxes]

    assert len({(box.y, box.top) for box in everyone}) == 1
    leads_on = [*places["skip"], *places["continue"]]
    assert len(ends) == 1
    assert all(back.apart(on) > 0 for back in places["back"] for on in leads_on)


@pytest.mark.parametrize("name", ["why", "procedure"])
@pytest.mark.parametrize(("width", "height", "inches"), [each for each in GLASSES if each[2] > SMALL_IN])
def test_low_reach_brings_the_answers_down(
    booth: Booth, width: int, height: int, inches: float, name: str
) -> None:
    """A citizen who sits finds the answers lower than who stands, unless they fill the glass."""
    booth.resize(width, height, inches)
    ask(booth, name)
    usual = max(each.hit.top for each in booth.seen(Chip)) / height
    screen = ask(booth, name, look=Look(low=True))
    low = max(each.hit.top for each in booth.seen(Chip)) / height
    reach = REACH_SHARE if height > width else REACH_SHARE_WIDE

    lowest = min(booth.seen(Chip), key=lambda each: each.hit.y).hit
    sheet = sheet_of(width, height, inches)
    is_full = lowest.y - screen.bar.top < 2 * sheet.apart_px and lowest.height < 2 * sheet.face_px
    assert low <= max(reach, usual - MOVED) or (is_full and low <= usual)


@pytest.mark.parametrize("look", SEEN)
def test_the_way_out_of_a_look_is_at_hand(booth: Booth, look: str) -> None:
    """What a citizen asked for can be taken back on a question with options too."""
    screen = ask(booth, "why", look=SEEN[look])
    wanted = {name for name in ("large", "contrast", "low", "listening") if getattr(SEEN[look], name)}

    assert set(screen.tools.pills) == wanted
    for name in screen.tools.pills:
        booth.tap(screen.tools.pills[name])
    assert booth.events == [Looked(replace(SEEN[look], **{name: False})) for name in screen.tools.pills]


def test_where_several_may_be_chosen_squares_wait(booth: Booth) -> None:
    """Of several an empty square tells that more than one may be chosen; a choice of one has none."""
    ask(booth, "ticked")
    several = shot(booth, chip(booth, 0))
    ask(booth, "procedure")
    one = shot(booth, chip(booth, 0))
    accent = tuple(int(WARM.accent[place : place + 2], 16) for place in (1, 3, 5))
    counts = [{colour: count for count, colour in each.getcolors(COLOURS) or ()} for each in (several, one)]

    assert counts[0].get(accent, 0) > 50
    assert accent not in counts[1]


def test_everything_on_the_page_is_read_aloud(booth: Booth) -> None:
    """Who listens hears the question, and each group's title before its options."""
    said = ask(booth, "why").said()

    assert said[1:3] == ("Điều gì tốt?", labels_of(SMILE.questions[1], "vi")[0])
    assert len(said) == 13


def test_a_label_that_is_too_long_is_noticed(booth: Booth) -> None:
    """The check above can fail: an option made too long on purpose is reported."""
    options = [Option(text={"vi": "Giấychứngnhận" * 12}, code="1"), *PROCEDURE.options]
    question = structs.replace(PROCEDURE, options=options[:4])
    booth.app.show(a_visit("procedure"), Scene(structs.replace(a_config(), survey=a_survey(question))))
    booth.resize(800, 480, 7.0)

    assert any("does not fit" in fault for fault in faults(booth, sheet_of(800, 480, 7.0)))
