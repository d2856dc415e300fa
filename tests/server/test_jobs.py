"""What happens by the clock: the whole book is signed, and nothing that contradicts what was signed."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest
import requests

from server.domain.audit import Action
from server.jobs import make_checkpoint, work_by_the_clock
from server.protocol import keys
from server.protocol.checkpoint import FIRST, Checkpoint, DeviceHead, checkpoint_hash, heads_hash
from server.protocol.messages import unseal
from tests.server.books import SEED, Books, Machine, open_books, unguarded
from tests.server.live import live, now_ms
from tests.server.logbook import logbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store import KeptCheckpoint

pytestmark = pytest.mark.usefixtures("both_engines")

HOUR_MS = 3600 * 1000


@pytest.fixture(name="books")
def _books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as books:
        yield books


def sign(books: Books) -> KeptCheckpoint | None:
    """Let the job come by."""
    with books.store.transaction():
        return make_checkpoint(books.store, seed=SEED, now_ms=books.now_ms)


def checkpoint(kept: KeptCheckpoint | None) -> Checkpoint:
    """Believe a checkpoint."""
    assert kept is not None
    return unseal(keys.public_key(SEED), kept.signed, Checkpoint)


def test_a_checkpoint_covers_every_device_and_the_one_before(books: Books) -> None:
    """Anybody can recompute it from the heads that are kept with it."""
    one, other = books.enrol(1), books.enrol(2)
    books.rate(one, 5, 4)
    first = checkpoint(sign(books))
    books.now_ms += HOUR_MS
    books.rate(other, 3)
    kept = sign(books)
    second = checkpoint(kept)

    assert (first.number, first.previous, first.devices) == (1, FIRST, 2)
    newest = books.store.newest_checkpoint()
    assert newest == kept
    before = books.store.checkpoints(0, 1)[0]
    assert (second.number, second.previous) == (2, checkpoint_hash(before.signed.payload))
    known: dict[str, DeviceHead] = {}
    for number, head in books.store.checkpoint_heads():
        known[head.device] = head
        if number == 2:
            assert head.device == other.id
    assert heads_hash(known.values()) == second.heads
    assert second.audit == books.store.audit_head()[1]


def test_it_is_made_every_hour_if_anything_changed_and_with_each_day(books: Books) -> None:
    """A quiet hour needs none; a decision is a change; a day without anything is signed all the same."""
    kiosk = books.enrol()
    assert sign(books) is not None
    books.rate(kiosk, 5)
    assert sign(books) is None
    books.now_ms += HOUR_MS
    assert sign(books) is not None
    books.now_ms += HOUR_MS
    assert sign(books) is None
    with books.store.transaction():
        books.store.note(Action.BACK_UP, "x")
    assert sign(books) is not None
    books.now_ms += 24 * HOUR_MS
    assert sign(books) is not None


@pytest.mark.parametrize(
    "sql",
    [
        "update device set seq = 1, head = (select lower(hex(head)) from journal where seq = 1)",
        "update device set head = (select lower(hex(head)) from journal where seq = 1)",
    ],
)
def test_nothing_is_signed_that_contradicts_what_was_signed(
    books: Books, caplog: pytest.LogCaptureFixture, sql: str
) -> None:
    """After a device was put back no checkpoint is made: the log says so at every try, the audit log once."""
    kiosk = books.enrol()
    books.rate(kiosk, 5, 4)
    assert sign(books) is not None
    with unguarded(books.path) as db:
        db.execute(sql)
    books.now_ms += 24 * HOUR_MS
    with caplog.at_level(logging.CRITICAL):
        assert sign(books) is None
        assert sign(books) is None

    assert len(caplog.records) == 2
    assert [each.subject for each in books.store.events(Action.WENT_BACK)] == [kiosk.id]


def test_a_kiosk_that_knows_more_raises_the_alarm_once(books: Books) -> None:
    """An unknown checkpoint, or a receipt for more than is here: one event an hour, whatever it claims."""
    kiosk = books.enrol()
    books.rate(kiosk, 5)
    kept = sign(books)
    assert kept is not None
    known = checkpoint_hash(kept.signed.payload)

    assert not books.resend(kiosk, 1, witness=known).went_back
    assert books.resend(kiosk, 1, witness="a" * 64).went_back
    assert not books.resend(kiosk, 1, witness="a" * 64).went_back
    assert not books.resend(kiosk, 1, witness="b" * 64).went_back
    books.now_ms += 2 * HOUR_MS
    assert not books.resend(kiosk, 1, witness="a" * 64).went_back
    assert more(books, kiosk)
    assert [each.subject for each in books.store.events(Action.WENT_BACK)] == [kiosk.id] * 2


def more(books: Books, kiosk: Machine) -> bool:
    """Let a kiosk go on behind a record that is not here; says whether that was an alarm."""
    kiosk.bodies += [books.rating(kiosk, 4, 2), books.rating(kiosk, 4, 3)]
    outcome = books.resend(kiosk, 2)
    assert outcome.through == 1
    return outcome.went_back


def test_a_job_that_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    """What nobody expected is critical in the log, and the job comes by again: a disk may be well by then."""

    def broken_clock() -> int:
        raise ArithmeticError("no clock")

    def cancelled() -> int:
        raise asyncio.CancelledError

    with logbook() as log, live(tmp_path, clock=broken_clock) as server:
        assert requests.get(f"{server.url}/healthz", timeout=10).ok

        clocks = iter((broken_clock, broken_clock, now_ms, cancelled))

        def clock() -> int:
            return next(clocks)()

        working = work_by_the_clock(server.writer, clock, SEED, every_s=0.01)
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(working)
        assert server.store.newest_checkpoint() is not None

    told = [fault.splitlines()[0] for fault in log.faults]
    assert told == ["a job has failed; it is tried again in 600 s"] + 2 * [
        "a job has failed; it is tried again in 0 s"
    ]
    assert "ArithmeticError: no clock" in log.faults[0]
