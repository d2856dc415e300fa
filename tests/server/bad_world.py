"""A server that gets bad inputs, and what is looked at after each: book, log, answer, health."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
import requests

from server.protocol.messages import PROBLEM_TYPE, SIGNATURE_HEADER, Batch, Problem, sign_batch
from server.web.connection import Connection
from server.web.problems import KINDS
from tests.server.live import BAO_LOC, Hand, Live
from tests.server.logbook import Logbook, logbook
from tests.server.raw import Heard, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BAD = 400
"""From this status on a request was refused."""
JSON = {"Content-Type": "application/json"}
ECHO_CHARS_MAX = 40
"""How much of what was sent a refusal repeats, in characters."""
LOG_BYTES_MAX = 1000
"""A line of the log, whatever was sent."""


class Impatient(Connection):
    """The product's own, only sooner at the end of its patience."""

    patience_s = 1.0


@dataclass(frozen=True, slots=True)
class Got:
    """An answer: 0 if the connection was closed without one. `more` are the answers behind the first."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    more: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        """The code of the problem; nothing if this is none."""
        if self.headers.get("Content-Type") != PROBLEM_TYPE:
            return ""
        return msgspec.json.decode(self.body, type=Problem).code


@dataclass
class World:
    """A server, a kiosk that misbehaves and the code it came with, one that does not, a manager's session."""

    live: Live
    hand: Hand
    code: str
    well: Hand
    session: dict[str, str]
    sent: bytearray = field(default_factory=bytearray)

    def ask(
        self,
        method: str,
        path: str,
        raw: bytes = b"",
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
    ) -> Got:
        """Send a request as a library makes it, and follow nothing."""
        self.sent += path.encode() + b"\n" + raw
        answer = requests.request(
            method,
            self.live.url + path,
            data=raw,
            headers=dict(headers or {}),
            cookies=dict(cookies or {}),
            allow_redirects=False,
            timeout=10,
        )
        return Got(answer.status_code, answer.headers, answer.content)

    def say(self, *pieces: bytes, pause_s: float = 0.0) -> Got:
        """Send bytes as they are."""
        self.sent += b"".join(pieces)
        heard = say(self.live.port, *pieces, pause_s=pause_s)
        assert heard.closed, f"the server left the connection open after {heard.statuses}"
        return _got(heard)

    def post(self, raw: bytes, headers: Mapping[str, str] | None = None) -> Got:
        """Send bytes to where batches go."""
        return self.ask("POST", "/v1/batches", raw, JSON | dict(headers or {}))

    def post_signed(self, raw: bytes, headers: Mapping[str, str] | None = None) -> Got:
        """Send bytes, signed by the kiosk that misbehaves if they are a batch: else nobody looks at that."""
        try:
            batch = msgspec.json.decode(raw, type=Batch)
        except msgspec.ValidationError:
            return self.post(raw, headers)
        signature = sign_batch(self.hand.seed, batch, raw)
        return self.post(raw, {SIGNATURE_HEADER: signature} | dict(headers or {}))

    def batch(self, **fields: object) -> bytes:
        """Return a batch of all that the kiosk has, with other fields; those of `...` are left out."""
        whole: dict[str, Any] = msgspec.to_builtins(self.hand.batch(0)) | fields
        return json.dumps({name: value for name, value in whole.items() if value is not ...}).encode()

    def send_record(self, **fields: object) -> Got:
        """Put a record with other fields than it should have into the chain, and send it, signed."""
        whole = msgspec.json.decode(self.hand.body(len(self.hand.bodies) + 1, 5)) | fields
        kept = {name: value for name, value in whole.items() if value is not ...}
        return self.send_body(msgspec.json.encode(kept))

    def send_body(self, body: bytes) -> Got:
        """Put these bytes into the chain as a record, and send all, signed."""
        self.hand.bodies.append(body)
        return self.post_signed(msgspec.json.encode(self.hand.batch(0)))

    def book(self) -> tuple[object, ...]:
        """Return what must not change when something is refused: the book and its figures."""
        store = self.live.store
        released = store.releases(BAO_LOC, date(2020, 1, 1), date(2099, 12, 31))
        figures = (store.pending_count(BAO_LOC), released, store.rating_count(self.hand.id))
        return store.record_count(), store.quarantined(), len(store.devices()), figures

    def is_well(self) -> bool:
        """Say whether the server still serves: it lives, and a kiosk gets its rating through."""
        lives = requests.get(f"{self.live.url}/healthz", timeout=5).json()["ok"]
        self.well.rate(4)
        through = self.well.send(after=len(self.well.bodies) - 1).through
        return bool(lives) and through == len(self.well.bodies)


