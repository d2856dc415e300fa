"""Anyone may see the checkpoints, in words and as they were signed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.jobs import make_checkpoint
from server.protocol import keys
from server.protocol.checkpoint import Checkpoint, checkpoint_hash
from server.protocol.messages import Problem, Signed, unseal
from tests.server.hall import BAO_LOC, NOON, Hall, open_hall
from tests.server.live import SEED, a_hand, live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("both_engines")

SERVER_KEY = keys.public_key(bytes(32))


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as hall:
        yield hall


def sign(hall: Hall, times: int) -> None:
    """Make so many checkpoints, one a day."""
    for _ in range(times):
        with hall.store.transaction():
            make_checkpoint(hall.store, seed=bytes(32), now_ms=hall.clock.now_ms())
        hall.clock.forward(days=1)


def test_the_page_says_in_two_sentences_what_it_is_and_shows_the_newest(hall: Hall) -> None:
    """Without signing in: number, time and hash of each, how many records there are, the server's key."""
    assert "Chưa có mã kiểm chứng nào" in hall.get("/so-cai").text
    hall.rate(BAO_LOC, NOON.date(), (1, 1, 1, 1, 1))
    sign(hall, 25)
    shown = hall.get("/so-cai").text
    newest = hall.store.newest_checkpoint()

    assert newest is not None
    assert checkpoint_hash(newest.signed.payload) in shown
    assert shown.count("<tr>") == 21
    assert "Sổ hiện có 5 bản ghi." in shown
    assert SERVER_KEY in shown
    assert "loại" not in shown
    english = hall.get("/so-cai?lang=en").text
    assert "Every hour the server signs one hash" in english


def test_withheld_ratings_are_told_where_figures_are(hall: Hall) -> None:
    """One quiet line on the public page and on the center's own, and where the reasons are."""
    hall.rate(BAO_LOC, NOON.date(), (1, 1, 1, 1, 1))
    device = hall.chains[BAO_LOC][0]
    with hall.store.transaction():
        hall.store.withhold(device, 2, "thanh tra", "made by a cleaner")
    hall.hire("tinh", None)
    cookies = hall.sign_in("tinh")

    line = "1 rating is withheld by the province; the reason is in the audit log."
    assert line in hall.get("/so-cai?lang=en").text
    assert line in hall.get("/overview?lang=en", cookies=cookies).text


def test_a_program_gets_them_as_they_were_signed(hall: Hall) -> None:
    """In order after a number; each is believed by the server's key alone."""
    sign(hall, 3)
    reply = hall.get("/v1/checkpoints?after=1")
    found = msgspec.json.decode(reply.body, type=list[Signed])

    assert [unseal(SERVER_KEY, each, Checkpoint).number for each in found] == [2, 3]
    assert len(msgspec.json.decode(hall.get("/v1/checkpoints").body)) == 3


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "\uff19", "1.5", ""])
def test_what_is_no_number_is_refused(hall: Hall, after: str) -> None:
    """An address that was mistyped gets the one shape of refusals."""
    reply = hall.get(f"/v1/checkpoints?after={after}")

    assert reply.status == 422
    assert msgspec.json.decode(reply.body, type=Problem).code == "invalid"


def test_a_receipt_brings_the_newest_checkpoint(tmp_path: Path) -> None:
    """A kiosk gets it with every receipt, without asking, as soon as the server has made one."""
    with live(tmp_path) as server:
        hand = a_hand(server)
        hand.rate(5)
        asyncio.run(server.writer.run(lambda store: make_checkpoint(store, seed=SEED, now_ms=4 * 10**12)))
        receipt = hand.send()

    assert receipt.checkpoint is not None
    assert unseal(keys.public_key(SEED), receipt.checkpoint, Checkpoint).number >= 1
