"""A kiosk that has a server somewhere: the lives it lives, some of them killed, and what it has on disk."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from tests.faults.kiosk_life import ENDED, NOT_SENT
from tests.faults.kiosk_script import Errand
from tests.faults.lives import nursery
from tests.faults.reckoning import Lived, read_paper

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.lives import Nursery

NUMBERS: Final = 100_000
"""How many citizens a kiosk may have: their numbers tell the kiosks apart."""
FIRST_THREAD: Final = "MainThread"


@dataclass
class Kiosk:
    """Kiosk `number` of a case, and the lives it has lived. Its files lie in the folder."""

    number: int
    folder: Path
    nursery: Nursery
    lives: list[Lived] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    kills: int = 0

    def live(
        self,
        ratings: int,
        server: str,
        *,
        drain: bool = True,
        hurry_s: float = 0.0,
        code: str = "",
        kill_s: float | None = None,
        must_drain: bool = True,
    ) -> None:
        """Live one life, which is killed after so many seconds unless it has ended by then.

        On a bad network it may end before all is sent, unless it `must_drain`: a later one sends the rest.
        """
        errand = Errand(
            folder=str(self.folder),
            first=self.next,
            ratings=ratings,
            server=server,
            code=code,
            drain=drain,
            hurry_s=hurry_s,
            gate="" if kill_s is None else FIRST_THREAD,
        )
        with Hangman(kill_s or 0) as hangman:
            end = self.nursery.live(errand, hangman.watch)
        thanked, sorry = read_paper((self.folder / "paper").read_text("ascii"))
        mine = frozenset(range(self.next, self.next + ratings))
        may_end = {ENDED} if must_drain else {ENDED, NOT_SENT}
        if not end.was_killed and (end.code not in may_end or thanked & mine != mine):
            self.found.append(f"a life ended with {end.code}, {len(thanked & mine)} of {ratings} thanked")
        self.lives.append(Lived(self.next, ratings, thanked & mine, sorry & mine, cut=end.was_killed))
        self.kills += end.was_killed

    @property
    def next(self) -> int:
        """The number of the citizen who comes next."""
        return self.lives[-1].citizens.stop if self.lives else self.number * NUMBERS + 1

    @property
    def thanked(self) -> int:
        """How many citizens were thanked."""
        return sum(len(life.thanked) for life in self.lives)

    def records(self) -> list[bytes]:
        """Return the bodies of all records in its outbox."""
        with closing(sqlite3.connect(self.folder / "kiosk" / "outbox.sqlite3")) as db:
            return [bytes(body) for (body,) in db.execute("select body from record order by seq")]


class Hangman:
    """Kills a life some seconds after it has begun."""

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._timer: threading.Timer | None = None

    def __enter__(self) -> Self:
        """Wait for the life to begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Kill nobody any more: the life has ended."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()

    @contextmanager
    def watch(self, life: int) -> Iterator[None]:
        """Take the process that lives from now on."""
        self._timer = threading.Timer(self._after_s, os.kill, (life, signal.SIGKILL))
        self._timer.start()
        yield


@contextmanager
def a_kiosk(folder: Path, number: int, server: str, code: str) -> Iterator[Kiosk]:
    """Give a kiosk that was enrolled at a server."""
    home = folder / f"kiosk-{number}"
    home.mkdir()
    with nursery(home) as born:
        kiosk = Kiosk(number, home, born)
        kiosk.live(0, server, code=code)
        yield kiosk


def journal(folder: Path, number: int) -> list[bytes]:
    """Return the bodies that a server's journal has of the devices at a counter, in order."""
    with closing(sqlite3.connect(f"file:{folder / 'nucuoi.sqlite3'}?mode=ro", uri=True)) as db:
        rows = db.execute(
            "select body from journal join device on device.no = journal.device"
            " where counter like '%-' || ? order by journal.device, journal.seq",
            (number,),
        )
        return [bytes(body) for (body,) in rows]
