"""One exchange with the server: what came back, believed, or a named trouble.

The only importer of requests. A 200 is no answer: a kiosk believes what the
server signed over this request's nonce, and nothing else.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import msgspec
import requests
import urllib3

from kiosk import patient
from kiosk.engine import TIMED_OUT, Remedy, Trouble, decide
from kiosk.value import Value
from server.protocol import keys
from server.protocol.messages import (
    DEVICE_HEADER,
    NONCE_HEADER,
    READMISSION_CONTEXT,
    SIGNATURE_HEADER,
    SUCCESSION_CONTEXT,
    Batch,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    KioskConfig,
    Problem,
    ProblemAnswer,
    ReadmissionRequest,
    Receipt,
    Signed,
    SuccessionRequest,
    sign_batch,
    sign_bytes,
    sign_config_request,
    unseal,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONNECT_S = 5.0
READ_S = 30.0
"""How long to wait for the next byte of an answer."""
RATE_MIN = 2000
"""Bytes in a second: an answer that comes more slowly is given up `READ_S` behind this pace."""
CHUNK_BYTES = 65536
ANSWER_BYTES_MAX = 2_000_000
GOOD = frozenset(
    {requests.codes.ok, requests.codes.created, requests.codes.no_content, requests.codes.not_modified}
)

T = TypeVar("T", bound=msgspec.Struct)


class TroubleError(Exception):
    """Carries a trouble out of an exchange; never leaves this module."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.code)
        self.trouble = trouble


class Reply(Value, frozen=True):
    """What came back over HTTP, whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Told(Value, frozen=True):
    """What the center decided: as it was signed, as it reads, and the name of this version."""

    signed: Signed
    config: KioskConfig
    etag: str


class Uplink:
    """The way to one server, for one device."""

    def __init__(
        self,
        session: requests.Session,
        server: str,
        device: str,
        seed: bytes,
        server_key: str,
        read_s: float = READ_S,
    ) -> None:
        self._session = session
        self._read_s = read_s
        self._server = server.rstrip("/")
        self._device = device
        self._seed = seed
        self._server_key = server_key

    def send(self, batch: Batch) -> Receipt | Trouble:
        """Send a batch. A receipt is returned only if it is the server's, for this very batch."""
        raw = msgspec.json.encode(batch)
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: sign_batch(self._seed, batch, raw)}
        try:
            answer = self._exchange("POST", "/v1/batches", headers, batch.nonce, raw)
            receipt = self._believe(answer, Receipt)
        except TroubleError as error:
            return error.trouble
        if (receipt.device, receipt.nonce) != (batch.device, batch.nonce):
            return Trouble(Remedy.RETRY_LATER, "not_our_receipt")
        return receipt

    def ask_config(self, nonce: str, etag: str) -> Told | Trouble | None:
        """Ask for the config; None if it is still the one of this `etag`."""
        headers = {
            DEVICE_HEADER: self._device,
            NONCE_HEADER: nonce,
            SIGNATURE_HEADER: sign_config_request(self._seed, self._device, nonce),
            "If-None-Match": etag,
        }
        try:
            answer = self._exchange("GET", "/v1/config", headers, nonce)
            if answer.status == requests.codes.not_modified:
                return None
            signed = _read(answer.content, Signed)
            config = self._believe(answer, KioskConfig)
        except TroubleError as error:
            return error.trouble
        if config.device != self._device:
            return Trouble(Remedy.RETRY_LATER, "not_our_config")
        return Told(signed, config, answer.headers.get("ETag", ""))

    def ask_back(self, request: ReadmissionRequest) -> Trouble | None:
        """Ask a server that has forgotten this device to take it in again; None: it has."""
        raw = msgspec.json.encode(request)
        try:
            self._exchange(
                "POST", "/v1/readmissions", self._signed(READMISSION_CONTEXT, raw), request.nonce, raw
            )
        except TroubleError as error:
            return error.trouble
        return None

    def succeed(self, request: SuccessionRequest) -> Enrolled | Trouble:
        """Name a successor. What comes back is the same server's word for just this key."""
        raw = msgspec.json.encode(request)
        try:
            answer = self._exchange(
                "POST", "/v1/successions", self._signed(SUCCESSION_CONTEXT, raw), request.nonce, raw
            )
            return _enrolled(answer, request.public_key, self._server_key, request.device)
        except TroubleError as error:
            return error.trouble

    def _signed(self, context: str, raw: bytes) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: sign_bytes(self._seed, context, raw),
        }

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], nonce: str, raw: bytes | None = None
    ) -> Reply:
        answer = _request(self._session, method, self._server + path, headers, raw, self._read_s)
        if answer.status in GOOD:
            return answer
        raise TroubleError(self._trouble(answer, nonce))

    def _believe(self, answer: Reply, kind: type[T]) -> T:
        """Return what the server signed, or treat the answer as none."""
        try:
            return unseal(self._server_key, _read(answer.content, Signed), kind)
        except (keys.BadSignature, msgspec.ValidationError) as error:
            raise TroubleError(Trouble(Remedy.RETRY_LATER, "not_signed")) from error

    def _trouble(self, answer: Reply, nonce: str) -> Trouble:
        """Name what an answer that is no success means."""
        code, believed = f"http_{answer.status}", False
        try:
            problem = msgspec.json.decode(answer.content, type=Problem)
            code = problem.code
            if problem.signed is not None:
                said = unseal(self._server_key, problem.signed, ProblemAnswer)
                believed = (said.device, said.nonce, said.code, said.status) == (
                    self._device,
                    nonce,
                    code,
                    answer.status,
                )
        except (msgspec.DecodeError, UnicodeDecodeError, keys.BadSignature):
            believed = False
        return decide(answer.status, code, believed=believed, retry_after_s=_retry_after(answer))


