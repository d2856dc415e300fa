"""Answers stand in one even grid, on few pages, and words that belong together stay together."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from kiosk.events import Look
from kiosk.ui.box import Box
from kiosk.ui.screens.groups import pad_px
from kiosk.ui.screens.looks import LINES_WANTED
from kiosk.ui.screens.plan import PAGES_LARGE
from kiosk.ui.theme import LARGE, NORMAL, sheet_of
from kiosk.ui.typeset import SHORT, kept
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.chip import Chip, Form, mark_box, picture_box, picture_px
from kiosk.ui.widgets.pill import Pill
from tests.ui.choice_worlds import a_scene, a_visit
from tests.ui.tour import tour
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS

if TYPE_CHECKING:
    from kiosk.ui.screens.choices import ChoicesScreen
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

LARGE_LOOKS = {name: look for name, look in LOOKS.items() if look.large}


def ask(booth: Booth, name: str, lang: str, look: Look) -> ChoicesScreen:
    """Have a question on the glass as if nothing had been asked before."""
    booth.app.show(a_visit("count", lang, look), a_scene("count"))
    booth.app.show(a_visit(name, lang, look), a_scene(name))
    booth.frames(2)
    screen: ChoicesScreen = booth.app.screen
    return screen


@pytest.mark.parametrize("look", [NORMAL, *LOOKS.values()], ids=["normal", *LOOKS])
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_answers_stand_where_they_stood_in_the_other_language(
    booth: Booth, width: int, height: int, inches: float, look: Look
) -> None:
    """Whoever changes the language finds every answer in its place, as large; no mark is covered."""
    booth.resize(width, height, inches)
    for name in ("why", "trips", "on_time"):
        places = []
        for lang in LANGUAGES:
            ask(booth, name, lang, look)
            chips = list(booth.seen(Chip))
            places.append({each.option: (each.hit.size, each.words.setting.size_px) for each in chips})
            assert [each.words.text for each in chips if covered(each)] == [], f"{name} in {lang}"
            assert emptied(booth) == [], f"{name} in {lang}"

        assert places[0] == places[1], name


def covered(chip: Chip) -> bool:
    """Say whether the check mark lies over the words or the pictogram of a chip."""
    sheet, form = chip.sheet, chip.form
    if sheet is None or form in {Form.TIGHT, Form.TICK}:
        return False  # words begin after what stands before them
    box = Box(*chip.pos, *chip.size)
    mark, picture = mark_box(sheet, form, box), picture_box(sheet, form, box)
    over = [picture] if picture != mark else []
    return any(mark.apart(each) < 0 for each in (*over, *chip.words.drawn))


def emptied(booth: Booth) -> list[Box]:
    """Return the cards below chips of which a part is empty."""
    chips = [each.hit for each in booth.seen(Chip)]
    found = []
    for card in booth.seen(Card):
        box = Box(*card.pos, *card.size)
        lowest = min((each.y for each in chips if box.contains(each)), default=None)
        if lowest is not None and lowest - box.y > 1.5 * pad_px(booth.app.screen.sheet):
            found.append(box)
    return found


def test_a_covered_mark_and_an_empty_card_are_noticed(booth: Booth) -> None:
    """The control: words that are written over the mark, and a card that goes on, are found."""
    booth.resize(1920, 1080, 15.6)
    ask(booth, "why", "vi", NORMAL)
    chip = next(booth.seen(Chip))
    words = chip.words
    words.put(words.text, words.setting, mark_box(sheet_of(1920, 1080, 15.6), chip.form, chip.hit), "#000000")
    card = next(each for each in booth.seen(Card) if Box(*each.pos, *each.size).contains(chip.hit))
    card.y -= 200
    card.height += 200

    assert covered(chip)
    assert len(emptied(booth)) == 1


def test_alone_each_language_would_lay_its_own(booth: Booth) -> None:
    """The control: planned for one language at a time, the same answers stand elsewhere on some glass."""
    differ = 0
    for width, height, inches in GLASSES:
        booth.resize(width, height, inches)
        alone = []
        for lang in LANGUAGES:
            screen = ask(booth, "why", lang, NORMAL)
            planner, topic = screen._planner, screen._topic()  # noqa: SLF001 - what would be without the rule
            plan = planner.plan(sheet_of(width, height, inches), replace(topic, others=()))
            alone.append([each.boxes for each in plan.pages])
        differ += alone[0] != alone[1]

    assert differ > 0


@pytest.mark.parametrize("look", LARGE_LOOKS.values(), ids=LARGE_LOOKS)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_reasons_stand_in_one_even_grid(
    booth: Booth, width: int, height: int, inches: float, look: Look
) -> None:
    """In large text every reason of a page is as wide and as high as the others, on few pages."""
    booth.resize(width, height, inches)
    for lang in LANGUAGES:
        screen = ask(booth, "why", lang, look)
        sizes = [chip.hit.size for chip in booth.seen(Chip)]

        assert max(wide for wide, _ in sizes) - min(wide for wide, _ in sizes) <= 1, lang
        assert max(high for _, high in sizes) - min(high for _, high in sizes) <= 1, lang
        pages = screen.bar.note.text.replace("/", " ").split()[-1:]
        assert pages in ([], *([str(count)] for count in range(2, PAGES_LARGE + 1))), lang


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_small_pictograms_grow_with_the_text(width: int, height: int, inches: float) -> None:
    """Beside large words a pictogram is as much larger as they are, where room is short too."""
    normal, large = (sheet_of(width, height, inches, look) for look in (NORMAL, Look(large=True)))
    sides = [picture_px(sheet, Form.TIGHT, 900.0, 300.0) for sheet in (normal, large)]

    assert sides[1] == pytest.approx(LARGE * sides[0])


@pytest.mark.parametrize("look", [NORMAL, *LOOKS.values()], ids=["normal", *LOOKS])
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_three_answers_are_not_torn_apart(
    booth: Booth, width: int, height: int, inches: float, look: Look
) -> None:
    """Few answers fill their rows, and none needs more than two lines: there are fewer columns instead."""
    booth.resize(width, height, inches)
    for name, lang in product(("trips", "on_time"), LANGUAGES):
        ask(booth, name, lang, look)
        chips = list(booth.seen(Chip))
        rows = [sum(chip.hit.y == other.hit.y for other in chips) for chip in chips]

        assert max(len(chip.words.setting.lines) for chip in chips) <= LINES_WANTED, f"{name} in {lang}"
        assert len(set(rows)) == 1, f"{name} in {lang}"


@pytest.mark.parametrize("look", [NORMAL, *LOOKS.values()], ids=["normal", *LOOKS])
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_short_words_never_break(booth: Booth, width: int, height: int, inches: float, look: Look) -> None:
    """Two short syllables of a button or an answer, such as Quay lại, stand on one line."""
    booth.resize(width, height, inches)
    for lang in LANGUAGES:
        for name, show in tour(booth.app, lang, look):
            show()
            broken = [
                tap.words.text
                for tap in (*booth.seen(Pill), *booth.seen(Chip))
                if len(tap.words.text) <= SHORT and len(tap.words.setting.lines) > 1
            ]
            assert broken == [], f"{name} in {lang}"


def test_long_words_may_break() -> None:
    """Only what is short together is kept together: a longer answer may take two lines."""
    assert len(kept("Quay lại").split(" ")) == 1
    assert kept("Pleasant waiting room") == "Pleasant waiting room"
