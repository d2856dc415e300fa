"""Counters, where kiosks went, how they are and how they are set, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import asdict

from server.domain.audit import Action, changed
from server.domain.fleet import Condition, Kiosk, KioskSettings
from server.domain.places import Counter, DeviceState
from server.errors import CommandError
from server.protocol.messages import Thresholds
from server.store.places import DEVICES, device_of
from server.store.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.store import Arrival

HEALTH = """
insert into device_health (device, boot, mono_ms, software, recorded, clock_ok, free_mb, stuck)
values (:device, :boot, :mono, :software, :recorded, :clock_ok, :free_mb, :stuck)
on conflict (device) do update set boot = excluded.boot, mono_ms = excluded.mono_ms,
  software = excluded.software, recorded = excluded.recorded, clock_ok = excluded.clock_ok,
  free_mb = excluded.free_mb, stuck = excluded.stuck
where device_health.boot <> excluded.boot or device_health.mono_ms < excluded.mono_ms
"""
KIOSKS = """
select d.id, d.seen_ms, exists (select 1 from device x where x.before = d.id) as succeeded,
  h.software, h.recorded, h.clock_ok, h.free_mb, h.stuck
from device d left join device_health h on h.device = d.no
"""
SETTINGS = """
insert into kiosk_settings
  (center, pin_hash, volume, thanks_s, repeat_s, silence_s, grace_s, notice_after_s, notice_s)
values (:center, :pin_hash, :volume, :thanks_s, :repeat_s, :silence_s, :grace_s, :notice_after_s, :notice_s)
on conflict (center) do update set pin_hash = excluded.pin_hash, volume = excluded.volume,
  thanks_s = excluded.thanks_s, repeat_s = excluded.repeat_s, silence_s = excluded.silence_s,
  grace_s = excluded.grace_s, notice_after_s = excluded.notice_after_s, notice_s = excluded.notice_s
