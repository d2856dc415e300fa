"""Ratings that may be none: flagged, never deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.calendar import VIETNAM
from server.domain.quality import (
    Rated,
    Suspicion,
    crowded_hours,
    idle_runs,
    is_off_hours,
    is_straight_line,
    is_too_fast,
    rated_of,
    suspicions,
)
from server.protocol.hours import Hours, Span
from tests.protocol.test_record import a_record

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM)
OPEN = Hours(week=[[Span("07:30", "11:30"), Span("13:30", "17:00")]] * 5 + [[], []])


def ms(moment: datetime) -> int:
    """Return a moment as the server counts it."""
    return int(moment.timestamp() * 1000)


def taps(*at_s: float, scores: tuple[int, ...] = (), boot: str = "00000000") -> list[Rated]:
    """Return ratings of one tap, so many seconds after the start."""
    found = []
    for number, second in enumerate(at_s):
        score = scores[number] if scores else 5
        made = ms(MONDAY + timedelta(seconds=second))
        found.append(Rated(number + 1, boot, int(second * 1000), made, score, 0, 1, (score,)))
    return found


def flagged(ratings: list[Rated], suspicion: Suspicion) -> list[int]:
    """Return the numbers of those that are flagged so."""
    return sorted(seq for seq, found in suspicions(ratings, OPEN).items() if suspicion in found)


def test_two_citizens_of_one_mind_are_two() -> None:
    """Twelve seconds apart, both very satisfied: nothing is suspicious."""
    assert suspicions(taps(0, 12), OPEN) == {}


def test_the_same_face_at_once_is_a_repeat() -> None:
    """Sooner than ten seconds after the end of the last visit; another face, or the tenth second, is none."""
    assert flagged(taps(0, 9.9), Suspicion.REPEAT) == [2]
    assert flagged(taps(0, 10), Suspicion.REPEAT) == []
    assert flagged(taps(0, 3, scores=(5, 4)), Suspicion.REPEAT) == []
    first, second = taps(0, 30)
    assert flagged([first, replace(second, took_s=25)], Suspicion.REPEAT) == [2]


def test_a_child_is_a_burst() -> None:
    """Eight faces in forty seconds, never the same twice in a row: with the sixth all are flagged."""
    child = taps(*(5 * number for number in range(8)), scores=(1, 5, 2, 4, 1, 5, 3, 1))

    assert flagged(child, Suspicion.BURST) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert flagged(child, Suspicion.REPEAT) == []
    assert flagged(child[:5], Suspicion.BURST) == []
    assert flagged(taps(0, 12, 24, 36, 48, 60), Suspicion.BURST) == []
    assert flagged(taps(0, 100, 112, 124, 136, 148, 159), Suspicion.BURST) == [2, 3, 4, 5, 6, 7]


def test_twenty_taps_in_three_seconds_are_no_twenty_citizens() -> None:
    """Should a kiosk ever let them through: not one of them counts unflagged."""
    assert len(suspicions(taps(*(0.15 * number for number in range(20))), OPEN)) == 20


def test_a_clock_that_is_set_back_changes_nothing() -> None:
    """The order is that of the numbers and the distance that of the machine's own clock."""
    first, second, third = taps(0, 12, 24)
    hour_back = [replace(each, made_ms=(each.made_ms or 0) - 3_600_000) for each in (second, third)]

    assert suspicions([third, first, second], OPEN) == {}
    assert suspicions([first, *hour_back], OPEN) == {}


def test_between_two_starts_nobody_knows_the_time() -> None:
    """The same face after a restart is no repeat, and six starts are no burst."""
    restarted = [replace(each, boot=f"{each.seq:08}") for each in taps(0, 1, 2, 3, 4, 5, 6)]

    assert suspicions(restarted, OPEN) == {}


def test_nobody_reads_so_fast() -> None:
    """Three answers in under two seconds, or many in under 0.6 each; one tap is never too fast."""
    one = taps(0)[0]

    assert not is_too_fast(one)
    assert is_too_fast(replace(one, answers=3, took_s=1))
    assert not is_too_fast(replace(one, answers=3, took_s=2))
    assert not is_too_fast(replace(one, answers=2, took_s=0))
    assert is_too_fast(replace(one, answers=10, took_s=5))
    assert not is_too_fast(replace(one, answers=10, took_s=6))
    assert flagged([replace(one, answers=3, took_s=1)], Suspicion.FAST) == [1]


def test_five_faces_alike_in_no_time_are_a_straight_line() -> None:
    """Five alike in under four seconds; who takes longer, or differs once, has looked."""
    one = replace(taps(0)[0], answers=5, faces=(4, 4, 4, 4, 4), took_s=3)

    assert is_straight_line(one)
    assert not is_straight_line(replace(one, took_s=4))
    assert not is_straight_line(replace(one, faces=(4, 4, 4, 4, 5)))
    assert not is_straight_line(replace(one, faces=(4, 4, 4, 4)))
    assert flagged([one], Suspicion.LINE) == [1]


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
    assert flagged([replace(taps(0)[0], made_ms=night)], Suspicion.OFF_HOURS) == [1]


def test_an_hour_with_more_ratings_than_citizens() -> None:
    """Over 1.2 for each one served; an hour of which nothing was imported is not judged."""
    assert crowded_hours({8: 12, 9: 13, 10: 1, 11: 99}, {8: 10, 9: 10, 10: 0}) == {9, 10}


def test_five_stars_while_nobody_is_served() -> None:
    """Five in a row while no ticket is open are flagged, all of them; four, or one good one less, are not."""
    ratings = taps(*(60 * number for number in range(7)), scores=(5, 5, 5, 5, 5, 4, 5))
    start = ms(MONDAY)

    assert idle_runs(ratings, []) == {1, 2, 3, 4, 5}
    assert idle_runs(ratings[1:], []) == set()
    assert idle_runs(ratings, None) == set()
    assert idle_runs(ratings, [(start - 900_000, start - 480_000)]) == set()  # the first was served
    assert idle_runs([replace(each, made_ms=None) for each in ratings], []) == set()


def test_what_a_record_says_of_its_making() -> None:
    """How long it took stands among its flags, and its faces are those of its survey's questions of faces."""
    record = a_record(
        answers={"overall": 4, "staff": 4, "why": [1, 2]}, flags=["repeat", "took:31"], mono_ms=60_000
    )
    found = rated_of(record, 4, None, ["overall", "staff", "not_asked"])

    assert (found.took_s, found.answers, found.faces, found.began_ms) == (31, 3, (4, 4), 29_000)
    assert rated_of(a_record(flags=[]), 4, None, []).took_s == 0


@given(st.lists(st.tuples(st.integers(0, 120_000), st.integers(1, 5), st.integers(0, 1)), max_size=30))
def test_flags_do_not_depend_on_the_order_of_arrival(given_: list[tuple[int, int, int]]) -> None:
    """However ratings arrive, the same are flagged, and no rating that was not there."""
    times = sorted(given_)
    ratings = [
        Rated(seq, f"{boot:08}", at, ms(MONDAY), score, 0, 1, (score,))
        for seq, (at, score, boot) in enumerate(times)
    ]

    assert suspicions(ratings[::-1], OPEN) == suspicions(ratings, OPEN)
    assert set(suspicions(ratings, OPEN)) <= {each.seq for each in ratings}
