"""A server that is put back to an older backup, again and again, while kiosks go on rating and sending.

Its receipts then reach less far than those before. The kiosks send again by themselves, and the book says
that it was put back. Lives of kiosks and of the server are killed with -9 at moments drawn by lot.
"""

from __future__ import annotations

import random
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec
import requests

from server.domain.audit import Action
from server.protocol.messages import Receipt, Signed, unseal
from server.store import open_store
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.gullible import Gullible, gullible
from tests.faults.kiosk_script import SURVEY
from tests.faults.kiosks import a_kiosk, journal
from tests.faults.reckoning import reckon
from tests.faults.served import FAULT, Served, make_code, ordered, prepared, verified
from tests.story.book import kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.protocol.messages import Batch
    from tests.faults.kiosks import Kiosk

KIOSKS: Final = 2
"""How many kiosks there are at the first backup; one more is enrolled after it."""
LIFE_RATINGS: Final = (5, 60)
KILL_S_MAX: Final = 1.5
MEANWHILE_S_MAX: Final = 1.5
"""From one deed upon the server to the next: a backup, a restoration."""
HURRY_S: Final = 0.5
SINCE: Final = 20
"""How many ratings certainly arrive before the first backup, and after it."""
SEEDS: Final = {Scale.SMALL: 1, Scale.FULL: 20}
ROUNDS: Final = {Scale.SMALL: 1, Scale.FULL: 8}


@dataclass
class Office:
    """A server, its backups, and the codes that let kiosks come, by their number."""

    server: Served
    codes: dict[int, str]
    backups: list[Path] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    words: str = ""
    restored: int = 0

    def back_up(self) -> None:
        """Make a backup, while it serves."""
        folder = self.server.folder.parent / f"backup-{len(self.backups) + 1}"
        self._order("backup", folder)
        self.backups += folder.iterdir()

    def put_back(self, backup: Path) -> None:
        """Kill the server, and let it begin again with a backup."""
        self.server.kill()
        self.words += self.server.words
        self._order("restore", backup, "--replace")
        for older in self.server.folder.parent.glob(f"{self.server.folder.name}.before-*"):
            shutil.rmtree(older)  # two of one second would have one name
        self.server.start()
        self.restored += 1

    def alarmed(self) -> set[str]:
        """Return the devices by which the book noticed that it went back, and those it took in again."""
        with closing(open_store(f"sqlite:{self.server.folder / 'nucuoi.sqlite3'}", read_only=True)) as store:
            alarms = (Action.WENT_BACK, Action.READMIT)
            return {event.subject for action in alarms for event in store.events(action)}

    def devices(self) -> set[str]:
        """Return the devices whose ratings the book has."""
        with closing(open_store(f"sqlite:{self.server.folder / 'nucuoi.sqlite3'}", read_only=True)) as store:
            return {device.id for device in store.devices()}

    def _order(self, *words: object) -> None:
        is_done, said = ordered(self.server.folder, *words)
        if not is_done:
            self.found.append(f"{words[0]} failed: {said}")


class Headstrong(Gullible):
    """A client that believes receipts, but not that they can reach less far than before: a control."""

    def believe(self, batch: Batch, answer: requests.Response) -> None:
        """Believe a receipt, if it is a better one."""
        if not answer.ok:
            return
        signed = msgspec.json.decode(answer.content, type=Signed)
        receipt = unseal(self.owner.membership.server_key, signed, Receipt)
        if receipt.nonce == batch.nonce:
            self.believed = max(self.believed, receipt.through)


def put_back(seed: int, rounds: int, folder: Path) -> Tally:
    """Restore backups while kiosks live, at last the first one of all, and say what came of it."""
    with ExitStack() as stack:
        office, kiosks = _opened(stack, KIOSKS, folder)
        ended = threading.Event()
        _send(kiosks, office, SINCE)
        office.back_up()
        kiosks.append(_newcomer(stack, office, folder))
        with ThreadPoolExecutor(len(kiosks)) as pool:
            lives = [
                pool.submit(_live_lives, kiosk, office, ended, random.Random(f"{seed} {kiosk.number}"))
                for kiosk in kiosks
            ]
            try:
                _meddle(office, rounds, random.Random(f"{seed} office"))
            finally:
                ended.set()
        for each in lives:
            each.result()
        _send(kiosks, office, SINCE)
        office.put_back(office.backups[0])  # which has no alarm yet
        lacking = sum(
            len(kiosk.records()) - len(journal(office.server.folder, kiosk.number)) for kiosk in kiosks
        )
        _send(kiosks, office, 1)
    return _verdict(office, kiosks, lacking)


