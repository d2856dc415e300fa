"""The nine indicators of Decree 61."""

from __future__ import annotations

from decimal import Decimal

import pytest

from server.domain.decree61 import evaluate, points_of_complaints, points_of_one_stop, points_of_online
from server.domain.indices import Need

ANSWERS = {
    "time": [6, 0, 0, 40],
    "time_each": [3, 0, 0, 0],
    "contacts": [4, 2, 0],
    "agencies": [1, 1, 0],
    "published": [5, 0, 0],
    "attitude": [0, 0, 2, 1, 1],
}
"""Means 2, 2, 1.67, 1.5, 2 and 1.5."""
OWN = {5: 2, 8: 2, 9: 1}


def test_the_sum_of_the_means() -> None:
    """Each mean has 2 decimals, “no result yet” is no answer, and the sum has a grade."""
    found = evaluate(ANSWERS, OWN)

    assert [str(each.mean) for each in found.indicators] == [
        "2.00", "2.00", "1.67", "1.50", "2.00", "2.00", "1.50", "2.00", "1.00"
    ]  # fmt: skip
    assert [each.n for each in found.indicators] == [6, 3, 6, 2, 0, 5, 4, 0, 0]
    assert found.total == Decimal("15.67")
    assert found.band is not None
    assert found.band.id == "excellent"


def test_exactly_15_is_excellent() -> None:
    """15.00 points are in the best band, and 14.99 are not."""
    for own, total, wanted in (
        ({5: 2, 8: 2, 9: 1}, "15.00", "excellent"),
        ({5: 2, 8: 2, 9: 0}, "14.00", "good"),
    ):
        found = evaluate(ANSWERS | {"contacts": [0, 6, 0]}, own)
        assert found.band is not None
        assert (str(found.total), found.band.id) == (total, wanted)


def test_what_is_missing_is_said_and_not_guessed() -> None:
    """Without the center's figures, or with a question nobody answered, there is neither total nor grade."""
    found = evaluate(ANSWERS | {"time": [0, 0, 0, 12]}, {8: 2})
    lacking = {each.indicator.number: each.lacks for each in found.indicators if each.lacks}

    assert (found.total, found.band) == (None, None)
    assert lacking == {1: (Need.RATINGS,), 5: (Need.PROCEDURES,), 9: (Need.PROCEDURES, Need.DOSSIERS)}
    assert all(each.mean is None for each in evaluate({}, {}).indicators)


def test_answers_of_another_survey_are_refused() -> None:
    """Counts for three options are no answers to a question of four."""
    with pytest.raises(ValueError, match="shorter"):
        evaluate({"time": [1, 2, 3]}, {})


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [((0, 0, 0), 2), ((9, 9, 0), 2), ((10, 9, 0), 1), ((100, 89, 0), 0), ((10, 10, 1), 0)],
)
def test_answers_to_complaints(figures: tuple[int, int, int], wanted: int) -> None:
    """No complaints are full points, as the decree says; 90 % in time are one, and one drawn out is none."""
    assert points_of_complaints(*figures) == wanted


@pytest.mark.parametrize(
    ("figures", "wanted"), [((0, 0, 0), None), ((200, 200, 200), 2), ((200, 200, 199), 1), ((200, 199, 0), 0)]
)
def test_the_one_stop_shop(figures: tuple[int, int, int], wanted: int | None) -> None:
    """Two points need every procedure settled on the spot, one needs every procedure received there."""
    assert points_of_one_stop(*figures) == wanted


@pytest.mark.parametrize(
    ("figures", "wanted"),
    [
        ((0, 0, 10, 1, 0), None),
        ((10, 1, 0, 0, 0), None),
        ((100, 20, 100, 30, 0), 2),
        ((100, 19, 100, 30, 0), 1),
        ((100, 20, 100, 29, 0), 1),
        ((100, 1, 100, 15, 0), 1),
        ((100, 20, 100, 14, 0), 0),
        ((100, 0, 100, 90, 0), 0),
        ((100, 90, 100, 90, 1), 0),
    ],
)
def test_online_services(figures: tuple[int, int, int, int, int], wanted: int | None) -> None:
    """20 % of the procedures and 30 % of the dossiers are two points; anything overdue is none."""
    assert points_of_online(*figures) == wanted
