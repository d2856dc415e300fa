"""People who may sign in, as a list. New ones are invited; nobody's access is changed by a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.credentials import NAME_CHARS_MAX, NAME_CHARS_MIN, name_fault, plain_name
from server.domain.lists import Column, Fate, ListFault, Wrong
from server.domain.openings import PROVINCE
from server.domain.people import may_look_after
from server.domain.places import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from server.domain.lists import Choice
    from server.domain.people import Listed
    from server.domain.places import Person
    from server.domain.table import Cell

PEOPLE_COLUMNS: Final = (
    Column("person_name"),
    Column("role"),
    Column("scope"),
    Column("person_state", needed=False, told=True),
)


class PeopleList:
    """The people of a scope. No password goes out or comes in.

    `listed` are those who go out, `everybody` those whose names are taken; `scopes` are centers by code,
    and the province.
    """

    def __init__(
        self,
        admin: Person,
        listed: Sequence[Listed],
        everybody: Sequence[Listed],
        *,
        roles: Choice,
        scopes: Choice,
        standings: Mapping[str, str],
    ) -> None:
        self._admin = admin
        self._listed = listed
        self._known = {each.person.name.casefold(): each.person for each in everybody}
        self._roles = roles
        self._scopes = scopes
        self._standings = standings
        self._lines: dict[str, int] = {}
        self.invited: list[tuple[str, Role, int | None]] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return everybody, those who are blocked too."""
        for each in self._listed:
            role, center = each.person.role.value, each.person.center
            scope = self._scopes.written[PROVINCE if center is None else str(center)]
            yield each.person.name, self._roles.written[role], scope, self._standings[each.standing.value]

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take somebody who is there, or somebody to be invited."""
        name = plain_name(cells["person_name"])
        fault = name_fault(name)
        if fault is not None:
            limits = {"least": NAME_CHARS_MIN, "most": NAME_CHARS_MAX}
            return Wrong("person_name", ListFault(f"name_{fault.value}"), limits)
        role = self._roles.meant(cells["role"])
        if role is None:
            options = ", ".join(self._roles.written.values())
            return Wrong("role", ListFault.CHOICE, {"options": options})
        scope = self._scopes.meant(cells["scope"])
        if scope is None:
            return Wrong("scope", ListFault.CENTER_UNKNOWN)
        center = None if scope == PROVINCE else int(scope)
        if not may_look_after(self._admin, center):
            return Wrong("scope", ListFault.SCOPE)
        key = name.casefold()
        if key in self._lines:
            return Wrong("person_name", ListFault.TWICE, {"line": self._lines[key]})
        self._lines[key] = line
        return self._taken(name, Role(role), center)

    def _taken(self, name: str, role: Role, center: int | None) -> Fate | Wrong:
        known = self._known.get(name.casefold())
        if known is None:
            self.invited.append((name, role, center))
            return Fate.NEW
        if not may_look_after(self._admin, known.center):
            return Wrong("person_name", ListFault.NAME_TAKEN)
        same = (known.role, known.center) == (role, center)
        return Fate.SAME if same else Wrong("role", ListFault.PERSON_DIFFERS)
