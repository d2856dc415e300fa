"""How long managers wait for a page: 124 centers and a year, with a tenth of a million ratings and a million.

The year is played into a real book, the server answers over real HTTP, and every page is asked for by an
administrator. Each figure stands beside the time of the plainest answer of the same server, `/healthz`.
"""

from __future__ import annotations

import http.client
import secrets
import time
from contextlib import closing
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from argon2 import PasswordHasher

from server.app import create_app
from server.demo.plan import plan_of
from server.demo.words import demo_words
from server.demo.year import SimulatedClock, Stage, midnight, play
from server.domain.places import Person, Role
from server.store import open_store
from server.store.seed import fill, lamdong
from server.store.writer import Writer
from server.web.context import make_context
from server.web.passwords import Passwords
from tests.bench.figures import Figure, percentile
from tests.server.live import serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from server.demo.plan import Plan
    from server.store import Store

FIRST, LAST = date(2025, 11, 1), date(2026, 11, 6)
CENTER: Final = 24823
ROUNDS: Final = 30
PAGES: Final = (
    f"/overview?center={CENTER}&period=2026-10",
    f"/overview?center={CENTER}&period=2026",
    f"/comparison?center={CENTER}",
    f"/comparison/months?center={CENTER}",
    "/province?period=2026-10",
    "/province?period=2026",
    f"/comments?center={CENTER}",
    f"/indices?center={CENTER}",
    f"/reports?center={CENTER}",
    f"/kiosks?center={CENTER}",
    f"/integrity?center={CENTER}",
    "/cong-khai",
    f"/cong-khai/{CENTER}",
)
PLAINEST: Final = "/healthz"
NAME, PASSWORD = "bench", "một mật khẩu để đo"


def measure(folder: Path, busy: Sequence[float]) -> list[Figure]:
    """Play a year for each of these amounts, 1.0 being the usual one, and ask for every page in turns."""
    return [figure for each in busy for figure in _measure(folder / f"pages-{each}.sqlite3", each)]


def _measure(path: Path, busy: float) -> list[Figure]:
    clock, rng = SimulatedClock(midnight(FIRST) - 1), Random(1)
    store = open_store(f"sqlite:{path}", clock.now_ms)
    try:
        with store.transaction():
            fill(store)
            hashed = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)).hash_now(PASSWORD)
            store.add_person(Person(0, NAME, hashed, Role.ADMIN, None))
        plan = plan_of(lamdong(), FIRST, LAST, rng, CENTER, busy)
        ratings, speed = _played(Stage(store, clock, bytes(32), rng, demo_words()), plan)
        of = f"{ratings:,} ratings"
        return [
            Figure(f"bytes a rating, {of}", "bytes", path.stat().st_size / ratings),
            Figure(f"a year played, {of}", "ratings/s", speed),
            *_pages(store, clock, of),
        ]
    finally:
        store.close()


def _played(stage: Stage, plan: Plan) -> tuple[int, float]:
    """Return how many ratings there are, and how many were counted a second, signatures and all."""
    began = time.perf_counter()
    ratings = play(stage, plan)
    return ratings, ratings / (time.perf_counter() - began)


def _pages(store: Store, clock: SimulatedClock, of: str) -> list[Figure]:
    """Ask for every page in turns, over HTTP."""
    writer = Writer(store)
    writer.start()
    context = make_context(
        store=store,
        writer=writer,
        now_ms=clock.now_ms,
        token=secrets.token_hex,
        public_url="http://127.0.0.1",
        signing_seed=bytes(32),
        passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    )
    try:
        with serving(create_app(context)) as url:
            took = asked(url.removeprefix("http://"), (PLAINEST, *PAGES))
    finally:
        writer.close()
    plain = took.pop(PLAINEST)
    return [
        Figure(f"{name} of {page}, {of}", "ms", percentile(times, share), percentile(plain, share), PLAINEST)
        for page, times in took.items()
        for name, share in (("p50", 0.5), ("p95", 0.95))
    ]


def asked(address: str, pages: Sequence[str]) -> dict[str, list[float]]:
    """Return how long each page took each time, in milliseconds; the first time, which loads, is left out.

    Raises `RuntimeError` if one is not answered as a page.
    """
    with closing(http.client.HTTPConnection(address, timeout=60)) as connection:
        cookie = _signed_in(connection)
        took: dict[str, list[float]] = {page: [] for page in pages}
        for number in range(ROUNDS + 1):
            for page, times in took.items():
                began = time.perf_counter()
                connection.request("GET", page, headers={"Cookie": cookie})
                reply = connection.getresponse()
                reply.read()
                if reply.status != http.client.OK:
                    raise RuntimeError(f"{page} was answered with {reply.status}")
                if number:
                    times.append(1000 * (time.perf_counter() - began))
    return took


def _signed_in(connection: http.client.HTTPConnection) -> str:
    """Sign in, and return the cookie of the session."""
    form = urlencode({"name": NAME, "password": PASSWORD})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", "/sign-in", form, headers)
    answer = connection.getresponse()
    answer.read()
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]
