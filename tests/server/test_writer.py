"""One thread writes, many wait for it, and nobody suffers for a neighbour."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server.domain.places import Counter
from server.errors import BusyError
from server.store import Store, open_store
from server.store.seed import fill
from server.store.sqlite import SqliteStore
from server.store.writer import Writer
from tests.server.books import REFUSED
from tests.server.cluster import url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

BOTH = pytest.mark.usefixtures("both_engines")


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(url_of(tmp_path, "x.sqlite3"))
    with store.transaction():
        fill(store)
    yield store
    store.close()


def add(number: int) -> Counter:
    """Return a counter to write."""
    return Counter(f"24823-{number}", 24823, number)


def _write(counter: Counter, store: Store) -> None:
    store.add_counter(counter)


@BOTH
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
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        jobs[1].result(5)
    jobs[2].result(5)
    assert store.counter("24823-1") == add(1)
    assert store.counter("24823-2") == add(2)
    assert store.counter("x") is None
    writer.close()


@BOTH
def test_too_many_waiting_writes_are_turned_away(store: Store) -> None:
    """The queue has an end, and whoever comes then is told at once."""
    writer = Writer(store, waiting_max=1)
    waiting = writer.submit(lambda s: s.people_count())

    with pytest.raises(BusyError):
        writer.submit(lambda s: s.people_count())
    writer.start()
    assert waiting.result(5) == 0
    writer.close()


@BOTH
def test_what_waits_at_the_end_is_still_written(store: Store) -> None:
    """Closing finishes the queue first."""
    writer = Writer(store)
    jobs = [writer.submit(partial(_write, add(number))) for number in range(1, 50)]
    writer.start()
    writer.close()

    assert all(job.done() for job in jobs)
    assert store.counter("24823-49") is not None


@BOTH
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


def test_a_reader_ends_with_its_thread(store: Store) -> None:
    """However many threads have read, only those that still live hold the file open."""
    for _ in range(30):
        reader = threading.Thread(target=store.people_count)
        reader.start()
        reader.join()

    held = [link for link in Path("/proc/self/fd").iterdir() if "x.sqlite3" in os.path.realpath(link)]
    assert len(held) < 10


@BOTH
def test_a_writer_that_ends_takes_no_more(store: Store) -> None:
    """Whoever comes after the end is told, and does not wait for ever."""
    writer = Writer(store)
    writer.start()
    writer.close()

    with pytest.raises(BusyError):
        writer.submit(lambda s: s.people_count())


@BOTH
def test_a_database_that_another_process_holds_is_no_fault_of_ours(tmp_path: Path) -> None:
    """While another process holds the database, a write is told to come back, and then succeeds."""
    store, other = open_store(url_of(tmp_path / "y")), open_store(url_of(tmp_path / "y"))
    with other.transaction(), pytest.raises(BusyError), store.transaction():
        fill(store)
    other.close()
    with store.transaction():
        fill(store)
    assert len(store.centers()) == 124
    store.close()


def test_a_database_that_cannot_be_opened_is_no_fault_of_ours(store: Store, tmp_path: Path) -> None:
    """While the file is away whoever reads is told to come back; when it is back everybody reads again."""
    away = (tmp_path / "x.sqlite3").rename(tmp_path / "away")

    with ThreadPoolExecutor(1) as another:
        with pytest.raises(BusyError):
            another.submit(store.counter, "x").result()
        away.rename(tmp_path / "x.sqlite3")
        assert another.submit(store.counter, "x").result() is None


@BOTH
def test_a_snapshot_stands_still(store: Store) -> None:
    """Whoever verifies the book while the server writes sees one moment of it."""
    writer = Writer(store)
    writer.start()
    with store.snapshot():
        assert store.counter("24823-7") is None
        writer.submit(partial(_write, add(7))).result(5)
        assert store.counter("24823-7") is None
    assert store.counter("24823-7") == add(7)
    writer.close()


def test_replacing_is_deleting_too(store: Store) -> None:
    """A statement that replaces a row asks the triggers as well, on the connection that writes."""
    assert isinstance(store, SqliteStore)
    with pytest.raises(REFUSED, match="rows are never deleted"), store.transaction():
        store.write("replace into audit select * from audit where id = 1")
