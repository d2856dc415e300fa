"""Where a server under test stands: its lives, one after the other, the devices that send to it, its book."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import requests

from server.domain.places import counter_id
from server.protocol.messages import know_types
from server.protocol.survey import encode_survey, survey_hash
from tests.faults.believed import BUSY, faults_of_answer
from tests.faults.cases import Tally
from tests.faults.kiosk_script import SURVEY
from tests.faults.lives import nursery
from tests.faults.reckoning import Lived, reckon
from tests.faults.sender import BeliefError, Sender
from tests.faults.served import free_port, make_code, prepared, verified
from tests.faults.server_program import Service
from tests.server.live import BAO_LOC
from tests.story.book import kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.lives import End, Nursery, Watch

PROGRAM: Final = "tests.faults.server_program"
MAIN, WRITER = "MainThread", "writer"
"""The threads of a server: one hears, checks and answers, the other writes the book."""
NEWCOMERS_MAX: Final = 200
FILLED_BYTES: Final = 900 * 4096
"""SQLite copies its log into the database when a commit has made it larger than a thousand pages."""
ANSWER_S_MAX, AGAIN_S, END_S_MAX = 10.0, 0.01, 15.0
TRIES_MAX: Final = 3
"""How often a letter is sent to a server that refuses it before it is left for later."""


@dataclass(frozen=True, slots=True)
class Day:
    """What comes to a server in the life that something befalls.

    Each of `senders` devices, all at once, sends `batches` of `records` ratings one after the other. With
    `starts` the server's start and its end belong to the day, with `enrols` the devices are new. Where it is
    `hasty` the server answers before it commits: a control.
    """

    name: str
    threads: tuple[str, ...] = (MAIN, WRITER)
    senders: int = 1
    batches: int = 1
    records: int = 1
    starts: bool = False
    enrols: bool = False
    hasty: bool = False
    fills: bool = False


@dataclass
class Place:
    """A server's book, the lives of that server, and the devices; `busy` are those of the last day."""

    folder: Path
    nursery: Nursery
    day: Day
    newcomers: Iterator[Sender]
    port: int = field(default_factory=free_port)
    senders: list[Sender] = field(default_factory=list)
    busy: list[Sender] = field(default_factory=list)
    citizens: int = 0
    found: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def spend_day(self, thread: str, watch: Watch, *, mends: bool = False) -> End:
        """Serve a day while one of the threads is watched; what is not acknowledged then goes on waiting.

        With `mends` the watch ends before the server does, which must take the rest without a new start.
        """
        if self.day.enrols:
            self._meet()
        self._rate()

        @contextmanager
        def day(tid: int) -> Iterator[None]:
            life = process_of(tid)
            with watch(tid) if self.day.starts else nullcontext():
                yield
                is_up = self._is_up(life)
                while is_up and self.day.fills and self._log_bytes() < FILLED_BYTES:
                    self._send(life)
                    self._rate()
                with watch(tid) if is_up and not self.day.starts else nullcontext():
                    if is_up:
                        self._send(life)
                    if not mends:
                        _end(life, signal.SIGTERM if self.day.starts else signal.SIGKILL)
            if mends and is_up:
                self._send(life)
                self._must_have_all("mended")
                _end(life, signal.SIGTERM)

        return self._live(thread, day, hasty=self.day.hasty)

    def prepare(self) -> None:
        """Let devices come that are there before the day, unless it is about new ones."""
        if not self.day.enrols:
            self._meet()
            self.recover(signal.SIGTERM)

    def recover(self, end: signal.Signals) -> None:
        """Serve with nothing in the way until all is acknowledged, and then end like this."""

        @contextmanager
        def day(life: int) -> Iterator[None]:
            yield
            if self._is_up(life):
                self._send(life)
            _end(life, end)

        ended = self._live(MAIN, day)
        if ended.code != (0 if end == signal.SIGTERM else -end):
            self.found.append(f"told to end with {end.name}, the server ended with {ended.code}")
        self._must_have_all("that nothing befell")

    @property
    def book(self) -> Path:
        """The folder of the server's data."""
        return self.folder / "server"

    def _live(self, gate: str, day: Watch, *, hasty: bool = False) -> End:
        service = Service(folder=str(self.book), port=self.port, gate=gate, hasty=hasty)
        return self.nursery.live(service, day)

    def _meet(self) -> None:
        """Let new devices come."""
        self.busy = [next(self.newcomers) for _ in range(self.day.senders)]
        self.senders += self.busy

    def _log_bytes(self) -> int:
        log = self.book / "nucuoi.sqlite3-wal"
        return log.stat().st_size if log.exists() else 0

    def _rate(self) -> None:
        """Let the citizens of the day rate at each device."""
        count = self.day.batches * self.day.records
        for sender in self.busy:
            sender.rate(range(self.citizens + 1, self.citizens + 1 + count))
            self.citizens += count

    def _is_up(self, life: int) -> bool:
        """Wait until the server listens; False if it ends before."""
        while is_alive(life):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), ANSWER_S_MAX).close()
                return True
            time.sleep(AGAIN_S)
        return False

    def _send(self, life: int) -> None:
        """Let the devices of the day send all they have, as long as the server lives and takes it."""
        with ThreadPoolExecutor(len(self.busy)) as pool:
            for statuses, found in pool.map(lambda each: self._send_all(life, each), self.busy):
                self.statuses += statuses
                self.found += found

    def _send_all(self, life: int, sender: Sender) -> tuple[Counter[int], list[str]]:
        """Let a device send, a sign of life at least; returns the statuses, and what is wrong."""
        statuses, found, tries, is_heard = Counter[int](), list[str](), 0, False
        with requests.Session() as line:
            while tries < TRIES_MAX and not (is_heard and sender.is_settled):
                letter = sender.letter(self.day.records)
                address = f"http://127.0.0.1:{self.port}{letter.path}"
                try:
                    answer = line.post(address, letter.raw, headers=letter.headers, timeout=ANSWER_S_MAX)
                except requests.RequestException:
                    if not is_alive(life):
                        break
                    tries += 1
                    time.sleep(AGAIN_S)
                    continue
                statuses[answer.status_code] += 1
                kind = answer.headers.get("Content-Type", "")
                found += faults_of_answer(answer.status_code, kind, answer.content)
                if answer.status_code == BUSY and "Retry-After" not in answer.headers:
                    found.append("busy, and nobody says until when")
                is_heard, tries = answer.status_code == letter.status, tries + 1
                if is_heard:
                    tries = 0
                    try:
                        sender.believe(letter, answer.content)
                    except BeliefError as error:
                        found.append(str(error))
                        break
        return statuses, found

    def _must_have_all(self, server: str) -> None:
        waiting = sum(sender.waiting for sender in self.busy)
        if waiting or not all(sender.id for sender in self.busy):
            self.found.append(f"a server {server} left {waiting} ratings waiting")


