"""Turns: how many batches are worked on at a time, how many may wait, and when the others come back.

After an outage all kiosks of a province may come in one moment, and each has half a minute of patience. Were
all let in, the last ones would be gone before their answer, and come again with the same batch. So no more
wait than are done in a few seconds, each of the others gets a time of its own to come back, and so few
are worked on together that a manager's page finds room between them.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from math import ceil
from typing import TYPE_CHECKING

from server.web.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

AT_ONCE = 16
"""Batches that are worked on together: enough for the writer to have the next group when one is done."""
WAITING_MAX = 500
WAIT_S_MAX = 8.0
"""No more batches wait than these, nor than are done in this time."""
BATCH_S = 0.015
"""What a batch takes, until it is known better."""
BATCH_S_MAX = 1.0
NEWEST_SHARE = 0.05
"""How much the newest batch says about what a batch takes."""
EARLY_SHARE = 0.4
"""After this much of the time that is foreseen they come back: better some wait than the server does."""
COME_BACK_S_MAX = 120
"""Nobody is sent away for longer, whatever is foreseen."""


class Turns:
    """Gives turns to batches, in the order in which they came. Of one event loop: it knows no second thread.

    `seconds` is a clock that never goes back.
    """

    def __init__(
        self, seconds: Callable[[], float], at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX
    ) -> None:
        self._seconds = seconds
        self._at_once = asyncio.Semaphore(at_once)
        self._here_max = at_once + waiting_max
        self._here = 0
        self._batch_s = BATCH_S
        self._ended_at = 0.0
        self._foreseen_at = 0.0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Have a turn for as long as this lasts. Raises `Refusal`: busy, and when to come back."""
        if self._here >= self._here_max or self._here * self._batch_s > WAIT_S_MAX:
            raise Refusal("busy", retry_after_s=self._come_back_s())
        if not self._here:
            self._ended_at = self._seconds()
        self._here += 1
        try:
            async with self._at_once:
                yield
            self._learn()
        finally:
            self._here -= 1

    def _learn(self) -> None:
        """See how much later than the one before this batch ended: so long a batch takes."""
        now = self._seconds()
        took_s = min(BATCH_S_MAX, now - self._ended_at)
        self._batch_s += NEWEST_SHARE * (took_s - self._batch_s)
        self._ended_at = now

    def _come_back_s(self) -> int:
        """Return in how many seconds a batch is foreseen, behind those that were sent away before."""
        now, batch_s = self._seconds(), EARLY_SHARE * self._batch_s
        first = now + self._here * batch_s
        self._foreseen_at = min(max(self._foreseen_at, first) + batch_s, now + COME_BACK_S_MAX)
        return max(1, ceil(self._foreseen_at - now))
