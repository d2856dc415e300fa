"""What kiosks may say to the server, and what it answers to everything else."""

from __future__ import annotations

import gzip
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from zlib import crc32

import msgspec
import pytest
import requests

from server.protocol.messages import (
    SIGNATURE_HEADER,
)
from server.protocol.record import Aside
from tests.server.cluster import on
from tests.server.live import (
    Hand,
    Live,
    a_hand,
    assert_problem,
    live,
    post,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.cluster import Cluster

OTHER = bytes(31) + b"\x0a"


@pytest.fixture(name="server", scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory, engine: Cluster | None) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("server")
    with on(engine, folder), live(folder) as running:
        yield running


@pytest.fixture(name="hand")
def _hand(server: Live, request: pytest.FixtureRequest) -> Hand:
    # a code of its own for each test, made of Crockford's letters
    code = f"{crc32(request.node.name.encode()) % 10**8:08d}"
    return a_hand(server, code=code)


def kept(server: Live) -> tuple[int, dict[str, int]]:
    """Return what must not change when something is refused."""
    return server.store.record_count(), server.store.quarantined()


def test_a_batch_is_received(hand: Hand) -> None:
    """Records in the order of the chain get a signed receipt up to the last of them."""
    hand.rate(5, 4, 3)

    receipt = hand.send()
    assert (receipt.through, receipt.head) == (3, hand.head(3))


def test_a_batch_that_comes_twice_counts_once(hand: Hand, server: Live) -> None:
    """The second sending gets the same answer and adds nothing."""
    hand.rate(5, 4)
    first = hand.send()
    before = kept(server)

    assert hand.send().through == first.through
    assert hand.send(after=1).through == first.through
    assert kept(server) == before


def test_sixteen_at_once_count_once(hand: Hand, server: Live) -> None:
    """The same batch from sixteen connections at the same moment is stored exactly once."""
    hand.rate(5, 4, 3, 2, 1)
    before = server.store.record_count()
    with ThreadPoolExecutor(16) as pool:
        through = {each.through for each in pool.map(lambda _: hand.send(), range(16))}

    assert through == {5}
    assert server.store.record_count() == before + 5


def test_an_overlap_appends_only_what_is_new(hand: Hand, server: Live) -> None:
    """A kiosk that never heard the last receipt sends some again, and only the rest is added."""
    hand.rate(5, 4, 3)
    hand.send(upto=2)
    before = server.store.record_count()

    assert hand.send(after=1).through == 3
    assert server.store.record_count() == before + 1


def test_a_gap_is_answered_with_where_to_begin(hand: Hand) -> None:
    """Records that do not continue the chain are not stored; the receipt says what is there."""
    hand.rate(5, 4, 3)
    hand.send(upto=1)

    assert hand.send(after=2).through == 1


def test_an_empty_batch_is_a_sign_of_life(hand: Hand) -> None:
    """No records, and a receipt all the same."""
    assert hand.send().through == 0


def test_another_history_is_a_fork(hand: Hand, server: Live) -> None:
    """A cloned disk that rates by itself is told so by a signed 409, and nothing it says is counted."""
    hand.rate(5, 4)
    hand.send()
    clone = Hand(server, hand.seed, hand.id, hand.survey, [hand.bodies[0]], hand.start)
    clone.rate(1)
    before = kept(server)

    assert_problem(clone.post(clone.batch(0)), 409, "fork", signed=True)
    assert_problem(clone.post(clone.batch(1)), 409, "fork", signed=True)
    clone.rate(1)
    assert_problem(clone.post(clone.batch(2)), 409, "fork", signed=True)
    assert kept(server) == before
    hand.rate(3)
    assert hand.send().through == 3


def test_a_revoked_device_is_heard_but_not_counted(hand: Hand, server: Live) -> None:
    """Its records are kept in quarantine, and it is told by a signed 403 to call a human."""
    hand.rate(5)
    hand.send()
    server.writer.submit(lambda store: store.revoke(hand.id)).result()
    hand.rate(1)

    assert_problem(hand.post(hand.batch(1)), 403, "device_revoked", signed=True)
    assert server.store.quarantined()["revoked"] >= 1


def test_a_bad_record_never_blocks_a_queue(hand: Hand, server: Live) -> None:
    """What cannot count is quarantined with its reason, counts for `through`, and the next one is fine."""
    before = server.store.quarantined()
    hand.rate(9, 0)
    hand.rate(5, survey="ffffffffffff")
    hand.rate(5, counter="24823-2")
    hand.bodies.append(hand.body(77, 5))
    hand.bodies.append(b"no json at all \xe2\x9c\x93")
    hand.rate(4)

    assert hand.send().through == 7
    now = server.store.quarantined()
    found = {
        reason: count - before.get(reason, 0) for reason, count in now.items() if count != before.get(reason)
    }
    assert found == {
        "wrong_answer:overall": 2,
        "unknown_survey": 1,
        "wrong_counter": 1,
        "wrong_seq": 1,
        "unreadable": 1,
    }


def test_a_comment_travels_beside_its_record(hand: Hand, server: Live) -> None:
    """A body that names a comment is taken with it, and refused whole without it or with another."""
    aside = Aside("comment", "ab" * 16, "Cán bộ rất nhiệt tình")
    hand.rate(5, asides={"comment": aside.commitment()})
    before = kept(server)

    assert_problem(hand.post(hand.batch(0)), 422, "aside_missing", signed=True)
    other = Aside("comment", "ab" * 16, "khác")
    assert_problem(hand.post(hand.batch(0, asides={1: [other]})), 422, "aside_missing", signed=True)
    assert kept(server) == before
    assert hand.post(hand.batch(0, asides={1: [aside]})).status_code == 200


def test_comments_beside_what_nobody_can_read_are_not_kept(hand: Hand, server: Live) -> None:
    """A record that is quarantined as unreadable names none: no queue is blocked, and the book is whole."""
    hand.bodies.append(b"no json at all")
    beside = [Aside("comment", "ab" * 16, words) for words in ("một", "hai")]

    assert hand.post(hand.batch(0, asides={1: beside})).status_code == 200
    assert hand.send().through == 1
    assert not list(server.store.faults())


def test_a_wrong_signature_stores_nothing(hand: Hand, server: Live) -> None:
    """Another key, a missing header or a changed body: 401, signed, since the device is known."""
    hand.rate(5)
    before = kept(server)
    raw = msgspec.json.encode(hand.batch(0))

    assert_problem(hand.post(hand.batch(0), seed=OTHER), 401, "bad_signature", signed=True)
    assert_problem(post(hand.live, raw), 401, "bad_signature", signed=True)
    assert_problem(post(hand.live, raw, {SIGNATURE_HEADER: "x"}), 401, "bad_signature", signed=True)
    assert kept(server) == before


def test_an_unknown_device_is_told_so(server: Live) -> None:
    """A device that this server never enrolled gets a signed 401."""
    stranger = Hand(server, OTHER, "e" * 32, "0" * 12, start="0" * 64)

    assert_problem(stranger.post(stranger.batch(0)), 401, "unknown_device", signed=True)


def changed(hand: Hand, **fields: object) -> bytes:
    """Return a batch with other fields than the contract knows."""
    whole: dict[str, Any] = msgspec.to_builtins(hand.batch(0)) | fields
    return json.dumps({name: value for name, value in whole.items() if value is not ...}).encode()


@pytest.mark.parametrize(
    "fields",
    [
        {"surprise": 1},
        {"after": -1},
        {"after": "0"},
        {"after": 1.5},
        {"after": 2**70},
        {"device": "A" * 32},
        {"device": ...},
        {"nonce": ""},
        {"records": {}},
        {"records": [{"body": "{}", "extra": 1}]},
        {"records": [{"body": "x" * 9000}]},
        {"records": [{"body": "{}"}] * 501},
        {"head": "0" * 63},
        {"v": 2},
        {"health": {"software": "x" * 65, "queued": 0}},
    ],
)
def test_an_envelope_out_of_shape_is_refused(hand: Hand, server: Live, fields: dict[str, object]) -> None:
    """Unknown fields, wrong types and numbers out of range: 422, with a pointer, and nothing stored."""
    before = kept(server)

    assert_problem(post(server, changed(hand, **fields)), 422, "invalid", signed=False)
    assert kept(server) == before


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"v":1}{"v":1}',
        b"nonsense",
        b"\xff\xfe",
        b'{"v":1,"device":"\\ud800"}',
        b"[" * 100_000,
        b'{"v":' + b"9" * 5000 + b"}",
        b'{"v":NaN}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_json_is_refused(server: Live, raw: bytes) -> None:
    """Half a message, two messages, bad text, too deep, too long a number: never a 500."""
    answer = post(server, raw)

    assert answer.status_code in {400, 422}
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("raw", [b"[]", b'"x"', b"1", b"null", b"true"])
def test_what_is_no_batch_is_refused(server: Live, raw: bytes) -> None:
    """JSON that is something else: 422."""
    assert_problem(post(server, raw), 422, "invalid", signed=False)


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/json; charset=latin1", "multipart/form-data"]
)
def test_another_content_type_is_refused(server: Live, kind: str) -> None:
    """Only JSON in UTF-8 is read."""
    assert_problem(post(server, b"{}", {"Content-Type": kind}), 415, "unsupported_type", signed=False)


