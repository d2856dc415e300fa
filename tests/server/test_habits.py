"""Hours of the week and answers are told in steps of at least five."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from server.domain.disclosure import Release
from server.domain.habits import ANSWERED, Answer, Hour, answers_told, hours_told

if TYPE_CHECKING:
    from server.domain.disclosure import Scores

MONDAY_8, MONDAY_9, MONDAY_16, FRIDAY_16 = Hour(1, 8), Hour(1, 9), Hour(1, 16), Hour(5, 16)


def fives(n: int) -> Scores:
    """Count so many citizens who were very content."""
    return 0, 0, 0, 0, n


def days(*told: tuple[int, int, int]) -> list[Release]:
    """Make releases of November 2026 as first day, last day, size; its second day is a Monday."""
    return [Release(date(2026, 11, first), date(2026, 11, last), fives(n)) for first, last, n in told]


def test_a_quiet_hour_hides_behind_the_next_smallest_of_its_weekday() -> None:
    """Three on Monday afternoon are not told, nor by what the Mondays have more than their other hours."""
    hours = {MONDAY_8: fives(20), MONDAY_9: fives(9), MONDAY_16: fives(3), FRIDAY_16: fives(8)}

    assert hours_told(hours, days((2, 2, 32), (6, 6, 8)), {}) == {MONDAY_8: fives(20), FRIDAY_16: fives(8)}
    # eight of a Monday wait to be told: no figure has them and not the three
    assert hours_told(hours, days((2, 2, 24), (6, 6, 8)), {}) == {
        MONDAY_8: fives(20),
        MONDAY_9: fives(9),
        FRIDAY_16: fives(8),
    }


def test_who_waits_to_be_told_is_not_told_by_the_hours() -> None:
    """Two of a Monday are in no release: the Monday's hours less its days would be these two."""
    both = {MONDAY_8: fives(12), FRIDAY_16: fives(8)}

    assert hours_told(both, days((2, 2, 10), (6, 6, 8)), {}) == {FRIDAY_16: fives(8)}
    assert hours_told(both, days((2, 2, 12), (6, 6, 8)), {}) == both
    # days that were released as one span are one day here
    assert hours_told(both, days((2, 6, 20)), {}) == both
    assert hours_told(both, days((2, 6, 18)), {}) == {MONDAY_8: fives(12)}


def test_one_hidden_and_one_waiting_do_not_cancel() -> None:
    """A month that has as many ratings as its hours may still differ from them by two citizens."""
    hours = {MONDAY_8: fives(20), MONDAY_16: fives(1)}

    assert hours_told(hours, days((2, 2, 20)), {}) == {}
    assert hours_told(hours, days((2, 2, 21)), {}) == {}


def test_hours_advance_together_or_not_at_all() -> None:
    """One more on Monday leaves all as it was; five more are told."""
    before = {MONDAY_8: fives(20), MONDAY_9: fives(9)}

    assert hours_told({**before, MONDAY_8: fives(21)}, days((2, 2, 30)), before) == before
    more = {**before, MONDAY_8: fives(25)}
    assert hours_told(more, days((2, 2, 34)), before) == more


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
