"""Every row of one engine into another: backups that any engine can be restored from, in SQL."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from server.errors import CommandError
from server.store.sql import Engine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.store import Store
    from server.store.sql import Row

MAY: Final = {
    "center": "select, insert, update (name)",
    "field": "select, insert, update (name, retired_ms)",
    "procedure": "select, insert, update (name, field, retired_ms)",
    "counter": "select, insert, update (field), delete",
    "survey": "select, insert, update (position)",
    "device": "select, insert, update (state, seq, head, entry, revoked_ms, seen_ms)",
    "enrolment_code": "select, insert, update (device), delete",
    "unflagged": "select",
    "device_move": "select, insert",
    "device_health": "select, insert, update",
    "kiosk_settings": "select, insert, update",
    "journal": "select, insert",
    "aside": "select, insert, delete",
    "signed_head": "select, insert, update",
    "fork": "select, insert",
    "audit": "select, insert",
    "audit_head": "select, insert, update",
    "checkpoint": "select, insert",
    "checkpoint_head": "select, insert",
    "rating": "select, insert",
    "answer": "select, insert",
    "carried": "select, insert",
    "center_day": "select, insert, update",
    "release": "select, insert",
    "suspect_day": "select, insert, update",
    "suspect_release": "select, insert",
    "month_issue": "select, insert, update",
    "bundle": "select, insert, update",
    "month_figure": "select, insert",
    "month_hour": "select, insert, update",
    "month_answer": "select, insert, update",
    "hour_figure": "select, insert",
    "answer_figure": "select, insert",
    "officer": "select, insert, update (name, title, left_ms)",
    "officer_photo": "select, insert, update (name, jpeg), delete",
    "assignment": "select, insert, delete",
    "opening": "select, insert, update (has_week)",
    "opening_span": "select, insert, delete",
    "opening_day": "select, insert, delete",
    "opening_day_span": "select, insert, delete",
    "notice": "select, insert, delete",
    "dossier_key": "select, insert, update (key), delete",
    "dossier_settings": "select, insert, update",
    "dossier": "select, insert, update (field, procedure, outcome)",
    "dossier_day": "select, insert, delete, update",
    "ticket_day": "select, insert, delete, update",
    "complaint_month": "select, insert, update",
    "quarter_figure": "select, insert, delete",
    "person": "select, insert, update (password_hash, role, center, blocked_ms, last_sign_in_ms)",
    "session": "select, insert, delete",
    "attempt": "select, insert, delete",
    "invitation": "select, insert, delete, update",
    "second_factor": "select, insert, delete, update",
    "recovery_code": "select, insert, update (used_ms), delete",
    "alert": "select, insert, update (seen_ms, seen_by, taken_ms, sent_ms)",
    "alert_day": "select, insert",
    "import_offer": "select, insert, delete, update",
    "comment_showing": "select, insert",
    "comment_shown": "select, insert",
    "comment_closing": "select, insert, update",
    "comment_step": "select, insert, delete",
    "comment_answer": "select, insert, update",
    "theme": "select, insert, update",
}
"""Every table, each after those that its rows name, and what a program that serves may do there.

Who runs a server on PostgreSQL gives it no more; see `server.store.terms`.
"""
ROWS = "select * from {table}"
ROW = "insert into {table} ({names}) values ({values})"
PART_ROWS = 1000


class Copying(Engine):
    """The verbs of `Store` about its rows as they are."""

    def rows(self, table: str) -> Iterable[Row]:
        """Return every row of a table."""
        return self.each(ROWS.format(table=table))

    def take_in(self, source: Store) -> None:
        """Write every row of another store, in the open transaction. Raises `CommandError` unless empty."""
        for table in MAY:
            if self.one(ROWS.format(table=table) + " limit 1") is not None:
                raise CommandError("there is a book in this database already; nothing was changed")
        for table in MAY:
            rows = iter(source.rows(table))
            while part := list(islice(rows, PART_ROWS)):
                names, values = ", ".join(part[0]), ", ".join(f":{name}" for name in part[0])
                self.write_many(ROW.format(table=table, names=names, values=values), part)
        self.count_on()
