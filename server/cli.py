"""The command line: set up, serve, admit a kiosk, verify the book, show a demo."""

from __future__ import annotations

import argparse
import getpass
import logging
import os
import secrets
import socket
import sys
import time
import unicodedata
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from server import config as settings
from server.app import create_app
from server.demo import Demo, show_demo
from server.domain.places import Counter, Person, Role, counter_id
from server.domain.verification import Finding, verify_device
from server.errors import CommandError, ServerError
from server.protocol import keys
from server.protocol.messages import CODE_ALPHABET, CODE_CHARS
from server.store import Code, Store, open_store
from server.store.keyfile import make_signing_seed, signing_seed
from server.store.seed import fill
from server.store.writer import Writer
from server.web.context import make_context
from server.web.kiosk_api import hash_code
from server.web.passwords import Passwords

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from server.config import Config

CODE_LIVES_MS = 15 * 60 * 1000
PASSWORD_CHARS_MIN = 12
END_S_MAX = 10
CONNECTIONS_MAX = 1000
PRIVATE_UMASK = 0o077
DEMO_DIR = Path("build/demo-data")


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run one command; returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    arguments = _parser().parse_args(argv)
    os.umask(PRIVATE_UMASK)  # what we write is for this account alone
    try:
        config = settings.load(
            environ,
            arguments.config,
            data_dir=arguments.data_dir,
            host=getattr(arguments, "host", None),
            port=getattr(arguments, "port", None),
        )
        run = {"setup": setup, "serve": serve, "enrol": enrol, "verify": verify, "demo": demo}
        return run[arguments.command](config, arguments)
    except (ServerError, OSError) as error:
        print(f"server: {error}", file=sys.stderr)
        return 1


def setup(config: Config, arguments: argparse.Namespace) -> int:
    """Make the database and the first administrator, or give somebody a new password."""
    with _store(config, fresh=True) as store:
        first = store.people_count() == 0
        if first:
            print("Nụ Cười has no administrator yet. Who is the first?")
        else:
            print("Whose password shall be replaced?")
        name = unicodedata.normalize("NFC", (arguments.name or input("Sign-in name: ")).strip())
        known = store.person(name)
        if not name or (known is None and not first):
            raise CommandError(f"nobody signs in as {name!r}")
        hashed = Passwords().hash_now(_new_password(arguments.password_file))
        with store.transaction():
            if known is None:
                store.add_person(Person(0, name, hashed, Role.ADMIN, None))
            else:
                store.set_password(name, hashed)
    print(f"Done. {name} may sign in now." if first else f"Done. {name} has a new password.")
    return 0


