"""The machine below the kiosk: its clocks, its disk, its supervisor, its one instance."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import AlreadyRunningError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
OLDEST_TRUE_TIME = datetime(2025, 7, 1, tzinfo=UTC).timestamp()
"""A clock that says earlier has lost its battery: the centers did not exist."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks of one boot. `boot` is 8 hex digits that change with every start of the machine."""

    boot: str

    def now_s(self) -> float:
        """Return seconds that only go forward, sleep of the machine included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def mono_ms(self) -> int:
        """Return the same in whole milliseconds."""
        return int(self.now_s() * 1000)

    def moment(self) -> str:
        """Return the machine's idea of the time, UTC, which may be wrong."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def is_sane(self) -> bool:
        """Say whether the machine's idea of the time can be true at all."""
        return time.time() >= OLDEST_TRUE_TIME


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
