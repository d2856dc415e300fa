"""Fields, procedures, and what centers and counters are called and are for, in SQL.

No change without its event in the audit log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import Action, changed
from server.domain.fields import Field, Procedure
from server.store.log import Log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.places import Center

FIELDS = "select id, name, retired_ms from field "
PROCEDURES = "select code, name, field, retired_ms from procedure "
COUNTERS = "select id, field from counter where field is not null "
ADD_FIELD = "insert into field (id, name) values (:id, :name)"
PROCEDURE = """
insert into procedure (code, name, field, retired_ms) values (:code, :name, :field, :retired)
on conflict (code) do update set name = excluded.name, field = excluded.field,
  retired_ms = excluded.retired_ms
"""


class Fields(Log):
    """The verbs of `Store` about fields and procedures."""

    def fields(self) -> list[Field]:
        """Return every field in the order in which they came, those that are retired too."""
        return [Field(**row) for row in self.ask(FIELDS + "order by id")]

    def add_fields(self, names: Sequence[str]) -> None:
        """Write the fields that a new installation begins with, if there is none yet."""
        if self.one(FIELDS + "limit 1") is None:
            self.write_many(ADD_FIELD, [{"id": id_, "name": name} for id_, name in enumerate(names, 1)])

    def add_field(self, name: str, author: str) -> Field:
        """Write a field under the next number, which none had before."""
        row = self.one("select max(id) as last from field")
        field = Field(1 + ((row and row["last"]) or 0), name)
        self.write(ADD_FIELD, id=field.id, name=name)
        self.note(Action.ADD_FIELD, f"field {field.id}", changed({}, {"name": name}), author=author)
        return field

    def rename_field(self, field: Field, name: str, author: str) -> None:
        """Call a field otherwise; nothing happens if nothing is new."""
        if name != field.name:
            self.write("update field set name = :name where id = :id", id=field.id, name=name)
            detail = changed({"name": field.name}, {"name": name})
            self.note(Action.CHANGE_FIELD, f"field {field.id}", detail, author=author)

    def retire_field(self, field: Field, at_ms: int | None, author: str) -> None:
        """Let a field be used no more from a moment on, or again (None)."""
        if field.is_active == (at_ms is not None):
            self.write("update field set retired_ms = :at where id = :id", id=field.id, at=at_ms)
            how = Action.RETIRE_FIELD if at_ms is not None else Action.RETURN_FIELD
            self.note(how, f"field {field.id}", author=author)

    def procedures(self) -> list[Procedure]:
        """Return every procedure by field and code, those that are retired too."""
        return [Procedure(**row) for row in self.ask(PROCEDURES + "order by field, code")]

    def procedure(self, code: str) -> Procedure | None:
        """Return one procedure."""
        row = self.one(PROCEDURES + "where code = :code", code=code)
        return None if row is None else Procedure(**row)

    def keep_procedure(self, procedure: Procedure, author: str) -> None:
        """Write a procedure in place of the one with its code, if there is one."""
        known = self.procedure(procedure.code)
        if known == procedure:
            return
        self._write_procedures([procedure])
        if known is None:
            how = Action.ADD_PROCEDURE
        elif known.is_active == procedure.is_active:
            how = Action.CHANGE_PROCEDURE
        else:
            how = Action.RETURN_PROCEDURE if procedure.is_active else Action.RETIRE_PROCEDURE
        detail = changed({} if known is None else _told(known), _told(procedure))
        self.note(how, procedure.code, "" if detail == "{}" else detail, author=author)

    def take_procedures(self, procedures: Sequence[Procedure], author: str) -> None:
        """Write many procedures at once; one event says how many of them are new, and how many other ones."""
        known = {each.code: each for each in self.procedures()}
        fresh = sum(each.code not in known for each in procedures)
        other = sum(each.code in known and known[each.code] != each for each in procedures)
        if fresh + other:
            self._write_procedures(procedures)
            counts = {"procedures": len(known) + fresh, "changed": other}
            detail = changed({"procedures": len(known), "changed": 0}, counts)
            self.note(Action.TAKE_PROCEDURES, "province", detail, author=author)

    def _write_procedures(self, procedures: Sequence[Procedure]) -> None:
        self.write_many(
            PROCEDURE,
            [
                {"code": each.code, "name": each.name, "field": each.field, "retired": each.retired_ms}
                for each in procedures
            ],
        )

    def rename_center(self, center: Center, name: str, author: str) -> None:
        """Call a center otherwise; its code stays for good."""
        if name != center.name:
            self.write("update center set name = :name where code = :code", code=center.code, name=name)
            detail = changed({"name": center.name}, {"name": name})
            self.note(Action.RENAME_CENTER, str(center.code), detail, author=author)

    def counter_fields(self, center: int | None = None) -> dict[str, int]:
        """Return which counters of a center or of all are for one field only, and for which."""
        of_one = "" if center is None else "and center = :center "
        rows = self.ask(COUNTERS + of_one + "order by id", center=center)
        return {row["id"]: row["field"] for row in rows}

    def set_counter_fields(self, center: int, wanted: Mapping[str, int | None], author: str) -> None:
        """Let counters of a center be for one field, or for any (None); what is not named stays."""
        known = self.counter_fields(center)
        new = {counter: field for counter, field in wanted.items() if known.get(counter) != field}
        if not new:
            return
        sql = "update counter set field = :field where id = :counter and center = :center"
        self.write_many(sql, [{"counter": key, "field": new[key], "center": center} for key in new])
        names: dict[int | None, str] = {each.id: each.name for each in self.fields()}
        before, after = (
            {f"counter {key}": names.get(found.get(key)) for key in new} for found in (known, new)
        )
        self.note(Action.SET_COUNTER_FIELDS, str(center), changed(before, after), author=author)


def _told(procedure: Procedure) -> dict[str, object]:
    """Return what the audit log tells of a procedure."""
    return {"name": procedure.name, "field": procedure.field}
