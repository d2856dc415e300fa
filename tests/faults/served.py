"""The real server as it is shipped: `python -m server serve`, a process that can be killed and comes back."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from server.cli import main
from server.domain.places import Counter, counter_id
from server.protocol.survey import encode_survey
from server.store import Code, Store, open_store
from server.store.seed import fill
from server.web.kiosk_api import hash_code
from tests.server.cluster import environ_of, url_of
from tests.server.live import BAO_LOC, SEED, now_ms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.protocol.survey import Survey

TOP: Final = Path(__file__).parents[2]
START_S_MAX: Final = 30.0
CODE_LIVES_MS: Final = 24 * 3600 * 1000
FAULT: Final = "Traceback"
"""What stands in the words of a server that has met what nobody expected."""


@contextmanager
def prepared(folder: Path, survey: Survey) -> Iterator[Store]:
    """Set a server up in an empty folder: its key, the real centers and a survey; gives the open store."""
    folder.mkdir(parents=True)
    (folder / "signing.key").write_text(SEED.hex())
    with closing(open_store(url_of(folder))) as store:
        with store.transaction():
            fill(store)
            store.add_survey(encode_survey(survey))
        yield store


def make_code(store: Store, number: int) -> str:
    """Let a kiosk come to a counter of Bảo Lộc; returns its code."""
    code = f"{number:08d}"
    counter = Counter(counter_id(BAO_LOC, number), BAO_LOC, number)
    with store.transaction():
        store.add_counter(counter)
        store.add_code(hash_code(code), Code(counter.id, now_ms() + CODE_LIVES_MS, None))
    return code


@dataclass
class Served:
    """A server whose data lie in a folder. It always listens on the same port; its words are kept."""

    folder: Path
    host: str = "127.0.0.1"
    port: int = field(default_factory=lambda: free_port())  # noqa: PLW0108 - defined below
    _program: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.host}:{self.port}"

    @property
    def words(self) -> str:
        """All that it has said."""
        kept = self.folder / "words"
        return kept.read_text("utf-8", "replace") if kept.exists() else ""

    @property
    def pid(self) -> int:
        """Which process it is."""
        assert self._program is not None
        return self._program.pid

    def start(self) -> None:
        """Start it, and wait until it answers. Raises `TimeoutError`."""
        command = [sys.executable, "-m", "server", "--data-dir", str(self.folder), "serve"]
        with (self.folder / "words").open("ab") as words:
            self._program = subprocess.Popen(
                [*command, "--host", self.host, "--port", str(self.port)],
                cwd=TOP,
                env=environment() | environ_of(self.folder),
                stderr=words,
            )
        wait_for(self.host, self.port)

    def kill(self) -> None:
        """Kill it with -9, if it runs."""
        if self._program is not None:
            self._program.kill()
            self._program.wait()
            self._program = None

    @property
    def faults(self) -> tuple[str, ...]:
        """What it said that no server should say."""
        return tuple(f"the server said: {line}" for line in self.words.splitlines() if FAULT in line)


def environment() -> dict[str, str]:
    """Return the environment without settings of a server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NUCUOI_")}


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(host: str, port: int) -> None:
    """Wait until somebody listens on a port. Raises `TimeoutError`."""
    end = time.monotonic() + START_S_MAX
    while time.monotonic() < end:
        try:
            socket.create_connection((host, port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"nobody listens on port {port}")


def ordered(folder: Path, *words: object) -> tuple[bool, str]:
    """Run a command on a data folder; says whether it was carried out, and what it printed."""
    said = io.StringIO()
    with redirect_stdout(said):
        code = main(["--data-dir", str(folder), *map(str, words)], environ_of(folder))
    return code == 0, said.getvalue()


def verified(folder: Path) -> tuple[str, ...]:
    """Verify the book as a reviewer would; returns what was found, nothing if it is whole."""
    is_whole, said = ordered(folder, "verify")
    return () if is_whole else (f"the book is not whole: {said}",)
