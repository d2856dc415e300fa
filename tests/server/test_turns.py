"""Whoever comes when too many do waits for a turn, or is sent away with a time of its own."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from server.web.problems import Refusal
from server.web.turns import BATCH_S, COME_BACK_S_MAX, EARLY_SHARE, WAIT_S_MAX, Turns
from tests.server.live import a_hand, assert_problem, live

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

    from requests import Response


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time, in seconds."""
        return self.now


async def sent_away(turns: Turns) -> int:
    """Return in how many seconds somebody is to come back who gets no turn."""
    with pytest.raises(Refusal) as refused:
        async with turns.turn():
            pass
    assert refused.value.code == "busy"
    assert refused.value.retry_after_s is not None
    return refused.value.retry_after_s


async def all_sent_away(turns: Turns, count: int) -> list[int]:
    """Return the times of so many who come while the only turn is taken."""
    async with turns.turn():
        return [await sent_away(turns) for _ in range(count)]


def test_turns_are_given_in_the_order_of_coming() -> None:
    """So many are worked on together; of those who wait the first comes first, none overtakes another."""
    done: list[int] = []
    most = here = 0

    async def come(turns: Turns, number: int) -> None:
        nonlocal most, here
        async with turns.turn():
            here += 1
            most = max(most, here)
            await asyncio.sleep(0)
            done.append(number)
            here -= 1

    async def story() -> None:
        turns = Turns(Clock(), at_once=3)
        await asyncio.gather(*(come(turns, number) for number in range(20)))

    asyncio.run(story())
    assert done == list(range(20))
    assert most == 3


def test_who_would_wait_too_long_is_sent_away() -> None:
    """As soon as those who wait are too many, the next ones are asked to come back; later they are not."""

    async def story() -> None:
        turns = Turns(Clock(), at_once=1, waiting_max=1)
        async with turns.turn():
            waits = asyncio.ensure_future(_pass(turns))
            await asyncio.sleep(0)
            assert await sent_away(turns) == 1
        await waits
        await _pass(turns)

    asyncio.run(story())


async def _pass(turns: Turns) -> None:
    async with turns.turn():
        pass


def test_each_comes_back_at_a_time_of_its_own() -> None:
    """The times are nearly as far apart as a batch takes: a thousand kiosks do not come back together."""
    waits = asyncio.run(all_sent_away(Turns(Clock(), at_once=1, waiting_max=0), 1000))

    assert all(before <= after for before, after in pairwise(waits))
    assert waits[-1] == pytest.approx(1000 * EARLY_SHARE * BATCH_S, abs=1)
    assert max(waits.count(second) for second in waits) <= 1 / (EARLY_SHARE * BATCH_S) + 1


def test_a_slow_server_lets_fewer_wait_and_sends_them_away_for_longer() -> None:
    """What batches take is learned from those that were taken, however many had a turn together."""
    clock = Clock()
    turns = Turns(clock, at_once=1000)

    async def come_together(count: int) -> None:
        async with AsyncExitStack() as together:
            for _ in range(count):
                await together.enter_async_context(turns.turn())
            clock.now += 10.0

    async def story() -> tuple[int, list[int]]:
        for _ in range(40):
            await come_together(10)
        async with AsyncExitStack() as together:
            for count in range(1000):
                try:
                    await together.enter_async_context(turns.turn())
                except Refusal:
                    return count, [await sent_away(turns) for _ in range(50)]
        return 0, []

    count, waits = asyncio.run(story())
    # ten together, of which a single one counts no more than a second: about a tenth of one each
    assert WAIT_S_MAX / count == pytest.approx(0.1, rel=0.3)
    assert waits[-1] - waits[0] == pytest.approx(50 * EARLY_SHARE * WAIT_S_MAX / count, abs=1)


def test_a_batch_that_is_refused_teaches_nothing() -> None:
    """A stranger whose batches are refused at once does not make the server look fast."""
    turns = Turns(Clock(), at_once=1, waiting_max=0)

    async def refused() -> None:
        async with turns.turn():
            raise Refusal("bad_signature")

    for _ in range(1000):
        with pytest.raises(Refusal):
            asyncio.run(refused())

    waits = asyncio.run(all_sent_away(turns, 1000))
    assert waits[-1] == pytest.approx(1000 * EARLY_SHARE * BATCH_S, abs=1)


def test_nobody_is_sent_away_for_ever() -> None:
    """However many come, nobody waits longer than two minutes; later the times begin anew."""
    clock = Clock()
    turns = Turns(clock, at_once=1, waiting_max=0)

    assert max(asyncio.run(all_sent_away(turns, 100_000))) == COME_BACK_S_MAX
    clock.now += COME_BACK_S_MAX
    assert asyncio.run(all_sent_away(turns, 1)) == [1]


def test_who_was_sent_away_is_served_later(tmp_path: Path) -> None:
    """A batch that comes while the server has its hands full is refused before it is read, then taken."""
    turns = Turns(time.monotonic, at_once=1, waiting_max=0)
    with live(tmp_path, turns=turns) as server:
        hand = a_hand(server)
        hand.rate(5)

        async def meanwhile(asked: Awaitable[Response]) -> Response:
            async with turns.turn():
                return await asked

        answer = asyncio.run(meanwhile(asyncio.to_thread(hand.post, hand.batch(0))))
        assert_problem(answer, 503, "busy", signed=False)
        assert int(answer.headers["Retry-After"]) >= 1
        assert server.store.record_count() == 0

        assert hand.send().through == 1
