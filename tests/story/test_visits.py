"""Whole visits: every branch of a survey, from the hand to the server's book."""

from __future__ import annotations

import time
from itertools import product
from typing import TYPE_CHECKING

import pytest

from kiosk.events import (
    Arrived,
    Chose,
    Continued,
    Event,
    Look,
    Looked,
    Picked,
    Scanned,
    Skipped,
    Spoke,
    Touched,
    Typed,
    WentBack,
)
from kiosk.visit import Stage
from server.protocol.survey import encode_survey
from tests.kiosk.stories import LONG, ONE_TAP
from tests.server.live import Live, live
from tests.story.book import kept
from tests.story.counter_hall import CounterHall, kiosk_at
from tests.story.test_trip import arrived, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.protocol.record import Answer

ONE_TOUCH: dict[str, Chose | Picked] = {
    "why": Picked(1),
    "sorry": Picked(2),
    "praise": Picked(0),
    "guided": Chose(4),
    "trips": Picked(3),
}
"""How a question is answered, and `what` and `more` beside them below."""


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path / "server", survey=LONG) as running:
        yield running


def does(hall: CounterHall, *events: Event) -> None:
    """Do one thing after the other, as slowly as a person."""
    for event in events:
        hall.clock.skipped.append(0.5)
        hall.kiosk.serving.happened(event)


def question(hall: CounterHall) -> str:
    """Return the question that is asked, or nothing."""
    visit = hall.eyes.visit
    return "" if visit is None or visit.stage is not Stage.ASKING else LONG.questions[visit.at].id


def is_thanked(hall: CounterHall) -> None:
    """Read the thanks, and go."""
    hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.THANKS)
    hall.clock.skipped.append(3.0)
    hall.kiosk.serving.happened(Touched())


def test_every_branch_of_a_survey_arrives_as_it_was_answered(tmp_path: Path, server: Live) -> None:
    """Each face, and each of what follows it answered or skipped: the book says what the hands did."""
    expected: list[dict[str, Answer]] = []
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        for score, pattern in product(range(1, 6), ("answer", "skip", "first", "last")):
            hall.touch(score)
            said: dict[str, Answer] = {"overall": score}
            number = 0
            while (name := question(hall)) and name != "more":
                number += 1
                if (
                    pattern == "answer"
                    or (pattern == "first" and number == 1)
                    or (pattern == "last" and number > 3)
                ):
                    event = ONE_TOUCH.get(name, Picked(1))
                    does(hall, event, *([Continued()] if name == "why" else []))
                    given = event.score if isinstance(event, Chose) else event.option
                    said[name] = [given] if name == "why" else given
                else:
                    does(hall, Skipped())
            does(hall, *map(Typed, "toots"), Continued())
            is_thanked(hall)
            expected.append(said)
        assert arrived(server, len(expected))

    book = kept(tmp_path / "server")
    assert [each.record.answers for each in book] == expected
    assert {each.asides["comment"] for each in book} == {"tốt"}
    assert {each.quarantine for each in book} == {""}
    assert [each.record.procedure for each in book] == [
        "2.000815" if "what" in said else "" for said in expected
    ]
    assert whole(tmp_path / "server")


def test_back_and_forth_is_one_rating(tmp_path: Path, server: Live) -> None:
    """Who goes back to the faces and chooses again has rated once, with the last face."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.touch(1)
        does(hall, Picked(0), Continued(), Picked(1), WentBack(), WentBack(), WentBack(), Chose(5))
        assert question(hall) == "why"
        does(hall, *[Skipped()] * 6)
        is_thanked(hall)
        assert arrived(server, 1)

    (only,) = kept(tmp_path / "server")
    assert only.record.answers == {"overall": 5}


def test_a_visit_that_was_left_counts_and_says_so(tmp_path: Path, server: Live) -> None:
    """Who walks away is counted as far as they came; who comes next is somebody else."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.eyes.wait_until(lambda: hall.kiosk.is_in_service)
        does(hall, Spoke("en"), Looked(Look(large=True)))
        hall.touch(2)
        does(hall, Picked(2))
        hall.wait(46)
        assert hall.eyes.stage is Stage.STILL_THERE
        hall.wait(21)
        assert arrived(server, 1)
        hall.touch(5)
        hall.wait(46)
        does(hall, Arrived())
        hall.touch(4)
        does(hall, *[Skipped()] * 6)
        is_thanked(hall)
        assert arrived(server, 3)

    left, second, third = (each.record for each in kept(tmp_path / "server"))
    assert (left.answers, left.lang) == ({"overall": 2, "why": [2]}, "en")
    assert "late" in left.flags
    assert (second.answers, second.lang) == ({"overall": 5}, "vi")
    assert "late" not in second.flags + third.flags
    assert "repeat" not in second.flags


@pytest.mark.parametrize("taps", [1, 2, 3, 5])
def test_what_was_tapped_before_the_power_went_is_counted(tmp_path: Path, server: Live, taps: int) -> None:
    """The program dies between any two taps of a visit; the next start makes one rating of what was given."""
    code = server.make_code()
    hands: list[Event] = [Picked(0), Picked(2), Continued(), Picked(1), Chose(3)]
    with kiosk_at(tmp_path / "kiosk", server.url, code) as hall:
        hall.touch(2)
        does(hall, *hands[:taps])
        assert server.store.record_count() == 0
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.eyes.wait_until(lambda: hall.kiosk.is_in_service)
        assert arrived(server, 1)

    (only,) = kept(tmp_path / "server")
    so_far: list[dict[str, Answer]] = [
        {"overall": 2, "why": [0]},
        {"overall": 2, "why": [0, 2]},
        {"overall": 2, "why": [0, 2]},
        {"overall": 2, "why": [0, 2], "sorry": 1},
        {"overall": 2, "why": [0, 2], "sorry": 1, "guided": 3},
    ]
    assert only.record.answers == so_far[taps - 1]


def test_a_dossier_is_known_by_its_fingerprint_only(tmp_path: Path, server: Live) -> None:
    """What was scanned travels as a fingerprint beside the rating; no code is anywhere in the book."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        does(hall, Scanned("ab" * 32))
        hall.touch(4)
        does(hall, *[Skipped()] * 6)
        is_thanked(hall)
        assert arrived(server, 1)

    (only,) = kept(tmp_path / "server")
    assert only.asides == {"dossier": "ab" * 32}


def test_a_new_survey_waits_for_the_end_of_a_visit(tmp_path: Path, server: Live) -> None:
    """What the center decides in the middle of a visit is shown to the next citizen, and not before."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.touch(4)
        before = hall.eyes.scene
        raw = encode_survey(ONE_TAP)
        server.writer.submit(lambda store: store.add_survey(raw)).result()
        hall.kiosk.send_now()
        time.sleep(1.0)
        hall.eyes.wait_until(hall.eyes.calls.empty)
        hall.kiosk.tick()
        does(hall, Picked(0))
        assert (question(hall), hall.eyes.scene) == ("why", before)

        does(hall, *[Skipped()] * 6)
        is_thanked(hall)
        hall.kiosk.tick()
        assert hall.eyes.scene is not None
        assert hall.eyes.scene.config.survey == ONE_TAP
