"""One thread writes, many wait for it, and nobody suffers for a neighbour."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from server.domain.places import Counter
from server.errors import BusyError
from server.store import Store, open_store
from server.store.seed import fill
from server.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:{tmp_path / 'x.sqlite3'}")
    with store.transaction():
        fill(store)
    yield store
    store.close()


def add(number: int) -> Counter:
    """Return a counter to write."""
    return Counter(f"24823-{number}", 24823, number)


def _write(counter: Counter, store: Store) -> None:
    store.add_counter(counter)


def test_a_failing_write_does_not_fail_its_neighbours(store: Store) -> None:
    """Of three jobs in one group the middle one breaks a rule: the other two are written all the same."""
    writer = Writer(store)
    jobs = [
        writer.submit(lambda s: s.add_counter(add(1))),
        writer.submit(lambda s: s.add_counter(Counter("x", 1, 1))),  # no such center
        writer.submit(lambda s: s.add_counter(add(2))),
    ]
    writer.start()

    jobs[0].result(5)
    with pytest.raises(Exception, match="FOREIGN KEY"):
        jobs[1].result(5)
    jobs[2].result(5)
    assert store.counter("24823-1") == add(1)
    assert store.counter("24823-2") == add(2)
    assert store.counter("x") is None
    writer.close()


def test_too_many_waiting_writes_are_turned_away(store: Store) -> None:
    """The queue has an end, and whoever comes then is told at once."""
    writer = Writer(store, waiting_max=1)
    waiting = writer.submit(lambda s: s.people_count())

    with pytest.raises(BusyError):
        writer.submit(lambda s: s.people_count())
    writer.start()
    assert waiting.result(5) == 0
    writer.close()


def test_what_waits_at_the_end_is_still_written(store: Store) -> None:
    """Closing finishes the queue first."""
    writer = Writer(store)
    jobs = [writer.submit(partial(_write, add(number))) for number in range(1, 50)]
    writer.start()
    writer.close()

    assert all(job.done() for job in jobs)
    assert store.counter("24823-49") is not None


def test_readers_see_only_what_is_committed(store: Store) -> None:
    """While a write is open, another thread still reads the book as it was."""
    seen: list[Counter | None] = []
    with store.transaction():
        store.add_counter(add(9))
        assert store.counter("24823-9") == add(9)
        reader = threading.Thread(target=lambda: seen.append(store.counter("24823-9")))
        reader.start()
        reader.join()

    assert seen == [None]
    assert store.counter("24823-9") == add(9)
