"""What the dashboard lets a center write as a notice is whole on every glass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from msgspec import structs

from kiosk.events import Look
from kiosk.ui.scenes import Scene
from kiosk.ui.theme import NORMAL, sheet_of
from server.domain.notices import TEXT_CHARS_MAX, TEXTS, WORD_CHARS_MAX, Posted, read_texts, told_to_kiosks
from tests.ui.faults import faults
from tests.ui.test_around import told
from tests.ui.worlds import GLASSES, LANGUAGES, a_config

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

WIDEST: Final = "M" * WORD_CHARS_MAX
FILLED: Final = "trong quầy " * TEXT_CHARS_MAX


def the_longest() -> Scene:
    """Return a scene with texts that the form takes, and that could be no longer and no wider."""
    text = f"{WIDEST} {FILLED}"[:TEXT_CHARS_MAX].strip()
    texts, wrong = read_texts(dict.fromkeys(TEXTS, text))
    assert wrong == {}
    return Scene(structs.replace(a_config(), notices=told_to_kiosks([Posted("1", texts)])))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_longest_notice_that_is_taken_is_whole(
    booth: Booth, width: int, height: int, inches: float, lang: str
) -> None:
    """Two texts of the greatest length, with the widest word, are read to the last mark on each glass."""
    booth.resize(width, height, inches)
    for look in (NORMAL, Look(large=True)):
        told(booth, 0, lang, look, the_longest())

        assert list(faults(booth, sheet_of(width, height, inches))) == [], f"{look}"
