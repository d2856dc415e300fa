"""What happens by the clock: days are closed, and what waited becomes visible."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING

from server.domain.calendar import day_of
from server.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from server.store import Store
    from server.store.writer import Writer

LOG = logging.getLogger("server.jobs")
CLOSE_EVERY_S = 600.0
"""Days are closed no later than this after midnight."""


async def close_days(writer: Writer, now_ms: Callable[[], int]) -> None:
    """Release what became due because a day is over, again and again until cancelled."""
    while True:
        now = now_ms()
        today = day_of(now)
        try:
            released = await writer.run(partial(_close, today, now))
            if released:
                LOG.info("%d releases became visible at the close of a day", released)
        except BusyError:
            LOG.warning("too busy to close the day; will try again")
        await asyncio.sleep(CLOSE_EVERY_S)


def _close(today: date, now: int, store: Store) -> int:
    store.forget_old(now)
    return store.release_due(today)
