"""A visit from its first screen to its last is whole: on every glass, in every language, in every look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.ui.theme import NORMAL, sheet_of
from kiosk.ui.widgets.tap import Tap
from tests.ui.faults import faults
from tests.ui.tour import tour
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS, technicians

if TYPE_CHECKING:
    from kiosk.events import Look
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen


@pytest.mark.parametrize("look", [NORMAL, *LOOKS.values()], ids=["normal", *LOOKS])
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_screen_is_whole(booth: Booth, width: int, height: int, inches: float, look: Look) -> None:
    """A citizen reads every word to its last mark and hits every button, whatever they asked for."""
    sheet = sheet_of(width, height, inches, look)
    for lang in LANGUAGES:
        for number, (name, show) in enumerate(tour(booth.app, lang, look)):
            show()
            if not number:
                booth.resize(width, height, inches)

            assert list(faults(booth, sheet)) == [], f"{name} in {lang} on {width}x{height}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_screen_of_an_enrolment_is_whole(
    booth: Booth, width: int, height: int, inches: float, lang: str
) -> None:
    """A technician reads and hits everything too."""
    sheet = sheet_of(width, height, inches)
    for number, (name, show) in enumerate(technicians(booth.app, lang)):
        show()
        if not number:
            booth.resize(width, height, inches)

        assert list(faults(booth, sheet)) == [], f"{name} in {lang} on {width}x{height}"


@pytest.mark.parametrize("look", [NORMAL, *LOOKS.values()], ids=["normal", *LOOKS])
def test_a_handful_of_answers_stands_on_one_page(booth: Booth, look: Look) -> None:
    """Three numbers, or four options, are seen at once on every glass: no page hides one of them."""
    for width, height, inches in GLASSES:
        for lang in LANGUAGES:
            views = dict(tour(booth.app, lang, look))
            for name, count in (("trips", 3), ("on-time", 4)):
                views[name]()
                booth.resize(width, height, inches)
                seen = [tap.name for tap in booth.seen(Tap) if tap.name.startswith("option_")]
                assert len(seen) == count, f"{name} in {lang} on {width}x{height}"


def test_words_that_nobody_translated_are_noticed(booth: Booth) -> None:
    """The check can fail: an id that no catalogue has is reported as what it is."""
    next(show for name, show in tour(booth.app, "vi") if name == "thanks")()
    booth.resize(1280, 800, 10.1)
    title = booth.app.stages.thanks.title
    title.say("thanks_for_nothing", title.box, 40, 40, "#000000")

    assert any("is no word" in fault for fault in faults(booth, sheet_of(1280, 800, 10.1)))
