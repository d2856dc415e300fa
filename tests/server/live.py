"""A real server on a real port for tests, and a device that speaks the contract by hand."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
import requests
import uvicorn

from server.app import create_app
from server.domain.places import Counter
from server.protocol import keys
from server.protocol.messages import (
    SIGNATURE_HEADER,
    Batch,
    Enrolled,
    EnrolmentRequest,
    Health,
    Problem,
    ProblemAnswer,
    Receipt,
    Sent,
    Signed,
    know_types,
    sign_batch,
    unseal,
)
from server.protocol.record import Aside, Record, anchor, encode_record, heads
from server.protocol.survey import encode_survey, survey_hash
from server.store import Code, open_store
from server.store.seed import fill
from server.store.writer import Writer
from server.web.connection import Connection
from server.web.context import make_context
from server.web.kiosk_api import hash_code
from tests.kiosk.stories import ONE_TAP
from tests.server.cluster import url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.applications import Starlette
    from starlette.types import ASGIApp
    from uvicorn.protocols.http.h11_impl import H11Protocol

    from server.protocol.survey import Survey
    from server.store import Store
    from server.web.turns import Turns

SEED = bytes(31) + b"\x07"
BAO_LOC = 24823
COUNTER = Counter("24823-1", BAO_LOC, 1)


@dataclass(frozen=True)
class Live:
    """A server that answers at `url`."""

    url: str
    store: Store
    writer: Writer

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def make_code(self, code: str = "7ABC9XYZ", lives_ms: int = 900_000) -> str:
        """Let a kiosk with this code come to counter 1."""

        def write(store: Store) -> None:
            store.add_counter(COUNTER)
            store.add_code(hash_code(code), Code(COUNTER.id, now_ms() + lives_ms, None))

        self.writer.submit(write).result()
        return code


def now_ms() -> int:
    """Return the time as a real server has it."""
    return time.time_ns() // 1_000_000


@contextmanager
def live(
    folder: Path,
    *,
    port: int = 0,
    clock: Callable[[], int] = now_ms,
    survey: Survey = ONE_TAP,
    connection: type[H11Protocol] = Connection,
    around: Callable[[Starlette], ASGIApp] = lambda app: app,
    turns: Turns | None = None,
) -> Iterator[Live]:
    """Run a server with the real centers on a real port; the database stays in the folder.

    `around` returns what is served in place of the server's own app.
    """
    know_types()
    store = open_store(url_of(folder))
    with store.transaction():
        fill(store)
        store.add_survey(encode_survey(survey))
    writer = Writer(store)
    writer.start()
    with _listening(port) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        context = make_context(
            store=store,
            writer=writer,
            now_ms=clock,
            token=secrets.token_hex,
            public_url=url,
            signing_seed=SEED,
            turns=turns,
        )
        try:
            with serving(around(create_app(context)), listener, connection):
                yield Live(url, store, writer)
        finally:
            writer.close()
            store.close()


@contextmanager
def serving(
    app: ASGIApp, listener: socket.socket | None = None, connection: type[H11Protocol] = Connection
) -> Iterator[str]:
    """Serve an app, on a free port unless one is given; gives the address."""
    with nullcontext(listener) if listener else _listening(0) as door:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", http=connection, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server did not start"
                time.sleep(0.01)
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        yield listener


@dataclass
class Hand:
    """A device whose every byte the test decides."""

    live: Live
    seed: bytes
    id: str
    survey: str
    bodies: list[bytes] = field(default_factory=list)
    start: str = ""

    def rate(self, *scores: int, **changes: object) -> None:
        """Append a rating of each score to the chain."""
        for score in scores:
            self.bodies.append(self.body(len(self.bodies) + 1, score, **changes))

    def body(self, seq: int, score: int, **changes: object) -> bytes:
        """Return the bytes of a rating."""
        record = Record(
            v=1,
            seq=seq,
            survey=self.survey,
            counter=COUNTER.id,
            lang="vi",
            made_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            boot="00000000",
            mono_ms=1,
            answers={"overall": score},
            salt=secrets.token_hex(8),
        )
        return encode_record(msgspec.structs.replace(record, **changes))

    def head(self, seq: int) -> str:
        """Return the chain's head behind record `seq`."""
        return heads(self.start, self.bodies[:seq])[-1] if seq else self.start

    def batch(
        self, after: int, upto: int | None = None, asides: dict[int, list[Aside]] | None = None
    ) -> Batch:
        """Return a batch of the records after `after`."""
        end = len(self.bodies) if upto is None else upto
        return Batch(
            v=1,
            device=self.id,
            after=after,
            records=[
                Sent(body=body.decode(), asides=(asides or {}).get(seq, []))
                for seq, body in enumerate(self.bodies[after:end], after + 1)
            ],
            head=self.head(end),
            boot="00000000",
            mono_ms=1000,
            sent_at="2026-11-23T03:00:00Z",
            nonce=secrets.token_hex(16),
            health=Health(software="test", queued=0),
        )

    def post(self, batch: Batch, seed: bytes | None = None) -> requests.Response:
        """Send a batch, signed."""
        raw = msgspec.json.encode(batch)
        return post(self.live, raw, {SIGNATURE_HEADER: sign_batch(seed or self.seed, batch, raw)})

    def send(self, after: int = 0, upto: int | None = None) -> Receipt:
        """Send a batch and believe its receipt."""
        answer = self.post(self.batch(after, upto))
        assert answer.status_code == 200, answer.text
        signed = msgspec.json.decode(answer.content, type=Signed)
        return unseal(keys.public_key(SEED), signed, Receipt)


def post(live: Live, raw: bytes, headers: dict[str, str] | None = None) -> requests.Response:
    """Send bytes to where batches go."""
    known = {"Content-Type": "application/json"} | (headers or {})
    return requests.post(f"{live.url}/v1/batches", data=raw, headers=known, timeout=10)


def ask_admission(live: Live, code: str, seed: bytes) -> requests.Response:
    """Send an enrolment request."""
    request = EnrolmentRequest(v=1, code=code, public_key=keys.public_key(seed), software="test")
    return requests.post(
        f"{live.url}/v1/enrolments",
        data=msgspec.json.encode(request),
        headers={"Content-Type": "application/json"},
        timeout=10,
    )


def a_hand(live: Live, seed: bytes = bytes(31) + b"\x09", code: str = "7ABC9XYZ") -> Hand:
    """Enrol a device at counter 1 over HTTP."""
    answer = ask_admission(live, live.make_code(code), seed)
    assert answer.status_code == 201, answer.text
    enrolled = msgspec.json.decode(answer.content, type=Enrolled)
    raw = live.store.current_survey()
    assert raw is not None
    payload = enrolled.enrolment.payload
    return Hand(
        live, seed, msgspec.json.decode(payload)["device"], survey_hash(raw), start=anchor(payload.encode())
    )


def assert_problem(answer: requests.Response, status: int, code: str, *, signed: bool) -> None:
    """Check that a refusal has the one shape that refusals have."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert (problem.code, problem.status, problem.type) == (code, status, f"urn:nucuoi:problem:{code}")
    assert (problem.signed is not None) == signed
    if problem.signed is not None:
        said = unseal(keys.public_key(SEED), problem.signed, ProblemAnswer)
        assert (said.code, said.status) == (code, status)
