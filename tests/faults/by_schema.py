"""The API attacked by its own description: schemathesis reads /openapi.json, sends what fits and what not.

Bare, nearly everything ends at the signature. Signed, what fits the contract is sent by an enrolled device,
in a chain that is right, with records that can be read: so that whatever was made up gets as deep as it can.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import schemathesis
from requests.auth import AuthBase
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.run import PhaseName

from server.protocol import keys
from server.protocol.messages import (
    DEVICE_HEADER,
    NONCE_HEADER,
    READMISSION_CONTEXT,
    SIGNATURE_HEADER,
    SUCCESSION_CONTEXT,
    Batch,
    EnrolmentRequest,
    Problem,
    ReadmissionRequest,
    Sent,
    Signed,
    SuccessionRequest,
    sign_batch,
    sign_bytes,
    sign_config_request,
)
from server.protocol.record import heads
from tests.faults.believed import faults_of_answer, is_fault
from tests.faults.cases import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from requests import PreparedRequest
    from schemathesis import Case, HookContext, Response
    from schemathesis.core.failures import Failure
    from schemathesis.engine.recorder import ScenarioRecorder

    from tests.server.live import Hand

ANSWERED_S_MAX = 5.0
PHASES = (PhaseName.EXAMPLES, PhaseName.COVERAGE, PhaseName.FUZZING, PhaseName.STATEFUL_TESTING)
FORMS = ("another's", "ours", "continued", "readable")
"""How a batch that fits the contract is sent: as it is, in our name, in our chain, with ratings in it."""
SIGNED_PATHS = ("/batches", "/config", "/successions", "/readmissions")
ID = re.compile(rb"[0-9a-f]{32}")
ACCEPTED = ["2xx", "401", "403", "404", "409", "410", "429", "503"]
"""What may come of a request that fits the contract: a code may be spent, and a device unknown or revoked."""
EXPLAINED = frozenset({"Expected `int`, got `float`", "this is no key", "this is no key of its own"})
"""What JSON Schema cannot say: that 1.0 is no whole number here, and which 32 bytes are a key."""


@dataclass
class Signs(AuthBase):
    """An enrolled device, which signs whatever was made up, as far as that fits the contract."""

    hand: Hand
    codes: Iterator[str]
    forms: Counter[str] = field(default_factory=Counter)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Change a request just before it is sent; one that was left unsigned on purpose stays so."""
        path, raw = urlsplit(request.url or "").path, _bytes(request.body)
        if path.endswith(SIGNED_PATHS) and SIGNATURE_HEADER not in request.headers:
            return request
        if path == "/v1/batches":
            self._sign_batch(request, raw)
        elif path == "/v1/enrolments":
            self._give_code(request, raw)
        elif path == "/v1/config":
            self._sign_question(request)
        elif path == "/v1/successions":
            self._show(request, raw, SuccessionRequest, SUCCESSION_CONTEXT)
        elif path == "/v1/readmissions":
            self._show(request, raw, ReadmissionRequest, READMISSION_CONTEXT)
        return request

    def _sign_batch(self, request: PreparedRequest, raw: bytes) -> None:
        try:
            batch = msgspec.json.decode(raw, type=Batch)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        form = FORMS[zlib.crc32(raw) % len(FORMS)]
        if form != "another's":
            batch = msgspec.structs.replace(batch, device=self.hand.id)
        if form in {"continued", "readable"}:
            batch = self._continued(batch, readable=form == "readable")
        self.forms[form] += len(batch.records)
        whole = msgspec.json.encode(batch)
        request.prepare_body(whole, None)
        request.headers[SIGNATURE_HEADER] = sign_batch(self.hand.seed, batch, whole)

    def _continued(self, batch: Batch, *, readable: bool) -> Batch:
        """Return the batch as the next one of the device's chain."""
        known = self.hand.live.store.device(self.hand.id)
        assert known is not None
        records = batch.records or [Sent(body=batch.health.software)]
        if readable:
            records = [self._readable(seq, sent) for seq, sent in enumerate(records, known.seq + 1)]
        chain = [known.head, *heads(known.head, [sent.body.encode() for sent in records])]
        return msgspec.structs.replace(batch, after=known.seq, records=records, head=chain[-1])

    def _readable(self, seq: int, sent: Sent) -> Sent:
        """Return a rating that names the asides beside it, one of each kind."""
        asides = {aside.kind: aside for aside in sent.asides}
        named = {kind: aside.commitment() for kind, aside in asides.items()}
        body = self.hand.body(seq, len(sent.body) % 7, asides=named, officer=sent.body[:64])
        return Sent(body=body.decode(), asides=list(asides.values()))

    def _give_code(self, request: PreparedRequest, raw: bytes) -> None:
        """Give a key that is one to every newcomer, and a good code to every second."""
        try:
            wanted = msgspec.json.decode(raw, type=EnrolmentRequest)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        public = keys.public_key(bytes.fromhex(wanted.public_key))
        code = next(self.codes) if zlib.crc32(raw) % 2 else wanted.code
        changed = msgspec.structs.replace(wanted, public_key=public, code=code)
        request.prepare_body(msgspec.json.encode(changed), None)

    def _show(
        self,
        request: PreparedRequest,
        raw: bytes,
        kind: type[SuccessionRequest | ReadmissionRequest],
        context: str,
    ) -> None:
        """Show our own enrolment three times of four, with a key that is one for whoever succeeds us."""
        try:
            wanted = msgspec.json.decode(raw, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        form = zlib.crc32(raw) % 4
        known = self.hand.live.store.device(self.hand.id)
        assert known is not None
        if form:
            enrolment = Signed(payload=known.enrolment, signature=known.enrolment_signature)
            wanted = msgspec.structs.replace(wanted, device=known.id, enrolment=enrolment)
        if form > 1:  # else strangers are presented as what it was before
            wanted = msgspec.structs.replace(wanted, ancestors=[])
        if isinstance(wanted, SuccessionRequest):
            public = keys.public_key(bytes.fromhex(wanted.public_key))
            wanted = msgspec.structs.replace(wanted, public_key=public)
        whole = msgspec.json.encode(wanted)
        request.prepare_body(whole, None)
        request.headers[SIGNATURE_HEADER] = sign_bytes(self.hand.seed, context, whole)

    def _sign_question(self, request: PreparedRequest) -> None:
        id_, nonce = (_bytes(request.headers.get(name)) for name in (DEVICE_HEADER, NONCE_HEADER))
        if ID.fullmatch(id_):  # what was made wrong on purpose stays wrong
            signature = sign_config_request(self.hand.seed, self.hand.id, nonce.decode("latin-1"))
            request.headers[DEVICE_HEADER] = self.hand.id
            request.headers[SIGNATURE_HEADER] = signature


@dataclass(frozen=True, slots=True)
class Attack:
    """How to attack: with how many examples of each operation, by which chance, in which phases, what of it.

    `mode` "positive" makes up only what fits the description, "all" also what does not; without a `path`
    every operation is attacked.
    """

    examples: int
    chance: int
    phases: tuple[PhaseName, ...] = PHASES
    mode: str = "all"
    path: str = ""

    def on(self, url: str, signs: Signs | None = None) -> Tally:
        """Attack the API at this address with every check there is; says what was found."""
        schema = schemathesis.openapi.from_url(f"{url}/openapi.json", config=self._config())
        schema.hook("filter_failure")(is_unexplained)
        if signs is not None:
            schema.auth.set_from_requests(signs)
        chosen = schema.include(path=self.path) if self.path else schema
        total, sent = Tally(), Counter[PhaseName]()
        for event in from_schema(chosen).execute():
            match event:
                case events.ScenarioFinished():
                    told = _told(event.recorder)
                    sent[event.phase] += told.cases
                    total += told
                case events.NonFatalError():
                    total += Tally(found=(f"schemathesis itself: {event.value}"[:300],))
                case events.FatalError():
                    total += Tally(found=(f"schemathesis itself: {event.exception}"[:300],))
                case _:  # how far it has come
                    pass
        silent = tuple(
            f"nothing was sent in the phase {each.value}" for each in self.phases if not sent[each]
        )
        return total + Tally(found=silent)

    def _config(self) -> schemathesis.Config:
        generation = {"max-examples": self.examples, "database": "none", "no-shrink": True, "mode": self.mode}
        return schemathesis.Config.from_dict(
            {
                "seed": self.chance,
                "continue-on-failure": True,
                "generation": generation,
                "phases": {each.value: {"enabled": each in self.phases} for each in PHASES},
                "checks": {
                    "max_response_time": ANSWERED_S_MAX,
                    "positive_data_acceptance": {"expected-statuses": ACCEPTED},
                },
            }
        )


def is_unexplained(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Say whether a complaint stands: what was refused only for what a schema cannot say is explained."""
    del context, failure, case
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.DecodeError:
        return True
    return not (problem.errors and {each["code"] for each in problem.errors} <= EXPLAINED)


def _told(recorder: ScenarioRecorder) -> Tally:
    """Return what came of some requests: by every check of schemathesis, and by the kiosk's own eyes."""
    found, faults = [], 0
    for case, checks in recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                said = check.failure_info.failure
                found.append(f"{recorder.label}: {check.name}: {said.message} {_sent(recorder, case)}")
    for interaction in recorder.interactions.values():
        answer = interaction.response
        if answer is None:
            found.append(f"{recorder.label}: no answer")
            continue
        faults += is_fault(answer.status_code)
        kind = answer.headers.get("content-type", [""])[0]
        wrong = faults_of_answer(answer.status_code, kind, answer.content or b"")
        found += [f"{recorder.label}: {each}" for each in wrong]
    return Tally(cases=len(recorder.interactions), server_errors=faults, found=tuple(found))


def _sent(recorder: ScenarioRecorder, case: str) -> str:
    """Return how a request begins, and its answer."""
    interaction: Any = recorder.interactions.get(case)
    if interaction is None or interaction.response is None:
        return ""
    return f"{interaction.request.body!r:.300} -> {interaction.response.content!r:.300}"


def _bytes(body: object) -> bytes:
    match body:
        case bytes():
            return body
        case str():
            return body.encode()
        case _:
            return b""