"""
LAST_RECEIVED = """
with recursive heir (no, id) as (
  select no, id from device where id = :device
  union
  select d.no, d.id from device d join heir on d.before = heir.id where d.before <> ''
)
select max(j.received_ms) as last from journal j join heir on j.device = heir.no
"""


COUNTERS = "select id, center, number from counter "


class Fleet(Projection):
    """The verbs of `Store` about kiosks as machines."""

    def counters(self, center: int | None = None) -> list[Counter]:
        """Return the counters of a center or of all, by center and number."""
        of_one = "" if center is None else "where center = :center "
        rows = self.ask(COUNTERS + of_one + "order by center, number", center=center)
        return [Counter(**row) for row in rows]

    def open_counter(self, counter: Counter, author: str) -> None:
        """Write a new counter."""
        self.note(Action.ADD_COUNTER, counter.id, author=author)
        self.write(
            "insert into counter (id, center, number) values (:id, :center, :number)",
            id=counter.id,
            center=counter.center,
            number=counter.number,
        )

    def close_counter(self, counter: str, author: str) -> None:
        """Delete a counter that nothing refers to; codes that no kiosk used go with it.

        Raises `CommandError`.
        """
        self.write("delete from enrolment_code where counter = :id and device is null", id=counter)
        if not self.delete_free("delete from counter where id = :id", id=counter):
            raise CommandError(f"something refers to counter {counter}")
        self.note(Action.REMOVE_COUNTER, counter, author=author)

    def kiosks(self, center: int) -> list[Kiosk]:
        """Return every device that stands in a center or stood there last, by id."""
        rows = self.ask(DEVICES + "where c.center = :center order by d.id", center=center)
        devices = {row["id"]: device_of(row) for row in rows}
        found = []
        for row in self.ask(KIOSKS + "order by d.id"):
            device = devices.get(row.pop("id"))
            if device is None:
                continue
            seen_ms, state = row.pop("seen_ms"), device.state
            # of a fork the machine that came first may well be the device that it was
            is_succeeded = bool(row.pop("succeeded")) and state is DeviceState.ACTIVE
            past = is_succeeded or state is DeviceState.REVOKED
            row["clock_ok"] = bool(row["clock_ok"])
            condition = None if row["software"] is None else Condition(**row)
            found.append(Kiosk(device, seen_ms, past, condition))
        return found

    def move_device(self, device: str, counter: str, author: str) -> None:
        """Let a device stand at another counter: what it made before and brings later counts where it was.

        Raises `CommandError`: there is no such device or counter, or it stands there.
        """
        row = self.one(DEVICES + "where d.id = :id", id=device)
        if row is None or self.one("select id from counter where id = :id", id=counter) is None:
            raise CommandError(f"there is no device {device} or no counter {counter}")
        before = device_of(row).counter
        if before == counter:
            raise CommandError(f"the device stands at counter {counter}")
        held = self.held(device)
        came = self.one(LAST_RECEIVED, device=device)
        last = 0 if came is None or came["last"] is None else int(came["last"])
        # whatever the clock did: what is here, by any device of this kiosk, stays as it was judged
        since = max(self.now_ms(), last + 1, held.sender.settled_ms + 1)
        told = changed({"counter": before}, {"counter": counter})
        self.note(Action.MOVE, device, told, author=author, at_ms=since)
        self.write(
            "insert into device_move (device, since_ms, counter) values (:no, :since, :counter)",
            no=held.no,
            since=since,
            counter=counter,
        )

    def move_faults(self) -> Iterator[str]:
        """Say whose moves are not those that the audit log tells of."""
        told = {(each.subject, each.at_ms, _moved_to(each.detail)) for each in self.events(Action.MOVE)}
        rows = self.ask(
            "select d.id, m.since_ms, m.counter from device_move m join device d on d.no = m.device"
        )
        here = {(row["id"], row["since_ms"], row["counter"]) for row in rows}
        for device in sorted({each[0] for each in told ^ here}):
            yield f"device {device[:8]} moved otherwise than the audit log tells"

    def keep_health(self, no: int, arrival: Arrival, seq: int) -> None:
        """Keep what a device says of itself, unless it has said something later in the same boot.

        `seq` is how far its chain has come with this batch.
        """
        batch = arrival.batch
        self.write(
            HEALTH,
            device=no,
            boot=batch.boot,
            mono=batch.mono_ms,
            software=batch.health.software,
            recorded=max(seq, batch.after + batch.health.queued),
            clock_ok=batch.health.clock_ok,
            free_mb=batch.health.free_mb,
            stuck=batch.health.stuck,
        )

    def kiosk_settings(self, center: int) -> KioskSettings:
        """Return how the kiosks of a center behave."""
        row = self.one("select * from kiosk_settings where center = :center", center=center)
        if row is None:
            return KioskSettings()
        del row["center"]
        pin_hash, volume = row.pop("pin_hash"), row.pop("volume")
        return KioskSettings(volume, Thresholds(**row), pin_hash)

    def set_kiosks(self, center: int, settings: KioskSettings, author: str) -> None:
        """Let the kiosks of a center behave so. The audit log tells that the PIN is another, not which."""
        known = self.kiosk_settings(center)
        if known.told() != settings.told():
            told = changed(known.told(), settings.told())
            self.note(Action.SET_KIOSKS, str(center), told, author=author)
        if known.pin_hash != settings.pin_hash:
            self.note(Action.SET_PIN, str(center), author=author)
        self.write(
            SETTINGS,
            center=center,
            pin_hash=settings.pin_hash,
            volume=settings.volume,
            **asdict(settings.thresholds),
        )


def _moved_to(detail: str) -> str:
    """Return the counter that the detail of an event tells a device went to; empty: it tells of none."""
    try:
        return msgspec.json.decode(detail, type=dict[str, tuple[str, str]])["counter"][1]
    except (msgspec.DecodeError, KeyError):
        return ""
