"""A kiosk goes to another counter: each rating counts where it was given, and the book stays whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.places import Counter
from server.domain.verification import verify_book
from server.errors import CommandError
from server.protocol import keys
from server.store.evidence import StoreEvidence
from tests.server.books import BAO_LOC, SEED, Books, Machine, open_books, unguarded

DA_LAT = 24778
NEXT_DOOR = Counter(f"{BAO_LOC}-2", BAO_LOC, 2)
FAR = Counter(f"{DA_LAT}-1", DA_LAT, 1)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    """Open a book in which two counters wait for a kiosk."""
    with open_books(tmp_path) as opened:
        with opened.store.transaction():
            opened.store.add_counter(NEXT_DOOR)
            opened.store.add_counter(FAR)
        yield opened


def move(books: Books, machine: Machine, counter: Counter) -> None:
    """Let a kiosk stand at another counter from now on."""
    with books.store.transaction():
        books.store.move_device(machine.id, counter.id, "kỹ thuật")


def places(books: Books) -> list[tuple[int, str, str | None]]:
    """Return of each rating its number, where it counts, and why it does not."""
    return books.ask("select seq, counter, quarantine from rating_now order by device, seq")


def assert_whole(books: Books) -> None:
    """Check that verifying finds nothing and counting anew changes nothing."""
    assert list(books.store.faults()) == []
    assert verify_book(StoreEvidence(books.store), keys.public_key(SEED)).all_faults() == []
    before = places(books)
    with books.store.transaction():
        assert books.store.rebuild(lambda _: None) == 0
    assert places(books) == before


@pytest.mark.parametrize("there", [NEXT_DOOR, FAR])
def test_what_was_queued_counts_where_it_was_given(books: Books, there: Counter) -> None:
    """Ratings made before a move and sent after it belong to the old counter, later ones to the new."""
    machine = books.enrol(1)
    books.rate(machine, 5)
    queued = books.rating(machine, 1, 2)
    move(books, machine, there)
    books.now_ms += 1000
    books.send(machine, queued, books.rating(machine, 4, 3, counter=there.id), b"no rating")

    here = f"{BAO_LOC}-1"
    assert places(books) == [
        (1, here, None),
        (2, here, None),
        (3, there.id, None),
        (4, there.id, "unreadable"),
    ]
    sums = dict(books.ask("select center, sum(n1 + n2 + n3 + n4 + n5) from center_day group by center"))
    assert sums == ({BAO_LOC: 3} if there is NEXT_DOOR else {BAO_LOC: 2, DA_LAT: 1})
    assert_whole(books)


def test_a_counter_where_it_never_stood_counts_nothing(books: Books) -> None:
    """A rating that names a counter before its kiosk was moved there does not count, nor after the move."""
    machine = books.enrol(1)
    books.send(machine, books.rating(machine, 5, 1, counter=NEXT_DOOR.id))
    move(books, machine, NEXT_DOOR)

    assert places(books) == [(1, f"{BAO_LOC}-1", "wrong_counter")]
    assert_whole(books)


def test_a_clock_that_went_back_changes_nothing(books: Books) -> None:
    """Whatever the clock says at a move and after it, what was there stays as it was judged."""
    machine = books.enrol(1)
    books.rate(machine, 5, 4)
    books.send(machine, b"no rating")
    books.now_ms -= 3_600_000
    move(books, machine, NEXT_DOOR)
    books.now_ms -= 3_600_000
    books.send(machine, books.rating(machine, 3, counter=NEXT_DOOR.id), b"no rating")
    move(books, machine, FAR)
    move(books, machine, NEXT_DOOR)

    assert [counter for _, counter, _ in places(books)] == [f"{BAO_LOC}-1"] * 3 + [NEXT_DOOR.id] * 2
    assert_whole(books)


def test_a_successor_brings_ratings_home_to_where_they_were_given(books: Books) -> None:
    """What another device of the same kiosk carries counts at the counter where it was made."""
    old = books.enrol(1)
    books.rate(old, 5)
    old.bodies += [books.rating(old, 2, 2), books.rating(old, 3, 3, counter=NEXT_DOOR.id)]
    move(books, old, NEXT_DOOR)
    books.now_ms += 1000
    new = books.enrol(2, before=old)
    books.send(new, books.carry(new, old, 2), books.carry(new, old, 3, 2))
    move(books, old, FAR)

    assert [counter for _, counter, _ in places(books)].count(f"{BAO_LOC}-1") == 2
    assert [counter for _, counter, _ in places(books)].count(NEXT_DOOR.id) == 1
    assert_whole(books)


def test_a_kiosk_is_moved_to_another_counter_that_there_is(books: Books) -> None:
    """A move to nowhere, or to where it stands, is refused and leaves no trace."""
    machine = books.enrol(1)
    events = books.store.audit_head()

    for device, counter in [(machine.id, f"{BAO_LOC}-1"), (machine.id, "1-1"), ("f" * 32, NEXT_DOOR.id)]:
        with pytest.raises(CommandError), books.store.transaction():
            books.store.move_device(device, counter, "kỹ thuật")

    assert books.store.audit_head() == events


@pytest.mark.parametrize(
    "edit",
    [
        "delete from device_move",
        "update device_move set counter = (select id from counter where number = 1 limit 1)",
        "update device_move set since_ms = since_ms - 1",
        "insert into device_move select device, since_ms + 1, counter from device_move",
    ],
)
def test_a_move_that_somebody_edits_is_found(books: Books, edit: str) -> None:
    """Moves are told by the audit log too, and the two must agree."""
    machine = books.enrol(1)
    move(books, machine, NEXT_DOOR)
    with unguarded(books.path) as db:
        db.execute(edit)

    assert f"device {machine.id[:8]} moved otherwise than the audit log tells" in list(books.store.faults())
