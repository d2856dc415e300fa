"""Fields and procedures: what citizens come for, in lists that the whole province shares.

A field or a procedure that is no longer used is retired, never deleted: figures and ratings name it. A fault
is the name of its words, `field_fault_<name>`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.staff import neat

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME_CHARS_MAX: Final = 120
"""A name of a center as a kiosk finds room for it, of a field, of a counter's."""
PROCEDURE_CHARS_MAX: Final = 300
"""Official names of procedures are long sentences."""
FIELDS_MAX: Final = 100
PROCEDURES_MAX: Final = 3000
CODE: Final = re.compile(r"[0-9A-Z][0-9A-Z.\-]{0,31}")
"""Codes of procedures as the national database writes them (`1.001193`), or a center's own."""
FAULTS: Final = (
    "name_missing",
    "name_long",
    "name_odd",
    "name_taken",
    "code_missing",
    "code_odd",
    "code_taken",
    "field_missing",
    "too_many",
    "nothing_named",
)
"""What can be wrong with a form about fields, procedures or a center's name."""


@dataclass(frozen=True, slots=True)
class Field:
    """A group of procedures (lĩnh vực). `id` is a number that is never another's."""

    id: int
    name: str
    retired_ms: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether it is in use."""
        return self.retired_ms is None


@dataclass(frozen=True, slots=True)
class Procedure:
    """What citizens come for (thủ tục hành chính), by its code; it belongs to a field."""

    code: str
    name: str
    field: int
    retired_ms: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether it is in use."""
        return self.retired_ms is None


def name_fault(name: str, chars_max: int = NAME_CHARS_MAX) -> str:
    """Say what is wrong with a name, which is `neat`."""
    if not name:
        return "name_missing"
    if len(name) > chars_max:
        return "name_long"
    odd = any(unicodedata.category(char).startswith("C") for char in name)
    return "name_odd" if odd or not any(char.isalnum() for char in name) else ""


def plain_code(typed: str) -> str:
    """Return a procedure's code as it is kept: without blanks, in capitals."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).upper()


def code_fault(code: str) -> str:
    """Say what is wrong with a procedure's code, which is `plain_code`."""
    if not code:
        return "code_missing"
    return "" if CODE.fullmatch(code) else "code_odd"


def same_name(name: str) -> str:
    """Return what two names have in common that are the same to whoever reads them."""
    return neat(name).casefold()


def field_named(fields: Iterable[Field], name: str) -> Field | None:
    """Return the field of a name, however its letters are written."""
    return next((each for each in fields if same_name(each.name) == same_name(name)), None)


def procedure_fault(procedure: Procedure, fields: Iterable[Field]) -> dict[str, str]:
    """Say what is wrong with a procedure by itself, field by field of its form."""
    found = {
        "code": code_fault(procedure.code),
        "name": name_fault(procedure.name, PROCEDURE_CHARS_MAX),
        "field": "" if any(each.id == procedure.field for each in fields) else "field_missing",
    }
    return {name: fault for name, fault in found.items() if fault}
