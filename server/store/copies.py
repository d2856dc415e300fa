"""Ratings that came more than once, by their own device and by later ones of the same kiosk, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.intake import CARRIED_TWICE, Copy, Identity
from server.store.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.intake import Judgement
    from server.store.projection import Entry, Held

CARRIED = """
insert into carried (device, seq, head, by_device, by_seq)
values ((select no from device where id = :device), :seq, :head, :by_device, :by_seq)
"""
CARRIED_HERE = """
select j.received_ms, d.id as device, c.by_seq as seq from carried c
join journal j on j.device = c.by_device and j.seq = c.by_seq join device d on d.no = c.by_device
where c.device = (select no from device where id = :device) and c.seq = :seq and c.head = :head
"""
OWN_HERE = """
select received_ms from journal
where device = (select no from device where id = :device) and seq = :seq and head = :head
"""


class Copies(Projection):
    """What the book knows of copies. Which one counts is said by `server.domain.intake.Copy`."""

    def copies_here(
        self, held: Held, new: Sequence[Entry], judged: Mapping[int, Judgement]
    ) -> dict[int, Copy]:
        """Return, by number, which of the new records are copies of what is here already, and of which."""
        found: dict[int, Copy] = {}
        claimed: dict[Identity, Copy] = {}
        for each in new:
            identity = judged[each.seq].carries
            copy: Copy | None = None
            if identity is not None:
                copy = claimed.get(identity) or self.own_copy(identity) or self._carried_copy(identity)
                claimed.setdefault(identity, copy or Copy(each.received_ms, held.id, each.seq))
            elif held.brought:
                copy = self._carried_copy(Identity(held.id, each.seq, each.head))
            if copy is not None:
                found[each.seq] = copy
        return found

    def claim(self, no: int, judged: Mapping[int, Judgement]) -> None:
        """Write down which ratings these records were the first to bring."""
        self.write_many(
            CARRIED,
            [
                {
                    "device": each.carries.device,
                    "seq": each.carries.seq,
                    "head": bytes.fromhex(each.carries.head),
                    "by_device": no,
                    "by_seq": seq,
                }
                for seq, each in judged.items()
                if each.carries is not None and each.quarantine != CARRIED_TWICE
            ],
        )

    def own_copy(self, identity: Identity) -> Copy | None:
        """Return the copy of a rating that its own device brought."""
        row = self.one(
            OWN_HERE,
            device=identity.device,
            seq=identity.seq,
            head=bytes.fromhex(identity.head),
        )
        return None if row is None else Copy(row["received_ms"], identity.device, identity.seq)

    def _carried_copy(self, identity: Identity) -> Copy | None:
        row = self.one(
            CARRIED_HERE, device=identity.device, seq=identity.seq, head=bytes.fromhex(identity.head)
        )
        return None if row is None else Copy(**row)
