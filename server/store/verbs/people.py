"""What a store does about people: who may sign in, their sessions, their second factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from server.domain.audit import COMMAND_LINE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.domain.people import Listed, Session
    from server.domain.places import Person, Role


@dataclass(frozen=True, slots=True)
class Factor:
    """A second factor as it is kept: the secret closed with the server's key, and the last step taken."""

    sealed: str
    on: bool
    last_step: int


class PeopleVerbs(Protocol):
    """The verbs of `Store` about people. Moments are UTC milliseconds."""

    # people
    def add_person(self, person: Person, author: str = COMMAND_LINE) -> None:
        """Write a person under a new id; `person.id` is not used. The first one sets the server up."""

    def invite(self, name: str, role: Role, center: int | None, author: str) -> Person:
        """Write a person who has no password yet."""

    def person(self, name: str) -> Person | None:
        """Return the person of this sign-in name."""

    def person_of_id(self, id_: int) -> Person | None:
        """Return the person of this id."""

    def people(self, center: int | None) -> list[Listed]:
        """Return the people of a center, or of all the province."""

    def listed(self, id_: int) -> Listed | None:
        """Return one person as a list shows them."""

    def people_count(self) -> int:
        """Say how many people may sign in."""

    def other_heads(self, id_: int) -> int:
        """Say how many administrators of the province may sign in, without this person."""

    def set_password(
        self, name: str, password_hash: str, author: str = COMMAND_LINE, keep_session: str = ""
    ) -> None:
        """Replace a password, and end every session of that person but the one under this token's hash.

        A link that was made before is good no more.
        """

    def renew_hash(self, name: str, password_hash: str) -> None:
        """Keep the same password under a hash of newer parameters."""

    def set_access(self, person: Person, role: Role, center: int | None, author: str) -> Person:
        """Give a person another role and scope; returns them as they are now."""

    def block(self, person: Person, at_ms: int, author: str) -> None:
        """Let a person sign in no more; their sessions and their link end."""

    def unblock(self, person: Person, author: str) -> None:
        """Let a person sign in again."""

    def add_link(
        self, person: Person, token_hash: str, expires_ms: int, author: str, *, invites: bool = False
    ) -> None:
        """Keep the one-time link of a person; one that was made before is good no more.

        A first link that `invites` belongs to the invitation, and is no event of its own.
        """

    def withdraw_link(self, person: Person, author: str) -> None:
        """Let the link of a person be good no more."""

    def linked_person(self, token_hash: str, now_ms: int) -> Person | None:
        """Return whose good link this is."""

    # sessions and guesses
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

    def session_person(self, token_hash: str, now_ms: int, waits: str = "") -> Person | None:
        """Return whose living session this is: a whole one, or one that `waits` for a code."""

    def sessions(self, person: int, now_ms: int) -> list[Session]:
        """Return the living sessions of a person, the newest first."""

    def end_session(self, token_hash: str) -> None:
        """Forget a session."""

    def end_one_session(self, person: int, handle: str) -> None:
        """Forget the session of a person that has this handle."""

    def end_sessions(self, person: Person, author: str, keep_session: str = "") -> None:
        """Forget every session of a person but the one under this token's hash."""

    def note_attempt(self, kind: str, subject: str, at_ms: int) -> None:
        """Remember a wrong password or code, or what may be done only so often."""

    def attempts(self, kind: str, subject: str, since_ms: int) -> int:
        """Say how many there were since, a day at most."""

    def forget_old(self, now_ms: int) -> None:
        """Drop sessions that have ended, and attempts that no back-off looks at any more."""

    def forget_attempt(self, kind: str, subject: str, at_ms: int) -> None:
        """Take back one of that moment, which was right after all."""

    def forget_attempts(self, kind: str, subject: str) -> None:
        """Start counting anew, after a right one."""

    # the second factor
    def begin_second_factor(self, person: Person, sealed: str) -> None:
        """Keep a secret that nobody has confirmed yet, in place of another such one."""

    def factor(self, person: int) -> Factor | None:
        """Return a person's secret, and whether it is confirmed."""

    def turn_on_second_factor(self, person: Person, at_ms: int, step: int, codes: Iterable[str]) -> None:
        """Ask this person for codes from now on; `codes` are the hashes of those on paper."""

    def turn_off_second_factor(self, person: Person, author: str) -> None:
        """Ask this person for no code any more; the secret and the codes on paper are forgotten."""

    def take_step(self, person: int, step: int) -> bool:
        """Take the code of a step of time, once: says whether neither it nor a later one was taken."""

    def take_recovery_code(self, person: Person, code_hash: str, at_ms: int) -> bool:
        """Take a code on paper, once: says whether it was there and new."""

    def recovery_codes_left(self, person: int) -> int:
        """Say how many codes on paper are still good."""
