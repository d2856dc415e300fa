"""A server of its own for the measurements: set up, running as a program, with devices that it admitted."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from server.protocol import keys
from server.protocol.messages import Enrolled, Enrolment, EnrolmentRequest, KioskConfig, unseal
from server.protocol.record import anchor
from server.protocol.survey import encode_survey
from server.store import open_store
from tests.kiosk.stories import ONE_TAP

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).parents[2]
CENTER = "24823"
UP_S_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Device:
    """A device that the server admitted, with its key."""

    id: str
    seed: bytes
    server_key: str
    anchor: str
    counter: str
    survey: str
    question: str


@dataclass(frozen=True, slots=True)
class Premises:
    """A running server, and the folder it keeps everything in."""

    url: str
    port: int
    folder: Path

    def code(self, counter: int) -> str:
        """Make a one-time code, as an administrator does."""
        return _server(self.folder, "enrol", "--center", CENTER, "--counter", str(counter)).strip()

    def enrol(self, counter: int) -> Device:
        """Admit a device."""
        seed = secrets.token_bytes(keys.SEED_BYTES)
        wanted = EnrolmentRequest(
            v=1, code=self.code(counter), public_key=keys.public_key(seed), software="bench"
        )
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.url}/v1/enrolments", msgspec.json.encode(wanted), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own server
            enrolled = msgspec.json.decode(answer.read(), type=Enrolled)
        enrolment = unseal(enrolled.server_key, enrolled.enrolment, Enrolment)
        config = unseal(enrolled.server_key, enrolled.config, KioskConfig)
        return Device(
            enrolment.device,
            seed,
            enrolled.server_key,
            anchor(enrolled.enrolment.payload.encode()),
            config.counter.id,
            config.survey_hash,
            config.survey.main.id,
        )

    def rating_count(self) -> int:
        """Ask how many ratings are on the server's disk."""
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=30) as answer:  # noqa: S310 - our own server
            return int(json.load(answer)["ratings"])

    def verify(self) -> None:
        """Have the whole book checked. Raises `RuntimeError` if anything in it is wrong or uncounted."""
        found = _server(self.folder, "verify")
        if "quarantined" in found or not found.rstrip().endswith(" 0 faults"):
            raise RuntimeError(f"what was measured is not what is served: {found}")


@contextmanager
def premises(folder: Path) -> Iterator[Premises]:
    """Set a server up and run it until the end."""
    set_up(folder, "bench", secrets.token_hex(16))
    _ask_one_tap(folder)
    with served(folder) as place:
        yield place


def set_up(folder: Path, name: str, password: str) -> None:
    """Make a server's book and its first administrator."""
    file = folder / "password"
    file.write_text(password, "utf-8")
    _server(folder, "setup", "--name", name, "--password-file", str(file))


@contextmanager
def served(folder: Path) -> Iterator[Premises]:
    """Run a server that is set up until the end."""
    port = _free_port()
    with (folder / "server.log").open("wb") as words:
        command = _command(folder, "serve", "--port", str(port))
        process = subprocess.Popen(command, cwd=TOP, stdout=words, stderr=words)
        try:
            place = Premises(f"http://127.0.0.1:{port}", port, folder)
            _wait_until_up(place, process)
            yield place
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()
            process.wait()


def _ask_one_tap(folder: Path) -> None:
    """Ask one question only: each tap is then a whole visit."""
    store = open_store(f"sqlite:{folder / 'server' / 'nucuoi.sqlite3'}")
    with store.transaction():
        store.add_survey(encode_survey(ONE_TAP))
    store.close()


def _wait_until_up(place: Premises, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + UP_S_MAX
    while time.monotonic() < end and process.poll() is None:
        with suppress(urllib.error.URLError):
            place.rating_count()
            return
        time.sleep(0.1)
    raise RuntimeError(
        "the server did not start: " + (place.folder / "server.log").read_text("utf-8")[-2000:]
    )


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "server", "--data-dir", str(folder / "server"), *arguments]


def _server(folder: Path, *arguments: str) -> str:
    """Run one command of the server and return what it prints."""
    done = subprocess.run(
        _command(folder, *arguments), cwd=TOP, capture_output=True, text=True, check=False, timeout=UP_S_MAX
    )
    if done.returncode:
        raise RuntimeError(f"server {arguments[0]}: {done.stderr}")
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
