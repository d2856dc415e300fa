"""Sessions, and the guesses that went wrong, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import Action
from server.domain.people import Session
from server.store.people import PERSON, People, to_person

if TYPE_CHECKING:
    from server.domain.places import Person

ATTEMPTS_KEPT_MS = 24 * 3600 * 1000
START = """
insert into session (token_hash, person, expires_ms, started_ms, address, browser, waits)
values (:hash, :person, :expires, :started, :address, :browser, :waits)
"""


class Sessions(People):
    """The verbs of `Store` about sessions and guesses."""

    def start_session(
        self,
        token_hash: str,
        person: int,
        expires_ms: int,
        *,
        started_ms: int = 0,
        address: str = "",
        browser: str = "",
        waits: str = "",
    ) -> None:
        """Keep a session under the hash of its token. One that `waits` for a code opens no page yet."""
        self.write(
            START,
            hash=token_hash,
            person=person,
            expires=expires_ms,
            started=started_ms,
            address=address,
            browser=browser,
            waits=waits,
        )
        if not waits:
            self.write(
                "update person set last_sign_in_ms = :started where id = :person",
                started=started_ms,
                person=person,
            )

    def session_person(self, token_hash: str, now_ms: int, waits: str = "") -> Person | None:
        """Return whose living session this is: a whole one, or one that `waits` for a code."""
        sql = PERSON + (
            "join session s on s.person = p.id where s.token_hash = :hash and s.expires_ms > :now"
            " and s.waits = :waits and p.blocked_ms is null"
        )
        return to_person(self.one(sql, hash=token_hash, now=now_ms, waits=waits))

    def sessions(self, person: int, now_ms: int) -> list[Session]:
        """Return the living sessions of a person, the newest first."""
        rows = self.ask(
            "select substr(token_hash, 1, 16) as handle, started_ms, address, browser from session"
            " where person = :person and expires_ms > :now and waits = ''"
            " order by started_ms desc, token_hash",
            person=person,
            now=now_ms,
        )
        return [Session(**row) for row in rows]

    def end_session(self, token_hash: str) -> None:
        """Forget a session."""
        self.write("delete from session where token_hash = :hash", hash=token_hash)

    def end_one_session(self, person: int, handle: str) -> None:
        """Forget the session of a person that has this handle."""
        self.write(
            "delete from session where person = :person and substr(token_hash, 1, 16) = :handle",
            person=person,
            handle=handle,
        )

    def end_sessions(self, person: Person, author: str, keep_session: str = "") -> None:
        """Forget every session of a person but the one under this token's hash."""
        self.note(Action.END_SESSIONS, person.name, author=author)
        self.write(
            "delete from session where person = :person and token_hash <> :keep",
            person=person.id,
            keep=keep_session,
        )

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
