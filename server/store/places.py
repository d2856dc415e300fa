"""Centers, counters, surveys, enrolment codes and devices, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.places import Center, Counter, Device, DeviceState
from server.protocol.survey import survey_hash
from server.store import Code
from server.store.sql import Engine

if TYPE_CHECKING:
    from server.store.sql import Row

DEVICES = """
select d.id, d.public_key, d.counter, c.center, d.state, d.enrolment, d.enrolment_signature, d.seq, d.head
from device d join counter c on c.id = d.counter
"""


class Places(Engine):
    """The verbs of `Store` about places, surveys and devices."""

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

    def add_survey(self, raw: bytes) -> str:
        """Keep a survey for good; the newest one added is the one that is asked. Returns its hash."""
        name = survey_hash(raw)
        self.write(
            "insert into survey (hash, raw, position)"
            " values (:hash, :raw, (select coalesce(max(position), 0) + 1 from survey))"
            " on conflict (hash) do update set position = (select max(position) + 1 from survey)",
            hash=name,
            raw=raw,
        )
        return name

    def current_survey(self) -> bytes | None:
        """Return the bytes of the survey that is asked now."""
        row = self.one("select raw from survey order by position desc limit 1")
        return None if row is None else bytes(row["raw"])

    def add_code(self, code_hash: str, code: Code) -> None:
        """Keep a one-time code."""
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

    def add_device(self, device: Device, code_hash: str) -> None:
        """Keep a new device, and spend the code it came with."""
        self.write(
            "insert into device (id, public_key, counter, state, enrolment, enrolment_signature, seq, head,"
            " seen_ms) values (:id, :key, :counter, :state, :enrolment, :signature, :seq, :head, 0)",
            id=device.id,
            key=device.public_key,
            counter=device.counter,
            state=device.state.value,
            enrolment=device.enrolment,
            signature=device.enrolment_signature,
            seq=device.seq,
            head=device.head,
        )
        self.write(
            "update enrolment_code set device = :device where code_hash = :hash",
            device=device.id,
            hash=code_hash,
        )

    def device(self, id_: str) -> Device | None:
        """Return a device."""
        row = self.one(DEVICES + "where d.id = :id", id=id_)
        return None if row is None else _device(row)

    def devices(self) -> list[Device]:
        """Return every device there ever was, by id."""
        return [_device(row) for row in self.ask(DEVICES + "order by d.id")]

    def revoke(self, device: str) -> None:
        """Let a device's later ratings count no more."""
        self.write("update device set state = 'revoked' where id = :id", id=device)


def _device(row: Row) -> Device:
    return Device(**{**row, "state": DeviceState(row["state"])})
