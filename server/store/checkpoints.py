"""Checkpoints in SQL: what the server signed of the whole book, and who had moved since the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.protocol.checkpoint import DeviceHead
from server.protocol.messages import Signed
from server.protocol.record import SEQ_MAX
from server.store import KeptCheckpoint
from server.store.log import Log

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHECKPOINT = """
insert into checkpoint (number, hash, payload, signature, made_ms)
values (:number, :hash, :payload, :signature, :made)
"""
CHECKPOINT_HEAD = """
insert into checkpoint_head (number, device, seq, head, entry)
values (:number, (select no from device where id = :device), :seq, :head, :entry)
"""
KEPT = "select number, hash, payload, signature, made_ms from checkpoint "


class Checkpoints(Log):
    """The verbs of `Store` about checkpoints."""

    def device_heads(self) -> list[DeviceHead]:
        """Return how far each device has come, by id."""
        return [
            DeviceHead(**row)
            for row in self.ask("select id as device, seq, head, entry from device order by id")
        ]

    def signed_device_heads(self) -> list[DeviceHead]:
        """Return how far each device had come at the newest checkpoint, by id."""
        return [
            DeviceHead(**row)
            for row in self.ask(
                "select d.id as device, c.seq, c.head, c.entry from checkpoint_head c"
                " join device d on d.no = c.device where c.number ="
                " (select max(x.number) from checkpoint_head x where x.device = c.device) order by d.id"
            )
        ]

    def add_checkpoint(self, kept: KeptCheckpoint, moved: Iterable[DeviceHead]) -> None:
        """Keep a signed checkpoint, and the heads that differ from those at the one before."""
        self.write(
            CHECKPOINT,
            number=kept.number,
            hash=kept.hash,
            payload=kept.signed.payload,
            signature=kept.signed.signature,
            made=kept.made_ms,
        )
        self.write_many(
            CHECKPOINT_HEAD,
            [
                {
                    "number": kept.number,
                    "device": each.device,
                    "seq": each.seq,
                    "head": each.head,
                    "entry": each.entry,
                }
                for each in moved
            ],
        )

    def newest_checkpoint(self) -> KeptCheckpoint | None:
        """Return the newest checkpoint."""
        return next(self._kept("order by number desc limit 1"), None)

    def checkpoints(self, after: int = 0, most: int | None = None) -> list[KeptCheckpoint]:
        """Return the checkpoints after a number in order, at most so many."""
        most = SEQ_MAX if most is None else most
        return list(self._kept("where number > :after order by number limit :most", after=after, most=most))

    def newest_checkpoints(self, most: int) -> list[KeptCheckpoint]:
        """Return the newest checkpoints, the newest first."""
        return list(self._kept("order by number desc limit :most", most=most))

    def checkpoint_heads(self) -> Iterator[tuple[int, DeviceHead]]:
        """Return whose head changed at which checkpoint, in the order of the checkpoints."""
        rows = self.each(
            "select c.number, d.id as device, c.seq, c.head, c.entry from checkpoint_head c"
            " left join device d on d.no = c.device order by c.number, d.id"
        )
        for row in rows:
            yield row.pop("number"), DeviceHead(**{**row, "device": row["device"] or ""})

    def knows_checkpoint(self, hash_: str) -> bool:
        """Say whether a checkpoint of this hash is in the book."""
        return self.one("select 1 as known from checkpoint where hash = :hash", hash=hash_) is not None

    def _kept(self, which: str, **values: object) -> Iterator[KeptCheckpoint]:
        for row in self.ask(KEPT + which, **values):
            signed = Signed(payload=row["payload"], signature=row["signature"])
            yield KeptCheckpoint(row["number"], signed, row["made_ms"], row["hash"])
