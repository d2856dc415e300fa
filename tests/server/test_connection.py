"""What the server does with clients that are slow, gone, or speak no HTTP."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import msgspec
import pytest
import requests
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.protocol.messages import SIGNATURE_HEADER, sign_batch
from server.web.connection import PATIENCE_S, Connection
from tests.server.live import Live, a_hand, live
from tests.server.logbook import logbook
from tests.server.raw import request, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BEGUN = b"POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
"""A request whose headers have no end yet."""
PATIENCE_HERE_S = 0.5


class Impatient(Connection):
    """The product's own, only sooner at the end of its patience."""

    patience_s = PATIENCE_HERE_S


@pytest.fixture(name="server", scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("server"), connection=Impatient) as running:
        yield running


def drops(raw: bytes) -> list[bytes]:
    """Return a request in its single bytes."""
    return [raw[at : at + 1] for at in range(len(raw))]


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [BEGUN],
        drops(BEGUN),
        [BEGUN + b"Content-Length: 500\r\n\r\n", *drops(b"{" * 50)],
        [BEGUN + b"Transfer-Encoding: chunked\r\n\r\n", *drops(b"1\r\n{\r\n" * 10)],
        [request("GET /healthz", headers={"Connection": "keep-alive"}), *drops(BEGUN)],
    ],
    ids=[
        "silence",
        "half a head",
        "a head in drops",
        "a body in drops",
        "chunks in drops",
        "a second request",
    ],
)
def test_who_never_comes_to_an_end_is_cut_off(server: Live, pieces: list[bytes]) -> None:
    """Neither drops nor silence hold a connection, others are served meanwhile, and nothing is logged."""
    with logbook() as log:
        heard = say(server.port, *pieces, pause_s=0.03, wait_s=10)
        assert requests.get(f"{server.url}/healthz", timeout=5).ok

    assert heard.closed
    assert PATIENCE_HERE_S * 0.8 < heard.seconds < PATIENCE_HERE_S + 3
    assert not log.lines


def test_without_our_own_connection_a_drop_now_and_then_holds_it(tmp_path: Path) -> None:
    """The control: uvicorn alone waits for ever, and the tests above would see it."""
    with live(tmp_path, connection=H11Protocol) as server:
        heard = say(server.port, *drops(BEGUN)[:20], pause_s=0.03, wait_s=PATIENCE_HERE_S * 2)

    assert not heard.closed


def test_a_poor_network_is_waited_for(server: Live) -> None:
    """A batch that takes longer than our patience arrives all the same while bytes keep coming."""
    hand = a_hand(server)
    hand.rate(*[5] * 50)
    batch = hand.batch(0)
    raw = msgspec.json.encode(batch)
    signed = {"Content-Type": "application/json", SIGNATURE_HEADER: sign_batch(hand.seed, batch, raw)}
    whole = request("POST /v1/batches", raw, signed)
    step = len(whole) // 10

    heard = say(server.port, *(whole[at : at + step] for at in range(0, len(whole), step)), pause_s=0.1)
    assert heard.statuses == [200]
    assert heard.seconds > PATIENCE_HERE_S * 1.5


def test_who_is_refused_cannot_go_on_sending(server: Live) -> None:
    """A body that nobody reads any more earns no time, however much of it there is."""
    head = BEGUN + b"Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n\r\n"
    heard = say(server.port, head, *[b"1\r\n{\r\n"] * 40, pause_s=0.03)

    assert heard.statuses == [415]
    assert heard.closed


def test_patience_is_half_a_minute() -> None:
    """What the tests here shorten is thirty seconds in the product."""
    assert Connection.patience_s == PATIENCE_S == 30


def test_a_kiosk_that_loses_its_network_is_no_fault_of_ours(server: Live) -> None:
    """A connection that breaks in the middle of a batch or a form leaves no line in the log."""
    form = request("POST /sign-in", headers={"Sec-Fetch-Site": "same-origin"}).removesuffix(b"\r\n")
    with logbook() as log:
        for head in (BEGUN, form):
            with socket.create_connection(("127.0.0.1", server.port)) as line:
                line.sendall(head + b"Content-Length: 500\r\n\r\n{")
                time.sleep(0.1)
        assert requests.get(f"{server.url}/healthz", timeout=5).ok

    assert not log.lines


def test_rubbish_behind_an_answer_only_ends_the_connection(server: Live) -> None:
    """Who was refused and then breaks the framing hears nothing more, and leaves no traceback."""
    head = BEGUN + b"Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n\r\n1\r\n{\r\n"
    with logbook() as log:
        heard = say(server.port, head, b"no chunk\r\n", pause_s=0.1)

    assert (heard.statuses, heard.closed) == ([415], True)
    assert not log.faults


def test_what_is_no_http_is_refused_in_the_one_shape(server: Live) -> None:
    """Somebody who speaks TLS to a port that does not is told so as everybody is, with one short line."""
    with logbook() as log:
        heard = say(server.port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")

    assert (heard.statuses, heard.closed) == ([400], True)
    assert heard.header("Content-Type") == "application/problem+json"
    assert msgspec.json.decode(heard.body)["code"] == "malformed"
    assert log.lines == ["Invalid HTTP request received."]


def test_a_body_is_announced_too_long_before_it_comes(server: Live) -> None:
    """A kiosk or a fool that announces five gigabytes is refused without sending one of them."""
    heard = say(server.port, BEGUN + b"Content-Length: 5000000000\r\n\r\n")

    assert heard.statuses == [413]
