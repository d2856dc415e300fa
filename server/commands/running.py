"""Commands that set the server up and let it run: setup, serve, enrol, demo."""

from __future__ import annotations

import getpass
import secrets
import signal
import socket
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import uvicorn

from server.app import create_app
from server.commands.opening import writing
from server.config import REQUIRED
from server.demo.plan import Truth, plan_of
from server.demo.show import DEMO_ADMIN, Demo, show_demo
from server.demo.words import demo_words
from server.demo.year import SimulatedClock, Stage, midnight, play
from server.domain.audit import COMMAND_LINE
from server.domain.calendar import day_of
from server.domain.credentials import (
    PASSWORD_CHARS_MAX,
    PASSWORD_CHARS_MIN,
    PasswordFault,
    password_fault,
    plain_name,
)
from server.domain.fleet import CODE_BYTES, CODE_LIVES_MS, code_of
from server.domain.places import Counter, Person, Role, counter_id
from server.errors import CommandError
from server.protocol.messages import know_types
from server.store import Code, Store
from server.store.keyfile import signing_seed
from server.store.writer import Writer
from server.web.connection import Connection
from server.web.context import make_context
from server.web.kiosk_api import hash_code
from server.web.passwords import Passwords

if TYPE_CHECKING:
    import argparse
    from datetime import date

    from server.config import Config

FAULTS = {
    PasswordFault.SHORT: f"a password has at least {PASSWORD_CHARS_MIN} characters",
    PasswordFault.LONG: f"a password has at most {PASSWORD_CHARS_MAX} characters",
    PasswordFault.GUESSED: "this password is one of those that are guessed first",
    PasswordFault.NAME: "a password is not the sign-in name",
}
END_S_MAX = 10
CONNECTIONS_MAX = 1000
DEMO_DIR = Path("build/demo-data")
SEED = 20261124
"""Of the year that the demo plays."""


def setup(config: Config, arguments: argparse.Namespace) -> int:
    """Make the database and the first administrator, or give somebody a new password."""
    with writing(config, fresh=True) as store:
        first = store.people_count() == 0
        if first:
            print("Nụ Cười has no administrator yet. Who is the first?")
        else:
            print("Whose password shall be replaced?")
        name = plain_name(arguments.name or input("Sign-in name: "))
        known = store.person(name)
        if not name or (known is None and not first):
            raise CommandError(f"nobody signs in as {name!r}")
        hashed = Passwords().hash_now(_new_password(arguments.password_file, name))
        with store.transaction():
            if known is None:
                store.add_person(Person(0, name, hashed, Role.ADMIN, None))
            else:
                store.set_password(name, hashed)
                if arguments.second_factor_off and known.second_factor:
                    store.turn_off_second_factor(known, COMMAND_LINE)
    print(f"Done. {name} may sign in now." if first else f"Done. {name} has a new password.")
    return 0


def serve(config: Config, _arguments: argparse.Namespace) -> int:
    """Serve kiosks and managers until told to end."""
    know_types()
    with writing(config) as store:
        # uvicorn answers what it has begun, and then sends the signal again to whoever listened before: left
        # to the system, that would be the end with the book still open
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        writer = Writer(store)
        writer.start()
        try:
            context = make_context(
                store=store,
                writer=writer,
                now_ms=lambda: time.time_ns() // 1_000_000,
                token=secrets.token_hex,
                public_url=config.url,
                signing_seed=signing_seed(config.signing_key),
                second_factor_required=config.second_factor == REQUIRED,
            )
            # no access log: it would say who was at a counter, and when
            uvicorn.run(
                create_app(context),
                host=config.host,
                port=config.port,
                access_log=False,
                proxy_headers=bool(config.proxies),
                forwarded_allow_ips=config.proxies or None,
                http=Connection,
                ws="none",
                timeout_graceful_shutdown=END_S_MAX,
                limit_concurrency=CONNECTIONS_MAX,
                server_header=False,
                log_level="warning",
            )
        finally:
            writer.close()
    return 0


