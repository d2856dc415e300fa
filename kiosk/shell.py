"""The life of a kiosk program: admission, opening the outbox, going into service, the end.

`Kiosk` wires the threads: the screens', the outbox's writer, the link to the server. Every
result comes back to the screens' thread at one place, `Kiosk._later`.
"""

from __future__ import annotations

import logging
import random
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk import admission, keyfile, system
from kiosk.errors import ConfigError, DamagedError, DiskError, KioskError, OutboxError
from kiosk.events import Refused, Stored
from kiosk.recording import Asked, Recorder
from kiosk.serving import Serving
from kiosk.technician import Service
from kiosk.ui.scenes import Setup, SetupState
from kiosk.value import Value
from server.protocol.messages import know_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.config import Config
    from kiosk.keyfile import Identity
    from kiosk.outbox import Outbox, Queue
    from kiosk.serving import Screens
    from kiosk.sync import Sync
    from kiosk.uplink import Uplink
    from server.protocol.messages import KioskConfig, Signed

LOG = logging.getLogger("kiosk")
BEGIN_AGAIN_S = 10.0
"""How long to wait before a disk that refused is tried again."""
NEVER_AGAIN = float("inf")


class Machine(Value, frozen=True):
    """What the shell is given of the world around it."""

    config: Config
    clock: system.Clock
    chance: Callable[[int], bytes]
    software: Callable[[], str]
    keep_lit: Callable[[bool], None]
    """Keeps the panel lit, or dark; called at every tick."""


class Link(Value, frozen=True):
    """An enrolled machine's outbox, what fills it, and the thread that empties it."""

    identity: Identity
    outbox: Outbox
    recorder: Recorder
    sync: Sync


