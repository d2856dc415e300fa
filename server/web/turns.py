"""Turns: how many batches are taken at a time, and when whoever is turned away comes back.

After an outage all kiosks of a province may come in one moment, and each waits half a minute for its
answer. Were all let in, the last ones would be gone before theirs, and come again with the same batch. So no
more are let in than are done in a few seconds, and each of the others gets a time of its own to come back.
"""

from __future__ import annotations

from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING

from server.web.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_ONCE_MAX = 64
"""Batches that are taken at a time."""
BATCH_S = 0.03
"""What a batch takes, until it is known better."""
BATCH_S_MAX = 1.0
NEWEST_SHARE = 0.05
"""How much the newest batch says about what a batch takes."""
COME_BACK_S_MAX = 120
"""Nobody is sent away for longer, whatever is foreseen."""


class Turns:
    """Gives turns to batches. Of one event loop: it knows no second thread.

    `seconds` is a clock that never goes back.
    """

    def __init__(self, seconds: Callable[[], float], at_once_max: int = AT_ONCE_MAX) -> None:
        self._seconds = seconds
        self._at_once_max = at_once_max
        self._taken = 0
        self._batch_s = BATCH_S
        self._ended_at = 0.0
        self._foreseen_at = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have a turn for as long as this lasts. Raises `Refusal`: busy, and when to come back."""
        if self._taken >= self._at_once_max:
            raise Refusal("busy", retry_after_s=self._come_back_s())
        if not self._taken:
            self._ended_at = self._seconds()
        self._taken += 1
        try:
            yield
            self._learn()
        finally:
            self._taken -= 1

    def _learn(self) -> None:
        """See how much later than the one before this batch ended: so long a batch takes."""
        now = self._seconds()
        took_s = min(BATCH_S_MAX, now - self._ended_at)
        self._batch_s += NEWEST_SHARE * (took_s - self._batch_s)
        self._ended_at = now

    def _come_back_s(self) -> int:
        """Return in how many seconds a batch is foreseen, behind those that were sent away before."""
        now = self._seconds()
        first = now + self._taken * self._batch_s
        self._foreseen_at = min(max(self._foreseen_at, first) + self._batch_s, now + COME_BACK_S_MAX)
        return max(1, ceil(self._foreseen_at - now))
