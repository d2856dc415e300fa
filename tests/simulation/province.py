"""One world from its first second to its end, and what was wrong in it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.engine import Pace
from server.domain.intake import UNKNOWN_SURVEY
from tests.simulation import mischief
from tests.simulation.audit import believed_too_much, faults_of
from tests.simulation.kiosk import Kiosk, Parts
from tests.simulation.network import Network
from tests.simulation.people import Paper
from tests.simulation.place import KIOSKS_MAX, Place, open_folder
from tests.simulation.server import Server, SteppedWriter
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiosk.courier import News

PEACE_S: Final = 3 * 3600.0
"""How long everybody has after the trouble: more than the longest wait of a kiosk, which is an hour."""
DAY_S: Final = 26 * 3600.0
HEARTBEAT_S: Final = 900.0
LOOK_S: Final = 60.0
VERIFIED_EVERY: Final = 20
"""Of so many seeds one is verified by the server's own command, beside the checks of all."""


SOUND_PARTS: Final = Parts()


@dataclass(frozen=True, slots=True)
class Build:
    """The programs of a world. A control plants a bug in one of them."""

    parts: Parts = SOUND_PARTS
    writer: type[SteppedWriter] = SteppedWriter


SOUND: Final = Build()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a world: its history, how many were thanked, and what was wrong."""

    seed: int
    history: tuple[str, ...]
    thanked: int
    faults: tuple[str, ...]


class Province:
    """The machines of one world."""

    def __init__(self, seed: int, folder: Path, place: Place, build: Build) -> None:
        self.world = World(seed)
        self.paper = Paper(self.world)
        place.lay_out(folder)
        self.server = Server(self.world, folder, place.context, build.writer)
        self.network = Network(self.world, self.server.arrive)
        self.kiosks: list[Kiosk] = []
        self.only_in_book: set[int] = set()
        """Whose ratings a kiosk once had and, because its disk was put back, has no more."""
        self.seen: list[str] = []
        """What was wrong before the end."""
        self._parts = build.parts
        self._citizens = 0
        for number in range(1, self.world.chance.choice([1, 1, 2, KIOSKS_MAX]) + 1):
            self.add_kiosk(folder / f"kiosk{number}")

    def add_kiosk(self, folder: Path) -> Kiosk:
        """Put a machine with this disk into the world."""
        pace = Pace(self.world.chance.choice([0.0, 1.0, 30.0]), HEARTBEAT_S)
        kiosk = Kiosk(folder.name, folder, self.world, self.network, self.paper, self._parts, pace)
        self.kiosks.append(kiosk)
        return kiosk

    def any_kiosk(self) -> Kiosk:
        """Return a kiosk by chance."""
        return self.world.chance.choice(self.kiosks)

    def next_citizen(self) -> int:
        """Return the number of whoever comes next."""
        self._citizens += 1
        return self._citizens

    def live(self) -> None:
        """Let trouble come and go, and give everybody time."""
        self.server.start()
        for kiosk in self.kiosks:
            kiosk.start()
        mischief.plan(self)
        self.look()
        self.world.run(mischief.TROUBLE_S)
        self.world.run(mischief.TROUBLE_S + LOOK_S)
        before = [kiosk.news() for kiosk in self.kiosks]
        until_s = mischief.TROUBLE_S + PEACE_S
        while self.world.now < until_s and not self._is_at_rest(before):
            self.world.run(self.world.now + LOOK_S)
            troubles = {news.trouble for kiosk in self.kiosks if (news := kiosk.news()) is not None}
            if "too_many_successors" in troubles:  # tomorrow it may be another one again
                until_s = mischief.TROUBLE_S + DAY_S

    def _is_at_rest(self, before: list[News | None]) -> bool:
        """Say whether every kiosk has had a receipt for all that it has, since there was this news."""
        life = self.server.life
        if life is None or UNKNOWN_SURVEY in life.store.quarantined():
            return False
        return all(
            kiosk.is_at_rest and kiosk.news() is not news
            for kiosk, news in zip(self.kiosks, before, strict=True)
        )

    def look(self) -> None:
        """See whether anybody believes too much, and look again later. The first such thing is enough."""
        if not self.seen:
            self.seen.extend(believed_too_much(self))
            self.world.later(LOOK_S, self.look)

    def end(self) -> None:
        """Let go of every disk."""
        for kiosk in self.kiosks:
            kiosk.die()
        self.server.die()


@contextmanager
def silence() -> Iterator[None]:
    """Let no program write its log: what they tell of here stands in the history."""
    logging.disable()
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def simulate(place: Place, seed: int, build: Build = SOUND) -> Outcome:
    """Live through the world of a seed. `build` is there for controls."""
    with silence(), open_folder() as folder:
        province = Province(seed, folder, place, build)
        try:
            province.live()
            faults = tuple(faults_of(province, whole=seed % VERIFIED_EVERY == 0))
        finally:
            province.end()
    world = province.world
    return Outcome(seed, tuple(world.history), len(province.paper.thanks), faults)