class Kiosk:
    """One kiosk program, from its start to its end. Its public methods are called on the Kivy thread."""

    def __init__(self, machine: Machine, code: str) -> None:
        self._machine = machine
        self._screens: Screens | None = None
        self._config = machine.config
        self._code = code
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        self._link: Link | None = None
        self._early: list[Asked] = []
        self._opening: Future[Outbox] | None = None
        self._asking_facts = False
        self._was_refused = False
        self._beginning = False
        self._begin_again = NEVER_AGAIN
        wanted = admission.Machine(
            machine.config.data_dir, machine.config.ca_file, machine.software, machine.chance
        )
        self._admission = admission.Admission(wanted, machine.clock.now_s, self._answered, self._later)
        self.serving = Serving(machine.clock, self._record, self._ask_facts)

    @property
    def is_in_service(self) -> bool:
        """Say whether ratings can be recorded and sent."""
        return self._link is not None

    def start(self, screens: Screens) -> None:
        """Show the first screen: the question, or what the technician must do first."""
        self._screens = screens
        self.serving.open(screens)
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

    def send_now(self) -> None:
        """Talk to the server at once; a technician sees soon how it went."""
        if self._link is not None:
            self._link.sync.hurry()

    def tick(self) -> None:
        """Let time pass."""
        self.serving.tick()
        self._admission.tick()
        self._machine.keep_lit(not self.serving.rests)
        if self._machine.clock.now_s() >= self._begin_again:
            self._begin_again = NEVER_AGAIN
            self._go_on()

    def close(self) -> None:
        """Finish what is being written, and end. May be called twice."""
        link, self._link = self._link, None
        if link is not None:
            link.sync.stop()
            self._writer.submit(link.outbox.close)
        elif self._opening is not None and self._early:
            self._keep_early(self._opening)
        self._writer.shutdown(wait=True)

    def _keep_early(self, opening: Future[Outbox]) -> None:
        """Record what was given while the outbox was being opened, at the very end."""
        early, self._early = self._early, []
        try:
            outbox = opening.result()
        except (KioskError, OSError) as error:
            LOG.warning("not recorded: %s", error)
            return
        recorder = Recorder(outbox, self._writer, self._machine.clock, lambda _: None, lambda _: None)
        for asked in early:
            recorder.carry_out(asked)
        self._writer.submit(outbox.close)

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
            keyfile.become_successor(self._config.data_dir)
            identity = keyfile.identity(self._config.data_dir)
        except ConfigError as error:
            self._show_damage(str(error))
            return
        except OSError as error:
            self._wait_for_disk(str(error))
            return
        if identity is None:
            self._show_setup(Setup(SetupState.NEEDS_CODE, self._config.server))
        elif compare:
            self._show_setup(Setup(SetupState.ENROLLED, detail=identity.fingerprint))
        else:
            LOG.info("this is %s, fingerprint %s", identity.enrolment.device, identity.fingerprint)
            self._begin(identity)

    def _begin(self, identity: Identity) -> None:
        """Go into service: ask the question, then open the outbox."""
        if self._beginning or self._link is not None:
            return  # a second touch
        self._beginning, self._begin_again = True, NEVER_AGAIN
        if self._was_refused or self._screens is None:
            self._open_outbox(identity)
            return
        # the question first: the outbox costs a tenth of a second, and a finger comes later than that
        self._serve_kept(identity)
        self._screens.after_picture(lambda: self._open_outbox(identity))

    def _serve_kept(self, identity: Identity) -> None:
        """Serve under the config that was kept."""
        told = keyfile.kept_config(self._config.data_dir, identity)
        if told is None:  # damaged: the sync thread asks for it again, and then we serve
            self._show_setup(Setup(SetupState.NO_CONFIG, identity.membership.server))
        else:
            self.serving.serve(told)

    def _open_outbox(self, identity: Identity) -> None:
        """Open the outbox on its thread, and count a draft that was left."""

        def open_outbox() -> Outbox:
            from kiosk import salvage  # noqa: PLC0415 - on its thread, after the first picture

            path = self._config.data_dir / "outbox.sqlite3"
            outbox = salvage.open_outbox(path, identity, self._machine.chance)
            try:
                outbox.seal()
            except KioskError:
                outbox.close()
                raise
            return outbox

        self._opening = opening = self._writer.submit(open_outbox)
        opening.add_done_callback(lambda done: self._later(lambda: self._opened(identity, done)))

    def _opened(self, identity: Identity, opening: Future[Outbox]) -> None:
        self._beginning = False
        try:
            outbox = opening.result()
        except OutboxError as error:
            self._refuse_early()
            self._show_damage(str(error))
            return
        except (DamagedError, DiskError, OSError) as error:  # damaged again by the time it was mended
            self._refuse_early()
            self._wait_for_disk(str(error))
            return
        recorder = Recorder(outbox, self._writer, self._machine.clock, self._stored, self._later)
        self._link = Link(identity, outbox, recorder, self._sync(identity, outbox))
        self._was_refused = False
        if self.serving.told is None:
            self._serve_kept(identity)
        early, self._early = self._early, []
        for asked in early:
            recorder.carry_out(asked)
        know_types(
            keyfile.Membership, keyfile.Successor
        )  # before the link's thread: two first looks at one type at once end msgspec
        self._link.sync.start()

    def _became(self, identity: Identity) -> None:
        """Hear that this machine is another device now; runs on the sync thread."""

        def become() -> None:
            if self._link is not None:
                self._link = replace(self._link, identity=identity)

        self._later(become)

    def _refuse_early(self) -> None:
        """Thank nobody whose answer came while the outbox was being opened, and serve nobody else."""
        self._was_refused = True
        self._early.clear()
        self.serving.pause()

    def _told_by_server(self, signed: Signed, told: KioskConfig) -> bool:
        """Keep a new config, unless it is older than the one in force; runs on the sync thread."""
        held = self.serving.told
        if held is not None and told.issued_at < held.issued_at:
            LOG.warning("the server sent a config older than the one held; it is refused")
            return False
        try:
            keyfile.keep_config(self._config.data_dir, signed)
        except OSError as error:
            LOG.warning("the new config could not be kept: %s", error)
            return False
        self._later(lambda: self.serving.offer(told))
        return True

    def _sync(self, identity: Identity, outbox: Outbox) -> Sync:
        """Wire the sync thread; it opens its uplink itself, so that requests is imported over there."""
        from kiosk.courier import Shore  # noqa: PLC0415 - after the first picture
        from kiosk.engine import Engine, Pace  # noqa: PLC0415 - the same
        from kiosk.sync import Sync  # noqa: PLC0415 - the same

        config, machine = self._config, self._machine

        def open_uplink(device: Identity) -> Uplink:
            from kiosk import uplink  # noqa: PLC0415 - on the sync thread, after the first picture

            membership = device.membership
            return uplink.Uplink(
                uplink.open_session(config.ca_file),
                config.server or membership.server,
                device.enrolment.device,
                device.seed,
                membership.server_key,
            )

        shore = Shore(
            outbox=outbox,
            identity=identity,
            data_dir=config.data_dir,
            open_uplink=open_uplink,
            clock=machine.clock,
            chance=machine.chance,
            jitter=random.random,
            software=machine.software(),
            free_mb=lambda: system.free_mb(config.data_dir),
            told=self._told_by_server,
            became=self._became,
        )
        pace = Pace(config.send_after_s, config.heartbeat_s)
        return Sync(shore, Engine(pace, due=machine.clock.now_s()), self._writer)

    def _record(self, asked: Asked) -> None:
        """Have the writer thread do what a visit asked for."""
        if self._link is not None:
            self._link.recorder.carry_out(asked)
        else:
            self._early.append(asked)

    def _stored(self, event: Stored | Refused) -> None:
        """Tell the visit what became of its rating, and the link that there is one."""
        self.serving.happened(event)
        if isinstance(event, Stored) and self._link is not None:
            self._link.sync.recorded()

    def _ask_facts(self) -> None:
        """Ask the outbox how much waits, and tell a technician all there is to know."""
        link, told = self._link, self.serving.told
        if link is None or told is None or self._asking_facts:
            return
        self._asking_facts = True

        def tell(done: Future[Queue]) -> None:
            self._asking_facts = False
            try:
                waiting, trouble = done.result().waiting, ""
            except DiskError:
                waiting, trouble = 0, "disk"
            self.serving.tell(facts(self._machine, link, told, waiting, trouble))

        asking = self._writer.submit(link.outbox.queue)
        asking.add_done_callback(lambda done: self._later(lambda: tell(done)))

    def _show_setup(self, setup: Setup) -> None:
        if self._screens is not None:
            self._screens.show_setup(setup)

    def _wait_for_disk(self, what: str) -> None:
        """Say that the disk refuses, and try again soon."""
        self._show_setup(Setup(SetupState.DISK_REFUSES, detail=what))
        self._begin_again = self._machine.clock.now_s() + BEGIN_AGAIN_S

    def _show_damage(self, what: str) -> None:
        LOG.error("%s", what)
        self._show_setup(Setup(SetupState.DAMAGED, detail=what))

    def _later(self, callback: Callable[[], None]) -> None:
        """Come back to the screens' thread: the one door for results of other threads."""
        if self._screens is not None:
            self._screens.later(callback)


def facts(machine: Machine, link: Link, told: KioskConfig, waiting: int, trouble: str) -> Service:
    """Return what a technician wants to know; `waiting` records are still to be sent."""
    news, config = link.sync.news(), machine.config
    try:
        free_mb = system.free_mb(config.data_dir)
    except OSError:
        free_mb = 0
    return Service(
        device=link.identity.enrolment.device,
        fingerprint=link.identity.fingerprint,
        center=told.center.name,
        counter=told.counter.name,
        software=machine.software(),
        survey=next(iter(told.survey.name.values())),
        queued=waiting,
        received_at=news.received_at,
        trouble=trouble or news.trouble,
        server=config.server or link.identity.membership.server,
        free_mb=free_mb,
        clock_ok=machine.clock.is_sane(),
        issued_at=told.issued_at,
        officer=", ".join(officer.name for officer in told.officers),
    )
