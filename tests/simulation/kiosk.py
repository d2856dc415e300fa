"""A kiosk of this world: a disk, clocks that may be wrong, and the real program, which may die anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk import keyfile, salvage
from kiosk.courier import Shore
from kiosk.engine import Engine, Pace
from kiosk.errors import DamagedError, DiskError, KioskError
from kiosk.events import Refused, Seal, Stored
from kiosk.recording import Asked, Recorder
from kiosk.uplink import Uplink
from tests.simulation.clockwork import Desk, Talk, Watch
from tests.simulation.network import Wire
from tests.simulation.world import CutOffError, Strand

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.courier import News
    from kiosk.events import Effect
    from kiosk.keyfile import Identity
    from kiosk.outbox import Outbox
    from server.protocol.messages import KioskConfig, Signed
    from tests.simulation.network import Network
    from tests.simulation.people import Paper
    from tests.simulation.world import World

OUTBOX: Final = "outbox.sqlite3"
URL: Final = "http://server.example"
THANKS_S: Final = (0.0, 0.05)
"""From the commit to the thanks on the screen."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a kiosk's program is put together from. A control plants a bug by another part."""

    open_outbox: Callable[[Path, Identity, Callable[[int], bytes]], Outbox] = salvage.open_outbox
    uplink: type[Uplink] = Uplink
    recorder: type[Recorder] = Recorder


@dataclass(eq=False)
class Life:
    """A kiosk's program from its start to its death."""

    outbox: Outbox
    recorder: Recorder
    talk: Talk
    strand: Strand
    told: KioskConfig | None
    """Nobody is served before it is known."""


