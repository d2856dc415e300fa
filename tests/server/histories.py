"""Whole histories of a small book, by chance and the same for the same seed: what can happen, happens."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec

from server.domain.places import Counter
from server.errors import CommandError
from server.jobs import make_checkpoint
from server.protocol.survey import encode_survey, survey_hash
from tests.kiosk.stories import ONE_TAP
from tests.server.books import BAO_LOC, DAY_MS, SEED, Books, Machine, comment, open_books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.protocol.record import Aside

ELSEWHERE = (("24823-4", BAO_LOC, 4), ("24823-5", BAO_LOC, 5), ("24778-1", 24778, 1))
LATE = encode_survey(msgspec.structs.replace(ONE_TAP, name={"vi": "late"}))


class History:
    """Lets kiosks, people and the clock do things in a book."""

    def __init__(self, books: Books, chance: random.Random) -> None:
        self.books = books
        self.chance = chance
        self.machines: list[Machine] = [books.enrol(1), books.enrol(2)]
        self.asides: dict[tuple[str, int], tuple[Aside, ...]] = {}
        self.unsent: dict[str, list[Machine]] = {}
        self.past: list[Machine] = []

    def live(self, steps: int) -> None:
        """Let so much happen."""
        deeds = [self.rate, self.rate, self.rate, self.remark, self.strange, self.unknown, self.succeed]
        deeds += [
            self.child,
            self.turn_up,
            self.withhold,
            self.reinstate,
            self.revoke,
            self.revoke_past,
            self.move,
            self.learn,
            self.forget,
            self.sign,
        ]
        for _ in range(steps):
            self.books.now_ms += self.chance.choice([0, 1000, 60_000, 3_600_000, DAY_MS, -7_200_000])
            self.chance.choice(deeds)()

    def rate(self) -> None:
        """Let some citizens rate."""
        machine = self.chance.choice(self.machines)
        self.books.rate(machine, *self.chance.choices(range(1, 6), k=self.chance.randint(1, 7)))

    def child(self) -> None:
        """Let a child press face after face, in one batch or in several, also while the kiosk is offline."""
        machine, boot = self.chance.choice(self.machines), f"{self.chance.getrandbits(32):08x}"
        survey = survey_hash(self.chance.choice([self.books.survey, self.books.survey, LATE]))
        made = [
            self.books.rating(
                machine,
                self.chance.choice([1, 5]),
                len(machine.bodies) + 1 + number,
                survey=survey,
                boot=boot,
                mono_ms=1000 + 4000 * number,
            )
            for number in range(self.chance.randint(5, 12))
        ]
        cut = self.chance.randint(1, len(made))
        self.books.send(machine, *made[:cut])
        if cut < len(made):
            self.books.send(machine, *made[cut:])

    def remark(self) -> None:
        """Let a citizen write a comment."""
        machine = self.chance.choice(self.machines)
        aside, named = comment(f"{self.chance.random()}")
        self.asides[machine.id, len(machine.bodies) + 1] = (aside,)
        self.books.send(machine, self.books.rating(machine, 2, asides=named), asides=(aside,))

    def strange(self) -> None:
        """Let something come that cannot count."""
        machine = self.chance.choice(self.machines)
        self.books.send(machine, self.chance.choice([b"no rating", self.books.rating(machine, 9)]))

    def unknown(self) -> None:
        """Let a rating of a survey come that is not known yet."""
        machine = self.chance.choice(self.machines)
        self.books.send(machine, self.books.rating(machine, 4, survey=survey_hash(LATE)))

    def succeed(self) -> None:
        """Let a kiosk that could not send two ratings become another device, and bring them home."""
        old = self.chance.choice(self.machines)
        known = len(old.bodies)
        old.bodies += [self.books.rating(old, self.chance.randint(1, 5), known + 1 + i) for i in range(2)]
        new = self.books.enrol(int(old.enrolment.counter[-1]), before=old)
        if known:  # and one that is here already
            beside = self.asides.get((old.id, known), ())
            self.books.send(new, self.books.carry(new, old, known), asides=beside)
            if beside:
                self.asides[new.id, 1] = beside
        self.books.send(
            new,
            self.books.carry(new, old, known + 1),
            self.books.carry(new, old, known + 2, len(new.bodies) + 2),
        )
        self.machines.remove(old)
        self.machines.append(new)
        self.past.append(old)
        self.unsent[old.id] = [old]

    def turn_up(self) -> None:
        """Let the old disk turn up after all, and send what it has itself."""
        if self.unsent:
            _, (old,) = self.unsent.popitem()
            device = self.books.store.device(old.id)
            assert device is not None
            self.books.resend(old, device.seq)

    def withhold(self) -> None:
        """Let a person withhold a rating, if it can be."""
        self._decide(self.books.store.withhold)

    def reinstate(self) -> None:
        """Let a person reinstate a rating, if it can be."""
        for _ in range(5):
            self._decide(self.books.store.reinstate)

    def revoke(self) -> None:
        """Let a device be revoked, now and then, and another come."""
        if self.chance.random() < 0.3:
            machine = self.chance.choice(self.machines)
            with self.books.store.transaction():
                self.books.store.revoke(machine.id, "quản trị", "moved")
            self.books.rate(machine, 5)
            self.machines.remove(machine)
            self.machines.append(self.books.enrol(self.chance.randint(1, 3)))

    def revoke_past(self) -> None:
        """Let a device be revoked that is another one now: what was carried for it stays as it was judged."""
        if self.past and self.chance.random() < 0.5:
            machine = self.past.pop(self.chance.randrange(len(self.past)))
            with self.books.store.transaction():
                self.books.store.revoke(machine.id, "quản trị", "its key was stolen")

    def move(self) -> None:
        """Let a kiosk go to another counter, here or in another center, and bring what it made before."""
        machine = self.chance.choice(self.machines + self.past)
        counter = Counter(*self.chance.choice(ELSEWHERE))
        before = self.books.rating(machine, self.chance.randint(1, 5))
        with self.books.store.transaction():
            self.books.store.add_counter(counter)
            try:
                self.books.store.move_device(machine.id, counter.id, "quản trị")
            except CommandError:
                return  # it stands there
        if machine in self.machines:
            after = self.books.rating(machine, 4, len(machine.bodies) + 2, counter=counter.id)
            not_there = self.books.rating(machine, 1, len(machine.bodies) + 4, counter="24823-9")
            self.books.send(machine, before, after, b"no rating", not_there)

    def learn(self) -> None:
        """Let the survey become known."""
        with self.books.store.transaction():
            self.books.store.learn_survey(LATE)

    def forget(self) -> None:
        """Let a comment be deleted."""
        found = self.books.ask(
            "select d.id, a.seq from aside a join device d on d.no = a.device order by 1, 2"
        )
        if found:
            device, seq = self.chance.choice(found)
            with self.books.store.transaction():
                self.books.store.forget_aside(device, seq, "comment", "pháp chế", "on request")

    def sign(self) -> None:
        """Let the clock make a checkpoint."""
        with self.books.store.transaction():
            make_checkpoint(self.books.store, seed=SEED, now_ms=self.books.now_ms)

    def _decide(self, verb: object) -> None:
        found = self.books.ask(
            "select d.id, r.seq from journal r join device d on d.no = r.device order by 1, 2"
        )
        if not found or not callable(verb):
            return
        device, seq = self.chance.choice(found)
        try:
            with self.books.store.transaction():
                verb(device, seq, "thanh tra", "seen by a person")
        except CommandError:
            pass


def a_history(folder: Path, seed: int, steps: int = 60) -> Iterator[History]:
    """Open a book in which that much has happened; it is closed when the caller is done."""
    chance = random.Random(seed)
    with open_books(folder, lambda count: chance.randbytes(count).hex()) as books:
        history = History(books, chance)
        history.live(steps)
        yield history
