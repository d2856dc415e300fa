"""What is done with a kiosk at the command line, beside running it.

`checkpoints` prints the proofs that it keeps, `new-key` makes it another device with a key of its own.
"""

from __future__ import annotations

import argparse
import logging
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiosk import checkpoints, keyfile, salvage, succession, system, uplink
from kiosk import config as settings
from kiosk.engine import End, Trouble
from kiosk.errors import ConfigError, KioskError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kiosk.config import Config
    from kiosk.keyfile import Identity

LOG = logging.getLogger("kiosk")
OUTBOX = "outbox.sqlite3"


def run(
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    tell: Callable[[str], None] = print,
) -> int:
    """Run a command; returns the exit code."""
    arguments = _parser().parse_args(argv)
    command: Callable[[Config, Callable[[str], None]], None] = arguments.run
    try:
        command(settings.load(environ, arguments.config, data_dir=arguments.data_dir), tell)
    except (KioskError, OSError, sqlite3.Error) as error:
        LOG.error("%s", error)  # noqa: TRY400 - the message says what to do, a traceback would hide it
        return 1
    return 0


def print_checkpoints(config: Config, tell: Callable[[str], None]) -> None:
    """Print the checkpoints that are kept, a JSON object a line, for the server's `verify --checkpoints`.

    The kiosk may run meanwhile. Raises `sqlite3.Error`.
    """
    path = config.data_dir / OUTBOX
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as disk:
        for each in checkpoints.kept(disk):
            tell(msgspec.json.encode(each).decode())


def change_key(config: Config, tell: Callable[[str], None]) -> None:
    """Make the machine another device, with a new key; what was not sent goes home in its chain.

    Raises `KioskError`: the kiosk runs, is not enrolled, or the server did not agree; `OSError`.
    """
    with system.only_one(config.data_dir):
        keyfile.become_successor(config.data_dir)
        identity = keyfile.identity(config.data_dir)
        if identity is None:
            raise ConfigError(f"the machine of {config.data_dir} is not enrolled: it has no key to change")
        steps = succession.Steps(config.data_dir, secrets.token_bytes, "new-key")
        with closing(salvage.open_outbox(config.data_dir / OUTBOX, identity, secrets.token_bytes)) as outbox:
            named = succession.name(steps, identity, End.NEW_KEY, _uplink(config, identity))
            if isinstance(named, Trouble):
                raise ConfigError(f"the server did not agree ({named.code}); nothing was changed")
            outbox.succeed(named.enrolment.device, named.anchor)
        succession.complete(steps)
    tell(f"this is {named.enrolment.device} now, fingerprint {named.fingerprint}")


def _uplink(config: Config, identity: Identity) -> uplink.Uplink:
    membership = identity.membership
    server = config.server or membership.server
    session = uplink.open_session(config.ca_file)
    return uplink.Uplink(session, server, identity.enrolment.device, identity.seed, membership.server_key)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kiosk", description="What is done beside running it.")
    commands = parser.add_subparsers(required=True)
    for name, command in COMMANDS.items():
        lines = (command.__doc__ or "").splitlines()
        each = commands.add_parser(name, help=lines[0], description=lines[0])
        each.add_argument("--config", type=Path, help="file of settings (TOML)")
        each.add_argument("--data-dir", type=Path, help="folder of the key and the outbox")
        each.set_defaults(run=command)
    return parser


COMMANDS = {"checkpoints": print_checkpoints, "new-key": change_key}
