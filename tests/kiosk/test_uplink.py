"""A kiosk believes nothing but its server's signature over its own question."""

from __future__ import annotations

import inspect
import itertools
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec
import pytest
import requests

from kiosk.engine import Remedy, Trouble
from kiosk.uplink import TroubleError, Uplink, _named_trouble, enrol, open_session
from server.protocol import keys
from server.protocol.messages import (
    Batch,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    Health,
    KioskConfig,
    Problem,
    ProblemAnswer,
    Receipt,
    Signed,
    SuccessionRequest,
    seal,
)
from tests.kiosk.portal import Answer, portal
from tests.protocol.test_golden import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SERVER, OTHER, KIOSK = bytes(31) + b"\x01", bytes(31) + b"\x02", bytes(31) + b"\x03"
NEXT = bytes(31) + b"\x04"
DEVICE = "d" * 32
BATCH = Batch(
    v=1,
    device=DEVICE,
    after=0,
    records=[],
    head="0" * 64,
    boot="00000000",
    mono_ms=1,
    sent_at="2026-11-23T03:00:00Z",
    nonce="c" * 32,
    health=Health(software="test", queued=0),
)


def sent(answer: Callable[[bytes], Answer]) -> Receipt | Trouble:
    """Send a sign of life to a server that answers like this."""
    with portal(answer) as url, open_session("") as session:
        return Uplink(session, url, DEVICE, KIOSK, keys.public_key(SERVER)).send(BATCH)


@contextmanager
def dripping(every_s: float, body: bytes = b"", *, head: bool = False) -> Iterator[str]:
    """Answer one request with a body in pieces, or byte by byte without an end; gives the address.

    With `head` it is the head of the answer that has no end.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            line, _ = listener.accept()
            pieces = (
                (body[at : at + 50] for at in range(0, len(body), 50)) if body else itertools.repeat(b" ")
            )
            with line, suppress(OSError):
                line.recv(65536)
                end = b"" if head else b"\r\n\r\n"
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d%s" % (len(body) or 1_000_000, end))
                for piece in pieces:
                    line.sendall(piece)
                    time.sleep(every_s)

        thread = threading.Thread(target=drip)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def receipt(seed: bytes = SERVER, **changes: object) -> Answer:
    """Return a receipt for the batch."""
    good = Receipt(
        device=DEVICE, through=0, head="0" * 64, nonce="c" * 32, received_at="2026-11-23T03:00:00Z"
    )
    return Answer(200, msgspec.json.encode(seal(seed, msgspec.structs.replace(good, **changes))))


def problem(status: int, code: str, *, seed: bytes = SERVER, nonce: str = "c" * 32) -> Answer:
    """Return a problem that is signed."""
    said = seal(seed, ProblemAnswer(device=DEVICE, nonce=nonce, code=code, status=status))
    body = Problem(type="x", title="x", status=status, code=code, signed=said)
    return Answer(status, msgspec.json.encode(body))


def test_a_receipt_is_believed() -> None:
    """The server's signature over this very batch is a yes."""
    answer = sent(lambda _: receipt())

    assert isinstance(answer, Receipt)
    assert answer.through == 0


@pytest.mark.parametrize(
    "answer",
    [
        receipt(OTHER),
        receipt(nonce="e" * 32),
        receipt(device="e" * 32),
        Answer(200, b"<html>Vui long dang nhap Wi-Fi</html>"),
        Answer(200, b""),
        Answer(200, b"{}"),
        Answer(302, b"", {"Location": "http://127.0.0.1:9/login"}),
        Answer(511, b"network authentication required"),
        Answer(204),
        Answer(200, b"{}", {"Content-Length": "500"}),
        Answer(200, msgspec.json.encode(Signed(payload="{}", signature=""))),
        Answer(200, b"x" * 3_000_000),
        Answer(401, b"who are you?"),
        problem(403, "device_revoked", seed=OTHER),
        problem(403, "device_revoked", nonce="e" * 32),
        problem(500, "internal"),
        problem(422, "invalid"),
        problem(400, "malformed"),
    ],
)
def test_everything_else_is_as_good_as_no_answer(answer: Answer) -> None:
    """Portals, redirects, old or foreign receipts, half answers, unsigned refusals: try again later."""
    trouble = sent(lambda _: answer)

    assert isinstance(trouble, Trouble)
    assert trouble.remedy is Remedy.RETRY_LATER


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (401, "unknown_device", Remedy.ASK_BACK),
        (401, "bad_signature", Remedy.CALL_HUMAN),
        (403, "device_revoked", Remedy.CALL_HUMAN),
        (409, "fork", Remedy.SUCCEED),
    ],
)
def test_a_signed_no_is_believed(status: int, code: str, remedy: Remedy) -> None:
    """Only the server itself, answering this question, can make a kiosk stop sending."""
    assert sent(lambda _: problem(status, code)) == Trouble(remedy, code)


def enrolment(seed: bytes = SERVER, **changes: object) -> Enrolled:
    """Return what a server answers to a device that names its successor."""
    good = Enrolment(
        v=1,
        device="e" * 32,
        public_key=keys.public_key(NEXT),
        counter="1",
        server_key=keys.public_key(seed),
        enrolled_at="2026-11-23T03:00:00Z",
        before=DEVICE,
    )
    told = msgspec.json.decode(msgspec.json.decode(sample("enrolled")["text"], type=Enrolled).config.payload)
    config = msgspec.structs.replace(msgspec.convert(told, KioskConfig), device="e" * 32)
    return Enrolled(
        enrolment=seal(seed, msgspec.structs.replace(good, **changes)),
        config=seal(seed, config),
        server_key=keys.public_key(seed),
    )