def open_session(ca_file: str) -> requests.Session:
    """Return a session that trusts no environment, follows no redirect and retries nothing by itself."""
    session = requests.Session()
    session.trust_env = False
    session.verify = ca_file or True
    for scheme in ("http", "https"):
        session.mount(f"{scheme}://", patient.Adapter())
    return session


def enrol(session: requests.Session, server: str, request: EnrolmentRequest) -> Enrolled | Trouble:
    """Ask to be admitted. What comes back is checked as far as a newcomer can: it is of one piece."""
    headers = {"Content-Type": "application/json"}
    try:
        answer = _request(
            session, "POST", server.rstrip("/") + "/v1/enrolments", headers, msgspec.json.encode(request)
        )
        if answer.status != requests.codes.created:
            return _refused(answer)
        return _enrolled(answer, request.public_key)
    except TroubleError as error:
        return error.trouble


def _enrolled(answer: Reply, public_key: str, server_key: str = "", before: str = "") -> Enrolled:
    """Return an admission that is of one piece and ours. Raises `TroubleError`.

    Whoever knows the server already believes its `server_key` alone; a newcomer believes the one it names.
    """
    enrolled = _read(answer.content, Enrolled)
    try:
        enrolment = unseal(server_key or enrolled.server_key, enrolled.enrolment, Enrolment)
        config = unseal(enrolled.server_key, enrolled.config, KioskConfig)
    except (keys.BadSignature, msgspec.ValidationError) as error:
        raise TroubleError(Trouble(Remedy.RETRY_LATER, "not_signed")) from error
    if (enrolment.public_key, config.device) != (public_key, enrolment.device) or enrolment.before != before:
        raise TroubleError(Trouble(Remedy.RETRY_LATER, "not_our_enrolment"))
    if enrolment.server_key != enrolled.server_key:
        raise TroubleError(Trouble(Remedy.RETRY_LATER, "not_our_enrolment"))
    return enrolled


def _refused(answer: Reply) -> Trouble:
    try:
        return Trouble(Remedy.CALL_HUMAN, msgspec.json.decode(answer.content, type=Problem).code)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Trouble(Remedy.RETRY_LATER, f"http_{answer.status}")


def _request(
    session: requests.Session,
    method: str,
    url: str,
    headers: dict[str, str],
    raw: bytes | None,
    read_s: float = READ_S,
) -> Reply:
    """Make one request; every trouble of the network becomes a value."""
    content = bytearray()
    with (
        _named_trouble(),
        session.request(
            method,
            url,
            data=raw,
            headers=headers,
            timeout=(CONNECT_S, read_s),
            allow_redirects=False,
            stream=True,
        ) as answer,
    ):
        begun = time.monotonic()
        # what has come, however little: `iter_content` would wait until a chunk is full
        while chunk := answer.raw.read1(CHUNK_BYTES, decode_content=True):
            content += chunk
            if len(content) > ANSWER_BYTES_MAX:
                raise TroubleError(Trouble(Remedy.RETRY_LATER, "answer_too_large"))
            if time.monotonic() - begun > read_s + len(content) / RATE_MIN:
                raise TroubleError(Trouble(Remedy.RETRY_LATER, TIMED_OUT))
    return Reply(answer.status_code, answer.headers, bytes(content))


@contextmanager
def _named_trouble() -> Iterator[None]:
    """Translate every exception of requests, at the one border where they can arise."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise TroubleError(Trouble(Remedy.RETRY_LATER, "not_trusted")) from error
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise TroubleError(Trouble(Remedy.RETRY_LATER, TIMED_OUT)) from error
    except (requests.exceptions.ConnectionError, urllib3.exceptions.ProtocolError) as error:
        raise TroubleError(Trouble(Remedy.RETRY_LATER, "no_network")) from error
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        # every other RequestException is an OSError; an address that is none ends in one of the others
        raise TroubleError(Trouble(Remedy.RETRY_LATER, "no_exchange")) from error


def _read(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TroubleError(Trouble(Remedy.RETRY_LATER, "not_our_server")) from error


def _retry_after(answer: Reply) -> float | None:
    """Return the server's wish in seconds, if it is one that can be read."""
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None
