"""The robot says so when a rating is missing, comes twice, or is hidden."""

from __future__ import annotations

import pytest

from tests.robot.verdict import verdict


@pytest.mark.parametrize("shown", [20, 16])
def test_all_ratings_are_there(shown: int) -> None:
    """It went well when as many arrived as were tapped, and at most four wait to be shown."""
    lines, well = verdict(visits=20, arrived=20, on_disk=20, shown=shown)

    assert well
    assert lines[-1] == "20 visits tapped, 20 ratings on the server, 0 missing"


def test_four_ratings_need_not_be_shown() -> None:
    """So few ratings that nobody may see them are no trouble."""
    assert verdict(visits=4, arrived=4, on_disk=4, shown=None)[1]


@pytest.mark.parametrize(
    ("arrived", "on_disk", "shown"),
    [
        (19, 19, 19),  # one is lost
        (21, 21, 20),  # one came twice
        (20, 20, 15),  # five are hidden
        (20, 20, None),  # all are hidden
        (20, 20, 21),  # more are shown than there are
    ],
)
def test_trouble_is_told(arrived: int, on_disk: int, shown: int | None) -> None:
    """One rating lost, doubled or hidden, and it did not go well."""
    assert not verdict(20, arrived, on_disk, shown)[1]


def test_a_lost_rating_is_counted() -> None:
    """The last line says how many are missing."""
    assert verdict(20, 18, 18, 18)[0][-1] == "20 visits tapped, 18 ratings on the server, 2 missing"
