"""The command line: reads what was asked for. What each command does is in `server.commands`."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from server import config as settings
from server.commands import deciding, keeping, proving, running
from server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.config import Config

    Run = Callable[[Config, argparse.Namespace], int]
    Command = Callable[[Run, str], argparse.ArgumentParser]

PRIVATE_UMASK = 0o077


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
        run: Run = arguments.run
        return run(config, arguments)
    except (ServerError, OSError) as error:
        print(f"server: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m server", description="The sync server and dashboard.")
    parser.add_argument("--config", type=Path, help="file of settings (TOML)")
    parser.add_argument("--data-dir", type=Path, help="folder of the database and the signing key")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(run: Run, help_text: str) -> argparse.ArgumentParser:
        each = commands.add_parser(run.__name__, help=help_text)
        each.set_defaults(run=run)
        return each

    _running(command)
    _proving(command)
    _deciding(command)
    _keeping(command)
    return parser


def _running(command: Command) -> None:
    """Add the commands that set up and serve."""
    each = command(running.setup, "make the database and the first administrator")
    each.add_argument("--name", help="sign-in name")
    each.add_argument("--password-file", type=Path, help="read the password from this file")
    each.add_argument(
        "--second-factor-off", action="store_true", help="for who lost both phone and recovery codes"
    )
    each = command(running.serve, "serve kiosks and managers")
    each.add_argument("--host", help="address to listen on")
    each.add_argument("--port", type=int, help="port to listen on")
    each = command(running.enrol, "print a one-time code for a counter")
    each.add_argument("--center", type=int, required=True, help="code of the center, such as 24823")
    each.add_argument("--counter", type=int, required=True, help="number of the counter")
    each = command(running.demo, "server, kiosk and real centers on this machine")
    each.add_argument("--port", type=int, help="port to listen on")
    each.add_argument("--center", type=int, default=24823, help="code of the center")
    each.add_argument("--counter", type=int, default=1, help="number of the counter")
    each.add_argument("--name", default="quanly", help="sign-in name of the demo manager")
    each.add_argument("--year", action="store_true", help="play a year of ratings of 124 centers first")
    each.add_argument("--size", default="1280x800", help="size of the kiosk's window")
    each.add_argument("--ready-file", type=Path, help="write address and sign-in here once all is up")


def _proving(command: Command) -> None:
    """Add the commands that prove the book."""
    each = command(proving.verify, "check that nothing was changed, removed or added by hand")
    each.add_argument("--evidence", type=Path, help="check this exported file instead of the database")
    each.add_argument("--checkpoints", type=Path, help="checkpoints that somebody kept: each must be there")
    each.add_argument("--key", help="the server's public key, if it is not to be believed from the file")
    command(proving.rebuild, "make what is counted anew from the journal")
    each = command(proving.export, "write a file for others")
    each.add_argument("what", choices=sorted(proving.EXPORTS), help="what to write")
    each.add_argument("file", type=Path, help="where to; a name that ends in .gz is compressed")
    each.add_argument("--with-bodies", action="store_true", help="evidence with the ratings themselves")


def _deciding(command: Command) -> None:
    """Add the commands by which people decide."""
    for run, help_text in (
        (deciding.withhold, "let a rating count no more"),
        (deciding.reinstate, "let a rating count again"),
        (deciding.revoke, "let what a device sends from now on count no more"),
        (deciding.forget, "delete what travelled beside a rating"),
    ):
        each = command(run, help_text)
        each.add_argument("device", help="the device's id, or how it begins")
        if run is not deciding.revoke:
            each.add_argument("seq", type=int, help="number of the rating")
        each.add_argument("--author", required=True, help="who decided")
        each.add_argument("--reason", required=True, help="why; anybody may read it later")
        if run is deciding.forget:
            each.add_argument(
                "--kind", choices=["comment", "dossier"], default="comment", help="of what kind"
            )


def _keeping(command: Command) -> None:
    """Add the commands that keep the book safe."""
    each = command(keeping.backup, "copy database and key into a new folder, while serving")
    each.add_argument("folder", type=Path, help="where the backups are; each gets a folder of its own in it")
    each.add_argument("--keep", type=int, help="remove all but so many of the newest")
    command(keeping.migrate, "bring the schema up to date, after an update of this program")
    each = command(keeping.restore, "make the data folder from a backup; stop the server first")
    each.add_argument("folder", type=Path, help="the backup")
    each.add_argument("--replace", action="store_true", help="rename what is in the data folder, and keep it")
    each.add_argument("--deletions", type=Path, help="what was deleted since, by `export deletions`")
