"""Lines break between words, and not within a word that is written as two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.catalog import compounds
from kiosk.ui import fonts
from kiosk.ui.typeset import NBSP, Setting, bound, set_title, set_words, torn, width_of
from kiosk.ui.widgets.words import Words
from tests.ui.tour import tour
from tests.ui.worlds import GLASSES, LOOKS, technicians

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SIZE = 30
TYPED = "Ông/Bà thấy thái độ phục vụ của chúng tôi thế nào?"
"""As a manager types it, without a no-break space."""
UNKNOWN = TYPED.replace("thái", "thai").replace("phục", "phuc").replace("chúng", "chung")
"""The same, as wide, in words that nobody knows."""
MESSAGES = {"notice", "resting", "still-there", "storing", "thanks", "sorry"}


def set_in(words: str, width: float, least: float = SIZE) -> Setting:
    """Set words in this width, as high as need be."""
    return set_words(words, fonts.BOLD, (width, 40 * SIZE), SIZE, least)


@pytest.mark.usefixtures("booth")
def test_words_of_two_syllables_stay_whole() -> None:
    """In every width in which a line is long enough, thái độ and phục vụ stand on one line each."""
    widest = max(width_of(word, fonts.BOLD, SIZE) for word in bound(TYPED).split(" "))
    for width in range(3 * widest, width_of(TYPED, fonts.BOLD, SIZE), 7):
        setting = set_in(TYPED, width, 0.85 * SIZE)

        assert not torn(setting.lines), (width, setting.lines)


@pytest.mark.usefixtures("booth")
def test_without_the_list_they_would_be_torn() -> None:
    """The control: words that are not known as one are torn in some of these widths."""
    widths = range(200, width_of(TYPED, fonts.BOLD, SIZE), 7)
    ends = {line.split(" ")[-1] for width in widths for line in set_in(UNKNOWN, width).lines}

    assert {"thai", "phuc"} & ends


@pytest.mark.usefixtures("booth")
def test_to_stay_whole_costs_no_line_and_little_size() -> None:
    """A word is torn rather than that the text needs a line more, or is written much smaller."""
    for width in range(90, 500, 11):
        whole, loose = set_in(TYPED, width), set_in(UNKNOWN, width)
        assert len(whole.lines) <= len(loose.lines), width
        assert whole.fits == loose.fits, width
        assert set_in(TYPED, width, 1).size_px >= 0.9 * set_in(UNKNOWN, width, 1).size_px - 1, width


def test_the_list_is_of_two_syllables() -> None:
    """Every line of the list is a word of two syllables in lower case; no third is bound by accident."""
    for word in compounds():
        assert word == word.lower().strip()
        assert len(word.split(" ")) == 2, word
    assert bound("Cán bộ hướng dẫn, thủ tục") == f"Cán{NBSP}bộ hướng{NBSP}dẫn, thủ{NBSP}tục"
    assert bound("Xin chờ") == "Xin chờ"


@pytest.mark.usefixtures("booth")
def test_a_title_has_few_lines() -> None:
    """A title is a little smaller rather than on one line more, and never much smaller."""
    wide = width_of("Cảm ơn Ông/Bà!", fonts.BOLD, SIZE)
    just, far = (
        set_title("Cảm ơn Ông/Bà!", fonts.BOLD, (share * wide, 9 * SIZE), SIZE, 10) for share in (0.9, 0.6)
    )

    assert (len(just.lines), len(far.lines)) == (1, 2)
    assert set_words("Cảm ơn Ông/Bà!", fonts.BOLD, (0.9 * wide, 9 * SIZE), SIZE, 10).lines != just.lines


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_no_message_tears_a_word(booth: Booth, width: int, height: int, inches: float) -> None:
    """Thanks, apologies, notices and the technician's sentences break between words, large or not."""
    booth.resize(width, height, inches)
    shown = [*tour(booth.app, "vi", LOOKS["large"]), *tour(booth.app, "vi"), *technicians(booth.app, "vi")]
    for name, show in shown:
        if name in MESSAGES or name.startswith("setup"):
            show()
            broken = [words.text for words in booth.seen(Words) if torn(words.setting.lines)]
            assert broken == [], name
