"""What happens by the clock: days are closed, the book is signed as it is, what is too old is deleted."""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from server.alerting import look, tell
from server.domain.audit import SERVER
from server.domain.calendar import day_of, moment_of
from server.domain.retention import COMMENTS_KEPT_MONTHS, is_night, kept_since
from server.errors import BusyError, CommandError
from server.protocol.checkpoint import FIRST, Checkpoint, checkpoint_hash, decode_checkpoint, heads_hash
from server.protocol.messages import seal
from server.store import KeptCheckpoint

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from server.alerting import Post
    from server.domain.calendar import Period
    from server.protocol.checkpoint import DeviceHead
    from server.store import Store
    from server.store.writer import Writer

    Token = Callable[[int], str]

LOG = logging.getLogger("server.jobs")
CLOSE_EVERY_S = 600.0
"""Days are closed, and checkpoints are made, no later than this after their time."""
LET_GO_MAX = 200
"""Comments that are deleted at a time: nobody who rates meanwhile is to wait for it."""
CHECKPOINT_EVERY_MS = 3600 * 1000
"""How often the whole book is signed, if anything in it changed."""


async def work_by_the_clock(
    writer: Writer,
    now_ms: Callable[[], int],
    seed: bytes,
    every_s: float = CLOSE_EVERY_S,
    token: Token = secrets.token_hex,
    post: Post | None = None,
) -> None:
    """Close days and make checkpoints, again and again until cancelled. `seed` is the signing key.

    `token` returns so many random bytes as hex; `post` says who is told of alerts, None: nobody but whoever
    opens the page.
    """
    while True:
        job = asyncio.create_task(_work(writer, now_ms, seed, token, post))
        try:
            await asyncio.wait([job])
        finally:
            job.cancel()
        if (error := job.exception()) is not None:
            # a disk that fails today may be well tomorrow, and the days must be closed then
            LOG.critical("a job has failed; it is tried again in %.0f s", every_s, exc_info=error)
        await asyncio.sleep(every_s)


async def _work(
    writer: Writer, now_ms: Callable[[], int], seed: bytes, token: Token, post: Post | None
) -> None:
    await work_once(writer, now_ms(), seed, token)
    if post is not None:
        with suppress(BusyError):  # what was not sent is sent the next time
            await tell(writer, now_ms(), post)


async def work_once(writer: Writer, now: int, seed: bytes, token: Token = secrets.token_hex) -> None:
    """Close days and make a checkpoint, if it is time `now` (UTC milliseconds). `seed` is the signing key."""
    try:
        released = await writer.run(partial(_close, day_of(now), now))
        await writer.run(partial(make_checkpoint, seed=seed, now_ms=now))
        gone = await writer.run(partial(let_go, now_ms=now))
        await _publish_months(writer, day_of(now))
        comments = await writer.run(partial(close_comments, today=day_of(now), token=token))
        keys = await writer.run(partial(destroy_keys, now_ms=now))
        raised = await writer.run(partial(look, now_ms=now))
    except BusyError:
        LOG.warning("too busy to close the day; will try again")
    else:
        if released:
            LOG.info("%d releases became visible at the close of a day", released)
        if gone:
            LOG.info("%d comments were deleted: they are older than is promised", gone)
        if comments:
            LOG.info("%d comments became visible at the close of a day", comments)
        if keys:
            LOG.info("%d keys of dossiers were destroyed: their quarter is over", keys)
        if raised:
            LOG.info("%d alerts were raised", raised)


async def _publish_months(writer: Writer, today: date) -> None:
    """Publish the tables of months that have settled, each in a transaction of its own."""
    for center, month in await writer.run(lambda store: store.months_due(today)):
        cells = await writer.run(partial(publish, center=center, month=month))
        LOG.info("center %d: the tables of %s were published, %d figures", center, month.key, cells)


def make_checkpoint(store: Store, *, seed: bytes, now_ms: int) -> KeptCheckpoint | None:
    """Sign the whole book as it is, in the open transaction, if it is time; returns what was signed.

    It is time every hour if anything changed, and with each new day. Nothing is signed that contradicts
    what was signed before: whoever restored an older book is told, and kiosks send again what is missing.
    """
    before = store.newest_checkpoint()
    heads, known = store.device_heads(), {each.device: each for each in store.signed_device_heads()}
    if gone := _gone_back(heads, known):
        LOG.critical("no checkpoint is signed: %s", gone)
        store.alarm(gone.partition(" ")[0], gone.partition(" ")[2], now_ms, 0)
        return None
    moved = [each for each in heads if known.get(each.device) != each]
    audit = store.audit_head()[1]
    if before is not None and not _is_time(before, now_ms, changed=bool(moved) or _audit_of(before) != audit):
        return None
    number = 1 if before is None else before.number + 1
    signed = seal(
        seed,
        Checkpoint(
            v=1,
            number=number,
            made_at=moment_of(now_ms),
            devices=len(heads),
            heads=heads_hash(heads),
            audit=audit,
            previous=FIRST if before is None else before.hash,
        ),
    )
    kept = KeptCheckpoint(number, signed, now_ms // 1000 * 1000, checkpoint_hash(signed.payload))
    store.add_checkpoint(kept, moved)
    return kept


def publish(store: Store, *, center: int, month: Period) -> int:
    """Publish the tables of a month by counter, officer and procedure; returns how many figures they have."""
    return store.publish_month(center, month)


def close_comments(store: Store, *, today: date, token: Token) -> int:
    """Make comments visible that have become due with the days before today; returns how many."""
    return store.release_comments(today, token)


def let_go(store: Store, *, now_ms: int) -> int:
    """Delete comments that are older than citizens were promised, at night; returns how many ratings had one.

    It is a decision like any other, with an event each, so that a restored book deletes them again.
    """
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    if not is_night(now):
        return 0
    before = int(kept_since(now).timestamp() * 1000)
    gone = 0
    for device, seq in store.old_comments(before, LET_GO_MAX):
        with suppress(CommandError):  # a copy of one before it, which went with that
            store.forget_aside(device, seq, "comment", SERVER, f"older than {COMMENTS_KEPT_MONTHS} months")
            gone += 1
    return gone


def destroy_keys(store: Store, *, now_ms: int) -> int:
    """Destroy keys of dossiers whose quarter and grace are over, at night; returns how many there were."""
    if not is_night(datetime.fromtimestamp(now_ms / 1000, UTC)):
        return 0
    return store.destroy_dossier_keys(day_of(now_ms))


def _is_time(before: KeptCheckpoint, now_ms: int, *, changed: bool) -> bool:
    if day_of(before.made_ms) != day_of(now_ms):
        return True
    return changed and now_ms - before.made_ms >= CHECKPOINT_EVERY_MS


def _audit_of(before: KeptCheckpoint) -> str:
    return decode_checkpoint(before.signed.payload).audit


def _gone_back(heads: list[DeviceHead], known: dict[str, DeviceHead]) -> str:
    """Name a device, and how it contradicts the newest checkpoint, if one does."""
    now = {each.device: each for each in heads}
    for device, signed in known.items():
        here = now.get(device)
        if here is None or here.seq < signed.seq:
            return f"{device} has come to {0 if here is None else here.seq}, signed was {signed.seq}"
        if here.seq == signed.seq and here != signed:
            return f"{device} has another record {here.seq} than the one signed"
    return ""


def _close(today: date, now: int, store: Store) -> int:
    store.forget_old(now)
    store.forget_offers(now)
    return store.release_due(today)
