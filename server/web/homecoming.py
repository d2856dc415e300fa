"""The way home for an old queue: a device names its successor, or is taken in by a server that forgot it.

Both show the enrolment that this server once signed, and sign with the key that it names. So a book that was
restored needs nothing else to know a device again, and nobody is known by an enrolment alone: those are
in every file of evidence.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from server.domain.audit import Action
from server.domain.places import Device, DeviceState, counter_of
from server.protocol import keys
from server.protocol.messages import (
    READMISSION_CONTEXT,
    SIGNATURE_HEADER,
    SUCCESSION_CONTEXT,
    Enrolment,
    ReadmissionRequest,
    Signed,
    SuccessionRequest,
    unseal,
    verify_bytes,
)
from server.protocol.record import anchor
from server.web.bodies import read_json_body, read_message
from server.web.context import context_of
from server.web.kiosk_api import Newcomer, admitted, new_device
from server.web.problems import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.store import Store

LOG = logging.getLogger("server.kiosks")
SUCCESSIONS_MAX: Final = 5
"""Successors that one kiosk names in `SUCCESSIONS_WINDOW_MS`, whatever devices it was meanwhile."""
SUCCESSIONS_WINDOW_MS: Final = 24 * 3600 * 1000
COME_BACK_S: Final = 3600
SUCCESSION: Final = "succession"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with the exact bytes that its signature is over, and what the server adds to it."""

    request: SuccessionRequest | ReadmissionRequest
    raw: bytes
    signature: str
    seed: bytes
    now_ms: int

    def refused(
        self, code: str, *, errors: Mapping[str, str] | None = None, retry_after_s: int | None = None
    ) -> Refusal:
        """Return the refusal, which will be signed over the request's nonce."""
        return Refusal(
            code,
            errors=[{"pointer": pointer, "code": why} for pointer, why in (errors or {}).items()],
            device=self.request.device,
            nonce=self.request.nonce,
            retry_after_s=retry_after_s,
        )


async def post_succession(request: Request) -> Response:
    """Make the device that another names its successor. `POST /v1/successions`."""
    context = context_of(request)
    raw = await read_json_body(request)
    wanted = read_message(raw, SuccessionRequest)
    asked = Asked(wanted, raw, _signature(request), context.signing_seed, context.now_ms())
    shown = _shown(context.store, asked, SUCCESSION_CONTEXT)
    if not keys.is_key(wanted.public_key) or wanted.public_key == shown[0].public_key:
        raise asked.refused("invalid", errors={".public_key": "this is no key of its own"})
    id_ = context.token(16)
    found = await context.writer.run(lambda store: _succeed(store, asked, shown, (id_, wanted)))
    if isinstance(found, Refusal):
        raise found
    if found.id == id_:
        if wanted.reason == "fork":
            LOG.critical("a fork: two machines had the key of device %s, one is %s now", wanted.device, id_)
        else:
            LOG.warning("device %s named %s its successor: %s", wanted.device, id_, wanted.reason)
    return await admitted(context, found, asked.now_ms, 201)


async def post_readmission(request: Request) -> Response:
    """Take a device in again that this server has forgotten. `POST /v1/readmissions`."""
    context = context_of(request)
    raw = await read_json_body(request)
    wanted = read_message(raw, ReadmissionRequest)
    asked = Asked(wanted, raw, _signature(request), context.signing_seed, context.now_ms())
    shown = _shown(context.store, asked, READMISSION_CONTEXT)
    found = await context.writer.run(lambda store: _known_again(store, asked, shown))
    if isinstance(found, Refusal):
        raise found
    return await admitted(context, found, asked.now_ms, 200)


def _signature(request: Request) -> str:
    return request.headers.get(SIGNATURE_HEADER, "")


