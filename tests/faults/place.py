"""Where the kiosks of a case stand: a real server, one life after the other, and the book at the end."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sqlite3
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from kiosk import engine, keyfile, succession
from kiosk.uplink import Uplink, open_session
from server.domain.intake import CARRIED, CARRIED_TWICE
from server.store import open_store
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
    from tests.story.book import Kept

NOWHERE: Final = "http://127.0.0.1:9"
"""Nobody answers here."""
FINGER, WRITER, LINK, NEWCOMER = "MainThread", "outbox", "sync", "admission"
"""The threads of a kiosk."""
PAGE_BYTES: Final = 4096
COPIES: Final = 4
"""In how many machines one disk is, where kiosks become successors: a server takes five in a day."""


class Fate(Enum):
    """What has befallen a kiosk before its day: its chain comes to an end, and a successor's begins."""

    COPIED = auto()
    """Another machine has the same disk, and its rating came first: in this one's outbox it is not."""
    DAMAGED = auto()
    """The disk has spoilt a page of the outbox."""
    CUT_OFF = auto()
    """The successor is named; then the power went, and the outbox is the old device's still."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a kiosk does in the life that something befalls.

    `waiting` ratings lie in the outbox before it, `ratings` are given in it. A `born` kiosk opens its outbox
    for the first time, one that `enrols` is not even admitted yet: each of these is another kiosk every time.
    One with a `fate` becomes its successor; it is another machine every time, a few of them have one disk.
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
    fate: Fate | None = None


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
    _copies: int = 0

    def prepare(self) -> None:
        """Bring a kiosk to where the day begins: a new one if each day needs one."""
        if not self._kiosk or self.day.born or self.day.enrols or (self.day.fate and not self._copies):
            self._kiosk += 1
            self.home.mkdir()
            self._code = self.server.make_code(f"{self._kiosk:08d}")
            if not self.day.enrols:
                self.live(1 if self.day.fate else 0)
        if self.day.born:
            (self.home / "kiosk" / "outbox.sqlite3").unlink()
        if self.day.fate:
            self._meet_fate()
        elif self.day.waiting:
            self.live(self.day.waiting, server=NOWHERE)

    def _meet_fate(self) -> None:
        """Let befall the kiosk what its day begins with."""
        files, disk = self.home / "kiosk", self.home / "disk"
        if not self._copies:
            if self.day.fate is Fate.COPIED:
                put_back(files / "outbox.sqlite3")
            self.live(self.day.waiting, server=NOWHERE)
            if self.day.fate is Fate.DAMAGED:
                spoil(files / "outbox.sqlite3")
            shutil.copytree(files, disk)
            self._copies = COPIES
        self._copies -= 1
        shutil.rmtree(files)
        shutil.copytree(disk, files)
        if self.day.fate is Fate.CUT_OFF:
            name_successor(files, self.server.url)

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


def put_back(outbox: Path) -> None:
    """Make an outbox what it was before its first rating."""
    with contextlib.closing(sqlite3.connect(outbox)) as disk, disk:
        for sql in ("delete from aside", "delete from record", "delete from settled"):
            disk.execute(sql)
        disk.execute("update chain set through = 0")


def spoil(outbox: Path) -> None:
    """Write rubbish over the page of the draft, of which there is none just now."""
    with contextlib.closing(sqlite3.connect(outbox)) as disk:
        (page,) = disk.execute("select rootpage from sqlite_schema where name = 'draft'").fetchone()
    with outbox.open("r+b") as file:
        file.seek((page - 1) * PAGE_BYTES)
        file.write(b"x" * PAGE_BYTES)


def name_successor(data_dir: Path, url: str) -> None:
    """Do the first half of what a kiosk does to become another device."""
    old = keyfile.identity(data_dir)
    assert old is not None
    with open_session("") as session:
        uplink = Uplink(session, url, old.enrolment.device, old.seed, old.membership.server_key)
        steps = succession.Steps(data_dir, os.urandom, "test")
        named = succession.name(steps, old, engine.End.FORK, uplink)
    assert isinstance(named, keyfile.Identity), named


def counting(book: list[Kept]) -> list[Kept]:
    """Leave out the copies of what counts already, once it was carried home; every other one has to count."""
    return [each for each in book if each.quarantine not in {CARRIED, CARRIED_TWICE}]


def verdict(place: Place) -> Tally:
    """Compare what citizens read with the book of a place that has closed, and have the book verified."""
    folder = place.folder / "server"
    with contextlib.closing(open_store(f"sqlite:{folder / 'nucuoi.sqlite3'}", read_only=True)) as store:
        successors = sum(bool(device.before) for device in store.devices())
    tally = reckon(place.lives, counting(kept(folder))) + Tally(found=tuple(place.found))
    if place.day.fate:
        tally += Tally(figures=(("successors", float(successors)),))
    elif successors:
        tally += Tally(found=(f"{successors} successors, and nothing was wrong with any chain",))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        is_whole = whole(folder)
    return tally if is_whole else tally + Tally(found=(f"the book is not whole: {said.getvalue()}",))
