"""Ratings that may be none: flagged, never deleted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from server.domain.calendar import VIETNAM
from server.domain.quality import (
    BURST_COUNT,
    Rated,
    Suspicion,
    began_ms,
    crowded_hours,
    idle_runs,
    is_off_hours,
    is_straight_line,
    is_too_fast,
    suspicions,
    took_s,
)
from server.protocol.hours import Hours, Span
from server.protocol.survey import Question, Survey
from tests.kiosk.stories import ONE_TAP
from tests.protocol.test_record import a_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.protocol.record import Record

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
OPEN = Hours(week=[[Span("07:30", "11:30"), Span("13:30", "17:00")]] * 5 + [[], []])


def ms(moment: datetime) -> int:
    """Return a moment as the server counts it."""
    return int(moment.timestamp() * 1000)


def survey_of(*kinds: str) -> Survey:
    """Return a survey of questions `q0`, `q1` … of these kinds."""
    asked = [Question(f"q{place}", kind, {"vi": "?"}) for place, kind in enumerate(kinds)]  # type: ignore[arg-type] # as given
    return Survey(v=1, name={"vi": "Thử"}, questions=asked)


def taps(*at_s: float, scores: tuple[int, ...] = (), boot: str = "00000000") -> list[Record]:
    """Return ratings of one tap, so many seconds after the start."""
    return [
        a_record(
            seq=number,
            boot=boot,
            mono_ms=int(second * 1000) + 1,
            answers={"q0": scores[number - 1] if scores else 5},
        )
        for number, second in enumerate(at_s, 1)
    ]


def found(records: Sequence[Record], survey: Survey = ONE_TAP) -> dict[int, tuple[Suspicion, ...]]:
    """Return of each record of a journal what is suspicious about it, as it comes."""
    flags = {
        each.seq: suspicions(each, survey, records[max(0, place - BURST_COUNT) : place])
        for place, each in enumerate(records)
    }
    return {seq: each for seq, each in flags.items() if each}


def flagged(records: Sequence[Record], suspicion: Suspicion) -> list[int]:
    """Return the numbers of those that are flagged so."""
    return [seq for seq, each in found(records).items() if suspicion in each]


def test_two_citizens_of_one_mind_are_two() -> None:
    """Twelve seconds apart, both very satisfied: nothing is suspicious."""
    assert found(taps(0, 12)) == {}


def test_the_same_face_at_once_is_a_repeat() -> None:
    """Sooner than ten seconds after the end of the last visit; another face, or the tenth second, is none."""
    assert flagged(taps(0, 9.9), Suspicion.REPEAT) == [2]
    assert flagged(taps(0, 10), Suspicion.REPEAT) == []
    assert flagged(taps(0, 3, scores=(5, 4)), Suspicion.REPEAT) == []
    first, second = taps(0, 30)
    assert flagged([first, replace(second, flags=["took:25"])], Suspicion.REPEAT) == [2]


def test_other_answers_beside_the_same_face_are_another_citizen() -> None:
    """It is the whole answer that is repeated, or there is no repeat."""
    first, second = taps(0, 5)

    assert found([first, replace(second, answers={"q0": 5, "q1": 2})]) == {}
    assert found([first, replace(second, survey="ba9876543210")]) == {}


def test_a_child_is_a_burst() -> None:
    """Eight faces in forty seconds, never the same twice in a row: from the sixth on they are flagged."""
    child = taps(*(5 * number for number in range(8)), scores=(1, 5, 2, 4, 1, 5, 3, 1))

    assert flagged(child, Suspicion.BURST) == [6, 7, 8]
    assert flagged(child, Suspicion.REPEAT) == []
    assert flagged(child[:5], Suspicion.BURST) == []
    assert flagged(taps(0, 12, 24, 36, 48, 60), Suspicion.BURST) == []
    assert flagged(taps(0, 100, 112, 124, 136, 148, 159), Suspicion.BURST) == [7]


def test_of_twenty_taps_in_three_seconds_one_is_a_citizen() -> None:
    """Should a kiosk ever let them through: only the first counts unflagged."""
    assert sorted(found(taps(*(0.15 * number for number in range(20))))) == list(range(2, 21))


def test_a_clock_that_is_set_back_changes_nothing() -> None:
    """The distance is that of the machine's own clock."""
    hour_back = [replace(each, made_at="2026-11-23T02:00:00Z") for each in taps(0, 12, 24)[1:]]

    assert found([*taps(0), *hour_back]) == {}