@contextmanager
def opened(folder: Path, day: Day) -> Iterator[Place]:
    """Set a server up in an empty folder, for devices that are still to come."""
    know_types()  # devices send in threads
    survey, devices = survey_hash(encode_survey(SURVEY)), NEWCOMERS_MAX if day.enrols else day.senders
    with prepared(folder / "server", SURVEY) as store:
        codes = [(number, make_code(store, number)) for number in range(1, devices + 1)]
    newcomers = (Sender(number, counter_id(BAO_LOC, number), survey, code) for number, code in codes)
    with nursery(folder, PROGRAM) as born:
        place = Place(folder, born, day, newcomers)
        place.prepare()
        yield place


def verdict(place: Place) -> Tally:
    """Compare what was acknowledged with the book of a place that has closed, and have the book verified."""
    acknowledged = frozenset(
        number for sender in place.senders for number in sender.citizens[: sender.acknowledged]
    )
    tally = reckon([Lived(1, place.citizens, acknowledged)], kept(place.book))
    figures = tuple((f"status {status}", float(n)) for status, n in sorted(place.statuses.items()))
    return tally + Tally(
        lost=sum(sender.forgotten for sender in place.senders),
        found=(*place.found, *verified(place.book)),
        figures=figures,
    )


def process_of(thread: int) -> int:
    """Return the process that a thread of Linux belongs to."""
    status = Path(f"/proc/{thread}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("Tgid:"))


def is_alive(process: int) -> bool:
    """Say whether a process is there, and has not ended."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def _end(process: int, how: signal.Signals) -> None:
    """End a server, and kill it if it does not."""
    end = time.monotonic() + END_S_MAX
    with suppress(ProcessLookupError):
        if is_alive(process):
            os.kill(process, how)
        while is_alive(process) and time.monotonic() < end:
            time.sleep(AGAIN_S)
        if is_alive(process):  # else its number may be somebody else's by now
            os.kill(process, signal.SIGKILL)
