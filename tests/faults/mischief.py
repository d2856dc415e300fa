"""Everything that may befall an exchange between a kiosk and its server, by name."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from server.protocol.messages import Batch, Problem, ProblemAnswer, Receipt, seal
from tests.faults.proxy import LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from tests.faults.proxy import Exchange, Mischief

PAGE: Final = b"<!doctype html><title>Wi-Fi</title><form action=/login><input name=room></form>"
LOGIN: Final = "http://127.0.0.1:9/login"
RETRY_AFTERS: Final = ("", "0", "1", "30", "-5", "3.5", "1000000000", "soon", "Wed, 21 Oct 2026 07:28:00 GMT")
"""What a server or a box before it may wish for; nothing, too."""
STRANGER: Final = bytes(31) + b"\x63"
"""The signing key of somebody else."""
SHUT_S: Final = 0.3
DRIPS: Final = 40
DRIP_S: Final = 0.02
TOO_LARGE: Final = 3_000_000
TOO_MANY: Final = 200
LATER_S: Final = (0.2, 2.0)


def every(chance: Random) -> list[Mischief]:
    """Return all that may befall an exchange. What is left to chance is drawn from `chance`."""
    return [*_instead(chance), *_on_the_way(chance), *_afterwards(chance), *_again(chance)]


def draws(chance: Random, often: float) -> Callable[[], Mischief | None]:
    """Return what draws mischief for so large a share of exchanges, each kind as often as any other."""
    kinds = every(chance)
    return lambda: chance.choice(kinds) if chance.random() < often else None


def _instead(chance: Random) -> Iterator[Mischief]:
    """Yield answers of others: the server never hears of the request."""
    for name, raw in (
        ("portal: a page", said(200, PAGE, Content_Type="text/html")),
        ("portal: 302 elsewhere", said(302, Location=LOGIN)),
        ("portal: 307 elsewhere", said(307, Location=LOGIN)),
        ("portal: 511", said(511, PAGE, Content_Type="text/html")),
        ("200 and nothing", said(200)),
        ("201 and nothing", said(201)),
        ("204", said(204)),
        ("304", said(304)),
        ("200, too large", said(200, b" " * TOO_LARGE)),
        ("200, too many headers", said(200).replace(b"\r\n", TOO_MANY * b"\r\nX: x" + b"\r\n", 1)),
        ("no HTTP", chance.randbytes(300)),
    ):
        yield name, partial(_answer, raw)
    for status in (400, 404, 407, 413, 422, 429, 500, 502, 503, 504):
        yield f"a box says {status}", partial(_answer_box, chance, status)
    for status in (401, 403, 409):
        yield f"{status}, not signed", partial(_answer_problem, status, "")
        yield f"{status}, signed by a stranger", partial(_answer_problem, status, "device_revoked")
    yield "receipt of a stranger", _answer_receipt


def _on_the_way(chance: Random) -> Iterator[Mischief]:
    """Yield what the request does not survive, or not as it was."""
    yield "hung up", lambda exchange: exchange.hang_up()
    yield "reset", lambda exchange: exchange.reset()
    yield "refused", _refuse
    yield "hangs", lambda exchange: exchange.hang()
    yield "request cut", partial(_deliver_cut, chance)
    yield "request garbled", partial(_deliver_garbled, chance)


def _afterwards(chance: Random) -> Iterator[Mischief]:
    """Yield what befalls the answer of a server that has committed."""
    yield "answer lost", _lose
    for name, spoil in (
        ("answer cut", lambda raw: raw[: chance.randrange(len(raw))]),
        ("answer garbled", lambda raw: _flipped(chance, raw)),
        ("length too great", lambda raw: _with_length(raw, 7)),
        ("length too small", lambda raw: _with_length(raw, -7)),
        ("said to be gzip", lambda raw: raw.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n", 1)),
        ("answered, then closed", lambda raw: raw),
        ("500 after all", lambda _: said(500, PAGE)),
    ):
        yield name, partial(_spoil, spoil)
    yield "answered twice", _answer_twice
    yield "drips", _drip


def _again(chance: Random) -> Iterator[Mischief]:
    """Yield what comes a second time, too late, or in another order."""
    yield "an old answer", partial(_replay, chance)
    yield "request twice", _deliver_twice
    yield "request twice at once", _deliver_twice_at_once
    yield "request again, later", partial(_deliver_later, chance)
    yield "request behind the next", _deliver_behind


async def _answer(raw: bytes, exchange: Exchange) -> None:
    await exchange.answer(raw)


async def _answer_box(chance: Random, status: int, exchange: Exchange) -> None:
    await exchange.answer(said(status, b"busy", Retry_After=chance.choice(RETRY_AFTERS)))


async def _answer_problem(status: int, code: str, exchange: Exchange) -> None:
    """Refuse in the shape of refusals; one that has a code is signed with a stranger's key."""
    batch = _batch_of(exchange)
    signed = None
    if code and batch is not None:
        answer = ProblemAnswer(device=batch.device, nonce=batch.nonce, code=code, status=status)
        signed = seal(STRANGER, answer)
    problem = Problem(
        type="urn:nucuoi:problem:device_revoked",
        title="",
        status=status,
        code="device_revoked",
        signed=signed,
    )
    await exchange.answer(said(status, msgspec.json.encode(problem), Content_Type="application/problem+json"))


