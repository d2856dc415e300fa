"""Counters, officers and procedures beside each other: what is said of them, and what is not."""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

from server.domain.answered import answered
from server.domain.comparison import Comparison, Order, compare, in_order
from server.domain.funnel import Zone
from server.domain.habits import ANSWERED, Answer, Hour
from server.domain.months import Cut, MonthFigure, month_of, publishing_day
from server.protocol.survey import decode_survey
from server.store.seed import cheerful_survey, smile_survey
from server.web.funnel_drawing import NARROW, WIDE, Box, Frame, placed, shortened
from server.web.month_details import week_of

if TYPE_CHECKING:
    from server.domain.calendar import Period
    from server.domain.disclosure import Scores

OCTOBER, NOVEMBER = (month_of(date(2026, month, 1)) for month in (10, 11))


def cell(key: str, scores: Scores, month: Period = OCTOBER) -> MonthFigure:
    """Make a published cell."""
    return MonthFigure(month, Cut.COUNTER, key, scores)


def compared(*cells: MonthFigure) -> Comparison:
    """Compare cells of which there are any."""
    found = compare(cells)
    assert found is not None
    return found


def satisfied_of(key: str, count: int, n: int) -> MonthFigure:
    """Make a cell of so many that are satisfied of so many."""
    return cell(key, (n - count, 0, 0, 0, count))


def test_months_are_added_up() -> None:
    """A row's figures are those of all its months, and it says how many these are."""
    found = compared(
        cell("a", (1, 0, 1, 2, 6)), cell("a", (0, 0, 0, 5, 5), NOVEMBER), cell("b", (0, 0, 0, 0, 20))
    )
    rows = {row.key: row for row in found.rows}

    assert (rows["a"].satisfied.count, rows["a"].n, rows["a"].months) == (18, 20, 2)
    assert rows["b"].months == 1
    assert rows["a"].index.value == (0.5 + 7 * 0.75 + 11) / 20
    assert (found.satisfied.count, found.satisfied.n) == (38, 40)
    assert [row.rank for row in found.rows] == [None, None]  # under thirty ratings nobody is ranked


def test_nothing_published_compares_nothing() -> None:
    """No cell is no comparison, and one row is in no zone that would be told."""
    assert compare([]) is None
    assert not compared(satisfied_of("a", 5, 50)).compares
    assert compared(satisfied_of("a", 5, 50)).within(*Zone) == []


def test_one_of_three_that_is_far_off_does_not_hide_itself() -> None:
    """With few rows the spread between them is not held against chance: the one that is off is found."""
    found = compared(satisfied_of("a", 180, 200), satisfied_of("b", 181, 200), satisfied_of("c", 128, 200))

    assert [row.key for row in found.within(Zone.OUTLIER_LOW)] == ["c"]
    assert [row.rank and (row.rank.best, row.rank.worst) for row in found.rows] == [(1, 2), (1, 2), (3, 3)]


def test_equal_counters_are_called_different_as_rarely_as_the_page_says() -> None:
    """Of equal rows 5 of 100 are outside the inner limits, and about 2 of 1,000 outside the outer ones."""
    chance = random.Random(5)
    zones: list[Zone] = []
    for _ in range(250):
        counts = [sum(chance.random() < 0.85 for _ in range(120)) for _ in range(8)]
        found = compared(*(satisfied_of(str(place), count, 120) for place, count in enumerate(counts)))
        zones += [row.spot.zone for row in found.rows]

    outside = [zone for zone in zones if zone is not Zone.INSIDE]
    outliers = [zone for zone in zones if zone in {Zone.OUTLIER_LOW, Zone.OUTLIER_HIGH}]
    assert 0.02 <= len(outside) / len(zones) <= 0.06
    assert len(outliers) / len(zones) <= 0.004


