"""A kiosk whose calendar is wrong: in 1970, ten years ahead, or jumping between visits and within one.

Kiosk and server live in a world of their own, whose days pass while nobody waits. The kiosk's machine is
switched off on some nights, is offline for days, and its calendar says one thing after another. Whatever it
says, each rating is stored once, and counts on the day on which it was given, or is flagged as unsure.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.visit import Stage
from server.domain.calendar import clock_of, day_number
from server.domain.intake import DAY_UNSURE
from server.protocol.record import decode_record
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.kiosk_life import QUIET_S, READ_S
from tests.faults.kiosk_script import SURVEY, Citizen
from tests.faults.place import NOWHERE
from tests.faults.served import verified
from tests.faults.world import WRONG, Calendar, World, WorldClock
from tests.server.live import SEED, live
from tests.story.counter_hall import kiosk_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.protocol.record import Record
    from tests.server.live import Live
    from tests.story.counter_hall import CounterHall

VISITS: Final = ((8.0, 9.0), (10.0, 11.0), (14.0, 15.0), (16.0, 17.0), (23.8, 23.9))
"""When citizens come, in hours of a day in Vietnam; the last of them shortly before midnight."""
OFF_OFTEN, SENT_OFTEN, JUMPS_OFTEN = 0.6, 0.4, 0.5
"""How many nights the machine is off, how many days it is online, how many visits meet a jump."""
USUAL: Final = (Calendar.RIGHT, *WRONG)
CODE_LIVES_MS: Final = 3650 * 24 * 3600 * 1000
DAYS: Final = {Scale.SMALL: 8, Scale.FULL: 40}
SEEDS: Final = {Scale.SMALL: 1, Scale.FULL: 25}


@dataclass(frozen=True, slots=True)
class Given:
    """A rating: when it was truly given, and what the calendar said at the first touch and at the last."""

    true_s: float
    first: Calendar
    last: Calendar

    def may_be(self, *, sure: bool) -> bool:
        """Say whether its day may be sure, or unsure, if it came in another boot."""
        said = {self.first, self.last}
        return bool(said - set(WRONG)) if sure else bool(said & set(WRONG))


@dataclass(frozen=True, slots=True)
class Held:
    """A rating as the book has it."""

    record: Record
    received_ms: int
    boot: str
    day: int
    is_unsure: bool


@dataclass
class Counter:
    """A kiosk in a world: its clock, and what was given at it."""

    world: World
    folder: Path
    clock: WorldClock
    given: list[Given] = field(default_factory=list)
    boots: int = 1

    def reboot(self, calendar: Calendar) -> None:
        """Switch the machine off and on."""
        self.boots += 1
        self.world.calendar = calendar
        self.clock = self.world.boot(self.boots)

    def visit(self, hall: CounterHall, then: Calendar) -> None:
        """Let a citizen rate; after their first touch the calendar says something else."""
        eyes, first = hall.eyes, self.world.calendar
        eyes.wait_until(lambda: eyes.stage is Stage.IDLE and hall.kiosk.is_in_service)
        for touch in Citizen(len(self.given) + 1).touches():
            self.clock.skipped.append(QUIET_S)
            hall.kiosk.serving.happened(touch)
            self.world.calendar = then
        eyes.wait_until(lambda: eyes.stage is Stage.THANKS)
        self.given.append(Given(self.world.true_s(), first, then))
        hall.wait(READ_S)

    def send(self, server: Live, hall: CounterHall) -> None:
        """Wait until the server has it all."""
        hall.eyes.wait_until(lambda: server.store.record_count() >= len(self.given))


def live_days(seed: int, days: int, folder: Path) -> Tally:
    """Let days pass over a kiosk whose calendar is wrong, and say what came of it."""
    chance, world = random.Random(seed), World()
    with live(folder / "server", clock=world.now_ms, survey=SURVEY) as server:
        counter = _enrolled(world, server, folder)
        for day in range(1, days + 1):
            world.until(day, 7.0)
            if chance.random() < OFF_OFTEN:
                counter.reboot(chance.choice(USUAL))
            online = chance.random() < SENT_OFTEN
            with kiosk_at(folder / "kiosk", server.url if online else NOWHERE, clock=counter.clock) as hall:
                for hours in VISITS:
                    if online:  # no exchange is under way while hours pass
                        counter.send(server, hall)
                    world.until(day, chance.uniform(*hours))
                    _come(counter, hall, chance)
                if online:
                    counter.send(server, hall)
        counter.reboot(Calendar.RIGHT)
        with kiosk_at(folder / "kiosk", server.url, clock=counter.clock) as hall:
            counter.send(server, hall)
    return _verdict(counter, folder / "server")


def look_right(folder: Path, *, calendar: Calendar = Calendar.BEHIND, restarts: bool = True) -> Tally:
    """Let one rating be given under a calendar, and be sent three days later, in another boot or not."""
    world = World()
    with live(folder / "server", clock=world.now_ms, survey=SURVEY) as server:
        counter = _enrolled(world, server, folder)
        world.calendar = calendar
        with kiosk_at(folder / "kiosk", NOWHERE, clock=counter.clock) as hall:
            world.until(1, 9.0)
            counter.visit(hall, calendar)
        world.until(4, 9.0)
        if restarts:
            counter.reboot(Calendar.RIGHT)
        with kiosk_at(folder / "kiosk", server.url, clock=counter.clock) as hall:
            counter.send(server, hall)
    return _verdict(counter, folder / "server")


def _enrolled(world: World, server: Live, folder: Path) -> Counter:
    counter = Counter(world, folder, world.boot(1))
    code = server.make_code(lives_ms=CODE_LIVES_MS)
    with kiosk_at(folder / "kiosk", server.url, code, clock=counter.clock) as hall:
        hall.eyes.wait_until(lambda: hall.kiosk.is_in_service)
    return counter


def _come(counter: Counter, hall: CounterHall, chance: random.Random) -> None:
    """Let a citizen come; the calendar may jump before they touch, or while they do."""
    if chance.random() < JUMPS_OFTEN:
        counter.world.calendar = chance.choice(USUAL)
    jumps = chance.random() < JUMPS_OFTEN
    counter.visit(hall, chance.choice(USUAL) if jumps else counter.world.calendar)


def _verdict(counter: Counter, folder: Path) -> Tally:
    """Compare the day of each rating with the day on which it was given."""
    (folder / "signing.key").write_text(SEED.hex())
    book = _book(folder)
    found = [*verified(folder)]
    for number, (given, held) in enumerate(zip(counter.given, book, strict=False), 1):
        if held.record.answers != Citizen(number).answers:
            found.append(f"rating {number} says {held.record.answers}")
        found += [f"rating {number} {wrong}" for wrong in _wrong(given, held)]
    wrong_ones = sum(bool({each.first, each.last} & {*WRONG, Calendar.BEHIND}) for each in counter.given)
    return Tally(
        cases=wrong_ones,
        ratings=len(book),
        lost=max(0, len(counter.given) - len(book)),
        doubled=max(0, len(book) - len(counter.given)),
        found=tuple(found),
        figures=(
            ("days unsure", float(sum(held.is_unsure for held in book))),
            ("sent in another boot", float(sum(held.record.boot != held.boot for held in book))),
        ),
    )


def _wrong(given: Given, held: Held) -> Iterator[str]:
    """Say what is wrong with the day of a rating."""
    is_timed = held.record.boot == held.boot
    if held.is_unsure and (is_timed or not given.may_be(sure=False)):
        yield "is flagged as unsure, and nothing is"
    if not held.is_unsure and not is_timed and not given.may_be(sure=True):
        yield "is not flagged as unsure"
    day = day_number(held.received_ms if held.is_unsure else int(given.true_s * 1000))
    if held.day != day:
        true = clock_of(int(given.true_s * 1000))
        yield f"was given on {true:%Y-%m-%d}, and counts {timedelta(days=held.day - day)} away"


def _book(folder: Path) -> list[Held]:
    with closing(sqlite3.connect(f"file:{folder / 'nucuoi.sqlite3'}?mode=ro", uri=True)) as db:
        rows = db.execute(
            "select body, received_ms, boot, day, flags from journal join rating_now using (device, seq)"
            " order by journal.device, seq"
        )
        return [
            Held(decode_record(bytes(body)), received_ms, boot, day, DAY_UNSURE in flags.split())
            for body, received_ms, boot, day, flags in rows
        ]


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield days with wrong calendars, for each seed; and one that is wrong and looks right: a control."""
    for number in range(seed, seed + SEEDS[scale]):
        yield Case(f"seed {number}", partial(live_days, number, DAYS[scale]))
    yield Case("control: three days behind", look_right, control=True)


CLOCK: Final = FaultClass("clock", "kiosk's calendar in 1970, ten years ahead, jumping", cases)
