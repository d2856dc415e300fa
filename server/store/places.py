"""Centers, counters, enrolment codes and devices, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import COMMAND_LINE, Action, by_device
from server.domain.places import Center, Counter, Device, DeviceState
from server.store import Code
from server.store.log import Log

if TYPE_CHECKING:
    from server.store.sql import Row

DEVICES = """
select d.id, d.public_key, c.id as counter, c.center, d.state, d.enrolment, d.enrolment_signature, d.seq,
  d.head, d.entry, d.before, d.revoked_ms, d.counter as enrolled
from device d join counter c on c.id = coalesce(
  (select m.counter from device_move m where m.device = d.no order by m.since_ms desc limit 1), d.counter)
"""
HEIRS = """
where d.id in (
  with recursive heir (id) as (
    select id from device where before = :device and before <> ''
    union
    select x.id from device x join heir on x.before = heir.id where x.before <> ''
  )
  select id from heir
) order by d.id
"""


class Places(Log):
    """The verbs of `Store` about places and devices."""

    def add_centers(self, centers: list[Center]) -> None:
        """Write the centers that are not there yet."""
        self.write_many(
            "insert into center (code, name, kind, lat, lon) values (:code, :name, :kind, :lat, :lon)"
            " on conflict (code) do nothing",
            [
                {"code": each.code, "name": each.name, "kind": each.kind, "lat": each.lat, "lon": each.lon}
                for each in centers
            ],
        )

    def centers(self) -> list[Center]:
        """Return every center, by code."""
        return [
            Center(**row) for row in self.ask("select code, name, kind, lat, lon from center order by code")
        ]

    def center(self, code: int) -> Center | None:
        """Return one center."""
        row = self.one("select code, name, kind, lat, lon from center where code = :code", code=code)
        return None if row is None else Center(**row)

    def add_counter(self, counter: Counter) -> None:
        """Write a counter unless it is there."""
        self.write(
            "insert into counter (id, center, number) values (:id, :center, :number)"
            " on conflict (id) do nothing",
            id=counter.id,
            center=counter.center,
            number=counter.number,
        )

    def counter(self, id_: str) -> Counter | None:
        """Return one counter."""
        row = self.one("select id, center, number from counter where id = :id", id=id_)
        return None if row is None else Counter(**row)

    def add_code(self, code_hash: str, code: Code, author: str = COMMAND_LINE) -> None:
        """Keep a one-time code. The audit log has the counter, never the code."""
        self.note(Action.MAKE_CODE, code.counter, author=author)
        self.write(
            "insert into enrolment_code (code_hash, counter, expires_ms) values (:hash, :counter, :expires)",
            hash=code_hash,
            counter=code.counter,
            expires=code.expires_ms,
        )

    def code(self, code_hash: str) -> Code | None:
        """Return a one-time code."""
        row = self.one(
            "select counter, expires_ms, device from enrolment_code where code_hash = :hash", hash=code_hash
        )
        return None if row is None else Code(**row)

    def add_device(
        self,
        device: Device,
        code_hash: str = "",
        *,
        before: str = "",
        how: Action = Action.ENROL,
        reason: str = "",
    ) -> None:
        """Keep a device: a new one spends its code, others succeed `before` or were forgotten."""
        how = Action.SUCCEED if before and how is Action.ENROL else how
        detail = f"counter {device.counter}"
        if how is Action.SUCCEED:
            detail += f", after {before}"
        if reason:
            detail += f": {reason}"
        self.note(how, device.id, detail, author=by_device(before if how is Action.SUCCEED else device.id))
        self.write(
            "insert into device (id, public_key, counter, state, enrolment, enrolment_signature, seq, head,"
            " entry, before, revoked_ms, seen_ms) values (:id, :key, :counter, :state, :enrolment,"
            " :signature, :seq, :head, :entry, :before, :revoked, 0)",
            id=device.id,
            key=device.public_key,
            counter=device.counter,
            state=device.state.value,
            enrolment=device.enrolment,
            signature=device.enrolment_signature,
            seq=device.seq,
            head=device.head,
            entry=device.entry or device.head,
            before=before or device.before,
            revoked=device.revoked_ms,
        )
        if code_hash:
            self.write(
                "update enrolment_code set device = :device where code_hash = :hash",
                device=device.id,
                hash=code_hash,
            )

    def successor(self, before: str, public_key: str) -> Device | None:
        """Return the device with this key that a device named its successor, if it did."""
        row = self.one(
            DEVICES + "where d.before = :before and d.public_key = :key", before=before, key=public_key
        )
        return None if row is None else device_of(row)

    def heirs(self, device: str) -> list[Device]:
        """Return every device that came of one: its successors, and theirs."""
        return [device_of(row) for row in self.ask(DEVICES + HEIRS, device=device)]

    def device(self, id_: str) -> Device | None:
        """Return a device."""
        row = self.one(DEVICES + "where d.id = :id", id=id_)
        return None if row is None else device_of(row)

    def devices(self) -> list[Device]:
        """Return every device there ever was, by id."""
        return [device_of(row) for row in self.ask(DEVICES + "order by d.id")]


def device_of(row: Row) -> Device:
    """Return the device of a row of `DEVICES`."""
    return Device(**{**row, "state": DeviceState(row["state"])})
