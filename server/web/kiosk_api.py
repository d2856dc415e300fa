"""What kiosks call: enrolment, batches, config. Inside these lines data is trusted.

How a kiosk comes home whose chain cannot go on is in `server.web.homecoming`.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from starlette.responses import Response

from server.domain.audit import by_device
from server.domain.places import Device, DeviceState
from server.protocol import keys
from server.protocol.messages import (
    DEVICE_HEADER,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    Batch,
    ConfigRequest,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    KioskConfig,
    Receipt,
    Signed,
    normal_code,
    seal,
    unseal,
    verify_batch,
    verify_config_request,
)
from server.protocol.record import anchor, decode_body, missing_asides
from server.protocol.survey import encode_survey, survey_hash
from server.store import Arrival
from server.web.bodies import read_json_body, read_message
from server.web.context import context_of
from server.web.kiosk_config import config_of, etag_of, make_dossier_key
from server.web.problems import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

    from server.store import Outcome, Store
    from server.web.context import Context

LOG = logging.getLogger("server.kiosks")
TRIES_MAX = 5
TRIES_WINDOW_MS = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for admission, with what the server adds to it."""

    request: EnrolmentRequest
    code_hash: str
    client: str
    new_device: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who becomes a device, at which counter, and whose successor it is."""

    id: str
    public_key: str
    counter: str
    center: int
    now_ms: int
    before: str = ""


async def post_enrolment(request: Request) -> Response:
    """Admit a kiosk that has a good one-time code. `POST /v1/enrolments`."""
    context = context_of(request)
    wanted = read_message(await read_json_body(request), EnrolmentRequest)
    if not keys.is_key(wanted.public_key):
        raise Refusal("invalid", errors=[{"pointer": ".public_key", "code": "this is no key"}])
    asked = Asked(
        wanted,
        hash_code(normal_code(wanted.code)),
        request.client.host if request.client else "",
        context.token(16),
        context.now_ms(),
    )
    refused, device = await context.writer.run(lambda store: _admit(store, context.signing_seed, asked))
    if device is None:
        raise Refusal(refused, retry_after_s=TRIES_WINDOW_MS // 1000 if refused == "too_many_tries" else None)
    return await admitted(context, device, asked.now_ms, 201)


async def post_batch(request: Request) -> Response:
    """Take records, or a sign of life, and answer with a receipt. `POST /v1/batches`."""
    context = context_of(request)
    raw = await read_json_body(request)
    async with context.turns.turn():
        receipt = await _receive(context, raw, request.headers.get(SIGNATURE_HEADER, ""))
    return Response(msgspec.json.encode(seal(context.signing_seed, receipt)), media_type="application/json")


async def _receive(context: Context, raw: bytes, signature: str) -> Receipt:
    """Take a batch. Raises `Refusal`, `BusyError`."""
    batch = read_message(raw, Batch)
    device = _known_device(context.store, batch.device, batch.nonce)
    try:
        verify_batch(device.public_key, signature, batch, raw)
    except keys.BadSignature:
        raise Refusal("bad_signature", device=batch.device, nonce=batch.nonce) from None
    _check_asides(batch)
    now_ms = context.now_ms()
    arrival = Arrival(batch, signature, hashlib.sha256(raw).hexdigest(), now_ms)
    told = _returned_survey(context.signing_seed, batch)
    outcome = await context.writer.run(lambda store: _take(store, arrival, told))
    if outcome.went_back:
        LOG.critical("this book is older than what device %s knows of it", batch.device)
    if outcome.forked:
        raise Refusal("fork", device=batch.device, nonce=batch.nonce)
    if device.state is DeviceState.REVOKED:
        # its records are journaled and quarantined; it is told to stop and call a human
        raise Refusal("device_revoked", device=batch.device, nonce=batch.nonce)
    newest = context.store.newest_checkpoint()
    return Receipt(
        device=batch.device,
        through=outcome.through,
        head=outcome.head,
        nonce=batch.nonce,
        received_at=_moment(now_ms),
        checkpoint=None if newest is None else newest.signed,
        want=context.store.unknown_surveys(batch.device),
    )


async def get_config(request: Request) -> Response:
    """Tell a kiosk what its center decided. `GET /v1/config`, with ETag."""
    context = context_of(request)
    id_, nonce = _asker(request)
    device = _known_device(context.store, id_, nonce)
    try:
        verify_config_request(device.public_key, request.headers.get(SIGNATURE_HEADER, ""), id_, nonce)
    except keys.BadSignature:
        raise Refusal("bad_signature", device=id_, nonce=nonce) from None
    now_ms = context.now_ms()
    await make_dossier_key(context, device.center, now_ms)
    config = config_of(context.store, device, now_ms)
    etag = f'"{etag_of(config)}"'
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    signed = seal(context.signing_seed, config)
    return Response(msgspec.json.encode(signed), headers={"ETag": etag}, media_type="application/json")


def hash_code(code: str) -> str:
    """Return what is kept of a one-time code."""
    return hashlib.sha256(code.encode()).hexdigest()


async def admitted(context: Context, device: Device, now_ms: int, status: int) -> Response:
    """Tell a kiosk who it is, what its center decided, and whom to believe."""
    await make_dossier_key(context, device.center, now_ms)
    enrolled = Enrolled(
        enrolment=Signed(payload=device.enrolment, signature=device.enrolment_signature),
        config=seal(context.signing_seed, config_of(context.store, device, now_ms)),
        server_key=keys.public_key(context.signing_seed),
    )
    return Response(msgspec.json.encode(enrolled), status, media_type="application/json")


def new_device(seed: bytes, newcomer: Newcomer) -> Device:
    """Return a device that begins now, with its enrolment signed."""
    enrolment = seal(
        seed,
        Enrolment(
            v=1,
            device=newcomer.id,
            public_key=newcomer.public_key,
            counter=newcomer.counter,
            server_key=keys.public_key(seed),
            enrolled_at=_moment(newcomer.now_ms),
            before=newcomer.before,
        ),
    )
    return Device(
        id=newcomer.id,
        public_key=newcomer.public_key,
        counter=newcomer.counter,
        center=newcomer.center,
        state=DeviceState.ACTIVE,
        enrolment=enrolment.payload,
        enrolment_signature=enrolment.signature,
        seq=0,
        head=anchor(enrolment.payload.encode()),
        before=newcomer.before,
    )


def _admit(store: Store, seed: bytes, asked: Asked) -> tuple[str, Device | None]:
    """Return the device that a code admits, or the code of the problem; runs in one transaction.

    The same code with the same key gets the same device again: a lost answer is no harm.
    """
    if store.attempts("code", asked.client, asked.now_ms - TRIES_WINDOW_MS) >= TRIES_MAX:
        return "too_many_tries", None
    code = store.code(asked.code_hash)
    if code is None:
        store.note_attempt("code", asked.client, asked.now_ms)
        return "code_unknown", None
    if code.expires_ms <= asked.now_ms:
        return "code_spent", None
    if code.device is not None:
        known = store.device(code.device)
        same = known is not None and known.public_key == asked.request.public_key
        return ("", known) if same else ("code_spent", None)
    counter = store.counter(code.counter)
    if counter is None:
        return "code_spent", None
    who = Newcomer(asked.new_device, asked.request.public_key, counter.id, counter.center, asked.now_ms)
    device = new_device(seed, who)
    store.add_device(device, asked.code_hash)
    store.forget_attempts("code", asked.client)
    return "", device


def _asker(request: Request) -> tuple[str, str]:
    """Return device and nonce of the headers: nothing else is ever signed back."""
    try:
        asked = ConfigRequest(
            device=request.headers.get(DEVICE_HEADER, ""), nonce=request.headers.get(NONCE_HEADER, "")
        )
        msgspec.convert(msgspec.to_builtins(asked), ConfigRequest)
    except msgspec.ValidationError:
        raise Refusal("invalid", "the headers name no device or no nonce") from None
    return asked.device, asked.nonce


def _known_device(store: Store, id_: str, nonce: str) -> Device:
    # one indexed read, quicker than a hop to another thread
    device = store.device(id_)
    if device is None:
        raise Refusal("unknown_device", device=id_, nonce=nonce)
    return device


def _returned_survey(seed: bytes, batch: Batch) -> bytes | None:
    """Return the survey of the config that a kiosk returns, if this server has signed that once."""
    if batch.told is None:
        return None
    try:
        config = unseal(keys.public_key(seed), batch.told, KioskConfig)
    except (keys.BadSignature, msgspec.DecodeError):
        LOG.warning("device %s returns a config that is not ours", batch.device)
        return None
    return encode_survey(config.survey)


def _take(store: Store, arrival: Arrival, told: bytes | None) -> Outcome:
    """Accept a batch, and first the survey that it returns if this server asked for it back."""
    device = arrival.batch.device
    if told is not None and survey_hash(told) in store.unknown_surveys(device):
        store.learn_survey(told, by_device(device))
    return store.accept(arrival)


def _check_asides(batch: Batch) -> None:
    """Refuse a batch in which a readable body and what travels beside it do not agree."""
    for number, sent in enumerate(batch.records):
        try:
            missing = missing_asides(decode_body(sent.body.encode()), sent.asides)
        except (msgspec.ValidationError, msgspec.DecodeError):
            continue  # journaled and quarantined
        for kind in missing:
            raise Refusal(
                "aside_missing",
                errors=[{"pointer": f"/records/{number}/asides", "code": kind}],
                device=batch.device,
                nonce=batch.nonce,
            )


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
