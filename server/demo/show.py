"""The demo: a server and a kiosk as two real programs on this machine, and a display if there is none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from server.config import Config

UP_S_MAX = 60.0
END_S_MAX = 10.0
LOOK_EVERY_S = 0.1
OPEN = {"NUCUOI_SERVER_SECOND_FACTOR": "offered"}
"""Nobody needs a phone to see a demo."""
DEMO_ADMIN = "quantri"
"""Beside the center's manager, who may do everything in the whole province."""
SEND_AFTER_S = 1.0
"""A demo shows its rating on the page sooner than a real kiosk would."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What is shown, and to whom it is told."""

    config: Config
    name: str
    password: str
    code: str
    center: int
    size: str
    ready_file: Path | None


def show_demo(demo: Demo) -> int:
    """Run server and kiosk until either ends or Ctrl-C; returns the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    url = f"http://127.0.0.1:{demo.config.port}"
    with ExitStack() as stack:
        try:
            server = stack.enter_context(_program("server", _server_command(demo), os.environ | OPEN))
            _await_server(url, server)
            display = os.environ.get("DISPLAY") or stack.enter_context(_virtual_display(demo.size))
            kiosk = stack.enter_context(_kiosk(demo, url, display))
            _tell(demo, url, server.pid, kiosk.pid)
            return _watch(server, kiosk)
        except KeyboardInterrupt:
            print("\nThe demo ends.")
            return 0


def _server_command(demo: Demo) -> list[str]:
    return [
        sys.executable,
        "-m",
        "server",
        "--data-dir",
        str(demo.config.data_dir),
        "serve",
        "--port",
        str(demo.config.port),
    ]


@contextmanager
def _kiosk(demo: Demo, url: str, display: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the kiosk and wait until it says, as it would to systemd, that its window is up."""
    width, _, height = demo.size.partition("x")
    data_dir = demo.config.data_dir / "kiosk"
    inbox = demo.config.data_dir / "notify"
    environ = os.environ | {
        "DISPLAY": display,
        "NOTIFY_SOCKET": str(inbox),
        "NUCUOI_KIOSK_WIDTH_PX": width,
        "NUCUOI_KIOSK_HEIGHT_PX": height,
        "NUCUOI_KIOSK_WINDOWED": "true" if "DISPLAY" in os.environ else "false",
        "NUCUOI_KIOSK_SEND_AFTER_S": str(SEND_AFTER_S),
        "SDL_VIDEODRIVER": "x11",
    }
    command = [
        sys.executable,
        "-m",
        "kiosk",
        "--server",
        url,
        "--code",
        demo.code,
        "--data-dir",
        str(data_dir),
    ]
    inbox.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(inbox))
        ear.settimeout(UP_S_MAX)
        with _program("kiosk", command, environ) as kiosk:
            try:
                ear.recv(64)
            except TimeoutError:
                raise ServerError("the kiosk's window did not come up") from None
            yield kiosk


@contextmanager
def _program(name: str, command: list[str], environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of ours, deaf to the terminal's Ctrl-C: we end it ourselves."""
    print(f"starting the {name}", flush=True)
    program = subprocess.Popen(command, env=environ, start_new_session=True)
    try:
        yield program
    finally:
        program.terminate()
        try:
            program.wait(END_S_MAX)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


@contextmanager
def _virtual_display(size: str) -> Iterator[str]:
    """Start a display that nobody sees, for a machine without one."""
    if shutil.which("Xvfb") is None:
        raise ServerError("there is no display, and Xvfb is not installed; run: make setup")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    display = subprocess.Popen(command, pass_fds=[write], start_new_session=True, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        if not number:
            raise ServerError("Xvfb did not start")
        yield f":{number}"
    finally:
        display.terminate()
        display.wait(END_S_MAX)


def _await_server(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers."""
    deadline = time.monotonic() + UP_S_MAX
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise ServerError("the server did not start; is its port in use?")
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=1):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(LOOK_EVERY_S)
    raise ServerError("the server did not answer")


def _tell(demo: Demo, url: str, server_pid: int, kiosk_pid: int) -> None:
    """Say where to look, to a person and, if asked, to a program."""
    print(f"\n  Managers' page  {url}")
    print(
        f"  Sign-in name    {demo.name} (manager of a center) or {DEMO_ADMIN} (administrator of the province)"
    )
    print(f"  Password        {demo.password}")
    if "DISPLAY" in os.environ:
        print("\n  Touch a face on the kiosk; five ratings later they show on the page.")
    else:
        print("\n  No display here: the kiosk runs unseen. A robot can use it: make demo HEADLESS=1")
    print("  Ctrl-C ends the demo.\n", flush=True)
    if demo.ready_file is not None:
        facts = {
            "url": url,
            "name": demo.name,
            "password": demo.password,
            "center": demo.center,
            "server_pid": server_pid,
            "kiosk_pid": kiosk_pid,
        }
        beside = demo.ready_file.with_suffix(".new")
        beside.write_text(json.dumps(facts), "utf-8")
        beside.replace(demo.ready_file)


def _watch(server: subprocess.Popen[bytes], kiosk: subprocess.Popen[bytes]) -> int:
    """Wait until one of the two ends by itself."""
    while True:
        time.sleep(LOOK_EVERY_S)
        if server.poll() is not None:
            print(f"the server ended with {server.returncode}")
            return 1
        if kiosk.poll() is not None:
            print("the kiosk was closed")
            return kiosk.returncode