def _shown(store: Store, asked: Asked, context: str) -> list[Device]:
    """Return the device that asks and its ancestors, as their enrolments tell of them. Raises `Refusal`.

    Outside the writer, whose other work a refusal would undo; and a stranger gets no further than to the
    first two signatures.
    """
    request = asked.request
    own = _enrolled(store, asked, request.enrolment, (request.device, ".enrolment"))
    try:
        verify_bytes(own.public_key, asked.signature, context, asked.raw)
    except keys.BadSignature:
        raise asked.refused("bad_signature") from None
    shown = [own]
    for number, signed in enumerate(request.ancestors):
        shown.append(_enrolled(store, asked, signed, (shown[-1].before, f".ancestors[{number}]")))
    for device in shown:
        if store.device(device.id) is None:
            LOG.warning("device %s is not known any more, and shows its enrolment", device.id)
    return shown


def _enrolled(store: Store, asked: Asked, signed: Signed, wanted: tuple[str, str]) -> Device:
    """Return a device as it was when this server enrolled it. Raises `Refusal`.

    `wanted` is its id, and where in the request it stands.
    """
    id_, pointer = wanted
    try:
        enrolment = unseal(keys.public_key(asked.seed), signed, Enrolment)
        counter = counter_of(enrolment.counter)
    except (keys.BadSignature, msgspec.DecodeError, ValueError):
        raise asked.refused("bad_enrolment", errors={pointer: "this server did not sign it"}) from None
    if enrolment.device != id_:
        raise asked.refused("bad_enrolment", errors={pointer: "it is another device's"})
    if store.center(counter.center) is None:
        raise asked.refused("bad_enrolment", errors={pointer: "its center is not known here"})
    return Device(
        id=enrolment.device,
        public_key=enrolment.public_key,
        counter=counter.id,
        center=counter.center,
        state=DeviceState.ACTIVE,
        enrolment=signed.payload,
        enrolment_signature=signed.signature,
        seq=0,
        head=anchor(signed.payload.encode()),
        before=enrolment.before,
    )


def _known_again(store: Store, asked: Asked, shown: list[Device]) -> Device | Refusal:
    """Take in what is forgotten of a device and its ancestors, the oldest first; return the device."""
    known = store.device(asked.request.device)
    if known is not None and known.state is DeviceState.REVOKED:
        return asked.refused("device_revoked")
    for device in reversed(shown):
        if store.device(device.id) is None:
            store.add_counter(counter_of(device.counter))
            store.add_device(device, how=Action.READMIT)
    return known or shown[0]


def _succeed(
    store: Store, asked: Asked, shown: list[Device], new: tuple[str, SuccessionRequest]
) -> Device | Refusal:
    """Return the successor that a device names; the same key is the same one, since an answer can be lost."""
    id_, wanted = new
    old = _known_again(store, asked, shown)
    if isinstance(old, Refusal):
        return old
    # whoever was revoked does not come back as somebody that it has been before
    if any(each.state is DeviceState.REVOKED for each in store.heirs(old.id)):
        return asked.refused("device_revoked")
    known = store.successor(old.id, wanted.public_key)
    if known is not None:
        return known
    kiosk = _first_device(store, old)
    if store.attempts(SUCCESSION, kiosk, asked.now_ms - SUCCESSIONS_WINDOW_MS) >= SUCCESSIONS_MAX:
        return asked.refused("too_many_successors", retry_after_s=COME_BACK_S)
    store.note_attempt(SUCCESSION, kiosk, asked.now_ms)
    newcomer = Newcomer(id_, wanted.public_key, old.counter, old.center, asked.now_ms, before=old.id)
    device = new_device(asked.seed, newcomer)
    store.add_device(device, before=old.id, reason=wanted.reason)
    return device


def _first_device(store: Store, device: Device) -> str:
    """Return the first of the devices that a kiosk has been."""
    met = {device.id}
    while (earlier := store.device(device.before)) is not None and earlier.id not in met:
        met.add(earlier.id)
        device = earlier
    return device.id