def test_a_batch_may_be_compressed(hand: Hand) -> None:
    """A gzip is inflated before its signature is checked."""
    hand.rate(5)
    batch = hand.batch(0)
    raw = msgspec.json.encode(batch)
    plain = hand.post(batch).request.headers[SIGNATURE_HEADER]

    answer = post(hand.live, gzip.compress(raw), {"Content-Encoding": "gzip", SIGNATURE_HEADER: plain})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("raw", "encoding", "status", "code"),
    [
        (b"x" * 1_000_001, "identity", 413, "too_large"),
        (gzip.compress(b" " * 50_000_000), "gzip", 413, "too_large"),
        (gzip.compress(b"{}" * 1000)[:-9], "gzip", 400, "malformed"),
        (b"no gzip", "gzip", 400, "malformed"),
        (b"{}", "br", 415, "unsupported_type"),
    ],
)
def test_a_bomb_is_refused_while_it_is_small(
    server: Live, raw: bytes, encoding: str, status: int, code: str
) -> None:
    """Too long, too long when inflated, cut off, or compressed as nobody asked."""
    assert_problem(post(server, raw, {"Content-Encoding": encoding}), status, code, signed=False)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_refused(server: Live, method: str) -> None:
    """Batches are posted."""
    answer = requests.request(method, f"{server.url}/v1/batches", timeout=10)

    assert_problem(answer, 405, "method_not_allowed", signed=False)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/..%2f..%2fetc", "/v1/" + "x" * 5000, "/v1/%00"])