async def _answer_receipt(exchange: Exchange) -> None:
    """Say that all has arrived, with a stranger's signature."""
    batch = _batch_of(exchange)
    if batch is None:
        await exchange.answer(said(200, PAGE))
        return
    receipt = Receipt(
        device=batch.device,
        through=batch.last,
        head=batch.head,
        nonce=batch.nonce,
        received_at="2026-11-23T03:00:00Z",
    )
    await exchange.answer(said(200, msgspec.json.encode(seal(STRANGER, receipt))))


async def _refuse(exchange: Exchange) -> None:
    """Let nobody in for a while."""
    await exchange.door.shut()
    await exchange.reset()
    await asyncio.sleep(SHUT_S)
    await exchange.door.open()


async def _deliver_cut(chance: Random, exchange: Exchange) -> None:
    """Break off in the middle of the request."""
    await exchange.line.begin(exchange.request[: chance.randrange(len(exchange.request))])
    await exchange.reset()


async def _deliver_garbled(chance: Random, exchange: Exchange) -> None:
    """Change the request on its way."""
    await exchange.answer(await exchange.deliver(_flipped(chance, exchange.request)))


async def _lose(exchange: Exchange) -> None:
    await exchange.deliver()
    await exchange.hang_up()


async def _spoil(spoil: Callable[[bytes], bytes], exchange: Exchange) -> None:
    """Answer with something else, and close."""
    await exchange.answer(spoil(await exchange.deliver()))
    await exchange.hang_up()


async def _answer_twice(exchange: Exchange) -> None:
    """Answer, and let the same answer lie about for whoever reads on."""
    answer = await exchange.deliver()
    await exchange.answer(answer + answer)


async def _drip(exchange: Exchange) -> None:
    """Answer so slowly that it hurts, but wholly."""
    answer = await exchange.deliver()
    step = len(answer) // DRIPS + 1
    for start in range(0, len(answer), step):
        await exchange.answer(answer[start : start + step])
        await asyncio.sleep(DRIP_S)


async def _replay(chance: Random, exchange: Exchange) -> None:
    """Answer with what was answered before, to this kiosk or to another."""
    known = exchange.line.answers
    await exchange.answer(chance.choice(known) if known else said(200, PAGE))


async def _deliver_twice(exchange: Exchange) -> None:
    await exchange.deliver()
    await exchange.answer(await exchange.deliver())


async def _deliver_twice_at_once(exchange: Exchange) -> None:
    answers = await asyncio.gather(exchange.deliver(), exchange.deliver())
    await exchange.answer(answers[0])


async def _deliver_later(chance: Random, exchange: Exchange) -> None:
    """Bring the request a second time when others have come since."""
    await exchange.answer(await exchange.deliver())
    exchange.line.bring_later(exchange.request, chance.uniform(*LATER_S))


async def _deliver_behind(exchange: Exchange) -> None:
    """Hold the request back until the next one has been delivered."""
    exchange.door.held.append(exchange.request)
    await exchange.hang_up()


def said(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return an answer as it goes on the line."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _batch_of(exchange: Exchange) -> Batch | None:
    """Return the batch that a request brings, if it brings one."""
    try:
        return msgspec.json.decode(exchange.request.partition(b"\r\n\r\n")[2], type=Batch)
    except msgspec.DecodeError:
        return None


def _flipped(chance: Random, raw: bytes) -> bytes:
    """Return the same with one bit of what stands behind the headers the other way round."""
    begin = raw.find(b"\r\n\r\n") + 4
    if begin == len(raw):
        return raw
    at = chance.randrange(begin, len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << chance.randrange(8)]) + raw[at + 1 :]


def _with_length(raw: bytes, more: int) -> bytes:
    """Return an answer that says it is so much longer than it is."""
    found = LENGTH.search(raw)
    length = max(0, int(found[1]) + more) if found else 0
    return LENGTH.sub(b"\r\ncontent-length: %d" % length, raw, count=1)