class Kiosk:
    """A kiosk's machine, and the citizens who come to it."""

    def __init__(
        self, name: str, folder: Path, world: World, network: Network, paper: Paper, parts: Parts, pace: Pace
    ) -> None:
        self.name, self.folder, self.world = name, folder, world
        self.clock_wrong_s = 0.0
        self.mortality = 0.0
        """How likely it dies at a step."""
        self.disk_is_full = False
        self.life: Life | None = None
        self._network, self._paper, self._parts, self._pace = network, paper, parts, pace
        self._dying = False
        self._visitor: int | None = None
        self._shown: KioskConfig | None = None
        self.device = ""
        self.has_draft = False
        """Whether a draft may be on the disk."""
        self._boot()

    def start(self) -> None:
        """Begin, unless it runs: in the steps of the kiosk's shell. A draft that was left counts first."""
        if self.life is not None:
            return
        try:
            keyfile.become_successor(self.folder)
            owner = keyfile.identity(self.folder)
            assert owner is not None, "it is enrolled"
            outbox = self._open_outbox(owner)
        except (DamagedError, DiskError) as error:
            said = str(error).replace(str(self.folder), self.name)
            self.world.tell(self.name, f"cannot start: {said}")
            self.world.later(10.0, self.start)
            return
        self.device, self.has_draft = owner.enrolment.device, False
        strand = Strand(self.world, self._run)
        desk = Desk(self.world, strand, self.may_die)
        talk = Talk(self._shore(owner, outbox, strand), Engine(self._pace, self.watch.now_s()), desk, strand)
        recorder = self._parts.recorder(outbox, desk, self.watch, self._tell, self._later)
        self.life = Life(outbox, recorder, talk, strand, keyfile.kept_config(self.folder, owner))
        self.world.tell(self.name, f"starts as {self.device[:4]}, {outbox.queue().waiting} waiting")
        strand.start()

    def _open_outbox(self, owner: Identity) -> Outbox:
        """Open the outbox, and count a draft that was left."""
        outbox = self._parts.open_outbox(self.folder / OUTBOX, owner, self._salt)
        try:
            outbox.seal()
        except KioskError:
            outbox.close()
            raise
        return outbox

    def _shore(self, owner: Identity, outbox: Outbox, strand: Strand) -> Shore:
        """Put together what a courier works with."""

        def open_uplink(device: Identity) -> Uplink:
            wire = Wire(self._network, strand, self.name)
            key = device.membership.server_key
            return self._parts.uplink(wire, URL, device.enrolment.device, device.seed, key)

        return Shore(
            outbox=outbox,
            identity=owner,
            data_dir=self.folder,
            open_uplink=open_uplink,
            clock=self.watch,
            chance=self._chance,
            jitter=self.world.chance.random,
            software="simulated",
            free_mb=lambda: 1000,
            told=self._told_by_server,
            became=self._became,
        )

    def _told_by_server(self, signed: Signed, told: KioskConfig) -> bool:
        """Keep a new config, unless it is older than the one in force, as the kiosk's shell does."""
        life = self.life
        if life is None or (life.told is not None and told.issued_at < life.told.issued_at):
            return False
        keyfile.keep_config(self.folder, signed)
        life.told = told
        return True

    def _became(self, identity: Identity) -> None:
        self.world.tell(self.name, f"goes on as {identity.enrolment.device[:4]}")
        self.device = identity.enrolment.device

    def die(self, *, power: bool = False) -> None:
        """End here and now, the program alone or with it the machine: what was committed stays."""
        if power:
            self._boot()
        if self.life is None:
            return
        life, self.life = self.life, None
        self._dying, self._visitor = False, None
        self.world.tell(self.name, "loses its power" if power else "dies")
        life.outbox.close()
        life.strand.end()

    def die_and_return(self) -> None:
        """Die, and be started again by somebody or something."""
        self.die(power=self.world.happens(0.5))
        self.world.later(self.world.chance.uniform(0.5, 300), self.start)

    def may_die(self) -> None:
        """By chance, die at this very step."""
        if self.world.happens(self.mortality):
            raise CutOffError

    def touch(self, number: int, score: int) -> bool:
        """Let a citizen touch a face: a draft is on disk. Says whether somebody is served at all."""
        if self.life is None or self.life.told is None or self._visitor is not None:
            return False
        self._visitor, self.has_draft, self._shown = number, True, self.life.told
        self._ask(self.life, number, self._paper.draft(number, score))
        return True

    def finish(self, number: int, score: int, comment: str) -> None:
        """Let a citizen come to the end of the visit, unless the program has died meanwhile."""
        if self.life is None or self._visitor != number:
            return
        self._visitor = None
        self._dying = self.world.happens(self.mortality * 10)
        self._ask(self.life, number, self._paper.draft(number, score, comment), Seal())

    def _ask(self, life: Life, number: int, *effects: Effect) -> None:
        """Do what a visit asks for; the program may die within."""
        assert self._shown is not None, "somebody is served"
        try:
            life.recorder.carry_out(Asked(self._shown, number, effects))
        except CutOffError:
            self.world.tell(self.name, f"is cut off within the transaction of {number}")
            self.die_and_return()

    @property
    def is_at_rest(self) -> bool:
        """Whether it runs, has had a receipt since it began, and is in no trouble with nothing to send."""
        if self.life is None:
            return False
        news = self.life.talk.news()
        return bool(news.received_at) and not (news.trouble or self.life.outbox.queue().waiting)

    def news(self) -> News | None:
        """Return how its link stands; None while its program is dead."""
        return None if self.life is None else self.life.talk.news()

    def _run(self) -> None:
        """Run the program's second thread."""
        life = self.life
        try:
            if life is not None:
                life.talk.run()
        except CutOffError:
            self.world.later(0.0, lambda: self.die_and_return() if life is self.life else None)

    def _tell(self, event: Stored | Refused) -> None:
        if isinstance(event, Stored):
            self.has_draft = False
            self._paper.thanked(self.name, event.number)
            if self.life is not None:
                self.life.talk.recorded()
        else:
            self._paper.refused(self.name, event.number)

    def _later(self, callback: Callable[[], None]) -> None:
        """Come back to the screens a little later, if the program still lives then."""
        life = self.life
        self.world.later(
            self.world.chance.uniform(*THANKS_S), lambda: callback() if life is self.life else None
        )

    def _salt(self, count: int) -> bytes:
        """Return chance for the outbox, which asks within its transaction: here it may fail, or die."""
        if self._dying:
            raise CutOffError
        if self.life is not None and self.life.strand.is_here:
            self.may_die()
        if self.disk_is_full:
            raise OSError("no space left")
        return self.world.bytes(count)

    def _chance(self, count: int) -> bytes:
        """Return chance for keys and nonces."""
        self.may_die()
        return self.world.bytes(count)

    def _boot(self) -> None:
        self.watch = Watch(self.world.bytes(4).hex(), self.world, self.world.now, lambda: self.clock_wrong_s)
