"""People who may sign in, their sessions, and the guesses that went wrong, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import COMMAND_LINE, Action
from server.domain.places import Person, Role
from server.store.log import Log

if TYPE_CHECKING:
    from server.store.sql import Row

ATTEMPTS_KEPT_MS = 24 * 3600 * 1000
PERSON = "select p.id, p.name, p.password_hash, p.role, p.center from person p "


class People(Log):
    """The verbs of `Store` about people."""

    def add_person(self, person: Person, author: str = COMMAND_LINE) -> None:
        """Write a person under a new id; `person.id` is not used. The first one sets the server up."""
        first = self.people_count() == 0
        self.note(
            Action.SET_UP if first else Action.ADD_PERSON, person.name, person.role.value, author=author
        )
        self.write(
            "insert into person (name, password_hash, role, center) values (:name, :hash, :role, :center)",
            name=person.name,
            hash=person.password_hash,
            role=person.role.value,
            center=person.center,
        )

    def person(self, name: str) -> Person | None:
        """Return the person of this sign-in name."""
        return _person(self.one(PERSON + "where p.name = :name", name=name))

    def people_count(self) -> int:
        """Say how many people may sign in."""
        row = self.one("select count(*) as n from person")
        return 0 if row is None else int(row["n"])

    def set_password(self, name: str, password_hash: str, author: str = COMMAND_LINE) -> None:
        """Replace a password, and end every session of that person."""
        self.note(Action.SET_PASSWORD, name, author=author)
        self.write(
            "update person set password_hash = :hash where name = :name", hash=password_hash, name=name
        )
        self.write("delete from session where person = (select id from person where name = :name)", name=name)

    def start_session(self, token_hash: str, person: int, expires_ms: int) -> None:
        """Keep a session under the hash of its token."""
        self.write(
            "insert into session (token_hash, person, expires_ms) values (:hash, :person, :expires)",
            hash=token_hash,
            person=person,
            expires=expires_ms,
        )

    def session_person(self, token_hash: str, now_ms: int) -> Person | None:
        """Return whose living session this is."""
        sql = PERSON + (
            "join session s on s.person = p.id where s.token_hash = :hash and s.expires_ms > :now"
        )
        return _person(self.one(sql, hash=token_hash, now=now_ms))

    def end_session(self, token_hash: str) -> None:
        """Forget a session."""
        self.write("delete from session where token_hash = :hash", hash=token_hash)

    def note_attempt(self, kind: str, subject: str, at_ms: int) -> None:
        """Remember a wrong password or code, or what may be done only so often."""
        self.write(
            "insert into attempt (kind, subject, at_ms) values (:kind, :subject, :at)",
            kind=kind,
            subject=subject,
            at=at_ms,
        )

    def attempts(self, kind: str, subject: str, since_ms: int) -> int:
        """Say how many there were since, a day at most."""
        row = self.one(
            "select count(*) as n from attempt where kind = :kind and subject = :subject and at_ms >= :since",
            kind=kind,
            subject=subject,
            since=since_ms,
        )
        return 0 if row is None else int(row["n"])

    def forget_old(self, now_ms: int) -> None:
        """Drop sessions that have ended, and attempts that no back-off looks at any more."""
        self.write("delete from session where expires_ms <= :now", now=now_ms)
        self.write("delete from attempt where at_ms < :then", then=now_ms - ATTEMPTS_KEPT_MS)

    def forget_attempt(self, kind: str, subject: str, at_ms: int) -> None:
        """Take back one of that moment, which was right after all."""
        self.write(
            "delete from attempt where id = (select max(id) from attempt"
            " where kind = :kind and subject = :subject and at_ms = :at)",
            kind=kind,
            subject=subject,
            at=at_ms,
        )

    def forget_attempts(self, kind: str, subject: str) -> None:
        """Start counting anew, after a right one."""
        self.write(
            "delete from attempt where kind = :kind and subject = :subject", kind=kind, subject=subject
        )


def _person(row: Row | None) -> Person | None:
    return None if row is None else Person(**{**row, "role": Role(row["role"])})
