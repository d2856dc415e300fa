"""Hours of the week and answers are told in steps of at least five."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.habits import ANSWERED, Answer, Hour, answers_told, hours_told

if TYPE_CHECKING:
    from server.domain.disclosure import Scores

MONDAY_8, MONDAY_9, FRIDAY_16 = Hour(1, 8), Hour(1, 9), Hour(5, 16)


def fives(n: int) -> Scores:
    """Count so many citizens who were very content."""
    return 0, 0, 0, 0, n


def test_a_quiet_hour_hides_behind_the_next_smallest() -> None:
    """Three on Friday afternoon are not told, and not by what the month has more than its other hours."""
    hours = {MONDAY_8: fives(20), MONDAY_9: fives(9), FRIDAY_16: fives(3)}

    assert hours_told(hours, 32, {}) == {MONDAY_8: fives(20)}
    assert hours_told(hours, 35, {}) == {MONDAY_8: fives(20), MONDAY_9: fives(9)}
    assert hours_told({MONDAY_8: fives(20)}, 20, {}) == {MONDAY_8: fives(20)}


def test_hours_advance_together_or_not_at_all() -> None:
    """One more on Monday leaves all as it was; five more are told."""
    before = {MONDAY_8: fives(20), MONDAY_9: fives(9)}

    assert hours_told({**before, MONDAY_8: fives(21)}, 30, before) == before
    assert hours_told({**before, MONDAY_8: fives(25)}, 34, before) == {**before, MONDAY_8: fives(25)}


def test_a_question_is_told_when_five_have_answered() -> None:
    """And once more when five more have; each question by itself."""
    answered, one, two = (Answer("s", "trips", choice) for choice in (ANSWERED, 1, 2))
    four = {answered: 4, one: 3, two: 1}
    five = {answered: 5, one: 4, two: 1}
    six = {answered: 6, one: 5, two: 1}
    ten = {answered: 10, one: 9, two: 1}

    assert answers_told(four, {}) == {}
    assert answers_told(five, {}) == five
    assert answers_told(six, five) == five
    assert answers_told(ten, five) == ten
    assert answers_told({**ten, Answer("s", "other", ANSWERED): 2}, five) == ten
