"""Files that were looked at and not yet taken, in SQL."""

from __future__ import annotations

from server.domain.lists import Draft
from server.store.sql import Engine

KEEP = """
insert into import_draft (person, id, kind, place, raw, expires_ms)
values (:person, :id, :kind, :place, :raw, :expires)
on conflict (person) do update set id = excluded.id, kind = excluded.kind, place = excluded.place,
  raw = excluded.raw, expires_ms = excluded.expires_ms
"""


class Imports(Engine):
    """The verbs of `Store` about files that were looked at."""

    def keep_draft(self, draft: Draft) -> None:
        """Keep a file until it is taken; one that the same person had before is gone."""
        self.write(
            KEEP,
            person=draft.person,
            id=draft.id,
            kind=draft.kind,
            place=draft.place,
            raw=draft.raw,
            expires=draft.expires_ms,
        )

    def draft(self, id_: str) -> Draft | None:
        """Return a file that was looked at."""
        row = self.one(
            "select id, person, kind, place, raw, expires_ms from import_draft where id = :id", id=id_
        )
        return None if row is None else Draft(**{**row, "raw": bytes(row["raw"])})

    def drop_draft(self, id_: str) -> None:
        """Forget a file."""
        self.write("delete from import_draft where id = :id", id=id_)

    def forget_drafts(self, now_ms: int) -> None:
        """Forget the files whose hour is over."""
        self.write("delete from import_draft where expires_ms <= :now", now=now_ms)
