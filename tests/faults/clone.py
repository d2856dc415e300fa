"""One disk in two kiosks: a machine's disk was copied into a second one, and both go on rating and sending.

One of them goes on as the device that both were; the other one becomes its successor, which carries home what
the server cannot take in the old chain. Both are killed with -9 at moments drawn by lot meanwhile.
"""

from __future__ import annotations

import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk import keyfile
from server.domain.audit import Action
from server.domain.intake import CARRIED, CARRIED_TWICE
from server.store import open_store
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.kiosk_script import SURVEY, number_of
from tests.faults.kiosks import Kiosk, a_kiosk
from tests.faults.lives import nursery
from tests.faults.place import NOWHERE
from tests.faults.reckoning import reckon
from tests.faults.served import Served, make_code, prepared, verified
from tests.story.book import kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.story.book import Kept

SENT, QUEUED = 12, 7
"""How many ratings the server has, and how many wait, when the disk is copied."""
LIVES, LIFE_RATINGS = 4, (2, 20)
OFFLINE_OFTEN, KILL_S_MAX = 0.3, 1.5
HURRY_S: Final = 0.3
HOME_S, HOME_LIVES_MAX = 8.0, 10
"""How long a life may last in which a kiosk brings everything home, and in how many lives it must."""
SEEDS: Final = {Scale.SMALL: 1, Scale.FULL: 30}


def share(seed: int, folder: Path, *, is_forgotten: bool = False) -> Tally:
    """Copy a kiosk's disk into a second one, and say what came of both.

    The second one `is_forgotten` in a cupboard where there is no network: a control.
    """
    server = Served(folder / "server")
    with prepared(server.folder, SURVEY) as store:
        code = make_code(store, 1)
    with ExitStack() as stack:
        stack.callback(server.kill)
        server.start()
        first = stack.enter_context(a_kiosk(folder, 1, server.url, code))
        first.live(SENT, server.url, hurry_s=HURRY_S)
        first.live(QUEUED, NOWHERE, drain=False)
        second = _copied(first, stack, folder)
        addresses = (server.url, NOWHERE if is_forgotten else server.url)
        kiosks = list(zip((first, second), addresses, strict=True))
        with ThreadPoolExecutor(len(kiosks)) as pool:
            lives = [
                pool.submit(_live_lives, kiosk, url, random.Random(f"{seed} {kiosk.number}"))
                for kiosk, url in kiosks
            ]
        for each in lives:
            each.result()
        for _ in range(1 if is_forgotten else HOME_LIVES_MAX):
            for kiosk, url in kiosks:
                kiosk.live(1, url, drain=url != NOWHERE, hurry_s=HURRY_S, kill_s=HOME_S)
            if _are_home(first, second, server.folder):
                break
    return _verdict(first, second, server)


def _copied(first: Kiosk, stack: ExitStack, folder: Path) -> Kiosk:
    """Give a second machine a copy of the first one's disk."""
    home = folder / "kiosk-2"
    shutil.copytree(first.folder / "kiosk", home / "kiosk")
    return Kiosk(2, home, stack.enter_context(nursery(home)))


def _live_lives(kiosk: Kiosk, url: str, chance: random.Random) -> None:
    """Live lives, offline or not, each of which is killed unless it had sent everything before."""
    for _ in range(LIVES):
        where = NOWHERE if chance.random() < OFFLINE_OFTEN else url
        kiosk.live(chance.randint(*LIFE_RATINGS), where, kill_s=chance.uniform(0, KILL_S_MAX))


def _are_home(first: Kiosk, second: Kiosk, folder: Path) -> bool:
    """Say whether the book counts all that citizens of both were thanked for."""
    thanked = {number for kiosk in (first, second) for life in kiosk.lives for number in life.thanked}
    return thanked <= {number_of(each.record.made_at) for each in _counted(folder)}


def _counted(folder: Path) -> list[Kept]:
    """Return what the book holds, but for copies of what it has."""
    return [each for each in kept(folder) if each.quarantine not in {CARRIED, CARRIED_TWICE}]


def _verdict(first: Kiosk, second: Kiosk, server: Served) -> Tally:
    """Compare what citizens read with the book, and see who the kiosks are now."""
    everything, counted = kept(server.folder), _counted(server.folder)
    found = [*first.found, *second.found, *verified(server.folder), *server.faults, *_who(first, second)]
    with closing(open_store(f"sqlite:{server.folder / 'nucuoi.sqlite3'}", read_only=True)) as store:
        successions = len(store.events(Action.SUCCEED))
    if successions != 1:
        found.append(f"{successions} successions are in the audit log")
    figures = {"kiosk kills": first.kills + second.kills, "copies": len(everything) - len(counted)}
    return reckon([*first.lives, *second.lives], counted) + Tally(
        cases=1 + first.kills + second.kills,
        found=tuple(found),
        figures=tuple((name, float(count)) for name, count in figures.items()),
    )


def _who(first: Kiosk, second: Kiosk) -> Iterator[str]:
    """Say what is wrong with who they are: one must be what both were, the other one its successor."""
    one, other = (keyfile.identity(kiosk.folder / "kiosk") for kiosk in (first, second))
    if one is None or other is None:
        yield "a kiosk is nobody"
    elif {one.enrolment.before, other.enrolment.before} not in (
        {"", one.enrolment.device},
        {"", other.enrolment.device},
    ):
        yield f"{one.enrolment.device} and {other.enrolment.device}: none is the successor of the other"


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield copied disks, for each seed; and one that never comes home: a control."""
    for number in range(seed, seed + SEEDS[scale]):
        yield Case(f"seed {number}", partial(share, number))
    yield Case("control: in a cupboard", partial(share, seed, is_forgotten=True), control=True)


CLONE: Final = FaultClass("clone", "one disk in two kiosks", cases)