def enrol(config: Config, arguments: argparse.Namespace) -> int:
    """Print a one-time code for a counter."""
    with writing(config) as store:
        code = make_code(store, arguments.center, arguments.counter)
    print(f"{code[:4]}-{code[4:]}")
    print(f"Good for 15 minutes, once. On the kiosk: {config.url} and this code.", file=sys.stderr)
    return 0


def demo(config: Config, arguments: argparse.Namespace) -> int:
    """Show everything on this machine: server, kiosk, real centers."""
    folder, port = arguments.data_dir or DEMO_DIR, config.port or _free_port()
    config = replace(config, data_dir=folder, port=port, database_url="")
    password = secrets.token_hex(6)
    if arguments.year:
        _play_year(config, arguments.center)
    with writing(config, fresh=True) as store:
        code = make_code(store, arguments.center, arguments.counter)
        hashed = Passwords().hash_now(password)
        with store.transaction():
            for name, role, scope in (
                (arguments.name, Role.MANAGER, arguments.center),
                (DEMO_ADMIN, Role.ADMIN, None),
            ):
                if store.person(name) is None:
                    store.add_person(Person(0, name, hashed, role, scope))
                else:
                    store.set_password(name, hashed)
    return show_demo(
        Demo(
            config=config,
            name=arguments.name,
            password=password,
            code=code,
            center=arguments.center,
            size=arguments.size,
            ready_file=arguments.ready_file,
        )
    )


def _play_year(config: Config, with_officers: int) -> None:
    """Play a year up to yesterday into a book that has no rating yet."""
    last = day_of(time.time_ns() // 1_000_000) - timedelta(days=1)
    first = last - timedelta(days=365)
    clock, rng = SimulatedClock(midnight(first) - 1), Random(SEED)  # noqa: S311 - no secret
    with writing(config, fresh=True, now_ms=clock.now_ms) as store:
        if count := store.record_count():
            print(f"no year is played: {config.data_dir} has {count:,} ratings already")
            return
        plan = plan_of(store.centers(), first, last, rng, with_officers)
        began = time.monotonic()

        def tell(day: date, ratings: int) -> None:
            if day == last or (day + timedelta(days=1)).day == 1:
                print(f"{day:%m/%Y}: {ratings:,} ratings after {time.monotonic() - began:.0f} s", flush=True)

        print("playing a year of 124 centers; nothing of it happened, and what is planted in it:")
        for truth in Truth:
            print(f"  {truth.value:14} {plan.where(truth).center.name}", flush=True)
        play(Stage(store, clock, signing_seed(config.signing_key), rng, demo_words()), plan, tell)


def make_code(store: Store, center: int, number: int) -> str:
    """Make a one-time code for a counter, and the counter if it is new. Raises `CommandError`."""
    if number < 1:
        raise CommandError("counters are numbered from 1")
    if store.center(center) is None:
        raise CommandError(f"there is no center with the code {center}; the codes are in lamdong_124.csv")
    code = code_of(secrets.token_hex(CODE_BYTES))
    counter = Counter(counter_id(center, number), center, number)
    with store.transaction():
        store.add_counter(counter)
        store.add_code(
            hash_code(code), Code(counter.id, time.time_ns() // 1_000_000 + CODE_LIVES_MS, device=None)
        )
    return code


def _free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _new_password(file: Path | None, name: str) -> str:
    """Ask for a password twice, or read it from a file. Raises `CommandError` if it cannot be taken."""
    if file is not None:
        password = file.read_text("utf-8").strip()
    else:
        password = getpass.getpass(f"New password (at least {PASSWORD_CHARS_MIN} characters): ")
        if getpass.getpass("Once more: ") != password:
            raise CommandError("the two passwords differ; nothing was changed")
    fault = password_fault(password, name)
    if fault is not None:
        raise CommandError(f"{FAULTS[fault]}; nothing was changed")
    return password
