"""What the book has of a device besides its records, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.proofs import Proof
from server.store.sql import Engine

if TYPE_CHECKING:
    from collections.abc import Collection

# one row of each table by its key: the size of the book makes no difference
PROOF = """
select coalesce((select j.received_ms from journal j where j.device = d.no and j.seq = d.seq), 0)
    as received_ms,
  coalesce((select max(h.number) from checkpoint_head h where h.device = d.no), 0) as checkpoint,
  (select count(*) from fork f where f.device = d.no) as forks
from device d where d.id = :id
"""
SEALED = """
select h.seq from checkpoint_head h join device d on d.no = h.device
where d.id = :id and h.number = :checkpoint
"""
# the plus keeps to the index of what does not count: by device it would read every rating of it
QUARANTINED = """
select d.id, r.quarantine, count(*) as n from rating_now r join device d on d.no = +r.device
where r.quarantine is not null group by d.id, r.quarantine
"""


class Proofs(Engine):
    """The verbs of `Store` about what proves a chain."""

    def proofs(self, devices: Collection[str]) -> dict[str, Proof]:
        """Return what the book has of these devices besides their records."""
        reasons: dict[str, dict[str, int]] = {}
        for row in self.ask(QUARANTINED):
            reasons.setdefault(row["id"], {})[row["quarantine"]] = int(row["n"])
        found = {}
        for id_ in devices:
            known = self.one(PROOF, id=id_)
            if known is not None:
                sealed = self.one(SEALED, id=id_, checkpoint=known["checkpoint"])
                found[id_] = Proof(
                    known["received_ms"],
                    known["checkpoint"],
                    0 if sealed is None else sealed["seq"],
                    known["forks"],
                    reasons.get(id_, {}),
                )
        return found