def test_where_nothing_is_nothing_is_found(server: Live, path: str) -> None:
    """Any other address of the contract is a 404 in the one shape."""
    assert_problem(requests.get(server.url + path, timeout=10), 404, "not_found", signed=False)


def test_the_server_says_that_it_lives(hand: Hand, server: Live) -> None:
    """/healthz tells how many ratings are on the disk, and no score."""
    hand.rate(5)
    before = requests.get(f"{server.url}/healthz", timeout=10).json()
    hand.send()

    assert requests.get(f"{server.url}/healthz", timeout=10).json() == {
        "ok": True,
        "ratings": before["ratings"] + 1,
    }


def test_a_fault_of_ours_is_admitted_and_tells_nothing(tmp_path: Path) -> None:
    """When the database is broken, kiosks and managers get a 500 in their shape, without a word of why."""
    with live(tmp_path) as server:
        hand = a_hand(server)
        broken = sqlite3.connect(tmp_path / "nucuoi.sqlite3")
        broken.executescript("drop table signed_head; drop table session;")
        broken.close()
        batch = hand.post(hand.batch(0))
        page = requests.get(f"{server.url}/overview", cookies={"nucuoi": "x"}, timeout=10)

    assert_problem(batch, 500, "internal", signed=False)
    assert page.status_code == 500
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "sqlite" not in (batch.text + page.text).lower()
