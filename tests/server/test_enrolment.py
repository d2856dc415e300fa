"""How a kiosk comes to belong to a counter, and what it is told then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
import requests

from server.protocol import keys
from server.protocol.messages import (
    DEVICE_HEADER,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    Enrolled,
    Enrolment,
    KioskConfig,
    Signed,
    sign_config_request,
    unseal,
)
from tests.server.cluster import on
from tests.server.live import SEED, Hand, Live, a_hand, ask_admission, assert_problem, live

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


def test_a_code_admits_one_kiosk_and_forgives_a_lost_answer(server: Live) -> None:
    """The same code with the same key gets the same device; with another key it is spent."""
    code = server.make_code("11112222")
    first = msgspec.json.decode(ask_admission(server, code, SEED).content, type=Enrolled)
    again = msgspec.json.decode(ask_admission(server, "1111-2222", SEED).content, type=Enrolled)

    assert first.enrolment == again.enrolment
    assert_problem(ask_admission(server, code, OTHER), 410, "code_spent", signed=False)
    assert unseal(first.server_key, first.enrolment, Enrolment).public_key == keys.public_key(SEED)


def test_an_old_code_admits_nobody(server: Live) -> None:
    """A code is good for a quarter of an hour."""
    code = server.make_code("33334444", lives_ms=-1)

    assert_problem(ask_admission(server, code, SEED), 410, "code_spent", signed=False)


def test_guessing_a_code_is_slowed_down(tmp_path: Path) -> None:
    """After five wrong codes not even a right one is listened to for a while."""
    with live(tmp_path) as server:
        code = server.make_code()
        for number in range(5):
            assert_problem(ask_admission(server, f"0000000{number}", SEED), 404, "code_unknown", signed=False)
        answer = ask_admission(server, code, SEED)
        assert_problem(answer, 429, "too_many_tries", signed=False)
        assert answer.headers["Retry-After"] == "900"


def config(hand: Hand, etag: str = "", seed: bytes | None = None) -> requests.Response:
    """Ask for the config as a kiosk does."""
    nonce = "c" * 32
    headers = {
        DEVICE_HEADER: hand.id,
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: sign_config_request(seed or hand.seed, hand.id, nonce),
        "If-None-Match": etag,
    }
    return requests.get(f"{hand.live.url}/v1/config", headers=headers, timeout=10)


def test_a_kiosk_is_told_what_its_center_decided(server: Live) -> None:
    """The config is signed, names the place, and is not sent again while nothing has changed."""
    hand = a_hand(server)
    answer = config(hand)
    signed = msgspec.json.decode(answer.content, type=Signed)
    told = unseal(keys.public_key(SEED), signed, KioskConfig)

    assert (told.center.name, told.counter.name) == ("Phường 1 Bảo Lộc", "1")
    assert config(hand, answer.headers["ETag"]).status_code == 304
    assert_problem(config(hand, seed=OTHER), 401, "bad_signature", signed=True)
