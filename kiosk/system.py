"""The machine below the kiosk: its clocks, its disk, its display, its supervisor, its one instance."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.errors import AlreadyRunningError
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOG = logging.getLogger("kiosk.system")

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
OLDEST_TRUE_TIME = datetime(2025, 7, 1, tzinfo=UTC).timestamp()
"""A clock that says earlier has lost its battery: the centers did not exist."""
BEATS_A_LIMIT: Final = 3
"""How many beats the supervisor is owed in the time it waits for one: two may be late."""
ASLEEP_S: Final = 60.0
"""A display that a touch at night has woken goes dark again after this long."""


class Clock(Value, frozen=True):
    """The clocks of one boot. `boot` is 8 hex digits that change with every start of the machine."""

    boot: str

    def now_s(self) -> float:
        """Return seconds that only go forward, sleep of the machine included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def time_s(self) -> float:
        """Return the machine's idea of the time in seconds since 1970, which may be wrong."""
        return time.time()

    def mono_ms(self) -> int:
        """Return the same in whole milliseconds."""
        return int(self.now_s() * 1000)

    def moment(self) -> str:
        """Return the machine's idea of the time, UTC, which may be wrong."""
        return datetime.fromtimestamp(self.time_s(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def is_sane(self) -> bool:
        """Say whether the machine's idea of the time can be true at all."""
        return self.time_s() >= OLDEST_TRUE_TIME


def open_clock() -> Clock:
    """Return the clocks of this boot."""
    return Clock(hashlib.sha256(BOOT_ID.read_bytes()).hexdigest()[:8])


def free_mb(folder: Path) -> int:
    """Return the free space of the disk that holds a folder, in megabytes."""
    return shutil.disk_usage(folder).free // 1_000_000


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this program alone. Raises `AlreadyRunningError`, `OSError`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(f"another kiosk already uses {data_dir}") from None
        yield


def notify(environ: Mapping[str, str], message: str) -> None:
    """Tell systemd how it goes (`READY=1`, `WATCHDOG=1`); does nothing where there is no systemd."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.connect("\0" + address[1:] if address.startswith("@") else address)
        link.send(message.encode())


def watchdog_s(environ: Mapping[str, str]) -> float:
    """Return the seconds from one `WATCHDOG=1` to the next; 0 where no supervisor waits for any."""
    asked, whom = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not asked.isdecimal() or whom not in {"", str(os.getpid())}:
        return 0.0  # not asked, or it was asked of our parent
    return int(asked) / 1_000_000 / BEATS_A_LIMIT


class Display:
    """The panel's light, by xset(1). Needs no display, never raises and never waits for it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        program = shutil.which("xset", path=environ.get("PATH")) if environ.get("DISPLAY") else None
        self._program, self._environ = program, environ
        self._asleep_since: float | None = None
        self._asked = False
        self._telling: subprocess.Popen[bytes] | None = None
        self._complained = False

    def keep(self, *, awake: bool, now_s: float) -> None:
        """Keep the panel lit, or dark; call it at every tick. `now_s` is any clock that goes forward."""
        self._listen()
        if awake and (not self._asked or self._asleep_since is not None):
            self._asleep_since = None
            # no timers of its own: only the opening hours turn it off
            self._tell("s", "off", "s", "reset", "dpms", "0", "0", "0", "dpms", "force", "on")
        elif not awake and (self._asleep_since is None or now_s - self._asleep_since >= ASLEEP_S):
            self._asleep_since = now_s
            self._tell("dpms", "force", "off")
        self._asked = True

    def close(self) -> None:
        """Leave nothing running."""
        if self._telling is not None:
            self._telling.kill()
            self._telling.communicate()
            self._telling = None

    def _tell(self, *words: str) -> None:
        """Run xset and go on; a later tick hears what became of it."""
        if self._program is None:
            return
        self.close()  # the one before still runs only if the X server hangs
        try:
            self._telling = subprocess.Popen(
                [self._program, *words],
                env=dict(self._environ),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            self._complain(str(error))

    def _listen(self) -> None:
        """Hear what the last xset had to say, if it has ended."""
        if self._telling is not None and self._telling.poll() is not None:
            said = self._telling.communicate()[1].decode(errors="replace")
            self._telling = None
            if said:
                self._complain(said.splitlines()[0])

    def _complain(self, what: str) -> None:
        if not self._complained:
            self._complained = True
            LOG.warning("the display cannot be turned on and off: %s", what)
