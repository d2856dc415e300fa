"""The page of reasons biases nobody: both groups on every page, no reason larger, columns that end alike."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from kiosk.events import Look
from kiosk.ui.box import Box
from kiosk.ui.theme import NORMAL, SMALL_IN
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.words import Words
from kiosk.visit import QUIET_S
from tests.ui.choice_worlds import a_scene, a_visit
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.ui.screens.choices import ChoicesScreen
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SEEN = {"normal": NORMAL, **LOOKS}
LYING = [each for each in GLASSES if each[2] > SMALL_IN and each[0] > each[1]]
PRAISES = 4
"""So many of the reasons praise; they are the first."""
TITLES_IN = {
    "vi": {"Điều gì tốt?", "Điều gì cần cải thiện?"},
    "en": {"What was good?", "What could be better?"},
}


def ask(booth: Booth, lang: str, look: Look) -> ChoicesScreen:
    """Have the first page of reasons on the glass."""
    booth.app.show(a_visit("ticked", lang, look), a_scene("ticked"))
    booth.wait(QUIET_S, QUIET_S)
    booth.app.show(a_visit("why", lang, look), a_scene("why"))
    booth.frames(2)
    screen: ChoicesScreen = booth.app.screen
    return screen


def names(screen: ChoicesScreen) -> set[str]:
    """Return the buttons of the bar."""
    return {pill.name for pill in screen.bar.pills.values()}


def pages(booth: Booth, screen: ChoicesScreen) -> Iterator[int]:
    """Turn to one page after the other."""
    yield 0
    while "continue" in names(screen):
        booth.wait(QUIET_S, QUIET_S)
        booth.tap(next(pill for pill in screen.bar.pills.values() if pill.name == "continue"))
        yield screen.page_at


@pytest.mark.parametrize("look", SEEN)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_no_page_asks_for_praise_alone(
    booth: Booth, width: int, height: int, inches: float, look: str
) -> None:
    """Whatever a citizen asked for, every page shows what was good and what could be better, and Bỏ qua."""
    booth.resize(width, height, inches)
    for lang, titles in TITLES_IN.items():
        screen = ask(booth, lang, SEEN[look])
        for page in pages(booth, screen):
            assert titles <= {words.text for words in booth.seen(Words)}, f"page {page} in {lang}"
            assert "skip" in names(screen), f"page {page} in {lang}"


@pytest.mark.parametrize(("width", "height", "inches"), LYING)
def test_both_columns_of_reasons_end_alike(booth: Booth, width: int, height: int, inches: float) -> None:
    """Side by side both groups end at one line below, none with larger chips; the question is on a card."""
    booth.resize(width, height, inches)
    for lang, look in product(LANGUAGES, (NORMAL, Look(low=True))):
        screen = ask(booth, lang, look)
        chips = [each.hit for each in booth.seen(Chip)]
        groups = [
            [each.hit for each in booth.seen(Chip) if (each.option < PRAISES) is good]
            for good in (True, False)
        ]
        ends = [min(each.y for each in group) for group in groups]
        cards = [Box(*each.pos, *each.size) for each in booth.seen(Card)]

        assert abs(ends[0] - ends[1]) <= 1, lang
        assert max(each.height for each in chips) - min(each.height for each in chips) <= 1, lang
        assert any(card.contains(Box(*screen.ask.question.pos, *screen.ask.question.size)) for card in cards)


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_question_stands_on_a_card_in_every_language_or_in_none(
    booth: Booth, width: int, height: int, inches: float
) -> None:
    """Whoever changes the language sees the same page in other words."""
    for look in SEEN.values():
        cards = set()
        for lang in LANGUAGES:
            screen = ask(booth, lang, look)
            booth.resize(width, height, inches)
            cards.add((screen.question.text != "", screen.question.left))

        assert len(cards) == 1