def test_between_two_starts_nobody_knows_the_time() -> None:
    """The same face after a restart is no repeat, and six starts are no burst."""
    assert found([replace(each, boot=f"{each.seq:08}") for each in taps(0, 1, 2, 3, 4, 5, 6)]) == {}


def test_a_copy_of_a_rating_is_no_visit_before_it() -> None:
    """What a kiosk brings home twice does not make its citizens suspicious."""
    one, other = taps(0, 30)

    assert found([one, other, replace(other, seq=3), replace(one, seq=4)]) == {}


def test_nobody_reads_so_fast() -> None:
    """Three answers in under two seconds, or many in under 0.6 each; one tap is never too fast."""

    def visit(count: int, took: int) -> Record:
        return a_record(answers={f"q{place}": 5 for place in range(count)}, flags=[f"took:{took}"])

    assert not is_too_fast(a_record())
    assert is_too_fast(visit(3, 1))
    assert not is_too_fast(visit(3, 2))
    assert not is_too_fast(visit(2, 0))
    assert is_too_fast(visit(10, 5))
    assert not is_too_fast(visit(10, 6))
    assert found([visit(3, 1)]) == {1: (Suspicion.FAST,)}


def test_five_faces_alike_in_no_time_are_a_straight_line() -> None:
    """Five alike in under four seconds; who takes longer, or differs once, has looked."""
    survey = survey_of(*["faces"] * 5, "one")

    def visit(*faces: int, took: int = 3) -> Record:
        answers = {f"q{place}": each for place, each in enumerate(faces)}
        return a_record(answers={**answers, "q5": 2}, flags=[f"took:{took}"])

    assert is_straight_line(visit(4, 4, 4, 4, 4), survey)
    assert not is_straight_line(visit(4, 4, 4, 4, 4, took=4), survey)
    assert not is_straight_line(visit(4, 4, 4, 4, 5), survey)
    assert not is_straight_line(visit(4, 4, 4, 4), survey)
    assert not is_straight_line(visit(2, 2, 2, 2, 2), survey_of(*["faces"] * 4, "number"))
    assert Suspicion.LINE in found([visit(4, 4, 4, 4, 4)], survey)[1]


def test_how_long_a_visit_took_is_what_its_record_says() -> None:
    """In whole seconds; a kiosk that says nothing needed less than one."""
    record = a_record(flags=["repeat", "took:31"], mono_ms=60_000)

    assert (took_s(record), began_ms(record)) == (31, 29_000)
    assert took_s(a_record(flags=["repeat"])) == 0


@pytest.mark.parametrize(
    ("time", "is_off"),
    [
        ("06:59", True),
        ("07:00", False),
        ("09:00", False),
        ("11:59", False),
        ("12:00", True),
        ("12:59", True),
        ("13:00", False),
        ("17:29", False),
        ("17:30", True),
        ("23:00", True),
    ],
)
def test_half_an_hour_around_the_opening_counts(time: str, is_off: bool) -> None:  # noqa: FBT001 - a table
    """Who was served last rates after closing; at night nobody was served."""
    made = ms(datetime.fromisoformat(f"2026-11-23T{time}:00+07:00"))

    assert is_off_hours(made, OPEN) == is_off
    assert is_off_hours(made + 5 * 24 * 3_600_000, OPEN)  # a Saturday


def test_what_nobody_knows_is_not_off_hours() -> None:
    """Without opening hours, or without the time of a rating, nothing is flagged."""
    night = ms(MONDAY.replace(hour=2))

    assert not is_off_hours(night, None)
    assert not is_off_hours(None, OPEN)


def test_an_hour_with_more_ratings_than_citizens() -> None:
    """Over 1.2 for each one served; an hour of which nothing was imported is not judged."""
    assert crowded_hours({8: 12, 9: 13, 10: 1, 11: 99}, {8: 10, 9: 10, 10: 0}) == {9, 10}


def test_five_stars_while_nobody_is_served() -> None:
    """Five in a row while no ticket is open are flagged, all of them; four, or one good one less, are not."""
    start = ms(MONDAY)
    ratings = [Rated(seq, start + 60_000 * seq, 4 if seq == 6 else 5) for seq in range(1, 8)]

    assert idle_runs(ratings, []) == {1, 2, 3, 4, 5}
    assert idle_runs(ratings[1:], []) == set()
    assert idle_runs(ratings, None) == set()
    assert idle_runs(ratings, [(start - 900_000, start - 480_000)]) == set()  # the first was served
    assert idle_runs([Rated(each.seq, None, 5) for each in ratings], []) == set()
