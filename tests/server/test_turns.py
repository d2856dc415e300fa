"""Whoever comes when too many do is sent away with a time of its own, and loses nothing."""

from __future__ import annotations

import time
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from server.web.problems import Refusal
from server.web.turns import BATCH_S, COME_BACK_S_MAX, Turns
from tests.server.live import a_hand, assert_problem, live

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.now


def sent_away(turns: Turns) -> int:
    """Return in how many seconds somebody is to come back who gets no turn."""
    with pytest.raises(Refusal) as refused, turns.turn():
        pass
    assert refused.value.code == "busy"
    assert refused.value.retry_after_s is not None
    return refused.value.retry_after_s


def test_as_many_have_a_turn_as_there_are() -> None:
    """Whoever comes while all turns are taken is sent away, and who comes after one ended is not."""
    turns = Turns(Clock(), at_once_max=2)
    with turns.turn():
        with turns.turn():
            assert sent_away(turns) == 1
        with turns.turn():
            pass


def test_each_comes_back_at_a_time_of_its_own() -> None:
    """The times are as far apart as a batch takes: a thousand kiosks do not come back in one moment."""
    turns = Turns(Clock(), at_once_max=1)
    with turns.turn():
        waits = [sent_away(turns) for _ in range(1000)]

    assert all(before <= after for before, after in pairwise(waits))
    assert waits[-1] == pytest.approx(1000 * BATCH_S, abs=1)
    assert max(waits.count(second) for second in waits) <= 1 / BATCH_S + 1


def test_a_slow_server_sends_them_away_for_longer() -> None:
    """What batches take is learned from those that were taken, however many had a turn together."""
    clock = Clock()
    turns = Turns(clock, at_once_max=10)
    for _ in range(40):
        with ExitStack() as together:
            for _ in range(10):
                together.enter_context(turns.turn())
            clock.now += 2.0
    with ExitStack() as together:
        for _ in range(10):
            together.enter_context(turns.turn())
        waits = [sent_away(turns) for _ in range(100)]

    assert waits[-1] > 10 * BATCH_S * 100 / 10
    assert waits[-1] <= COME_BACK_S_MAX


def test_a_batch_that_is_refused_teaches_nothing() -> None:
    """A stranger whose batches are refused at once does not make the server look fast."""
    clock = Clock()
    turns = Turns(clock, at_once_max=1)
    for _ in range(1000):
        with pytest.raises(Refusal), turns.turn():
            raise Refusal("bad_signature")
    with turns.turn():
        waits = [sent_away(turns) for _ in range(1000)]

    assert waits[-1] == pytest.approx(1000 * BATCH_S, abs=1)


def test_nobody_is_sent_away_for_ever() -> None:
    """However many come, nobody waits longer than two minutes; later the times begin anew."""
    clock = Clock()
    turns = Turns(clock, at_once_max=1)
    with turns.turn():
        assert max(sent_away(turns) for _ in range(100_000)) == COME_BACK_S_MAX
        clock.now += COME_BACK_S_MAX
        assert sent_away(turns) == 1


def test_who_was_sent_away_is_served_later(tmp_path: Path) -> None:
    """A batch that comes while the server has its hands full is refused before it is read, then taken."""
    turns = Turns(time.monotonic, at_once_max=1)
    with live(tmp_path, turns=turns) as server:
        hand = a_hand(server)
        hand.rate(5)
        with turns.turn():
            answer = hand.post(hand.batch(0))
        assert_problem(answer, 503, "busy", signed=False)
        assert int(answer.headers["Retry-After"]) >= 1
        assert server.store.record_count() == 0

        assert hand.send().through == 1
