"""A small province for tests: a real store and app, devices that rate, and requests without a network."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from argon2 import PasswordHasher

from server.app import create_app
from server.domain.calendar import VIETNAM
from server.domain.places import Center, Counter, Device, DeviceState, Person, Role, counter_id
from server.protocol import record
from server.protocol.messages import Batch, Health, Sent
from server.protocol.survey import Question, Survey, encode_survey, survey_hash
from server.store import Arrival, Code, Store, open_store
from server.store.writer import Writer
from server.web.context import Context, make_context
from server.web.passwords import Passwords
from tests.server.cluster import url_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from starlette.types import ASGIApp, Message

    from server.domain.disclosure import Scores

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=VIETNAM)
BAO_LOC, DA_LAT = 24823, 24769
CENTERS = [
    Center(BAO_LOC, "Phường 1 Bảo Lộc", "phường", 11.55, 107.81),
    Center(DA_LAT, "Phường Xuân Hương - Đà Lạt", "phường", 11.94, 108.44),
]
PASSWORD = "mật khẩu của tôi"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 at the price of a test."""

_SURVEY = encode_survey(
    Survey(v=1, name={"vi": "Chung"}, questions=[Question("face", "faces", {"vi": "Thế nào?"})])
)


@dataclass
class Clock:
    """What time the server believes it is."""

    moment: datetime = NOON

    def now_ms(self) -> int:
        """Return it as the server reads it."""
        return int(self.moment.timestamp() * 1000)

    def forward(self, **step: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**step)


@dataclass(frozen=True)
class Reply:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page, with plain spaces and without marks that only break lines."""
        return plain(self.body.decode())


@dataclass
class Hall:
    """The server's parts, its clock, and what its visitors can do."""

    store: Store
    context: Context
    app: ASGIApp
    clock: Clock
    chains: dict[int, tuple[str, int, str]] = field(default_factory=dict)
    address: str = "192.0.2.7"

    def hire(
        self,
        name: str,
        center: int | None,
        hasher: PasswordHasher = CHEAP,
        role: Role | None = None,
        password: str = PASSWORD,
    ) -> None:
        """Let a person sign in from now on: a manager or a reviewer, if no role is named."""
        role = role or (Role.REVIEWER if center is None else Role.MANAGER)
        with self.store.transaction():
            self.store.add_person(Person(0, name, Passwords(hasher).hash_now(password), role, center))

    def rate(self, center: int, day: date, scores: Scores) -> None:
        """Let citizens rate on a day, all received at that day's noon, and release what is due."""
        received = datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)
        device, seq, head = self.chains.get(center) or self._enrol(center)
        given = [score for score, count in enumerate(scores, 1) for _ in range(count)]
        bodies = [_body(center, seq + number, score, received) for number, score in enumerate(given, 1)]
        after, chain = seq, record.heads(head, bodies)
        batch = Batch(
            v=1,
            device=device,
            after=after,
            records=[Sent(body=body.decode()) for body in bodies],
            head=chain[-1],
            boot="0" * 8,
            mono_ms=0,
            sent_at=_moment(received),
            nonce="0" * 32,
            health=Health(software="test", queued=0),
        )
        with self.store.transaction():
            self.store.accept(Arrival(batch, "", "", int(received.timestamp() * 1000)))
        self.chains[center] = (device, after + len(bodies), chain[-1])

    def _enrol(self, center: int) -> tuple[str, int, str]:
        """Put a kiosk on the center's first counter."""
        counter, name = counter_id(center, 1), f"{center:032x}"
        head = record.anchor(name.encode())
        device = Device(name, "0" * 64, counter, center, DeviceState.ACTIVE, name, "", 0, head)
        with self.store.transaction():
            self.store.add_counter(Counter(counter, center, 1))
            self.store.add_code(name, Code(counter, self.clock.now_ms(), None))
            self.store.add_device(device, name)
        return name, 0, head

    def get(self, address: str, *, cookies: dict[str, str] | None = None, **headers: str) -> Reply:
        """Open a page."""
        return self.send("GET", address, b"", cookies=cookies, **headers)

    def post(
        self, address: str, form: dict[str, str], *, cookies: dict[str, str] | None = None, **headers: str
    ) -> Reply:
        """Send a form, as a page of ours does."""
        return self.send("POST", address, urlencode(form).encode(), cookies=cookies, **headers)

    def sign_in(self, name: str, password: str = PASSWORD) -> dict[str, str]:
        """Sign in, and return the cookies of the session."""
        reply = self.post("/sign-in", {"name": name, "password": password})
        assert reply.status == 303, reply.text
        return reply.cookies

    def send(
        self,
        method: str,
        address: str,
        body: bytes,
        *,
        cookies: dict[str, str] | None = None,
        **headers: str,
    ) -> Reply:
        """Make one request without a network, as a browser that shows our own page."""
        path, _, query = address.partition("?")
        known = {
            "host": "testserver",
            "cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items()),
        }
        headers = {"sec_fetch_site": "same-origin"} | headers
        known |= {name.replace("_", "-"): value for name, value in headers.items() if value}
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in known.items()],
            "client": (self.address, 40000),
            "server": ("testserver", 80),
            "state": {},
        }
        # in a thread of its own, because whoever drives a browser has a running loop in this one
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(_exchange(self.app, scope, body))).result()


async def _exchange(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Reply:
    """Hand a request to the app and put its answer together."""
    sent: list[Message] = []
    incoming: Iterator[Message] = itertools.chain(
        [{"type": "http.request", "body": body, "more_body": False}],
        itertools.repeat({"type": "http.disconnect"}),
    )

    async def receive() -> Message:
        return next(incoming)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    pairs = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
    jar = SimpleCookie()
    for name, value in pairs:
        if name == "set-cookie":
            jar.load(value)
    return Reply(
        sent[0]["status"],
        dict(pairs),
        {name: morsel.value for name, morsel in jar.items()},
        b"".join(message.get("body", b"") for message in sent[1:]),
    )


def plain(text: str) -> str:
    """Return a text as one would type it: what only says where lines may break is left out."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")


def _moment(moment: datetime) -> str:
    """Write a moment as the contract does."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _body(center: int, seq: int, score: int, made: datetime) -> bytes:
    """Make a one-tap rating."""
    return record.encode_record(
        record.Record(
            v=1,
            seq=seq,
            survey=survey_hash(_SURVEY),
            counter=counter_id(center, 1),
            lang="vi",
            made_at=_moment(made),
            boot="1" * 8,
            mono_ms=0,
            answers={"face": score},
            salt=f"{seq:016x}",
        )
    )


@contextmanager
def open_hall(
    folder: Path,
    *,
    public_url: str = "http://testserver",
    hasher: PasswordHasher = CHEAP,
    centers: Sequence[Center] = CENTERS,
) -> Iterator[Hall]:
    """Open a server with two centers, or others, a survey, and nobody who may sign in."""
    clock = Clock()
    store = open_store(url_of(folder, "hall.sqlite3"), clock.now_ms)
    with store.transaction():
        store.add_centers(list(centers))
        store.add_survey(_SURVEY)
    writer = Writer(store)
    writer.start()
    context = make_context(
        store=store,
        writer=writer,
        now_ms=clock.now_ms,
        token=secrets.token_hex,
        public_url=public_url,
        signing_seed=bytes(32),
        passwords=Passwords(hasher),
    )
    try:
        yield Hall(store, context, create_app(context), clock)
    finally:
        writer.close()
        store.close()
