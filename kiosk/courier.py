"""Carries out what the engine decides, one exchange at a time, and tells the engine what came of it.

It has no thread and no clock of its own: `kiosk.sync` runs it beside the screens.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec.structs import replace

from kiosk import keyfile, succession
from kiosk.engine import (
    AskBack,
    AskConfig,
    End,
    Engine,
    Event,
    Failed,
    Mended,
    Remedy,
    Send,
    Settled,
    Succeed,
    Trouble,
    on,
)
from kiosk.errors import ConfigError, DiskError, OutboxError
from kiosk.value import Value
from server.protocol.messages import Batch, Health, KioskConfig, ReadmissionRequest, Sent, Signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.engine import Action
    from kiosk.keyfile import Identity
    from kiosk.outbox import Outbox, Queue
    from kiosk.system import Clock
    from kiosk.uplink import Uplink
    from server.protocol.messages import Receipt

LOG = logging.getLogger("kiosk.sync")
T = TypeVar("T")


class Shore(Value, frozen=True):
    """All that a courier works with. `identity` is whose records it begins to send."""

    outbox: Outbox
    identity: Identity
    data_dir: Path
    open_uplink: Callable[[Identity], Uplink]
    clock: Clock
    chance: Callable[[int], bytes]
    jitter: Callable[[], float]
    """From 0 to 1."""
    software: str
    free_mb: Callable[[], int]
    told: Callable[[Signed, KioskConfig], bool]
    """Keeps a new config; says whether it did."""
    became: Callable[[Identity], None]
    """Hears that this machine is another device now."""

    def token(self) -> str:
        """Return a nonce."""
        return self.chance(16).hex()


class News(Value, frozen=True):
    """How the link stands: when the server last sent a receipt (its own time), and what is wrong since."""

    received_at: str = ""
    trouble: str = ""


class OnWriter(Protocol):
    """Runs a job on the one thread that may use the outbox, and waits for what it returns or raises."""

    def __call__(self, job: Callable[[], T], /) -> T:
        """Run it."""


class Courier:
    """An engine, and hands."""

    def __init__(self, shore: Shore, engine: Engine, on_writer: OnWriter) -> None:
        self.engine = engine
        self.news = News()
        self._shore = shore
        self._job = on_writer
        self._identity = shore.identity
        self._uplink = shore.open_uplink(shore.identity)
        self._etag = ""
        self._wanted = ""

    def happened(self, event: Event) -> None:
        """Ask the engine what follows, do it, and tell the engine what came of it."""
        before = self.engine
        self.engine, actions = on(before, event, self._shore.clock.now_s(), self._shore.jitter())
        if isinstance(event, Failed):
            self.news = News(self.news.received_at, event.trouble.code)
            if before.failures == 0:
                LOG.warning("no receipt: %s", event.trouble.code)
        for action in actions:
            follows = self._do(action)
            if follows is not None:
                self.happened(follows)

    def _do(self, action: Action) -> Event | None:
        try:
            match action:
                case Send(limit):
                    return self._send(limit)
                case AskConfig():
                    return self._ask_config()
                case AskBack():
                    return self._ask_back()
                case Succeed(end):
                    return self._succeed(end)
        except (DiskError, OSError) as error:
            LOG.error("the disk refuses: %s", error)  # noqa: TRY400 - the text says it all
            return Failed(Trouble(Remedy.RETRY_LATER, "disk"))

    def _send(self, limit: int) -> Event:
        """Send one batch and believe its receipt, or name the trouble."""
        try:
            batch = self._job(lambda: self._batch(limit))
        except OutboxError as error:
            LOG.error("%s", error)  # noqa: TRY400 - the text says it all
            return Failed(Trouble(Remedy.SUCCEED, End.DAMAGED.value))
        self._wanted = ""
        answer = self._uplink.send(batch)
        if isinstance(answer, Trouble):
            return Failed(answer)
        ended, queue = self._job(lambda: self._settle(answer))
        if ended is not None:
            return Failed(Trouble(Remedy.SUCCEED, ended.value))
        self.news = News(answer.received_at)
        self._wanted = answer.want[0] if answer.want else ""
        if batch.records:
            LOG.debug("the server has %d records", answer.through)
            if answer.through == batch.after:  # a receipt for what it had: at once again would be a storm
                return Failed(Trouble(Remedy.RETRY_LATER, "no_progress"))
        return Settled(queue.waiting)

    def _batch(self, limit: int) -> Batch:
        """Return what is to be sent; runs on the writer's thread. Raises `DiskError`, `OutboxError`."""
        shore = self._shore
        stretch = shore.outbox.stretch(limit)
        return Batch(
            v=1,
            device=self._identity.enrolment.device,
            after=stretch.after,
            records=[
                Sent(body=body.decode(), asides=list(asides))
                for body, asides in zip(stretch.bodies, stretch.asides, strict=True)
            ],
            head=stretch.head,
            boot=shore.clock.boot,
            mono_ms=shore.clock.mono_ms(),
            sent_at=shore.clock.moment(),
            nonce=shore.token(),
            health=Health(
                software=shore.software,
                queued=shore.outbox.queue().waiting,
                clock_ok=shore.clock.is_sane(),
                free_mb=shore.free_mb(),
                stuck=self.engine.stopped,
            ),
            witness=shore.outbox.witness(),
            told=keyfile.config_of(shore.data_dir, self._wanted) if self._wanted else None,
        )

    def _settle(self, receipt: Receipt) -> tuple[End | None, Queue]:
        """Believe a receipt; runs on the writer's thread. Raises `DiskError`."""
        outbox = self._shore.outbox
        days = (moment[: len("2026-11-23")] for moment in (receipt.received_at, self._shore.clock.moment()))
        ended = outbox.settle(receipt.through, receipt.head, *days)
        if receipt.checkpoint is not None and ended is None:
            outbox.keep_checkpoint(receipt.checkpoint, receipt.received_at)
        return ended, outbox.queue()

    def _ask_config(self) -> Event | None:
        """Ask what was decided. The version is remembered only once the kiosk has kept it."""
        answer = self._uplink.ask_config(self._shore.token(), self._etag)
        if isinstance(answer, Trouble):
            return Failed(answer)
        if answer is not None and self._shore.told(answer.signed, answer.config):
            self._etag = answer.etag
        return None

    def _ask_back(self) -> Event:
        """Ask a server that has forgotten this device to take it in again."""
        identity = self._identity
        request = ReadmissionRequest(
            v=1,
            device=identity.enrolment.device,
            enrolment=identity.membership.enrolment,
            nonce=self._shore.token(),
            ancestors=[*identity.membership.ancestors],
        )
        trouble = self._uplink.ask_back(request)
        return Mended() if trouble is None else Failed(_for_a_human(trouble))

    def _succeed(self, end: End) -> Event:
        """Become another device, which carries home what this one cannot send."""
        shore = self._shore
        steps = succession.Steps(shore.data_dir, shore.chance, shore.software)
        try:
            named = succession.name(steps, self._identity, end, self._uplink)
            if isinstance(named, Trouble):
                return Failed(_for_a_human(named))
            self._job(lambda: shore.outbox.succeed(named.enrolment.device, named.anchor))
        except (ConfigError, OutboxError) as error:
            LOG.error("%s", error)  # noqa: TRY400 - the text says it all
            return Failed(Trouble(Remedy.CALL_HUMAN, "successor"))
        LOG.warning(
            "%s goes on as %s: %s", self._identity.enrolment.device, named.enrolment.device, end.value
        )
        succession.complete(steps)
        self._identity, self._etag, self._wanted = named, "", ""
        self._uplink = shore.open_uplink(named)
        shore.became(named)
        return Mended()


def _for_a_human(trouble: Trouble) -> Trouble:
    """Return a trouble of what should have mended another one: it is not mended in turn."""
    if trouble.remedy in {Remedy.ASK_BACK, Remedy.SUCCEED}:
        return replace(trouble, remedy=Remedy.CALL_HUMAN)
    return trouble