def test_rows_are_sorted_by_any_column() -> None:
    """Whatever is alike stays in the order of names; rows without a rank come last, both ways."""
    found = compared(satisfied_of("b", 50, 60), satisfied_of("a", 50, 60), satisfied_of("c", 10, 12))
    names = ["a", "b", "c"]

    def keys(order: Order, *, descending: bool = False) -> str:
        return "".join(row.key for row in in_order(found.rows, order, descending=descending, names=names))

    assert keys(Order.NAME) == "abc"
    assert keys(Order.NAME, descending=True) == "cba"
    assert keys(Order.N) == "cab"
    assert keys(Order.N, descending=True) == "abc"
    assert keys(Order.RANK) == keys(Order.RANK, descending=True) == "abc"
    assert {keys(order)[-1] in "abc" for order in Order} == {True}


def test_a_month_is_told_from_the_sixth_day_on() -> None:
    """The page names the day on which the job publishes."""
    assert publishing_day(OCTOBER) == date(2026, 11, 6)


def test_names_in_the_picture_lie_over_nothing() -> None:
    """However close the dots lie, a name is beside its dot or left out, and the furthest off has its name."""
    chance = random.Random(3)
    cells = [satisfied_of(f"row {place}", chance.randint(70, 99), 100) for place in range(30)]
    found = compared(*cells, satisfied_of("far off", 20, 100))
    names = {row.key: row.key for row in found.rows}
    for size in (WIDE, NARROW):
        sides = placed(found.rows, names, Frame(60, 120, 0.1), size)
        assert "far off" in sides
        assert len(sides) < len(names)
    assert shortened("Chứng thực bản sao", 12) == "Chứng thực…"
    assert Box(0, 0, 1, 1).is_apart(Box(1, 0, 2, 1))
    assert not Box(0, 0, 2, 2).is_apart(Box(1, 1, 3, 3))


def test_answers_are_shares_of_those_who_answered() -> None:
    """Several options of one citizen count one answer; options nobody chose are told as such."""
    survey = decode_survey(smile_survey())
    figures = {Answer("s", "why", ANSWERED): 40, Answer("s", "why", 0): 30, Answer("s", "why", 5): 40}
    (why,) = answered("s", survey, figures)

    assert why.n == 40
    assert next((number, part.count) for number, part in why.of_group("good")) == (0, 30)
    assert [(number, part.count) for number, part in why.of_group("better")][:2] == [(5, 40), (4, 0)]
    assert all(part.n == 40 for part in why.shares)


def test_faces_have_a_share_and_an_index_and_numbers_have_each_value() -> None:
    """A further question of faces is told as the main one is; comments and other surveys are not here."""
    survey = decode_survey(cheerful_survey())
    figures = {
        Answer("s", "attitude", ANSWERED): 10,
        Answer("s", "attitude", 5): 8,
        Answer("s", "attitude", 1): 2,
        Answer("s", "trips", ANSWERED): 6,
        Answer("s", "trips", 2): 6,
        Answer("other", "guidance", ANSWERED): 9,
        Answer("s", "overall", ANSWERED): 9,
    }
    attitude, trips = answered("s", survey, figures)

    assert attitude.satisfied is not None
    assert attitude.index is not None
    assert (attitude.satisfied.value, attitude.index.value) == (0.8, 0.8)
    assert [part.count for part in trips.shares] == [0, 0, 6]


def test_an_hour_that_is_really_worse_is_named_and_no_other() -> None:
    """Among many hours that differ by chance, the one crowded hour is the discovery."""
    hours: dict[Hour, Scores] = {
        Hour(day, hour): (10, 0, 0, 0, 90) for day in range(1, 6) for hour in range(8, 16)
    }
    calm = week_of(hours)
    crowded = week_of(hours | {Hour(1, 8): (45, 0, 0, 0, 55)})

    assert calm is not None
    assert crowded is not None
    assert (calm.low, calm.high) == ([], [])
    assert (crowded.low, crowded.high) == ([Hour(1, 8)], [])
    assert crowded.rows == list(range(8, 16))
    assert week_of({}) is None
