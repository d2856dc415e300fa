"""A rating that comes by several ways counts once, whichever way is first and whatever the clock does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.books import Books, open_books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("both_engines")


@pytest.fixture(name="books")
def _books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as books:
        yield books


def test_what_an_old_device_could_not_send_comes_home_with_its_successor(books: Books) -> None:
    """Two ratings were received and two were carried: four count, at the counter where they were made."""
    old = books.enrol(1)
    books.rate(old, 5, 4)
    old.bodies += [books.rating(old, 3, 3), books.rating(old, 2, 4)]
    new = books.enrol(1, before=old)
    books.send(new, books.carry(new, old, 3, 1), books.carry(new, old, 4, 2), books.rating(new, 1, 3))

    assert set(books.standings().values()) == {None}
    assert books.counted() == (5, 0)


@pytest.mark.parametrize("step_ms", [1000, 0, -3_600_000])
def test_a_carried_copy_of_what_is_here_counts_no_more(books: Books, step_ms: int) -> None:
    """A successor that brings what was received already adds nothing, even if the clock was put back."""
    old = books.enrol(1)
    books.rate(old, 5, 4)
    new = books.enrol(1, before=old)
    books.now_ms += step_ms
    books.send(new, books.carry(new, old, 2, 1), books.carry(new, old, 2, 2))

    assert books.standings()[new.id, 1] == books.standings()[new.id, 2] == "carried_twice"
    assert books.counted() == (2, 0)


@pytest.mark.parametrize("step_ms", [1000, 0, -3_600_000])
def test_a_devices_own_copy_counts_no_more_after_the_carried_one(books: Books, step_ms: int) -> None:
    """The old disk turns up after all: its chain goes on, and no rating of it counts a second time."""
    old = books.enrol(1)
    old.bodies += [books.rating(old, 5, 1), books.rating(old, 4, 2)]
    new = books.enrol(1, before=old)
    books.send(new, books.carry(new, old, 1, 1), books.carry(new, old, 1, 2))
    books.now_ms += step_ms
    assert books.resend(old, 0).through == 2

    assert books.standings() == {
        (new.id, 1): None,
        (new.id, 2): "carried_twice",
        (old.id, 1): "carried",
        (old.id, 2): None,
    }
    assert books.counted() == (2, 0)


def test_both_losers_of_a_fork_bring_the_same_rating_once(books: Books) -> None:
    """Two clones of one disk each become a successor and carry what the disk had: it counts once."""
    old = books.enrol(1)
    old.bodies += [books.rating(old, 5, 1)]
    one, other = books.enrol(1, before=old), books.enrol(1, before=old)
    books.send(one, books.carry(one, old, 1, 1))
    books.send(other, books.carry(other, old, 1, 1))
    last = books.enrol(1, before=other)
    books.send(last, books.carry(last, old, 1, 1))

    assert list(books.standings().values()).count("carried_twice") == 2
    assert books.counted() == (1, 0)


def test_nobody_brings_a_strangers_ratings(books: Books) -> None:
    """A device that is not the successor is not believed, and takes nothing from the one that is."""
    old, stranger = books.enrol(1), books.enrol(2)
    old.bodies += [books.rating(old, 5, 1)]
    books.send(stranger, books.carry(stranger, old, 1, 1))
    new = books.enrol(1, before=old)
    books.send(new, books.carry(new, old, 1, 1))

    assert books.standings() == {(stranger.id, 1): "not_ours", (new.id, 1): None}


def test_a_revoked_device_brings_nothing_that_counts(books: Books) -> None:
    """Neither what it makes after its revocation nor what it carries, even if the clock was put back."""
    old = books.enrol(1)
    old.bodies += [books.rating(old, 5, 1)]
    new = books.enrol(1, before=old)
    books.rate(new, 4)
    with books.store.transaction():
        books.store.revoke(new.id, "an admin", "stolen")
    books.now_ms -= 7_200_000
    books.send(new, books.rating(new, 4), books.carry(new, old, 1, 3))

    assert books.standings() == {(new.id, 1): None, (new.id, 2): "revoked", (new.id, 3): "revoked"}


@pytest.mark.parametrize("step_ms", [1000, 0, -3_600_000])
def test_what_is_carried_for_a_revoked_device_does_not_count(books: Books, step_ms: int) -> None:
    """Nor what was carried for it before becomes something else, whatever the clock did in between."""
    old = books.enrol(1)
    old.bodies += [books.rating(old, 5, 1), books.rating(old, 4, 2)]
    new = books.enrol(1, before=old)
    books.send(new, books.carry(new, old, 1))
    books.now_ms += step_ms
    with books.store.transaction():
        books.store.revoke(old.id, "an admin", "its key was stolen")
    books.now_ms += step_ms
    books.send(new, books.carry(new, old, 2, 2), books.rating(new, 3, 3))

    assert books.standings() == {(new.id, 1): None, (new.id, 2): "revoked", (new.id, 3): None}
    assert list(books.store.faults()) == []


def test_a_successor_is_known_by_its_key(books: Books) -> None:
    """The same request gets the same device; another key is another device."""
    old = books.enrol(1)
    new = books.enrol(1, before=old)
    found = books.store.successor(old.id, new.enrolment.public_key)

    assert found is not None
    assert (found.id, found.before, found.entry) == (new.id, old.id, new.start)
    assert books.store.successor(old.id, old.enrolment.public_key) is None
