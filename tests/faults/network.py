"""Kiosks and a server with a bad network between them, and all of them killed at moments drawn by lot.

Two kiosks live one life after the other behind a proxy that spoils half of all exchanges. Lives and
server are killed with -9 meanwhile. At the end the network is good for a moment: then the book must
hold every rating that somebody was thanked for, once, in order, byte for byte as the kiosk has it.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import requests

from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.gullible import gullible
from tests.faults.kiosk_script import SURVEY, number_of
from tests.faults.kiosks import a_kiosk, journal
from tests.faults.mischief import draws, every
from tests.faults.proxy import Door, Line, hall
from tests.faults.reckoning import reckon
from tests.faults.served import Served, make_code, prepared, verified
from tests.story.book import kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from tests.faults.kiosks import Kiosk

KIOSKS: Final = 2
OFTEN: Final = 0.5
"""The share of exchanges that something befalls."""
LIFE_RATINGS: Final = (10, 120)
KILLED_OFTEN, DRAINED_OFTEN = 0.6, 0.2
"""The shares of lives that are killed, and that wait until the server has all."""
KILL_S_MAX: Final = 1.5
SERVER_LIVES_S: Final = (1.0, 6.0)
SEEDS: Final = {Scale.SMALL: 1, Scale.FULL: 20}
RATINGS: Final = {Scale.SMALL: 60, Scale.FULL: 1300}
"""How many citizens are thanked at each kiosk, at least."""
SHARES: Final = {Scale.SMALL: (12, 1), Scale.FULL: (2, 2)}
"""Into how many shares all kinds of mischief are cut, and how many of these are done one by one."""
AT_FIRST: Final = 2
"""How many exchanges of a life a kind befalls that is done by itself."""
BELIEVED: Final = 200


@dataclass
class World:
    """A server, its kiosks, and the door of each."""

    server: Served
    line: Line
    kiosks: list[Kiosk]
    doors: list[Door]


def suffer(seed: int, ratings: int, folder: Path) -> Tally:
    """Let kiosks and server live with a bad network, and say what came of it."""
    with ExitStack() as stack:
        world = _opened(stack, KIOSKS, folder)
        with ThreadPoolExecutor(KIOSKS) as pool:
            lives = []
            for kiosk, door in zip(world.kiosks, world.doors, strict=True):
                door.draw = draws(random.Random(f"{seed} network {kiosk.number}"), OFTEN)
                chance = random.Random(f"{seed} lives {kiosk.number}")
                lives.append(pool.submit(_live_lives, kiosk, door, ratings, chance))
            kills = _kill_server(world.server, lives, random.Random(f"{seed} server"))
        for kiosk, door, lived in zip(world.kiosks, world.doors, lives, strict=True):
            lived.result()
            door.draw = lambda: None
            kiosk.live(1, door.url)
    return _verdict(world, [kiosk.records() for kiosk in world.kiosks], kills)


def suffer_each(share: slice, folder: Path) -> Tally:
    """Let kinds of mischief befall the first exchanges of a life, one kind after the other."""
    with ExitStack() as stack:
        world = _opened(stack, 1, folder)
        kiosk, door = world.kiosks[0], world.doors[0]
        for mischief in every(random.Random(0))[share]:
            coming = iter([mischief] * AT_FIRST)
            door.draw = partial(next, coming, None)
            kiosk.live(2, door.url)
            if next(coming, None) is not None:
                kiosk.found.append(f"{mischief[0]} did not befall {AT_FIRST} exchanges")
    return _verdict(world, [kiosk.records()])


def believe(seed: int, often: float, folder: Path) -> Tally:
    """Let a client that believes any 2xx live with a network that is so often bad."""
    with ExitStack() as stack:
        world = _opened(stack, 1, folder)
        kiosk, door = world.kiosks[0], world.doors[0]
        door.draw = draws(random.Random(seed), often)
        client = gullible(kiosk.folder / "kiosk", door.url, stack.enter_context(requests.Session()))
        kiosk.lives.append(client.rate(kiosk.next, BELIEVED))
        client.drain()
    return _verdict(world, [client.bodies])


def _opened(stack: ExitStack, kiosks: int, folder: Path) -> World:
    """Start a server, enrol kiosks over a good network, and open a door for each."""
    server = Served(folder / "server")
    with prepared(server.folder, SURVEY) as store:
        codes = {number: make_code(store, number) for number in range(1, kiosks + 1)}
    stack.callback(server.kill)
    server.start()
    line, doorway = Line(server.port), stack.enter_context(hall())
    enrolled = [
        stack.enter_context(a_kiosk(folder, number, server.url, code)) for number, code in codes.items()
    ]
    return World(server, line, enrolled, [doorway.open(Door(line, lambda: None)) for _ in codes])


def _live_lives(kiosk: Kiosk, door: Door, ratings: int, chance: random.Random) -> None:
    """Live lives until so many citizens were thanked."""
    while kiosk.thanked < ratings:
        kill_s = chance.uniform(0, KILL_S_MAX) if chance.random() < KILLED_OFTEN else None
        drain = chance.random() < DRAINED_OFTEN
        kiosk.live(chance.randint(*LIFE_RATINGS), door.url, drain=drain, kill_s=kill_s, must_drain=False)


def _kill_server(server: Served, lives: list[Future[None]], chance: random.Random) -> int:
    """Kill a server and start it again until all lives have ended; returns how often."""
    kills = 0
    while wait(lives, chance.uniform(*SERVER_LIVES_S)).not_done:
        server.kill()
        server.start()
        kills += 1
    return kills


def _verdict(world: World, sent: list[list[bytes]], server_kills: int = 0) -> Tally:
    """Compare what citizens read with the book, and the book with what each kiosk has `sent`."""
    folder, line = world.server.folder, world.line
    book = kept(folder)
    found = [*verified(folder), *world.server.faults]
    numbers = [number_of(each.record.made_at) for each in book]
    if numbers != sorted(numbers):
        found.append("the book is not in the order in which citizens came")
    for kiosk, records in zip(world.kiosks, sent, strict=True):
        found += kiosk.found
        if records != journal(folder, kiosk.number):
            found.append(f"kiosk {kiosk.number} and the journal do not have the same records")
    kills = {"kiosk kills": sum(kiosk.kills for kiosk in world.kiosks), "server kills": server_kills}
    figures = kills | {"server away": line.away} | line.befallen
    return reckon([life for kiosk in world.kiosks for life in kiosk.lives], book) + Tally(
        cases=line.befallen.total() + sum(kills.values()),
        server_errors=line.server_errors,
        found=tuple(found),
        figures=tuple((name, float(count)) for name, count in figures.items()),
    )


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield kinds of mischief one by one, then all of them at random for each seed; and the control."""
    shares, done = SHARES[scale]
    for share in range(done):
        yield Case(f"each kind {share + 1}/{shares}", partial(suffer_each, slice(share, None, shares)))
    for number in range(seed, seed + SEEDS[scale]):
        yield Case(f"seed {number}", partial(suffer, number, RATINGS[scale]))
    yield Case("control: believes any 2xx", partial(believe, seed, OFTEN), control=True)


NETWORK: Final = FaultClass("network", "bad network; kiosk and server killed in it", cases)
