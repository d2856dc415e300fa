"""Where the kiosks of a case stand: a real server, one life after the other, and the book at the end."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.faults.cases import Tally
from tests.faults.kiosk_life import ENDED
from tests.faults.kiosk_script import SURVEY, Errand
from tests.faults.lives import nursery
from tests.faults.reckoning import Lived, read_paper, reckon
from tests.server.live import live
from tests.story.book import kept
from tests.story.test_trip import whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.lives import End, Nursery, Watch
    from tests.server.live import Live

NOWHERE: Final = "http://127.0.0.1:9"
"""Nobody answers here."""
FINGER, WRITER, LINK, NEWCOMER = "MainThread", "outbox", "sync", "admission"
"""The threads of a kiosk."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a kiosk does in the life that something befalls.

    `waiting` ratings lie in the outbox before it, `ratings` are given in it. A `born` kiosk opens its outbox
    for the first time, one that `enrols` is not even admitted yet: each of these is another kiosk every time.
    Where it is `offline` nobody answers. Controls: a `hasty` one thanks before anything is stored; at a
    `stubborn` one whoever was not thanked rates once more.
    """

    name: str
    ratings: int
    threads: tuple[str, ...] = (FINGER, WRITER, LINK)
    waiting: int = 0
    born: bool = False
    enrols: bool = False
    offline: bool = False
    hasty: bool = False
    stubborn: bool = False


@dataclass
class Place:
    """A server, and the kiosks of a case, of which one is the present one."""

    folder: Path
    server: Live
    nursery: Nursery
    day: Day
    lives: list[Lived] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    _kiosk: int = 0
    _code: str = ""
    _next: int = 1

    def prepare(self) -> None:
        """Bring a kiosk to where the day begins: a new one if each day needs one."""
        if not self._kiosk or self.day.born or self.day.enrols:
            self._kiosk += 1
            self.home.mkdir()
            self._code = self.server.make_code(f"{self._kiosk:08d}")
            if not self.day.enrols:
                self.live(0)
        if self.day.born:
            (self.home / "kiosk" / "outbox.sqlite3").unlink()
        if self.day.waiting:
            self.live(self.day.waiting, server=NOWHERE)

    @property
    def citizens(self) -> int:
        """How many citizens have come to all kiosks so far."""
        return self._next - 1

    def spend_day(self, thread: str, watch: Watch) -> End:
        """Live the day, while one of the threads is watched."""
        server = NOWHERE if self.day.offline else ""
        return self.live(self.day.ratings, server=server, gate=thread, watch=watch, hasty=self.day.hasty)

    @property
    def paper(self) -> Path:
        """What citizens have read at the present kiosk, in all its lives."""
        return self.home / "paper"

    def live(
        self,
        ratings: int,
        *,
        server: str = "",
        gate: str = "",
        watch: Watch | None = None,
        hasty: bool = False,
    ) -> End:
        """Live a life of the present kiosk. It ends when the server has all, if that is to be had."""
        errand = Errand(
            folder=str(self.home),
            first=self._next,
            ratings=ratings,
            server=server or self.server.url,
            code=self._code,
            drain=server != NOWHERE,
            gate=gate,
            hasty=hasty,
        )
        end = self.nursery.live(errand, watch)
        thanked, sorry = read_paper(self.paper.read_text("ascii"))
        mine = frozenset(range(self._next, self._next + ratings))
        life = Lived(self._next, ratings, thanked & mine, sorry & mine, cut=end.code != ENDED)
        self.lives.append(life)
        if watch is None and (end.code != ENDED or life.thanked != mine):
            thanks = f"{len(life.thanked)} of {ratings} thanked"
            self.found.append(f"a life that nothing befell ended with {end.code}, {thanks}")
        self._next += len(life.thanked) if self.day.stubborn else ratings
        return end

    @property
    def home(self) -> Path:
        """The folder of the present kiosk: its paper, and its data in `kiosk`."""
        return self.folder / f"kiosk-{self._kiosk}"


@contextlib.contextmanager
def opened(folder: Path, day: Day) -> Iterator[Place]:
    """Open a place in an empty folder, and close it."""
    with live(folder / "server", survey=SURVEY) as server, nursery(folder) as born:
        yield Place(folder, server, born, day)


def verdict(place: Place) -> Tally:
    """Compare what citizens read with the book of a place that has closed, and have the book verified."""
    tally = reckon(place.lives, kept(place.folder / "server")) + Tally(found=tuple(place.found))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        is_whole = whole(place.folder / "server")
    return tally if is_whole else tally + Tally(found=(f"the book is not whole: {said.getvalue()}",))
