"""A year of the demo, played into a book: every rating signed, chained and counted as in service."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

import msgspec

from server.demo.machine import RECEIVED_S, Machine
from server.demo.plan import SERVED_EACH
from server.demo.visits import is_on, mood_of, visits
from server.domain.calendar import VIETNAM
from server.domain.dossier_figures import TicketDay, is_working
from server.domain.fields import Procedure
from server.domain.openings import Timetable
from server.domain.places import Counter, counter_id
from server.jobs import make_checkpoint, publish
from server.protocol.survey import Option, Question, decode_survey, encode_survey, survey_hash
from server.store import Code
from server.store.seed import cheerful_survey

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from server.demo.plan import DemoCenter, Plan
    from server.demo.words import DemoWords
    from server.store import Store

AUTHOR: Final = "demo"


@dataclass
class SimulatedClock:
    """What time the played server believes it is: UTC milliseconds."""

    ms: int

    def now_ms(self) -> int:
        """Return it as the server reads it."""
        return self.ms


@dataclass
class Staffed:
    """A center that is being played: its machines, the ids of its officers, and how many came."""

    center: DemoCenter
    machines: list[Machine]
    officers: dict[int, str]
    served: list[TicketDay] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stage:
    """What a year is played with: the book and its clock, the server's key, chance, and what people say."""

    store: Store
    clock: SimulatedClock
    seed: bytes
    rng: Random
    words: DemoWords


def play(stage: Stage, plan: Plan, tell: Callable[[date, int], None] = lambda *_: None) -> int:
    """Play the plan into a book that knows its centers, day by day; returns how many ratings it has.

    `tell` gets each day that is over, and how many ratings there are.
    """
    store, clock = stage.store, stage.clock
    staffed, ratings = _set_up(stage, plan), 0
    for day in plan.days():
        clock.ms = midnight(day) + RECEIVED_S * 1000
        with store.transaction():
            ratings += sum(_work(stage, each, day) for each in staffed)
        clock.ms = midnight(day + timedelta(days=1)) + 1000
        _close(stage, day + timedelta(days=1))
        tell(day, ratings)
    for each in staffed:
        with store.transaction():
            store.take_ticket_days(each.center.center.code, each.served, AUTHOR)
    return ratings


def midnight(day: date) -> int:
    """Return when a day begins in Viet Nam, in UTC milliseconds."""
    return int(datetime.combine(day, time(), VIETNAM).timestamp() * 1000)


def demo_survey(words: DemoWords) -> bytes:
    """Return the ready-made survey of cheerful service with a question more: what the citizen came for."""
    ready = decode_survey(cheerful_survey())
    options = [Option({"vi": each.vi, "en": each.en}, code=each.code) for each in words.procedures]
    asked = [*ready.questions[:1], Question("procedure", "procedure", words.question, options=options)]
    return encode_survey(msgspec.structs.replace(ready, questions=asked + ready.questions[1:]))


def _set_up(stage: Stage, plan: Plan) -> list[Staffed]:
    """Enrol every machine, and hire who sits there."""
    store, raw = stage.store, demo_survey(stage.words)
    with store.transaction():
        store.add_survey(raw, AUTHOR)
        for each in stage.words.procedures:
            store.keep_procedure(Procedure(each.code, each.vi, 1), AUTHOR)
        return [_staffed(stage, each, survey_hash(raw)) for each in plan.centers]


def _staffed(stage: Stage, center: DemoCenter, survey: str) -> Staffed:
    store, now_ms, code = stage.store, stage.clock.now_ms(), center.center.code
    machines = []
    for number in range(1, center.counters + 1):
        counter = Counter(counter_id(code, number), code, number)
        machine = Machine(counter, survey, Random(stage.rng.random()))  # noqa: S311 - a demo, and no secret
        store.add_counter(counter)
        store.add_code(machine.id, Code(counter.id, now_ms + 1, device=None), AUTHOR)
        store.add_device(machine.enrolled(stage.seed, now_ms), machine.id)
        machines.append(machine)
    named = zip(center.officers, stage.words.officers, strict=False)
    hired = {each.number: store.add_officer(code, name, stage.words.title, AUTHOR).id for each, name in named}
    return Staffed(center, machines, hired)


def _work(stage: Stage, staffed: Staffed, day: date) -> int:
    """Play one center on one day; returns how many ratings it had."""
    if not is_working(Timetable(), day):
        return 0
    mood, ratings, came = mood_of(stage.rng), 0, 0
    for number, machine in enumerate(staffed.machines, 1):
        given = visits(staffed.center, number, day, mood, stage.rng, stage.words)
        came += len(given)
        if is_on(staffed.center, mood):
            stage.store.accept(machine.arrival(given, midnight(day), staffed.officers))
            ratings += len(given)
    staffed.served.append(TicketDay(day, SERVED_EACH * max(came, 1)))
    return ratings


def _close(stage: Stage, today: date) -> None:
    """Do what the server does at night."""
    store = stage.store
    with store.transaction():
        store.release_due(today)
        make_checkpoint(store, seed=stage.seed, now_ms=stage.clock.now_ms())
    for center, month in store.months_due(today):
        with store.transaction():
            publish(store, center=center, month=month)
