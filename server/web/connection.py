"""HTTP/1.1 as uvicorn speaks it, and what uvicorn leaves to a proxy: an end of patience.

Whoever has begun a request must bring it to its end: within `PATIENCE_S`, and a second longer for each
`RATE_MIN` bytes that came. So a kiosk on a poor mobile network gets its batch through, and somebody who
sends a byte now and then, to hold all connections there may be, does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.protocol.messages import BATCH_BYTES_MAX
from server.web.problems import Refusal, answer

if TYPE_CHECKING:
    import asyncio

PATIENCE_S = 30.0
RATE_MIN = 2000
"""Bytes in a second, a sixth of what the slowest mobile network brings."""
UNREAD = frozenset({h11.IDLE, h11.SEND_BODY})
"""States of a client that has something left to say."""
UNANSWERED = frozenset({h11.IDLE, h11.SEND_RESPONSE})
"""States of a server that can still answer."""


class Connection(H11Protocol):
    """One client's connection."""

    patience_s: ClassVar[float] = PATIENCE_S
    _deadline: asyncio.TimerHandle | None = None
    _since: float = 0.0
    _received: int = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take some bytes."""
        self._received += len(data)
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP in the one shape of refusals, unless it comes behind an answer."""
        if self.conn.our_state in UNANSWERED:
            refused = answer(Refusal("malformed", msg))
            headers = [*refused.raw_headers, (b"connection", b"close")]
            for event in (
                h11.Response(status_code=refused.status_code, headers=headers, reason=b"Bad Request"),
                h11.Data(data=bytes(refused.body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _watch(self) -> None:
        """Begin or end to wait, as this client still has something to say or not."""
        if self.conn.their_state not in UNREAD:
            self._wait_no_more()
        elif self._deadline is None:
            self._since, self._received = self.loop.time(), 0
            self._deadline = self.loop.call_later(self.patience_s, self._look)

    def _wait_no_more(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _look(self) -> None:
        """Wait on while enough has come, else close. What is beyond the longest batch earns no time."""
        earned_s = min(self._received, BATCH_BYTES_MAX) / RATE_MIN
        left_s = self._since + self.patience_s + earned_s - self.loop.time()
        if left_s > 0:
            self._deadline = self.loop.call_later(left_s, self._look)
        else:
            self._deadline = None
            self.transport.abort()
