"""Large text costs no warmth: faces stay large, both groups weigh the same, numbers have their pictures."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from kiosk.events import Look
from kiosk.ui.screens.options import icons_of
from kiosk.ui.theme import NORMAL
from kiosk.ui.widgets.chip import Chip, Form
from kiosk.ui.widgets.face import Face
from kiosk.ui.widgets.words import Words
from tests.ui.tour import CHEERFUL, tour
from tests.ui.worlds import GLASSES, LANGUAGES

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

LARGE = Look(large=True)
KEEPS = 0.75
"""How much of its usual size a face keeps beside large words."""
TITLES = {"Điều gì tốt?", "Điều gì cần cải thiện?"}


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
@pytest.mark.parametrize("name", ["thanks", "sorry", "resting"])
def test_a_face_stays_large_beside_large_words(
    booth: Booth, width: int, height: int, inches: float, name: str
) -> None:
    """Whoever asked for large text is thanked by as large a face as everybody."""
    sides = []
    for look in (NORMAL, LARGE):
        dict(tour(booth.app, "vi", look))[name]()
        booth.resize(width, height, inches)
        sides.append(max(face.width for face in booth.seen(Face)))

    assert sides[1] >= KEEPS * sides[0]


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_what_glitters_is_even_and_touches_no_words(
    booth: Booth, width: int, height: int, inches: float
) -> None:
    """A spot beside a letter is read as a mark of it; the face has as many at its left as at its right."""
    for lang, look in product(LANGUAGES, (NORMAL, LARGE)):
        dict(tour(booth.app, lang, look))["thanks"]()
        booth.resize(width, height, inches)
        thanks = booth.app.stages.thanks
        middle, apart = thanks.face.center_x, thanks.sheet.mm(2.5)
        places = [place for _, place in thanks.blooms]
        lines = [line for words in booth.seen(Words) for line in words.drawn]

        assert sum(place.x > middle for place in places) * 2 == len(places) > 0
        assert all(place.apart(line) >= apart for place in places for line in lines)


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_praise_and_complaint_weigh_the_same(booth: Booth, width: int, height: int, inches: float) -> None:
    """The titles of both groups are equally large where they stand beside each other."""
    dict(tour(booth.app, "vi", LARGE))["why"]()
    booth.resize(width, height, inches)

    titles = [words for words in booth.seen(Words) if words.text in TITLES]
    assert len(titles) == len(TITLES)
    assert width < height or len({words.setting.size_px for words in titles}) == 1


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_three_numbers_have_pictures(booth: Booth, width: int, height: int, inches: float) -> None:
    """None, one and more are told by pictures, too, on every glass as it usually looks."""
    dict(tour(booth.app, "vi"))["trips"]()
    booth.resize(width, height, inches)
    chips = list(booth.seen(Chip))

    assert {chip.form for chip in chips} <= {Form.ABOVE, Form.BESIDE}
    assert len({chip.icon for chip in chips}) == len(chips)


def test_what_is_counted_decides_the_picture() -> None:
    """Journeys are drawn as ways, anything else as a tally; answers without words are their own picture."""
    trips = next(question for question in CHEERFUL.questions if question.id == "trips")
    other = type(trips)(id="papers", kind="number", text=trips.text, options=trips.options, most=trips.most)
    bare = type(trips)(id="papers", kind="number", text=trips.text, most=2)

    assert set(icons_of(trips).values()).isdisjoint(icons_of(other).values())
    assert not any(icons_of(bare).values())
