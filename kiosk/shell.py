"""The imperative shell around a visit.

`Kiosk` turns touches into events, asks `visit.step` what follows, and has the
effects carried out on the thread that owns them. Every result comes back to the
Kivy thread at one place, `Kiosk._later`.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

from kiosk import admission, keyfile, system
from kiosk.engine import Engine, Pace
from kiosk.errors import ConfigError, DiskError, OutboxError
from kiosk.outbox import Draft, Outbox
from kiosk.sync import Shore, Sync
from kiosk.ui.scenes import Scene, Setup, SetupState
from kiosk.visit import Refused, Rules, SaveDraft, Seal, Stage, Stored, Ticked, idle, step
from server.protocol.record import anchor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.config import Config
    from kiosk.keyfile import Identity
    from kiosk.uplink import Uplink
    from kiosk.visit import Effect, Event, Visit
    from server.protocol.messages import KioskConfig, Signed

LOG = logging.getLogger("kiosk")
BEGIN_AGAIN_S = 10.0
"""How long to wait before a disk that refused is tried again."""
NEVER_AGAIN = float("inf")


@dataclass(frozen=True, slots=True)
class Machine:
    """What the shell is given of the world around it."""

    config: Config
    clock: system.Clock
    chance: Callable[[int], bytes]
    software: str


@dataclass(frozen=True, slots=True)
class Link:
    """An enrolled machine's outbox, and the thread that empties it."""

    identity: Identity
    outbox: Outbox
    sync: Sync


class Screens(Protocol):
    """What draws, and the one door back to its thread."""

    def show(self, visit: Visit, scene: Scene) -> None:
        """Draw a visit."""

    def show_setup(self, setup: Setup) -> None:
        """Draw what the technician must know or do."""

    def later(self, callback: Callable[[], None]) -> None:
        """Call back on the screens' thread, soon; may be called from any thread."""


