"""The verbs of `Store` about fields and procedures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.fields import Field, Procedure
    from server.domain.places import Center


class FieldVerbs(Protocol):
    """Fields and procedures of the province, and what centers and counters are called and are for."""

    def fields(self) -> list[Field]:
        """Return every field in the order in which they came, those that are retired too."""

    def add_fields(self, names: Sequence[str]) -> None:
        """Write the fields that a new installation begins with, if there is none yet."""

    def add_field(self, name: str, author: str) -> Field:
        """Write a field under the next number, which none had before."""

    def rename_field(self, field: Field, name: str, author: str) -> None:
        """Call a field otherwise; nothing happens if nothing is new."""

    def retire_field(self, field: Field, at_ms: int | None, author: str) -> None:
        """Let a field be used no more from a moment on, or again (None)."""

    def procedures(self) -> list[Procedure]:
        """Return every procedure by field and code, those that are retired too."""

    def procedure(self, code: str) -> Procedure | None:
        """Return one procedure."""

    def keep_procedure(self, procedure: Procedure, author: str) -> None:
        """Write a procedure in place of the one with its code, if there is one."""

    def take_procedures(self, procedures: Sequence[Procedure], author: str) -> None:
        """Write many procedures at once; one event says how many of them are new, and how many other ones."""

    def rename_center(self, center: Center, name: str, author: str) -> None:
        """Call a center otherwise; its code stays for good."""

    def counter_fields(self, center: int | None = None) -> dict[str, int]:
        """Return which counters of a center or of all are for one field only, and for which."""

    def set_counter_fields(self, center: int, wanted: Mapping[str, int | None], author: str) -> None:
        """Let counters of a center be for one field, or for any (None); what is not named stays."""
