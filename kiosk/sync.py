"""The thread that runs the engine over outbox and uplink, at its own pace.

It never touches the screen: what the kiosk should know comes back through the
`told` callback, on this thread.
"""

from __future__ import annotations

import logging
import random
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from kiosk.engine import (
    AskConfig,
    Engine,
    Event,
    Failed,
    Recorded,
    Remedy,
    Send,
    Settled,
    Trouble,
    Wanted,
    Woke,
    on,
)
from kiosk.errors import DiskError, OutboxError
from server.protocol.messages import Batch, Health, KioskConfig, Sent, Signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from kiosk.engine import Action
    from kiosk.outbox import Outbox
    from kiosk.system import Clock
    from kiosk.uplink import Uplink

LOG = logging.getLogger("kiosk.sync")
T = TypeVar("T")
END_S_MAX = 1.0


@dataclass(frozen=True, slots=True)
class Shore:
    """All that the thread works with. `writer` is the one thread that may use the outbox."""

    outbox: Outbox
    writer: Executor
    open_uplink: Callable[[], Uplink]
    clock: Clock
    token: Callable[[int], str]
    device: str
    software: str
    free_mb: Callable[[], int]
    told: Callable[[Signed, KioskConfig], bool]
    """Keeps a new config; says whether it did."""


@dataclass(frozen=True, slots=True)
class News:
    """How the link stands: when the server last sent a receipt (its own time), and what is wrong since."""

    received_at: str = ""
    trouble: str = ""


class Sync:
    """One thread, one exchange at a time, one engine that decides."""

    def __init__(self, shore: Shore, engine: Engine) -> None:
        self._shore = shore
        self._engine = engine
        self._etag = ""
        self._wake = threading.Event()
        self._recorded = threading.Event()
        self._wanted = threading.Event()
        self._news = News()
        self._ending = threading.Event()
        # daemon: a hanging exchange must not keep an ended kiosk alive
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def recorded(self) -> None:
        """Tell it that a rating was stored. From any thread; never waits."""
        self._recorded.set()
        self._wake.set()

    def hurry(self) -> None:
        """Talk to the server now. From any thread; never waits."""
        self._wanted.set()
        self._wake.set()

    def news(self) -> News:
        """Say how the link stands. From any thread."""
        return self._news

    def stop(self) -> None:
        """Ask it to end, and wait a little for an exchange under way. May be called twice."""
        self._ending.set()
        self._wake.set()
        self._thread.join(END_S_MAX)

    def _run(self) -> None:
        uplink = self._shore.open_uplink()
        while not self._ending.is_set():
            if self._recorded.is_set():
                self._recorded.clear()
                self._happened(Recorded(), uplink)
            if self._wanted.is_set():
                self._wanted.clear()
                self._happened(Wanted(), uplink)
            self._happened(Woke(), uplink)
            self._wake.wait(max(0.0, self._engine.due - self._shore.clock.now_s()))
            self._wake.clear()

    def _happened(self, event: Event, uplink: Uplink) -> None:
        """Ask the engine what follows, do it, and tell the engine what came of it."""
        before = self._engine
        self._engine, actions = on(before, event, self._shore.clock.now_s(), random.random())  # noqa: S311 - jitter is no secret
        if isinstance(event, Failed):
            self._news = News(self._news.received_at, event.trouble.code)
            if before.failures == 0:
                LOG.warning("no receipt: %s", event.trouble.code)
        for action in actions:
            follows = self._do(action, uplink)
            if follows is not None:
                self._happened(follows, uplink)

    def _do(self, action: Action, uplink: Uplink) -> Event | None:
        match action:
            case Send(limit):
                try:
                    return self._send(limit, uplink)
                except DiskError as error:
                    LOG.error("the outbox cannot be used: %s", error)  # noqa: TRY400 - the text says it all
                    return Failed(Trouble(Remedy.RETRY_LATER, "disk"))
                except OutboxError as error:
                    LOG.error("%s", error)  # noqa: TRY400 - the text says it all
                    return Failed(Trouble(Remedy.CALL_HUMAN, "outbox_damaged"))
            case AskConfig():
                return self._ask_config(uplink)

    def _send(self, limit: int, uplink: Uplink) -> Event:
        """Send one batch and believe its receipt, or name the trouble."""
        shore = self._shore
        stretch = self._on_writer(lambda: shore.outbox.stretch(limit))
        queue = self._on_writer(shore.outbox.queue)
        batch = Batch(
            v=1,
            device=shore.device,
            after=stretch.after,
            records=[
                Sent(body=body.decode(), asides=list(asides))
                for body, asides in zip(stretch.bodies, stretch.asides, strict=True)
            ],
            head=stretch.head,
            boot=shore.clock.boot,
            mono_ms=shore.clock.mono_ms(),
            sent_at=shore.clock.moment(),
            nonce=shore.token(16),
            health=Health(
                software=shore.software,
                queued=queue.waiting,
                clock_ok=shore.clock.is_sane(),
                free_mb=shore.free_mb(),
                stuck=self._engine.stopped,
            ),
        )
        answer = uplink.send(batch)
        if isinstance(answer, Trouble):
            return Failed(answer)
        if not self._on_writer(lambda: shore.outbox.settle(answer.through, answer.head)):
            return Failed(Trouble(Remedy.CALL_HUMAN, "unknown_head"))
        self._news = News(answer.received_at)
        if batch.records:
            LOG.debug("the server has %d records", answer.through)
        return Settled(self._on_writer(shore.outbox.queue).waiting)

    def _ask_config(self, uplink: Uplink) -> Event | None:
        """Ask what was decided. The version is remembered only once the kiosk has kept it."""
        answer = uplink.ask_config(self._shore.token(16), self._etag)
        if isinstance(answer, Trouble):
            return Failed(answer)
        if answer is not None and self._shore.told(answer.signed, answer.config):
            self._etag = answer.etag
        return None

    def _on_writer(self, job: Callable[[], T]) -> T:
        try:
            return self._shore.writer.submit(job).result()
        except RuntimeError:
            if self._ending.is_set():  # the writer has closed: this thread is the last one in the hall
                raise SystemExit from None
            raise
