"""What everybody may read: months that are over, from five ratings on, and nothing beside what is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.calendar import Period
from server.domain.disclosure import CELL_MIN, NO_SCORES, Scores, add
from server.domain.open_data import (
    COLUMNS,
    COMPARED_MIN,
    FACES,
    found_by,
    months_of_year,
    months_over,
    rows,
    together,
    told,
)
from server.domain.places import Center

BAO_LOC, DA_LAT = Center(1, "Phường 1 Bảo Lộc", "phường", 11, 107), Center(2, "Xã Đạ Tẻh", "xã", 11, 107)
OCTOBER = Period.parse("2026-10")
SCORES = st.tuples(*[st.integers(0, 40)] * 5)


@given(SCORES)
def test_a_figure_needs_five_and_its_faces_thirty(scores: Scores) -> None:
    """Under five ratings nothing is told, under thirty no single face, and what is told has its interval."""
    found = told(scores)

    assert (found is None) == (sum(scores) < CELL_MIN)
    if found is not None:
        assert found.n == sum(scores)
        assert (found.faces == scores) == found.is_comparable == (found.n >= COMPARED_MIN)
        for figure in (found.share, found.index):
            assert 0 <= figure.interval.low <= figure.value <= figure.interval.high <= 1


@given(st.lists(SCORES, max_size=12))
def test_a_year_is_the_months_that_are_told(months: list[Scores]) -> None:
    """What is too little for its month is in no sum of months either: it could be had by subtraction."""
    found = together(months)
    whole = add(NO_SCORES, *(each for each in months if sum(each) >= CELL_MIN))

    assert (0 if found is None else found.n) == sum(whole)


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 23), "2025-11", "2026-10"),
        (date(2026, 12, 1), "2025-12", "2026-11"),
        (date(2026, 1, 31), "2025-01", "2025-12"),
    ],
)
def test_only_months_that_are_over_are_told(today: date, first: str, last: str) -> None:
    """The month that runs is never told; the day after its end it is."""
    months = months_over(today)

    assert (len(months), months[0].key, months[-1].key) == (12, first, last)
    assert all(month.last < today for month in months)
    assert [each.key for each in months if each.first.year == today.year] == [
        each.key for each in months_of_year(today.year, today)
    ]


def test_a_row_is_whole_or_empty() -> None:
    """Every center has a row a month; of too few ratings it has nothing but its name."""
    figures = {"2026-10": {1: (0, 0, 10, 10, 20), 2: (0, 0, 0, 0, 4)}}
    full, empty = rows([BAO_LOC, DA_LAT], [OCTOBER], figures)

    assert tuple(full) == tuple(empty) == COLUMNS
    assert (full["n"], full["share"], full["index"], full["comparable"]) == (40, 0.75, 0.8125, True)
    assert [full[name] for name in FACES] == [0, 0, 10, 10, 20]
    assert {name for name, value in empty.items() if value is not None} == {"center", "name", "month"}
    few = rows([DA_LAT], [OCTOBER], {"2026-10": {2: (0, 0, 0, 0, COMPARED_MIN - 1)}})[0]
    assert (few["n"], few["comparable"], few["very_satisfied"]) == (COMPARED_MIN - 1, False, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [("bao loc", [1]), ("BẢOLỘC", [1]), ("da teh", [2]), ("đạ", [2]), ("", [1, 2]), ("huế", [])],
)
def test_names_are_found_without_marks(text: str, found: list[int]) -> None:
    """Whoever types without marks, in capitals or without spaces finds the center too."""
    assert [each.code for each in found_by(text, [BAO_LOC, DA_LAT])] == found
