"""A thin, long and lossy line to a far place, on one machine: real TCP, real loss.

A TUN device leads to a program that lets packets wait, drops some, and sends the others back with their two
addresses exchanged (which changes no checksum). So whoever listens on `HERE` is reached at `FAR`, and every
packet of both directions goes over the line. It needs a network of its own, which `unshare -rn` gives.
"""

from __future__ import annotations

import fcntl
import os
import random
import select
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE, FAR = "10.9.0.1", "10.9.0.2"
NAME: Final = "far0"
TUN: Final = Path("/dev/net/tun")
SET_TUN: Final = 0x400454CA
IS_TUN, NO_INFO = 0x0001, 0x1000
PACKET_BYTES_MAX: Final = 1500
QUEUE_S_MAX: Final = 2.0
"""What would wait longer than this for the line to be free is dropped, as a modem does."""
SOURCE, TARGET = slice(12, 16), slice(16, 20)
"""Where the addresses stand in a packet of IPv4."""
TICK_S: Final = 0.2
TOP: Final = Path(__file__).parents[2]


@dataclass
class Line:
    """How thin, how long and how lossy it is, in each direction, and what has gone over it.

    Packets to TCP port `far_port` go out, all others come back.
    """

    bits_per_s: float
    delay_s: float
    loss: float
    far_port: int
    chance: random.Random
    packets: int = 0
    dropped: int = 0
    carried_bytes: int = 0
    _free_at: dict[bool, float] = field(default_factory=dict)

    def arrival(self, packet: bytes, now: float) -> float | None:
        """Return when a packet that is sent now arrives; None: it does not."""
        is_out = self.is_out(packet)
        begin = max(now, self._free_at.get(is_out, now))
        self.packets += 1
        if begin - now > QUEUE_S_MAX or self.chance.random() < self.loss:
            self.dropped += 1
            return None
        self.carried_bytes += len(packet)
        self._free_at[is_out] = end = begin + 8 * len(packet) / self.bits_per_s
        return end + self.delay_s

    def is_out(self, packet: bytes) -> bool:
        """Say whether a packet goes out."""
        ports = (packet[0] & 15) * 4
        return packet[ports + 2 : ports + 4] == self.far_port.to_bytes(2, "big")


def is_possible() -> bool:
    """Say whether this machine lets us have a network of our own, and lay a line in it."""
    if shutil.which("unshare") is None:
        return False
    tries = ["unshare", "-rn", sys.executable, "-m", "tests.faults.far_line"]
    return subprocess.run(tries, cwd=TOP, stderr=subprocess.DEVNULL, check=False).returncode == 0


@contextmanager
def laid(line: Line) -> Iterator[None]:
    """Lay a line in this network, which must be one of its own. Raises `OSError`, `CalledProcessError`."""
    device = os.open(TUN, os.O_RDWR)
    is_over = threading.Event()
    carrier = threading.Thread(target=_carry, args=(device, line, is_over), name="line")
    try:
        fcntl.ioctl(device, SET_TUN, struct.pack("16sH22s", NAME.encode(), IS_TUN | NO_INFO, b""))
        for words in (
            ("link", "set", "lo", "up"),
            ("address", "add", f"{HERE}/30", "dev", NAME),
            ("link", "set", NAME, "mtu", str(PACKET_BYTES_MAX), "up"),
        ):
            subprocess.run(["ip", *words], check=True)
        carrier.start()
        yield
    finally:
        is_over.set()
        if carrier.is_alive():
            carrier.join()
        os.close(device)


def _carry(device: int, line: Line, is_over: threading.Event) -> None:
    """Carry packets until it is over."""
    under_way: dict[bool, deque[tuple[float, bytes]]] = {True: deque(), False: deque()}
    while not is_over.is_set():
        now = time.monotonic()
        due = min((queue[0][0] for queue in under_way.values() if queue), default=now + TICK_S)
        if select.select([device], [], [], max(0.0, min(due - now, TICK_S)))[0]:
            packet = os.read(device, PACKET_BYTES_MAX)
            arrives = line.arrival(packet, time.monotonic()) if packet[0] >> 4 == 4 else None
            if arrives is not None:
                under_way[line.is_out(packet)].append((arrives, _turned(packet)))
        for queue in under_way.values():
            while queue and queue[0][0] <= time.monotonic():
                os.write(device, queue.popleft()[1])


def _turned(packet: bytes) -> bytes:
    """Return a packet as if it came from where it goes."""
    return packet[: SOURCE.start] + packet[TARGET] + packet[SOURCE] + packet[TARGET.stop :]


def main() -> int:
    """Lay a line and take it up again."""
    with laid(Line(1e6, 0, 0, 1, random.Random(1))):
        return 0


if __name__ == "__main__":
    sys.exit(main())