@dataclass(frozen=True, slots=True)
class Input:
    """One row: what is sent, and the answer that it must get.

    `number` is its place in the list of bad inputs, `code` that of the problem (nothing: no problem, or
    a page), `quarantine` why a record that was taken does not count (nothing: it counts), `allow` what a
    405 names, `more` the answers behind the first, `alarm` how a line begins that calls a human.
    """

    number: int
    name: str
    send: Callable[[World], Got]
    status: int
    code: str = ""
    quarantine: str = ""
    allow: str = ""
    more: tuple[int, ...] = ()
    alarm: str = ""

    def tried_on(self, world: World) -> list[str]:
        """Send it, and say what is not as it must be: answer, book, log, health."""
        before, counted = world.book(), world.live.store.quarantined()
        with logbook() as log:
            got = self.send(world)
        found = self._faults_of(got, bytes(world.sent)) + log_faults(log, self.alarm)
        now = world.live.store.quarantined()
        reasons = {reason for reason, count in now.items() if count != counted.get(reason)}
        if reasons != ({self.quarantine} if self.quarantine else set()):
            found.append(f"quarantined for {reasons}")
        if got.status >= BAD and not self.quarantine and world.book() != before:
            found.append("the book knows of it")
        return found if world.is_well() else [*found, "the server is not well"]

    def _faults_of(self, got: Got, sent: bytes) -> list[str]:
        """Say what is wrong with an answer."""
        found = []
        if (got.status, got.code) != (self.status, self.code):
            found.append(f"answered {got.status} {got.code} {got.body[:100]!r}")
        if got.more != self.more:
            found.append(f"{got.more} were answered behind it")
        if not set(self.allow.split()) <= set(got.headers.get("Allow", "").replace(",", "").split()):
            found.append(f"allows {got.headers.get('Allow')}")
        if b"<script>alert" in got.body:
            found.append("a script of somebody's")
        if got.code:
            problem = msgspec.json.decode(got.body, type=Problem)
            if (problem.status, problem.title) != (got.status, KINDS[got.code].title):
                found.append("status and title are not those of the table")
            said = (problem.detail, *(text for each in problem.errors for text in each.values()))
            found += [
                fault
                for text in (got.body, *(each.encode() for each in said))
                for fault in echoes(text, sent)
            ]
        return found


def echoes(answer: bytes, sent: bytes) -> list[str]:
    """Return what an answer repeats of what was sent, if that is more than a few characters."""
    window = ECHO_CHARS_MAX + 1
    parts = (answer[at : at + window] for at in range(max(0, len(answer) - ECHO_CHARS_MAX)))
    return [f"echoes {part!r}" for part in parts if part in sent][:1]


def log_faults(log: Logbook, alarm: str) -> list[str]:
    """Say what should not have been logged: a fault of ours besides the alarm, or a long line."""
    faults = [each for each in log.faults if not (alarm and each.startswith(alarm))]
    long = [line[:60] for line in log.lines if len(line.encode()) > LOG_BYTES_MAX]
    missing = [] if len(log.faults) - len(faults) == bool(alarm) else ["no alarm, or more than one"]
    return [*faults, *missing, *(f"a long line: {line}" for line in long)]


def _got(heard: Heard) -> Got:
    """Return the first answer that was heard."""
    if not heard.answers:
        return Got(0, {}, b"")
    head, _, body = heard.answers[0].partition(b"\r\n\r\n")
    pairs = (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
    headers = requests.structures.CaseInsensitiveDict({name: value for name, _, value in pairs})
    return Got(heard.statuses[0], headers, body, tuple(heard.statuses[1:]))