def believe(folder: Path, *, restores: bool = True) -> Tally:
    """Let a client rate that believes no receipt which goes back, before and after a backup."""
    with ExitStack() as stack:
        office, (kiosk,) = _opened(stack, 1, folder)
        owner = gullible(kiosk.folder / "kiosk", office.server.url, stack.enter_context(requests.Session()))
        client = Headstrong(owner.owner, owner.config, owner.url, owner.session)
        kiosk.lives.append(client.rate(kiosk.next, SINCE))
        client.drain()
        office.back_up()
        kiosk.lives.append(client.rate(kiosk.next, SINCE))
        client.drain()
        if restores:
            office.put_back(office.backups[-1])
        kiosk.lives.append(client.rate(kiosk.next, SINCE))
        client.drain()
    return reckon(kiosk.lives, kept(office.server.folder)) + Tally(cases=office.restored)


def _opened(stack: ExitStack, kiosks: int, folder: Path) -> tuple[Office, list[Kiosk]]:
    """Start a server and enrol kiosks."""
    server = Served(folder / "server")
    with prepared(server.folder, SURVEY) as store:
        codes = {number: make_code(store, number) for number in range(1, kiosks + 2)}
    stack.callback(server.kill)
    server.start()
    enrolled = [
        stack.enter_context(a_kiosk(folder, number, server.url, codes[number]))
        for number in range(1, kiosks + 1)
    ]
    return Office(server, codes), enrolled


def _newcomer(stack: ExitStack, office: Office, folder: Path) -> Kiosk:
    """Enrol a kiosk that the backups made before do not know."""
    return stack.enter_context(a_kiosk(folder, KIOSKS + 1, office.server.url, office.codes[KIOSKS + 1]))


def _send(kiosks: list[Kiosk], office: Office, ratings: int) -> None:
    """Let so many citizens come to each kiosk, and wait until the server has all."""
    for kiosk in kiosks:
        kiosk.live(ratings, office.server.url, hurry_s=HURRY_S)


def _live_lives(kiosk: Kiosk, office: Office, ended: threading.Event, chance: random.Random) -> None:
    """Live lives, each of which is killed unless it had sent everything before, until it is enough."""
    while not ended.is_set():
        kill_s = chance.uniform(0, KILL_S_MAX)
        kiosk.live(chance.randint(*LIFE_RATINGS), office.server.url, kill_s=kill_s)


def _meddle(office: Office, rounds: int, chance: random.Random) -> None:
    """Make backups, and put the server back to one of them, at moments drawn by lot."""
    for _ in range(rounds):
        time.sleep(chance.uniform(0, MEANWHILE_S_MAX))
        if chance.random() < 0.5:
            office.back_up()
            time.sleep(chance.uniform(0, MEANWHILE_S_MAX))
        office.put_back(chance.choice(office.backups))


def _verdict(office: Office, kiosks: list[Kiosk], lacking: int) -> Tally:
    """Compare what citizens read with the book, and the book with what each kiosk has."""
    folder = office.server.folder
    words = office.words + office.server.words
    found = [*office.found, *verified(folder)]
    found += [f"the server said: {line}" for line in words.splitlines() if FAULT in line]
    if not lacking:
        found.append("the last restoration lacked nothing")
    if silent := office.devices() - office.alarmed():
        found.append(f"nobody was told that the book went back behind {', '.join(sorted(silent))}")
    for kiosk in kiosks:
        found += kiosk.found
        if kiosk.records() != journal(folder, kiosk.number):
            found.append(f"kiosk {kiosk.number} and the journal do not have the same records")
    kills = sum(kiosk.kills for kiosk in kiosks)
    return reckon([life for kiosk in kiosks for life in kiosk.lives], kept(folder)) + Tally(
        cases=office.restored,
        found=tuple(found),
        figures=(("kiosk kills", float(kills)), ("sent again after the last", float(lacking))),
    )


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield restorations while kiosks live, for each seed; and a client that cannot go back: a control."""
    for number in range(seed, seed + SEEDS[scale]):
        yield Case(f"seed {number}", partial(put_back, number, ROUNDS[scale]))
    yield Case("control: a receipt never goes back", believe, control=True)


RESTORED: Final = FaultClass("restored", "server put back to older backups", cases)
