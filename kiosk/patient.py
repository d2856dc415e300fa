"""Patience with an end: requests waits for each byte of an answer's head anew, so it could wait for ever."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from urllib3 import PoolManager
    from urllib3.response import HTTPResponse


class _Line(HTTPConnection):
    """A connection that is hung up when the head of an answer is not whole within its time-out."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3's own, as its parent's
        """Wait for the head of the answer. Raises `TimeoutError`."""
        late = threading.Event()

        def hang_up() -> None:
            late.set()
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(float(self.timeout or 0), hang_up)
        timer.daemon = True
        timer.start()
        try:
            return super().getresponse()
        finally:
            timer.cancel()
            if late.is_set():  # whatever was read looks like an end
                raise TimeoutError("the head of the answer drips")


class _SafeLine(_Line, HTTPSConnection):
    """The same over TLS."""


class _Lines(HTTPConnectionPool):
    ConnectionCls = _Line


class _SafeLines(HTTPSConnectionPool):
    ConnectionCls = _SafeLine


class Adapter(HTTPAdapter):
    """What requests sends by."""

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = False,  # noqa: FBT001, FBT002 - as its parent
        **more: Any,  # noqa: ANN401 - the same
    ) -> None:
        """Make the pool, of our lines."""
        super().init_poolmanager(connections, maxsize, block, **more)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _Lines, "https": _SafeLines}
