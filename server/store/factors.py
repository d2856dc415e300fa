"""The second factor and its recovery codes, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import Action
from server.store.sessions import Sessions
from server.store.verbs.people import Factor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.places import Person

BEGIN = """
insert into second_factor (person, sealed, last_step) values (:person, :sealed, 0)
on conflict (person) do update set sealed = excluded.sealed, last_step = 0
where second_factor.on_ms is null
"""


class Factors(Sessions):
    """The verbs of `Store` about the second factor."""

    def begin_second_factor(self, person: Person, sealed: str) -> None:
        """Keep a secret that nobody has confirmed yet, in place of another such one."""
        self.write(BEGIN, person=person.id, sealed=sealed)

    def factor(self, person: int) -> Factor | None:
        """Return a person's secret, and whether it is confirmed."""
        row = self.one("select sealed, on_ms, last_step from second_factor where person = :id", id=person)
        return None if row is None else Factor(row["sealed"], row["on_ms"] is not None, row["last_step"])

    def turn_on_second_factor(self, person: Person, at_ms: int, step: int, codes: Iterable[str]) -> None:
        """Ask this person for codes from now on; `codes` are the hashes of those on paper."""
        self.note(Action.SECOND_FACTOR_ON, person.name, author=person.name)
        self.write(
            "update second_factor set on_ms = :at, last_step = :step where person = :id",
            at=at_ms,
            step=step,
            id=person.id,
        )
        self.write_many(
            "insert into recovery_code (person, code_hash) values (:person, :hash)",
            [{"person": person.id, "hash": code} for code in codes],
        )

    def turn_off_second_factor(self, person: Person, author: str) -> None:
        """Ask this person for no code any more; the secret and the codes on paper are forgotten."""
        self.note(Action.SECOND_FACTOR_OFF, person.name, author=author)
        self.write("delete from recovery_code where person = :id", id=person.id)
        self.write("delete from second_factor where person = :id", id=person.id)

    def take_step(self, person: int, step: int) -> bool:
        """Take the code of a step of time, once: says whether neither it nor a later one was taken."""
        kept = self.factor(person)
        if kept is None or step <= kept.last_step:
            return False
        self.write("update second_factor set last_step = :step where person = :id", step=step, id=person)
        return True

    def take_recovery_code(self, person: Person, code_hash: str, at_ms: int) -> bool:
        """Take a code on paper, once: says whether it was there and new."""
        row = self.one(
            "select 1 as there from recovery_code where person = :id and code_hash = :hash"
            " and used_ms is null",
            id=person.id,
            hash=code_hash,
        )
        if row is None:
            return False
        self.note(Action.USE_RECOVERY_CODE, person.name, author=person.name)
        self.write(
            "update recovery_code set used_ms = :at where person = :id and code_hash = :hash",
            at=at_ms,
            id=person.id,
            hash=code_hash,
        )
        return True

    def recovery_codes_left(self, person: int) -> int:
        """Say how many codes on paper are still good."""
        row = self.one(
            "select count(*) as n from recovery_code where person = :id and used_ms is null", id=person
        )
        return 0 if row is None else int(row["n"])