class Kiosk:
    """One kiosk program, from its start to its end. Its public methods are called on the Kivy thread."""

    def __init__(self, machine: Machine, code: str) -> None:
        self._machine = machine
        self._config = machine.config
        self._code = code
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._screens: Screens | None = None
        self._link: Link | None = None
        self._told: KioskConfig | None = None
        self._told_next: KioskConfig | None = None
        self._visit: Visit | None = None
        self._beginning = False
        self._begin_again = NEVER_AGAIN
        wanted = admission.Machine(
            machine.config.data_dir, machine.config.ca_file, machine.software, machine.chance
        )
        self._admission = admission.Admission(wanted, machine.clock.now_s, self._answered, self._later)

    def start(self, screens: Screens) -> None:
        """Show the first screen: the question, or what the technician must do first."""
        self._screens = screens
        if self._code and not keyfile.is_member(self._config.data_dir):
            self.enrol(self._config.server, self._code)
        else:
            self._go_on()

    def enrol(self, server: str, code: str) -> None:
        """Ask a server for admission, and go on asking while it is silent."""
        self._show_setup(Setup(SetupState.WORKING, server))
        self._admission.ask(server, code)

    def resume(self) -> None:
        """Go on after the technician has compared the fingerprints."""
        self._go_on()

    def happened(self, event: Event) -> None:
        """Let the visit answer an event, and carry out what follows."""
        if self._visit is None or self._told is None:
            return
        before = self._visit
        self._visit, effects = step(before, event, self._machine.clock.now_s(), _rules(self._told))
        if effects:
            self._carry_out(self._told, self._visit.number, effects)
        if self._visit is not before:
            self._draw()

    def tick(self) -> None:
        """Let time pass; between two visits a new config takes its place."""
        self.happened(Ticked())
        self._admission.tick()
        if self._machine.clock.now_s() >= self._begin_again:
            self._begin_again = NEVER_AGAIN
            self._go_on()
        if self._told_next is not None and (self._visit is None or self._visit.stage is Stage.IDLE):
            self._serve(self._told_next)

    def close(self) -> None:
        """Finish what is being written, and end. May be called twice."""
        link, self._link = self._link, None
        if link is not None:
            link.sync.stop()
            self._writer.submit(link.outbox.close)
        self._writer.shutdown(wait=True)

    def _answered(self, trouble: Setup | None) -> None:
        """Tell the technician what came of asking for admission."""
        if self._link is not None:
            return  # in service already: an answer that came twice
        if trouble is not None:
            self._show_setup(trouble)
        else:
            # a code of the command line: nobody stands there to compare fingerprints and press on
            self._go_on(compare=not self._code)

    def _go_on(self, *, compare: bool = False) -> None:
        """Go into service as whoever this machine is; a newcomer is asked for a code."""
        try:
            identity = keyfile.identity(self._config.data_dir)
        except ConfigError as error:
            self._show_damage(str(error))
            return
        if identity is None:
            self._show_setup(Setup(SetupState.NEEDS_CODE, self._config.server))
        elif compare:
            self._show_setup(Setup(SetupState.ENROLLED, detail=identity.fingerprint))
        else:
            LOG.info("this is %s, fingerprint %s", identity.enrolment.device, identity.fingerprint)
            self._begin(identity)

    def _begin(self, identity: Identity) -> None:
        """Open the outbox on its thread, count a draft that was left, and go into service."""
        if self._beginning or self._link is not None:
            return  # a second touch
        self._beginning, self._begin_again = True, NEVER_AGAIN

        def open_outbox() -> Outbox:
            head = anchor(identity.membership.enrolment.payload.encode())
            path = self._config.data_dir / "outbox.sqlite3"
            outbox = Outbox(path, identity.enrolment.device, head, self._machine.chance)
            try:
                outbox.seal()
            except (DiskError, OutboxError):
                outbox.close()
                raise
            return outbox

        opening = self._writer.submit(open_outbox)
        opening.add_done_callback(lambda done: self._later(lambda: self._opened(identity, done)))

    def _opened(self, identity: Identity, opening: Future[Outbox]) -> None:
        self._beginning = False
        try:
            outbox = opening.result()
        except OutboxError as error:
            self._show_damage(str(error))
            return
        except DiskError as error:
            self._show_setup(Setup(SetupState.DISK_REFUSES, detail=str(error)))
            self._begin_again = self._machine.clock.now_s() + BEGIN_AGAIN_S
            return
        self._link = Link(identity, outbox, self._sync(identity, outbox))
        self._link.sync.start()
        told = keyfile.kept_config(self._config.data_dir, identity)
        if told is None:  # damaged: the sync thread asks for it again, and then we serve
            self._show_setup(Setup(SetupState.NO_CONFIG, identity.membership.server))
        else:
            self._serve(told)

    def _serve(self, told: KioskConfig) -> None:
        """Show what the center decided to the next citizen.

        What looks the same on the screen is not shown anew: a touch on a new screen is ignored for a moment.
        """
        before, self._told, self._told_next = self._told, told, None
        if self._visit is None or before is None or not _look_alike(before, told):
            self._visit = idle(_rules(told), self._machine.clock.now_s(), self._visit)
            self._draw()

    def _told_by_server(self, signed: Signed, told: KioskConfig) -> bool:
        """Keep a new config, unless it is older than the one in force; runs on the sync thread."""
        if self._told is not None and told.issued_at < self._told.issued_at:
            LOG.warning("the server sent a config older than the one held; it is refused")
            return False
        try:
            keyfile.keep_config(self._config.data_dir, signed)
        except OSError as error:
            LOG.warning("the new config could not be kept: %s", error)
            return False
        self._later(lambda: self._take(told))
        return True

    def _take(self, told: KioskConfig) -> None:
        self._told_next = told

    def _sync(self, identity: Identity, outbox: Outbox) -> Sync:
        """Wire the sync thread; it opens its uplink itself, so that requests is imported over there."""
        membership, device, machine = identity.membership, identity.enrolment.device, self._machine

        def open_uplink() -> Uplink:
            from kiosk import uplink  # noqa: PLC0415 - on the sync thread, after the first picture

            session = uplink.open_session(self._config.ca_file)
            server = self._config.server or membership.server
            return uplink.Uplink(session, server, device, identity.seed, membership.server_key)

        shore = Shore(
            outbox=outbox,
            writer=self._writer,
            open_uplink=open_uplink,
            clock=machine.clock,
            token=lambda count: machine.chance(count).hex(),
            device=device,
            software=machine.software,
            free_mb=lambda: system.free_mb(self._config.data_dir),
            told=self._told_by_server,
        )
        pace = Pace(self._config.send_after_s, self._config.heartbeat_s)
        return Sync(shore, Engine(pace, due=machine.clock.now_s()))

    def _carry_out(self, told: KioskConfig, number: int, effects: Sequence[Effect]) -> None:
        """Have the writer thread do what visit `number` asked for, in order, all of it or nothing."""
        if self._link is None:
            return
        outbox = self._link.outbox
        jobs = [self._job(outbox, told, effect) for effect in effects]

        def work() -> None:
            with outbox.at_once():
                for job in jobs:
                    job()
            LOG.debug("stored record %d", outbox.queue().last)

        self._writer.submit(work).add_done_callback(
            lambda done: self._later(lambda: self._stored(number, done))
        )

    def _job(self, outbox: Outbox, told: KioskConfig, effect: Effect) -> Callable[[], object]:
        match effect:
            case SaveDraft():
                draft = self._draft(told, effect)
                return lambda: outbox.save_draft(draft)
            case Seal():
                return outbox.seal

    def _stored(self, number: int, done: Future[None]) -> None:
        """Tell the visit what became of the rating. What is no trouble of the disk is a fault: we stop."""
        try:
            done.result()
        except DiskError as error:
            LOG.warning("not recorded: %s", error)
            self.happened(Refused(number))
            return
        self.happened(Stored(number))
        if self._link is not None:
            self._link.sync.recorded()

    def _draft(self, told: KioskConfig, effect: SaveDraft) -> Draft:
        clock = self._machine.clock
        return Draft(
            survey=told.survey_hash,
            counter=told.counter.id,
            officer=told.officers[0].id if len(told.officers) == 1 else "",
            lang=effect.lang,
            made_at=clock.moment(),
            boot=clock.boot,
            mono_ms=clock.mono_ms(),
            clock_ok=clock.is_sane(),
            answers=dict(effect.answers),
            flags=list(effect.flags),
        )

    def _draw(self) -> None:
        if self._screens is not None and self._visit is not None and self._told is not None:
            self._screens.show(self._visit, Scene(self._told))

    def _show_setup(self, setup: Setup) -> None:
        if self._screens is not None:
            self._screens.show_setup(setup)

    def _show_damage(self, what: str) -> None:
        LOG.error("%s", what)
        self._show_setup(Setup(SetupState.DAMAGED, detail=what))

    def _later(self, callback: Callable[[], None]) -> None:
        """Come back to the Kivy thread: the one door for results of other threads."""
        if self._screens is not None:
            self._screens.later(callback)


def _rules(told: KioskConfig) -> Rules:
    """Return what the center decided about a visit."""
    return Rules(told.survey, tuple(told.languages), told.thresholds.thanks_s, told.thresholds.repeat_s)


def _look_alike(one: KioskConfig, other: KioskConfig) -> bool:
    """Say whether two configs differ in nothing but when they were issued."""
    return one == msgspec.structs.replace(other, issued_at=one.issued_at)