def succeeded(answer: Answer) -> Enrolled | Trouble:
    """Name a successor to a server that answers like this."""
    request = SuccessionRequest(
        v=1,
        device=DEVICE,
        enrolment=enrolment().enrolment,
        public_key=keys.public_key(NEXT),
        reason="fork",
        software="test",
        nonce="c" * 32,
    )
    with portal(lambda _: answer) as url, open_session("") as session:
        return Uplink(session, url, DEVICE, KIOSK, keys.public_key(SERVER)).succeed(request)


def test_a_successor_is_admitted() -> None:
    """The word of the server that the machine knows, for the key that it named: it is another device."""
    assert succeeded(Answer(201, msgspec.json.encode(enrolment()))) == enrolment()


@pytest.mark.parametrize(
    "answer",
    [
        enrolment(OTHER),
        enrolment(public_key=keys.public_key(OTHER)),
        enrolment(before="f" * 32),
        enrolment(before=""),
        enrolment(device="f" * 32),
        enrolment(server_key=keys.public_key(OTHER)),
    ],
)
def test_no_other_server_and_no_other_device_can_name_a_successor(answer: Enrolled) -> None:
    """Another server's word, or a word for somebody else, makes nobody of this machine."""
    trouble = succeeded(Answer(201, msgspec.json.encode(answer)))

    assert isinstance(trouble, Trouble)
    assert trouble.remedy is Remedy.RETRY_LATER


def test_too_much_at_once_is_halved() -> None:
    """413 asks for smaller batches, whoever says it."""
    trouble = sent(lambda _: Answer(413, b"too large"))

    assert isinstance(trouble, Trouble)
    assert trouble.remedy is Remedy.SHRINK


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("-5", None),
        ("soon", None),
        ("١٢", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_a_busy_servers_wish_is_read(wish: str, seconds: float | None) -> None:
    """Retry-After in seconds is passed on; what cannot be read is left to the back-off."""
    trouble = sent(lambda _: Answer(503, b"", {"Retry-After": wish.encode().decode("latin-1")}))

    assert isinstance(trouble, Trouble)
    assert trouble.retry_after_s == seconds


def test_no_server_is_no_network() -> None:
    """A closed port is a trouble with a name."""
    with open_session("") as session:
        uplink = Uplink(session, "http://127.0.0.1:9", DEVICE, KIOSK, keys.public_key(SERVER))
        assert uplink.send(BATCH) == Trouble(Remedy.RETRY_LATER, "no_network")


@pytest.mark.parametrize("head", [False, True])
def test_an_answer_that_drips_is_given_up(*, head: bool) -> None:
    """A byte now and then does not hold the link for good: the answer is taken for none, and soon."""
    with dripping(0.02, head=head) as url, open_session("") as session:
        uplink = Uplink(session, url, DEVICE, KIOSK, keys.public_key(SERVER), read_s=0.2)
        begun = time.monotonic()
        assert uplink.send(BATCH) == Trouble(Remedy.RETRY_LATER, "timed_out")
        assert time.monotonic() - begun < 5


def test_a_slow_answer_is_waited_for() -> None:
    """An answer that comes in pieces is believed, though it takes longer than any one wait."""
    with dripping(0.02, receipt().body) as url, open_session("") as session:
        uplink = Uplink(session, url, DEVICE, KIOSK, keys.public_key(SERVER), read_s=30)
        assert isinstance(uplink.send(BATCH), Receipt)


def test_an_address_that_is_none_is_named_too() -> None:
    """What a technician mistyped is a trouble, not a crash."""
    request = EnrolmentRequest(v=1, code="ABCDEFGH", public_key=keys.public_key(KIOSK), software="test")
    with open_session("") as session:
        for address in (
            "",
            "nucuoi",
            "ftp://x",
            "http://",
            "http://[x",
            "http://a..b",
            f"http://{'a' * 70}.vn",
        ):
            answer = enrol(session, address, request)
            assert isinstance(answer, Trouble), address


@pytest.mark.parametrize(
    "kind",
    [
        each
        for _, each in inspect.getmembers(requests.exceptions, inspect.isclass)
        if issubclass(each, requests.exceptions.RequestException)
    ],
)
def test_every_trouble_of_the_network_has_a_name(kind: type[requests.RequestException]) -> None:
    """Whatever requests can raise becomes a trouble, also in the versions to come."""
    made = kind.__new__(kind)
    with pytest.raises(TroubleError) as error, _named_trouble():
        raise made
    assert error.value.trouble.remedy is Remedy.RETRY_LATER


def test_a_missing_certificate_file_is_a_trouble_with_a_name() -> None:
    """A `ca_file` that is not there stops no kiosk: it is as if the server could not be reached."""
    with open_session("/nowhere/ca.pem") as session:
        uplink = Uplink(session, "https://127.0.0.1:9", DEVICE, KIOSK, keys.public_key(SERVER))
        assert uplink.send(BATCH) == Trouble(Remedy.RETRY_LATER, "no_exchange")
