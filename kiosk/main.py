"""The composition root: settings, lock, clocks, screens and shell, wired together."""

from __future__ import annotations

import argparse
import faulthandler
import gc
import logging
import os
import secrets
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import config as settings
from kiosk import system
from kiosk.errors import KioskError
from kiosk.shell import Kiosk, Machine
from kiosk.ui.scenes import Ears, Glass
from kiosk.ui.window import prepare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kiosk.config import Config

LOG = logging.getLogger("kiosk")
PRIVATE_UMASK = 0o077
SWITCH_S = 0.0005
"""How soon Python hands the processor to the writer thread: the thanks wait for it."""


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the kiosk until it is told to end; returns the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    if argv[:1] == ["prompts"]:
        from kiosk import prompts  # noqa: PLC0415 - a command of its own

        return prompts.run(argv[1:], environ)
    if argv[:1] in (["checkpoints"], ["new-key"]):
        from kiosk import commands  # noqa: PLC0415 - the same

        return commands.run(argv, environ)
    arguments = _parser().parse_args(argv)
    try:
        config = settings.load(
            environ, arguments.config, server=arguments.server, data_dir=arguments.data_dir
        )
        os.umask(PRIVATE_UMASK)  # what we write is for this account alone
        LOG.setLevel(logging.DEBUG if config.verbose else logging.INFO)
        with system.only_one(config.data_dir):
            _run(config, arguments.code or "", environ)
    except (KioskError, OSError) as error:
        LOG.error("%s", error)  # noqa: TRY400 - the message says what to do, a traceback would hide it
        return 1
    return 0


def _run(config: Config, code: str, environ: Mapping[str, str]) -> None:
    """Wire the kiosk together and turn its screen until it ends."""
    faulthandler.enable()
    gc.disable()  # the start makes much and leaves nothing behind
    sys.setswitchinterval(SWITCH_S)
    threading.excepthook = _thread_failed
    prepare(config.width_px, config.height_px, config.windowed)
    from kiosk.ui.app import KioskApp  # noqa: PLC0415 - Kivy reads its settings when it is imported
    from kiosk.ui.speech import Speech  # noqa: PLC0415 - the same

    clock, display = system.open_clock(), system.Display({} if config.windowed else environ)

    def keep_lit(awake: bool) -> None:  # noqa: FBT001 - the shell's call
        display.keep(awake=awake, now_s=clock.now_s())

    machine = Machine(config, clock, secrets.token_bytes, _software, keep_lit)
    kiosk = Kiosk(machine, code)

    def ready() -> None:
        system.notify(environ, "READY=1")
        gc.enable()
        gc.freeze()  # what the start has made stays to the end: it need not be looked through again

    def leave() -> None:
        kiosk.close()
        display.close()

    ears = Ears(
        event=kiosk.serving.happened,
        scan=kiosk.serving.scanned,
        tick=kiosk.tick,
        enrol=kiosk.enrol,
        resume=kiosk.resume,
        service=kiosk.serving.serviced,
        send_now=kiosk.send_now,
        wall_s=machine.clock.time_s,
        home=kiosk.serving.home,
        beat=lambda: system.notify(environ, "WATCHDOG=1"),
        ready=ready,
        exit=leave,
    )
    glass = Glass(config.diagonal_in, config.windowed, system.watchdog_s(environ), config.button_box)
    app = KioskApp(ears, glass, Speech(config.prompts_dir))
    app.later(lambda: kiosk.start(app))
    try:
        app.run()
    finally:
        leave()  # a fault that ends the loop ends it without a word to the application


def _software() -> str:
    """Return what this program is called in a sign of life; nobody waits for it at the start."""
    from importlib.metadata import version  # noqa: PLC0415 - it costs time that the start has not got

    return f"nucuoi {version('nucuoi')}"


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    """End the program when a thread of ours fails: the supervisor starts it anew, and nothing is lost."""
    LOG.critical("the thread %s failed", failure.thread, exc_info=failure.exc_value)
    os.kill(os.getpid(), signal.SIGTERM)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kiosk", description="The kiosk at the counter.")
    parser.add_argument("--server", help="address of the server, for the first start")
    parser.add_argument("--code", help="one-time enrolment code, for the first start")
    parser.add_argument("--config", type=Path, help="file of settings (TOML)")
    parser.add_argument("--data-dir", type=Path, help="folder of the key, the outbox and the last config")
    return parser
