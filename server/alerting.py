"""What is looked for by the clock, raised once, and sent outside of every transaction."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from server import notify
from server.domain import alerts
from server.domain.calendar import day_of
from server.domain.fleet import QUIET_MS
from server.domain.openings import together
from server.domain.province import USUAL_DAYS
from server.errors import CommandError
from server.web.alert_words import message

if TYPE_CHECKING:
    from pathlib import Path

    from server.domain.alerts import Alert, Found, Machine
    from server.domain.openings import Timetable
    from server.store import Store
    from server.store.writer import Writer
    from server.web.catalog import Words

LOG = logging.getLogger("server.alerting")
EVENTS_MAX: Final = 200
"""So many of the newest events are looked through for a book that went back."""
SEND_S_MAX: Final = 60.0
"""So long a message may take to all of its addresses."""


@dataclass(frozen=True, slots=True)
class Post:
    """Who is told of alerts, and in which words. `file` has the addresses."""

    file: Path
    public_url: str
    words: Words


def look(store: Store, *, now_ms: int) -> int:
    """Look for what is wrong now, in the open transaction; returns how many alerts were raised."""
    return store.raise_alerts(_found(store, now_ms), now_ms)


def _found(store: Store, now_ms: int) -> list[Found]:
    machines, today = store.machines(), day_of(now_ms)
    found = list(alerts.of_machines(machines, _timetables(store, machines, now_ms), now_ms))
    found += alerts.went_back(store.newest_events(None, EVENTS_MAX), machines, now_ms)
    if store.begin_alert_day(today):  # days are judged once they are over
        found += alerts.falls(store.releases_of_all(today - timedelta(days=alerts.CHART_DAYS), today), today)
        days = store.center_release_days(today - timedelta(days=USUAL_DAYS), today)
        found += alerts.silences(store.centers(), days, store.center_kiosks(), (today, now_ms))
    return found


def _timetables(store: Store, machines: list[Machine], now_ms: int) -> dict[int, Timetable]:
    """Return the hours of the centers that somebody may ask about: those with a kiosk that is quiet."""
    quiet = {each.center for each in machines if now_ms - each.seen_ms > QUIET_MS}
    if not quiet:
        return {}
    whole, own = store.timetable(None), set(store.centers_with_hours())
    return {code: together(whole, store.timetable(code)) if code in own else whole for code in quiet}


async def tell(writer: Writer, now_ms: int, post: Post) -> int:
    """Send what nobody has sent yet; returns how many alerts that were.

    Who takes an alert in hand decides the writer's transaction, so that of several servers one sends it. What
    no address took is taken in hand again after a while, and given up after a day.
    """
    taken = await writer.run(lambda store: store.take_alerts(now_ms))
    if not taken:
        return 0
    names = await writer.run(lambda store: {each.code: each.name for each in store.centers()})
    if await _sent(taken, names, post):
        await writer.run(partial(_note_sent, taken=taken, now_ms=now_ms))
        return len(taken)
    return 0


def _note_sent(store: Store, *, taken: list[Alert], now_ms: int) -> None:
    store.alerts_sent([each.id for each in taken], now_ms)


async def _sent(taken: list[Alert], names: dict[int, str], post: Post) -> bool:
    title, body = message(taken, names, post.public_url, post.words)
    try:
        work = asyncio.to_thread(lambda: notify.send(notify.addresses(post.file), title, body))
        return await asyncio.wait_for(work, SEND_S_MAX) > 0
    except CommandError as error:
        LOG.error("%d alerts could not be sent: %s", len(taken), error)  # noqa: TRY400 - it says all there is
    except TimeoutError:
        LOG.error("%d alerts could not be sent within %.0f s", len(taken), SEND_S_MAX)  # noqa: TRY400 - the same
    return False
