"""What the store tells of proofs and of quarters, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.domain.audit import Action
from server.domain.calendar import Period
from server.jobs import make_checkpoint
from tests.server.books import BAO_LOC, SEED, open_books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.books import Books

pytestmark = pytest.mark.usefixtures("both_engines")
QUARTER = Period.parse("2026-Q4")


@pytest.fixture(name="books")
def _books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as opened:
        yield opened


def test_a_device_has_its_receipt_its_checkpoint_and_what_does_not_count(books: Books) -> None:
    """Three records, two of them in a checkpoint, one withheld; a device that nobody knows has nothing."""
    machine, other = books.enrol(), books.enrol(2)
    books.rate(machine, 5, 1)
    with books.store.transaction():
        make_checkpoint(books.store, seed=SEED, now_ms=books.now_ms)
    received = books.now_ms
    books.rate(machine, 4)
    with books.store.transaction():
        books.store.withhold(machine.id, 2, "tỉnh", "Bấm thử")
    proofs = books.store.proofs([machine.id, other.id, "unknown"])

    found = proofs[machine.id]
    assert (found.received_ms, found.checkpoint, found.sealed, found.forks) == (received, 1, 2, 0)
    assert found.quarantined == {"withheld": 1}
    assert (proofs[other.id].received_ms, proofs[other.id].sealed, proofs[other.id].quarantined) == (0, 0, {})
    assert set(proofs) == {machine.id, other.id}


def test_figures_of_a_quarter_take_the_place_of_the_earlier_ones(books: Books) -> None:
    """What is not told any more is gone, what is told again as it was leaves no event."""
    store = books.store
    for figures in ({"procedures": 9, "complaints_again": 0}, {"procedures": 7}, {"procedures": 7}):
        with store.transaction():
            store.take_quarter_figures(BAO_LOC, QUARTER, figures, "lan")

    assert store.quarter_figures(BAO_LOC, QUARTER) == {"procedures": 7}
    assert store.quarter_figures(BAO_LOC, QUARTER.previous()) == {}
    assert [each.detail for each in store.events(Action.TAKE_QUARTER_FIGURES)] == [
        '{"complaints_again":[null,0],"procedures":[null,9]}',
        '{"complaints_again":[0,null],"procedures":[9,7]}',
    ]
