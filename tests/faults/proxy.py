"""A proxy between a kiosk and a server, in which anything may befall an exchange.

It runs on a thread of its own. What befalls an exchange is a function that is handed the exchange
(`tests.faults.mischief` has them); without one the request goes on, and its answer comes back.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    Mischief = tuple[str, Callable[["Exchange"], Awaitable[None]]]

LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSE: Final = re.compile(rb"\r\nconnection: close", re.IGNORECASE)
ANSWER_S_MAX: Final = 20.0
HANG_S_MAX: Final = 4.0
KEPT_MAX: Final = 50
SERVER_ERROR: Final = 500


class Away(Exception):  # noqa: N818 - a server that is away is no error of ours
    """Nobody answered: the server is dead, or died meanwhile."""


@dataclass
class Line:
    """The way to one server, and what was seen on it by all kiosks."""

    upstream: int
    befallen: Counter[str] = field(default_factory=Counter)
    away: int = 0
    answered: Counter[int] = field(default_factory=Counter)
    answers: list[bytes] = field(default_factory=list)
    """The newest answers to batches, to whomever."""
    _late: set[asyncio.Task[None]] = field(default_factory=set)

    async def ask(self, request: bytes) -> bytes:
        """Hand a request to the server; returns its answer. Raises `Away`."""
        try:
            async with asyncio.timeout(ANSWER_S_MAX):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
                try:
                    writer.write(alone(request))
                    answer = await reader.read(-1)
                finally:
                    writer.close()
        except (OSError, TimeoutError) as error:
            raise Away(str(error)) from error
        if not is_whole(answer):
            raise Away("it died while it answered")
        self.answered[status_of(answer)] += 1
        return answer

    async def begin(self, part: bytes) -> None:
        """Hand the first part of a request to the server, and hang up. Raises `Away`."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError as error:
            raise Away(str(error)) from error
        writer.write(part)
        writer.close()

    def bring_later(self, request: bytes, after_s: float) -> None:
        """Hand a request to the server some time later; nobody waits for its answer."""
        task = asyncio.create_task(self._bring(request, after_s))
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _bring(self, request: bytes, after_s: float) -> None:
        await asyncio.sleep(after_s)
        with suppress(Away):
            await self.ask(request)

    @property
    def server_errors(self) -> int:
        """How many answers of 500 and above the server itself gave."""
        return sum(count for status, count in self.answered.items() if status >= SERVER_ERROR)


@dataclass
class Exchange:
    """One request of a kiosk."""

    line: Line
    request: bytes
    door: Door
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter

    async def deliver(self, request: bytes | None = None) -> bytes:
        """Hand the request on, and return the answer. Raises `Away`."""
        answer = await self.line.ask(request or self.request)
        held, self.door.held = self.door.held, []
        for each in held:
            self.line.bring_later(each, 0)
        if self.request.startswith(b"POST") and answer.startswith(b"HTTP/1.1 200"):
            self.line.answers.append(answer)
            del self.line.answers[:-KEPT_MAX]
        return CLOSE.sub(b"", answer, count=1)

    async def answer(self, raw: bytes) -> None:
        """Give the kiosk some bytes."""
        self._writer.write(raw)
        await self._writer.drain()

    async def hang_up(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def reset(self) -> None:
        """Break the connection off (RST)."""
        found: socket.socket = self._writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def hang(self, most_s: float = HANG_S_MAX) -> None:
        """Say nothing until the kiosk has lost patience, or for so long; then hang up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(most_s):
                await self._reader.read(1)
        await self.hang_up()


@dataclass
class Door:
    """Where one kiosk comes in. `draw` says what befalls the next exchange; None: nothing.

    `held` are requests that come to the server behind the next one.
    """

    line: Line
    draw: Callable[[], Mischief | None]
    held: list[bytes] = field(default_factory=list)
    port: int = 0
    _listener: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The address that the kiosk takes for the server's."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Listen, on the same port as ever."""
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=1 << 20)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Let nobody in: a kiosk that comes is refused."""
        assert self._listener is not None
        self._listener.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _request(reader)) and not writer.is_closing():
                await self._pass(Exchange(self.line, request, self, reader, writer))
        except OSError:
            pass  # the kiosk was killed, or has lost patience
        finally:
            writer.close()

    async def _pass(self, exchange: Exchange) -> None:
        """Let something befall an exchange, or nothing."""
        mischief = self.draw()
        try:
            if mischief is None:
                await exchange.answer(await exchange.deliver())
            else:
                self.line.befallen[mischief[0]] += 1
                await mischief[1](exchange)
        except Away:
            self.line.away += 1
            await exchange.reset()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Read one request whole; returns nothing when there is none any more."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = LENGTH.search(head)
        return head + await reader.readexactly(int(length[1]) if length else 0)
    except asyncio.IncompleteReadError:
        return b""


def alone(request: bytes) -> bytes:
    """Return a request that asks for a connection of its own."""
    head, blank, body = request.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close"]) + blank + body


def status_of(answer: bytes) -> int:
    """Return the status of an answer."""
    return int(answer.split(b" ", 2)[1])


def is_whole(answer: bytes) -> bool:
    """Say whether an answer has come to its end."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    return bool(blank) and (length is None or len(body) == int(length[1]))


class Hall:
    """The thread on which all doors are served."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._doors: list[Door] = []

    def open(self, door: Door) -> Door:
        """Open a door; returns it."""
        self._doors.append(door)
        asyncio.run_coroutine_threadsafe(door.open(), self._loop).result()
        return door

    async def close(self) -> None:
        """Let nobody in any more, and drop what is under way."""
        for door in self._doors:
            await door.shut()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def hall() -> Iterator[Hall]:
    """Serve doors until the end of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="proxy")
    thread.start()
    opened = Hall(loop)
    try:
        yield opened
    finally:
        asyncio.run_coroutine_threadsafe(opened.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