def serve(config: Config, _arguments: argparse.Namespace) -> int:
    """Serve kiosks and managers until told to end."""
    with _store(config) as store:
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
            )
            # no access log: it would say who was at a counter, and when
            uvicorn.run(
                create_app(context),
                host=config.host,
                port=config.port,
                access_log=False,
                proxy_headers=bool(config.proxies),
                forwarded_allow_ips=config.proxies or None,
                # h11 refuses headers beyond 64 kB, httptools takes any
                http="h11",
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
    with _store(config) as store:
        code = make_code(store, arguments.center, arguments.counter)
    print(f"{code[:4]}-{code[4:]}")
    print(f"Good for 15 minutes, once. On the kiosk: {config.url} and this code.", file=sys.stderr)
    return 0


def verify(config: Config, _arguments: argparse.Namespace) -> int:
    """Check the whole book; prints one page, and returns 1 if anything is wrong."""
    with _store(config) as store, store.snapshot():
        server_key = keys.public_key(signing_seed(config.signing_key))
        findings = list(_findings(store, server_key))
        quarantined = store.quarantined()
    for each in findings:
        state = f"FAULT: {each.fault}" if each.fault else "whole"
        name = f"counter {each.counter}  device {each.device[:8]}  fingerprint {each.fingerprint}"
        print(f"{name}  {each.records} records  {state}")
    faults = sum(bool(each.fault) for each in findings)
    records = sum(each.records for each in findings)
    for reason, count in quarantined.items():
        print(f"quarantined: {count} ({reason})")
    print(f"{len(findings)} devices, {records} good records, {faults} faults")
    return 1 if faults else 0


def demo(config: Config, arguments: argparse.Namespace) -> int:
    """Show everything on this machine: server, kiosk, real centers."""
    config = replace(config, data_dir=arguments.data_dir or DEMO_DIR, port=config.port or _free_port())
    password = secrets.token_hex(6)
    with _store(config, fresh=True) as store:
        code = make_code(store, arguments.center, arguments.counter)
        hashed = Passwords().hash_now(password)
        with store.transaction():
            if store.person(arguments.name) is None:
                store.add_person(Person(0, arguments.name, hashed, Role.MANAGER, arguments.center))
            else:
                store.set_password(arguments.name, hashed)
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


def make_code(store: Store, center: int, number: int) -> str:
    """Make a one-time code for a counter, and the counter if it is new. Raises `CommandError`."""
    if number < 1:
        raise CommandError("counters are numbered from 1")
    if store.center(center) is None:
        raise CommandError(f"there is no center with the code {center}; the codes are in lamdong_124.csv")
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_CHARS))
    counter = Counter(counter_id(center, number), center, number)
    with store.transaction():
        store.add_counter(counter)
        store.add_code(
            hash_code(code), Code(counter.id, time.time_ns() // 1_000_000 + CODE_LIVES_MS, device=None)
        )
    return code


def _findings(store: Store, server_key: str) -> Iterator[Finding]:
    """Verify each device, and that every record has its place in the projection."""
    signed = {each.device: (each.parts, each.signature) for each in store.signed_heads()}
    for device in store.devices():
        rows = ((row.seq, row.head, row.body) for row in store.journal(device.id))
        finding = verify_device(device, server_key, rows, signed.get(device.id))
        projected = store.rating_count(device.id)
        if not finding.fault and projected != finding.records:
            fault = f"{finding.records} records, but {projected} of them are projected"
            finding = replace(finding, fault=fault)
        yield finding


@contextmanager
def _store(config: Config, *, fresh: bool = False) -> Iterator[Store]:
    """Open the database for a command. Only some commands may make a new one."""
    new = not config.database.exists()
    if new and not fresh:
        raise CommandError(f"nothing is set up in {config.data_dir}; run: python -m server setup")
    if new and not config.signing_key.exists():
        make_signing_seed(config.signing_key, secrets.token_bytes)
    signing_seed(config.signing_key)
    store = open_store(f"sqlite:{config.database}")
    try:
        if fresh:
            with store.transaction():
                fill(store)
        yield store
    finally:
        store.close()


def _free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _new_password(file: Path | None) -> str:
    """Ask for a password twice, or read it from a file. Raises `CommandError` if it is too short."""
    if file is not None:
        password = file.read_text("utf-8").strip()
    else:
        password = getpass.getpass("New password (at least 12 characters): ")
        if getpass.getpass("Once more: ") != password:
            raise CommandError("the two passwords differ; nothing was changed")
    if len(password) < PASSWORD_CHARS_MIN:
        raise CommandError(f"a password has at least {PASSWORD_CHARS_MIN} characters; nothing was changed")
    return password


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description="The sync server and dashboard.")
    parser.add_argument("--config", type=Path, help="file of settings (TOML)")
    parser.add_argument("--data-dir", type=Path, help="folder of the database and the signing key")
    commands = parser.add_subparsers(dest="command", required=True)
    each = commands.add_parser("setup", help="make the database and the first administrator")
    each.add_argument("--name", help="sign-in name")
    each.add_argument("--password-file", type=Path, help="read the password from this file")
    each = commands.add_parser("serve", help="serve kiosks and managers")
    each.add_argument("--host", help="address to listen on")
    each.add_argument("--port", type=int, help="port to listen on")
    each = commands.add_parser("enrol", help="print a one-time code for a counter")
    each.add_argument("--center", type=int, required=True, help="code of the center, such as 24823")
    each.add_argument("--counter", type=int, required=True, help="number of the counter")
    commands.add_parser("verify", help="check that no record was changed or removed")
    each = commands.add_parser("demo", help="server, kiosk and real centers on this machine")
    each.add_argument("--port", type=int, help="port to listen on")
    each.add_argument("--center", type=int, default=24823, help="code of the center")
    each.add_argument("--counter", type=int, default=1, help="number of the counter")
    each.add_argument("--name", default="quanly", help="sign-in name of the demo manager")
    each.add_argument("--size", default="1280x800", help="size of the kiosk's window")
    each.add_argument("--ready-file", type=Path, help="write address and sign-in here once all is up")
    return parser
