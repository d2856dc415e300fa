"""The robot says so when a rating is missing, comes twice, is hidden, or reads otherwise than given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.robot.test_ledger import a_record
from tests.robot.verdict import Given, misread, verdict


@pytest.mark.parametrize("shown", [20, 12])
def test_all_ratings_are_there(shown: int) -> None:
    """It went well when as many arrived as were tapped, and at most four of each kind wait to be shown."""
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
        (20, 20, 11),  # nine are hidden
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


TOLD = replace(a_record(), asides={"comment": "Tốt quá"})
GIVEN = Given(5, "vi", "Tốt quá")


def test_what_reads_as_it_was_given_is_well() -> None:
    """A face, a language and a comment that the server has as they were given are no trouble."""
    assert misread([GIVEN], [TOLD]) == []


@pytest.mark.parametrize(
    "given",
    [replace(GIVEN, score=4), replace(GIVEN, lang="en"), replace(GIVEN, comment="Toots quas")],
)
def test_what_reads_otherwise_is_told(given: Given) -> None:
    """Another face, another language or other words, and it did not go well."""
    wrong = misread([GIVEN, given], [TOLD, TOLD])
    lines, well = verdict(2, 2, 2, None, wrong)

    assert [line.startswith("FAILED: visit 2 gave face ") for line in lines] == [True, False]
    assert not well


def test_a_rating_that_is_missing_is_not_told_as_misread() -> None:
    """Where one did not come, those behind it are not blamed for their places."""
    assert misread([replace(GIVEN, score=1), GIVEN], [TOLD]) == []
