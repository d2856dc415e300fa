"""What a kiosk is told: all that its center decided, put together anew whenever it asks."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from server.domain.calendar import day_of
from server.domain.dossiers import KEY_BYTES, quarter_of
from server.domain.notices import told_to_kiosks
from server.domain.openings import hours_of, together
from server.domain.places import DeviceState
from server.domain.roster import minute_of
from server.protocol.messages import KioskConfig, Officer, Place
from server.protocol.survey import decode_survey, survey_hash
from server.web.problems import Refusal

if TYPE_CHECKING:
    from server.domain.places import Device
    from server.store import Store
    from server.web.context import Context


def config_of(store: Store, device: Device, now_ms: int) -> KioskConfig:
    """Put together what a kiosk is told. Raises `Refusal` where nothing is set up yet."""
    raw = store.current_survey()
    center, counter = store.center(device.center), store.counter(device.counter)
    if raw is None or center is None or counter is None:
        raise Refusal("internal", "this server has no survey or no place for the device yet")
    survey = decode_survey(raw)
    settings = store.kiosk_settings(center.code)
    return KioskConfig(
        v=1,
        device=device.id,
        issued_at=datetime.fromtimestamp(now_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        center=Place(id=str(center.code), name=center.name),
        counter=Place(id=counter.id, name=str(counter.number)),
        survey=survey,
        survey_hash=survey_hash(raw),
        languages=list(survey.main.text),
        notices=told_to_kiosks(store.notices(center.code)),
        hours=hours_of(together(store.timetable(None), store.timetable(center.code)), day_of(now_ms)),
        thresholds=settings.thresholds,
        pin_hash=settings.pin_hash,
        volume=settings.volume,
        dossier_key=_dossier_key(store, device, now_ms),
        dossier_prefixes=list(store.dossier_prefixes(center.code)),
        officers=_on_duty(store, counter.id, now_ms),
    )


async def make_dossier_key(context: Context, center: int, now_ms: int) -> None:
    """Make the key of a center's dossiers for this quarter, unless there is one."""
    quarter = quarter_of(day_of(now_ms))
    if not context.store.dossier_key(center, quarter):
        key = context.token(KEY_BYTES)
        await context.writer.run(lambda store: store.keep_dossier_key(center, quarter, key))


def _dossier_key(store: Store, device: Device, now_ms: int) -> str:
    """Return the key of this quarter; none for a machine that does not belong here any more."""
    if device.state is DeviceState.REVOKED:
        return ""
    return store.dossier_key(device.center, quarter_of(day_of(now_ms)))


def _on_duty(store: Store, counter: str, now_ms: int) -> list[Officer]:
    """Return who sits at a counter now, as citizens see them."""
    there = store.on_duty(counter, day_of(now_ms), minute_of(now_ms))
    return [
        Officer(id=each.id, name=each.name, title=each.title, photo=store.photo(each.id) or b"")
        for each in there
    ]


def etag_of(config: KioskConfig) -> str:
    """Return the name of what is told, whenever it is told."""
    timeless = msgspec.structs.replace(config, issued_at="2000-01-01T00:00:00Z")
    return hashlib.sha256(msgspec.json.encode(timeless)).hexdigest()[:16]
