"""The book keeps what a month is told as exact, and publishes it once nobody's score can be had from it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from server.domain.habits import ANSWERED, Hour
from server.domain.months import Cut, month_of
from server.jobs import publish
from tests.server.books import BAO_LOC, DAY_MS, Books, Machine, guarded, open_books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("both_engines")

NOVEMBER = month_of(date(2026, 11, 1))
SETTLED = date(2026, 12, 6)


@pytest.fixture(name="books")
def _books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as books:
        yield books


def serve(books: Books, kiosk: Machine, officer: str, *scores: int) -> None:
    """Let citizens rate an officer."""
    for score in scores:
        books.send(kiosk, books.rating(kiosk, score, officer=officer))


def figures(books: Books) -> dict[tuple[Cut, str], tuple[int, ...]]:
    """Return what is published of November."""
    found = books.store.month_figures(BAO_LOC, NOVEMBER.first, NOVEMBER.last)
    return {(each.cut, each.key): each.scores for each in found}


def close(books: Books) -> int:
    """Let the job come by once the month has settled; returns how many figures were published."""
    with books.store.transaction():
        books.store.release_due(SETTLED)
        due = books.store.months_due(SETTLED)
        return sum(publish(books.store, center=center, month=month) for center, month in due)


def two_counters(books: Books) -> tuple[Machine, Machine]:
    """Serve at two counters, one officer each, one of them for two days."""
    one, other = books.enrol(1), books.enrol(2)
    serve(books, one, "an", 5, 5, 5, 5, 5, 4, 4)
    serve(books, other, "binh", *[5] * 13)
    books.now_ms += DAY_MS
    serve(books, one, "an", *[3] * 10)
    return one, other


def test_a_month_is_told_by_counter_and_officer_once_it_is_over(books: Books) -> None:
    """Nothing is told before; then every counter with five and every officer with ten ratings."""
    two_counters(books)
    with books.store.transaction():
        assert books.store.months_due(date(2026, 11, 30)) == []
    assert figures(books) == {}
    assert books.store.published_months(BAO_LOC) == []

    assert close(books) == 4
    assert books.store.published_months(BAO_LOC) == [NOVEMBER]
    assert figures(books) == {
        (Cut.COUNTER, f"{BAO_LOC}-1"): (0, 0, 10, 2, 5),
        (Cut.COUNTER, f"{BAO_LOC}-2"): (0, 0, 0, 0, 13),
        (Cut.OFFICER, "an"): (0, 0, 10, 2, 5),
        (Cut.OFFICER, "binh"): (0, 0, 0, 0, 13),
    }
    assert close(books) == 0
    assert list(books.store.faults()) == []


def test_what_comes_late_is_told_with_the_next_five(books: Books) -> None:
    """One late rating changes no table; when five have come, the tables are published anew."""
    one, _ = two_counters(books)
    close(books)
    before = figures(books)
    serve(books, one, "an", 1)
    assert close(books) == 0
    assert figures(books) == before

    serve(books, one, "an", 1, 1, 1, 1)
    assert close(books) == 4
    assert figures(books)[Cut.OFFICER, "an"] == (5, 0, 10, 2, 5)
    assert list(books.store.faults()) == []


def test_a_withheld_rating_leaves_the_tables_with_others_only(books: Books) -> None:
    """One that is withheld stays in what was published; five leave together."""
    one, _ = two_counters(books)
    close(books)
    for seq in range(8, 13):
        with books.store.transaction():
            books.store.withhold(one.id, seq, "thanh tra", "made by a cleaner")
        if seq == 8:
            assert close(books) == 0
            assert figures(books)[Cut.OFFICER, "an"] == (0, 0, 10, 2, 5)

    close(books)
    assert figures(books)[Cut.COUNTER, f"{BAO_LOC}-1"] == (0, 0, 5, 2, 5)
    assert list(books.store.faults()) == []


def test_a_rating_withheld_before_it_was_told_leaves_no_trace(books: Books) -> None:
    """And one that is reinstated counts as if it had just come."""
    one, _ = two_counters(books)
    with books.store.transaction():
        books.store.withhold(one.id, 1, "thanh tra", "made by a cleaner")
    with books.store.transaction():
        books.store.reinstate(one.id, 1, "thanh tra", "it was a citizen after all")

    assert list(books.store.faults()) == []
    with books.owned() as store:
        assert store.rebuild(lambda _: None) == 0


def test_a_changed_table_is_found_and_mended(books: Books) -> None:
    """Bundles that are not what the journal says, and figures that are not their sum, are faults."""
    two_counters(books)
    close(books)
    with guarded(books.path) as db:
        db.execute("update bundle set n5 = n5 + 1 where counter = '24823-2'")
    faults = list(books.store.faults())

    assert any("bundles of center 24823" in each for each in faults)
    assert any("2026-11 are not the sums" in each for each in faults)
    with books.owned() as store:
        assert store.rebuild(lambda _: None) == 1
    assert list(books.store.faults()) == []


def test_hours_of_the_week_and_answers_are_told_with_the_tables(books: Books) -> None:
    """When citizens came, and what they answered; an hour with fewer than five is told by nobody."""
    two_counters(books)
    assert books.store.hour_figures(BAO_LOC, NOVEMBER.first, NOVEMBER.last) == {}
    close(books)

    hours = books.store.hour_figures(BAO_LOC, NOVEMBER.first, NOVEMBER.last)
    assert hours == {Hour(1, 12): (0, 0, 0, 2, 18), Hour(2, 12): (0, 0, 10, 0, 0)}
    answers = books.store.answer_figures(BAO_LOC, NOVEMBER.first, NOVEMBER.last)
    told = {(each.question, each.choice): n for each, n in answers.items()}
    assert told == {("overall", ANSWERED): 30, ("overall", 5): 18, ("overall", 4): 2, ("overall", 3): 10}
    with guarded(books.path) as db:
        db.execute("update month_hour set n5 = n5 + 1 where hour = 12")
        db.execute("update month_answer set n = n + 1 where choice = 5")
    assert len(list(books.store.faults())) == 2
    with books.owned() as store:
        assert store.rebuild(lambda _: None) == 3
    assert list(books.store.faults()) == []
