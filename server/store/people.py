"""People who may sign in, and the one-time links that invite them, in SQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.audit import COMMAND_LINE, Action, changed
from server.domain.people import Listed
from server.domain.places import Person, Role
from server.store.log import Log

if TYPE_CHECKING:
    from server.store.sql import Row

PERSON = """
select p.id, p.name, p.password_hash, p.role, p.center, p.blocked_ms is not null as blocked,
  exists (select 1 from second_factor f where f.person = p.id and f.on_ms is not null) as second_factor
from person p
"""
LISTED = """
select p.id, p.name, p.password_hash, p.role, p.center, p.blocked_ms is not null as blocked,
  exists (select 1 from second_factor f where f.person = p.id and f.on_ms is not null) as second_factor,
  p.last_sign_in_ms, i.expires_ms as link_expires_ms
from person p left join invitation i on i.person = p.id
"""
INVITE = """
insert into invitation (person, token_hash, expires_ms) values (:person, :hash, :expires)
on conflict (person) do update set token_hash = excluded.token_hash, expires_ms = excluded.expires_ms
"""
OTHER_HEADS = """
select count(*) as n from person
where role = 'admin' and center is null and blocked_ms is null and password_hash <> '' and id <> :id
"""


class People(Log):
    """The verbs of `Store` about people."""

    def add_person(self, person: Person, author: str = COMMAND_LINE) -> None:
        """Write a person under a new id; `person.id` is not used. The first one sets the server up."""
        first = self.people_count() == 0
        self.note(
            Action.SET_UP if first else Action.ADD_PERSON, person.name, person.role.value, author=author
        )
        self._insert(person)

    def invite(self, name: str, role: Role, center: int | None, author: str) -> Person:
        """Write a person who has no password yet."""
        self.note(Action.INVITE, name, changed({}, _access(role, center)), author=author)
        self._insert(Person(0, name, "", role, center))
        found = self.person(name)
        assert found is not None  # noqa: S101 - just written
        return found

    def person(self, name: str) -> Person | None:
        """Return the person of this sign-in name."""
        return to_person(self.one(PERSON + "where p.name = :name", name=name))

    def person_of_id(self, id_: int) -> Person | None:
        """Return the person of this id."""
        return to_person(self.one(PERSON + "where p.id = :id", id=id_))

    def people(self, center: int | None) -> list[Listed]:
        """Return the people of a center, or of all the province."""
        where = "" if center is None else "where p.center = :center "
        return [_listed(row) for row in self.ask(LISTED + where + "order by p.id", center=center)]

    def listed(self, id_: int) -> Listed | None:
        """Return one person as a list shows them."""
        row = self.one(LISTED + "where p.id = :id", id=id_)
        return None if row is None else _listed(row)

    def people_count(self) -> int:
        """Say how many people may sign in."""
        row = self.one("select count(*) as n from person")
        return 0 if row is None else int(row["n"])

    def other_heads(self, id_: int) -> int:
        """Say how many administrators of the province may sign in, without this person."""
        row = self.one(OTHER_HEADS, id=id_)
        return 0 if row is None else int(row["n"])

    def set_password(
        self, name: str, password_hash: str, author: str = COMMAND_LINE, keep_session: str = ""
    ) -> None:
        """Replace a password, and end every session of that person but the one under this token's hash.

        A link that was made before is good no more.
        """
        self.note(Action.SET_PASSWORD, name, author=author)
        self.renew_hash(name, password_hash)
        self.write(
            "delete from invitation where person = (select id from person where name = :name)", name=name
        )
        self.write(
            "delete from session where person = (select id from person where name = :name)"
            " and token_hash <> :keep",
            name=name,
            keep=keep_session,
        )

    def renew_hash(self, name: str, password_hash: str) -> None:
        """Keep the same password under a hash of newer parameters."""
        self.write(
            "update person set password_hash = :hash where name = :name", hash=password_hash, name=name
        )

    def set_access(self, person: Person, role: Role, center: int | None, author: str) -> Person:
        """Give a person another role and scope; returns them as they are now."""
        detail = changed(_access(person.role, person.center), _access(role, center))
        self.note(Action.CHANGE_ROLE, person.name, detail, author=author)
        self.write(
            "update person set role = :role, center = :center where id = :id",
            role=role.value,
            center=center,
            id=person.id,
        )
        return replace(person, role=role, center=center)

    def block(self, person: Person, at_ms: int, author: str) -> None:
        """Let a person sign in no more; their sessions and their link end."""
        self.note(Action.BLOCK, person.name, author=author)
        self.write("update person set blocked_ms = :at where id = :id", at=at_ms, id=person.id)
        self.write("delete from session where person = :id", id=person.id)
        self.write("delete from invitation where person = :id", id=person.id)

    def unblock(self, person: Person, author: str) -> None:
        """Let a person sign in again."""
        self.note(Action.UNBLOCK, person.name, author=author)
        self.write("update person set blocked_ms = null where id = :id", id=person.id)

    def add_link(
        self, person: Person, token_hash: str, expires_ms: int, author: str, *, invites: bool = False
    ) -> None:
        """Keep the one-time link of a person; one that was made before is good no more.

        A first link that `invites` belongs to the invitation, and is no event of its own.
        """
        if not invites:
            self.note(Action.MAKE_LINK, person.name, author=author)
        self.write(INVITE, person=person.id, hash=token_hash, expires=expires_ms)

    def withdraw_link(self, person: Person, author: str) -> None:
        """Let the link of a person be good no more."""
        self.note(Action.WITHDRAW_LINK, person.name, author=author)
        self.write("delete from invitation where person = :id", id=person.id)

    def linked_person(self, token_hash: str, now_ms: int) -> Person | None:
        """Return whose good link this is."""
        sql = PERSON + (
            "join invitation i on i.person = p.id"
            " where i.token_hash = :hash and i.expires_ms > :now and p.blocked_ms is null"
        )
        return to_person(self.one(sql, hash=token_hash, now=now_ms))

    def _insert(self, person: Person) -> None:
        self.write(
            "insert into person (name, password_hash, role, center) values (:name, :hash, :role, :center)",
            name=person.name,
            hash=person.password_hash,
            role=person.role.value,
            center=person.center,
        )


def _access(role: Role, center: int | None) -> dict[str, object]:
    """Return what a person may do, as an event tells it."""
    return {"role": role.value, "center": center}


def to_person(row: Row | None) -> Person | None:
    """Return a row of `PERSON` as a person."""
    if row is None:
        return None
    flags = {name: bool(row[name]) for name in ("blocked", "second_factor")}
    return Person(**{**row, **flags, "role": Role(row["role"])})


def _listed(row: Row) -> Listed:
    last, link = row.pop("last_sign_in_ms"), row.pop("link_expires_ms")
    person = to_person(row)
    assert person is not None  # noqa: S101 - there is a row
    return Listed(person, last, link)
