"""Files that were looked at and not yet taken, in SQL."""

from __future__ import annotations

from server.domain.lists import Offer
from server.store.sql import Engine

KEEP = """
insert into import_offer (person, id, kind, place, raw, expires_ms)
values (:person, :id, :kind, :place, :raw, :expires)
on conflict (person) do update set id = excluded.id, kind = excluded.kind, place = excluded.place,
  raw = excluded.raw, expires_ms = excluded.expires_ms
"""


class Imports(Engine):
    """The verbs of `Store` about files that were looked at."""

    def keep_offer(self, offer: Offer) -> None:
        """Keep a file until it is taken; one that the same person had before is gone."""
        self.write(
            KEEP,
            person=offer.person,
            id=offer.id,
            kind=offer.kind,
            place=offer.place,
            raw=offer.raw,
            expires=offer.expires_ms,
        )

    def offer(self, id_: str) -> Offer | None:
        """Return a file that was looked at."""
        row = self.one(
            "select id, person, kind, place, raw, expires_ms from import_offer where id = :id", id=id_
        )
        return None if row is None else Offer(**{**row, "raw": bytes(row["raw"])})

    def drop_offer(self, id_: str) -> None:
        """Forget a file."""
        self.write("delete from import_offer where id = :id", id=id_)

    def forget_offers(self, now_ms: int) -> None:
        """Forget the files whose hour is over."""
        self.write("delete from import_offer where expires_ms <= :now", now=now_ms)
