"""Fields, procedures and dossiers as lists.

Dossiers come in only. Their codes are made into fingerprints before anything of a file is kept, so what
this list reads has none any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from server.domain.dossiers import Dossier, Outcome, fingerprints
from server.domain.fields import (
    FIELDS_MAX,
    NAME_CHARS_MAX,
    PROCEDURE_CHARS_MAX,
    PROCEDURES_MAX,
    Procedure,
    code_fault,
    field_named,
    name_fault,
    plain_code,
    same_name,
)
from server.domain.lists import Column, Fate, ListFault, Wrong
from server.domain.staff import neat
from server.protocol.dossier import normal_dossier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from server.domain.fields import Field
    from server.domain.lists import Choice
    from server.domain.table import Cell, Table

FIELD_COLUMNS: Final = (Column("field"),)
PROCEDURE_COLUMNS: Final = (Column("procedure"), Column("procedure_name"), Column("field"))
DOSSIER_COLUMNS: Final = (
    Column("dossier_code", sealed=True),
    Column("field", needed=False),
    Column("procedure", needed=False),
    Column("outcome"),
)
UNREADABLE: Final = "?"
"""What stands in place of what was no code."""
FAULTS: Final = {
    "name_missing": ListFault.MISSING,
    "name_long": ListFault.LONG,
    "name_odd": ListFault.ODD,
    "code_missing": ListFault.MISSING,
    "code_odd": ListFault.CODE,
}


class FieldList:
    """The fields of the province. A file adds fields; it renames and retires none."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._there = {same_name(each.name): each for each in fields}
        self._lines: dict[str, int] = {}
        self.added: list[str] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return the fields that are in use."""
        return [(each.name,) for each in self._there.values() if each.is_active]

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take a field that is there, or a new one."""
        name = neat(cells["field"])
        if fault := name_fault(name):
            return Wrong("field", FAULTS[fault], {"most": NAME_CHARS_MAX})
        key = same_name(name)
        if key in self._lines:
            return Wrong("field", ListFault.TWICE, {"line": self._lines[key]})
        self._lines[key] = line
        if key in self._there:
            return Fate.SAME
        if len(self._there) + len(self.added) >= FIELDS_MAX:
            return Wrong("field", ListFault.MANY, {"most": FIELDS_MAX})
        self.added.append(name)
        return Fate.NEW


class ProcedureList:
    """The procedures of the province, told by their codes. One that is retired stays so."""

    def __init__(self, procedures: Sequence[Procedure], fields: Sequence[Field]) -> None:
        self._there = {each.code: each for each in procedures}
        self._fields = fields
        self._names = {each.id: each.name for each in fields}
        self._lines: dict[str, int] = {}
        self._room = PROCEDURES_MAX - len(procedures)
        self.taken: list[Procedure] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return the procedures that are in use."""
        for each in self._there.values():
            if each.is_active:
                yield each.code, each.name, self._names[each.field]

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take a procedure: a new one, or one that is there by another name or in another field."""
        code, name = plain_code(cells["procedure"]), neat(cells["procedure_name"])
        if fault := code_fault(code):
            return Wrong("procedure", FAULTS[fault])
        if fault := name_fault(name, PROCEDURE_CHARS_MAX):
            return Wrong("procedure_name", FAULTS[fault], {"most": PROCEDURE_CHARS_MAX})
        field = field_named(self._fields, cells["field"])
        if field is None:
            return Wrong("field", ListFault.FIELD_UNKNOWN if cells["field"] else ListFault.MISSING)
        if code in self._lines:
            return Wrong("procedure", ListFault.TWICE, {"line": self._lines[code]})
        self._lines[code] = line
        known = self._there.get(code)
        told = Procedure(code, name, field.id, None if known is None else known.retired_ms)
        if known == told:
            return Fate.SAME
        if known is None:
            self._room -= 1
            if self._room < 0:
                return Wrong("procedure", ListFault.MANY, {"most": PROCEDURES_MAX})
        self.taken.append(told)
        return Fate.NEW if known is None else Fate.CHANGED


class DossierList:
    """Dossiers by their fingerprints: field, procedure and outcome. They never go out."""

    def __init__(
        self,
        there: Mapping[str, Dossier],
        fields: Sequence[Field],
        procedures: Sequence[Procedure],
        outcomes: Choice,
    ) -> None:
        self._there = there
        self._fields = fields
        self._procedures = {each.code: each for each in procedures}
        self._outcomes = outcomes
        self._lines: dict[str, int] = {}
        self.taken: list[Dossier] = []

    def rows(self) -> Iterable[Sequence[Cell]]:
        """Return nothing: whoever has the codes has them elsewhere."""
        return ()

    def take(self, line: int, cells: Mapping[str, str]) -> Fate | Wrong:
        """Take a dossier whose code has become fingerprints."""
        prints = tuple(cells["dossier_code"].split())
        if not prints:
            return Wrong("dossier_code", ListFault.MISSING)
        if prints == (UNREADABLE,):
            return Wrong("dossier_code", ListFault.DOSSIER_CODE)
        if prints[0] in self._lines:
            return Wrong("dossier_code", ListFault.TWICE, {"line": self._lines[prints[0]]})
        about = self._about(cells)
        if isinstance(about, Wrong):
            return about
        outcome = self._outcomes.meant(cells["outcome"])
        if outcome is None:
            options = ", ".join(self._outcomes.written.values())
            fault = ListFault.CHOICE if cells["outcome"] else ListFault.MISSING
            return Wrong("outcome", fault, {"options": options})
        self._lines[prints[0]] = line
        return self._taken(Dossier(prints, *about, Outcome(outcome)))

    def _about(self, cells: Mapping[str, str]) -> tuple[int, str] | Wrong:
        """Return field and procedure of a row, of which one may be missing."""
        named, code = cells.get("field", ""), plain_code(cells.get("procedure", ""))
        field, procedure = field_named(self._fields, named), self._procedures.get(code)
        if named and field is None:
            return Wrong("field", ListFault.FIELD_UNKNOWN)
        if code and procedure is None:
            return Wrong("procedure", ListFault.PROCEDURE_UNKNOWN)
        if procedure is not None and field is not None and procedure.field != field.id:
            return Wrong("field", ListFault.FIELD_DIFFERS)
        if procedure is not None:
            return procedure.field, procedure.code
        return Wrong("field", ListFault.MISSING) if field is None else (field.id, "")

    def _taken(self, told: Dossier) -> Fate:
        known = [self._there.get(each) for each in told.fingerprints]
        if all(one is not None and _same(one, told) for one in known):
            return Fate.SAME
        self.taken.append(told)
        return Fate.CHANGED if any(known) else Fate.NEW


def _same(one: Dossier, other: Dossier) -> bool:
    return (one.field, one.procedure, one.outcome) == (other.field, other.procedure, other.outcome)


def sealed(table: Table, column: int, keys: Sequence[str], prefixes: Sequence[str]) -> Table:
    """Return a table whose codes of dossiers have become fingerprints; what is no code is gone altogether.

    A code that stands in another column by mistake is gone too.
    """

    def seal(place: int, cell: str) -> str:
        if place != column:
            return UNREADABLE if normal_dossier(cell) else cell
        return (" ".join(fingerprints(cell, keys, prefixes)) or UNREADABLE) if cell else ""

    rows = (replace(row, cells=tuple(seal(*each) for each in enumerate(row.cells))) for row in table.rows)
    return replace(table, rows=tuple(rows))
