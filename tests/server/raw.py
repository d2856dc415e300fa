"""Bytes on a socket, as no library of ours would send them."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ANSWERED_S = 5.0
"""How long a test waits to hear something."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back over one connection: the bytes, whether the server closed it, and after how long."""

    raw: bytes
    closed: bool
    seconds: float

    @property
    def answers(self) -> list[bytes]:
        """The answers, of which each begins with its status line."""
        return [b"HTTP/1.1 " + each for each in self.raw.split(b"HTTP/1.1 ")[1:]]

    @property
    def statuses(self) -> list[int]:
        """The status of each answer, in order."""
        return [int(each.split()[1]) for each in self.answers]

    @property
    def body(self) -> bytes:
        """The body of the last answer."""
        return self.raw.rpartition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str:
        """Return a header of the last answer, or nothing."""
        lines = self.answers[-1].partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines[1:])
        return next((value.strip() for found, _, value in pairs if found.lower() == name.lower()), "")


def say(port: int, *pieces: bytes, pause_s: float = 0.0, wait_s: float = ANSWERED_S) -> Heard:
    """Send the pieces over one connection, and hear until it is closed or nothing comes for `wait_s`."""
    begin = time.monotonic()
    heard = bytearray()
    closed = False
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as line:
        try:
            for piece in pieces:
                line.sendall(piece)
                closed = closed or _hear(line, heard, pause_s)
            closed = closed or _hear(line, heard, wait_s)
        except (ConnectionResetError, BrokenPipeError):
            closed = True  # only less kindly
    return Heard(bytes(heard), closed, time.monotonic() - begin)


def _hear(line: socket.socket, heard: bytearray, wait_s: float) -> bool:
    """Take in what comes until nothing has come for so long; says whether the connection was closed."""
    line.settimeout(wait_s)
    try:
        while chunk := line.recv(65536):
            heard += chunk
    except (TimeoutError, BlockingIOError):
        return False
    return True


def request(line: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """Return a request. A header of "" is left out."""
    known = {
        "Host": "localhost",
        "Content-Length": str(len(body)) if body else "",
        "Connection": "close",
    } | dict(headers or {})
    head = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in known.items() if value)]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body
