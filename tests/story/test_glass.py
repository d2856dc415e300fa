"""The real program, touched through the X server: what is in the server's book is what was touched.

Here is the small part; `make endure` goes through every branch and pair of looks, and lets a monkey play.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from kiosk.inputs import QUIET_S
from server.protocol.dossier import fingerprint
from server.protocol.survey import Question, Survey, decode_survey
from server.store.seed import smile_survey
from tests.kiosk.stories import LONG
from tests.robot import looks
from tests.robot.branches import short_plans
from tests.robot.counter import counter
from tests.robot.monkey import DOSSIER, Monkey, decided
from tests.robot.walker import Deed, Walker, differences
from tests.story.test_trip import whole

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (1280, 800)
SMALL = (800, 480)
WORDS = Survey(
    v=1,
    name={"vi": "Thử"},
    questions=[
        Question("overall", "faces", {"vi": "Thế nào?", "en": "How was it?"}),
        Question("more", "comment", {"vi": "Góp ý?"}),
    ],
)

pytestmark = pytest.mark.screen


def test_what_is_touched_is_what_the_server_has(tmp_path: Path) -> None:
    """Each question answered, skipped, gone back from and answered anew, by a finger: the book says so."""
    with counter(tmp_path, SMALL, LONG) as place:
        walker = Walker(place, LONG)
        for face, deeds in short_plans():
            walker.visit(face, deeds)
        book = place.book(len(walker.visits))
        assert place.stop() == 0

    assert differences(walker.visits, book) == []
    assert whole(tmp_path / "server")
    # and it would be noticed if the book said anything else
    assert differences(walker.visits[1:], book[:-1]) != []


@pytest.mark.parametrize("method", ["telex", "vni"])
def test_a_sentence_is_written_on_the_glass(tmp_path: Path, method: str) -> None:
    """A sentence with all its marks, touched key by key on the screen, is in the book to the letter."""
    with counter(tmp_path, SIZE, WORDS) as place:
        walker = Walker(place, WORDS)
        walker.rate(5)
        walker.type_by(method)
        walker.write(looks.KEYS[method].lower())
        walker.now.comment = "Cán bộ rất nhiệt tình, cảm ơn!"
        walker.leave("continue")
        walker.end()
        book = place.book(1)

    assert differences(walker.visits, book) == []


def test_scanner_and_button_box_are_keyboards(tmp_path: Path) -> None:
    """A receipt that is scanned leaves its fingerprint, one that is typed leaves none; a button is a face."""
    with counter(tmp_path, SMALL, WORDS, decided()) as place:
        walker = Walker(place, WORDS)
        walker.arrive()
        place.screen.move(SMALL[0] // 2, 2)
        place.screen.type(DOSSIER)
        time.sleep(0.5)
        walker.now.dossier = fingerprint("5a" * 32, DOSSIER)
        walker.visit(4, {"more": Deed.SKIP})

        walker.arrive()
        for sign in ("H", "6", "3"):  # a hand is slower than any scanner, and so its digit is a button
            time.sleep(2 * QUIET_S)
            place.screen.key(sign)
        walker.pressed(3, "box", "repeat")
        walker.leave("skip")
        walker.end()

        walker.arrive()
        place.screen.key("4")
        walker.pressed(4, "box", "repeat")
        walker.leave("skip")
        walker.end()
        book = place.book(3)

    assert differences(walker.visits, book) == []
    assert {each.record.officer for each in book} == {"o1"}
    assert DOSSIER not in place.words.text()


def test_a_monkey_finds_nothing(tmp_path: Path) -> None:
    """Seconds of touches, drags, clicks and keys without sense: as many ratings as visits, and no fault."""
    with counter(tmp_path, SMALL, decode_survey(smile_survey()), decided()) as place:
        player = Monkey(place, SMALL, random.Random(4))
        player.play(6)
        ledger = player.ledger
        book = place.book(ledger.begun)
        assert place.screen.picture().getcolors(1) is None, "there is no window any more"
        assert place.stop() == 0

    assert ledger.against(book) == []
    assert ledger.begun, "it has not found a face to touch"
