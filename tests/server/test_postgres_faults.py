"""Programs on PostgreSQL as they are run: two at once, killed in the middle, and a database that falls."""

from __future__ import annotations

import random
import secrets
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
import requests

from server.protocol import keys
from server.protocol.messages import SIGNATURE_HEADER, Receipt, Signed, know_types, sign_batch, unseal
from server.store.writer import Writer
from tests.faults.served import Served, ordered, prepared
from tests.kiosk.stories import ONE_TAP
from tests.server.cluster import marked, running
from tests.server.live import SEED, Hand, Live, a_hand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store import Store

SENDERS: Final = 3
PART: Final = 7
"""Records in one batch, at most."""
KILLS: Final = 4
CALM_S: Final = (0.05, 0.6)
"""How long nothing befalls."""


@dataclass
class Sending:
    """A kiosk that rates and sends without a pause, and remembers how much it was told is kept."""

    hand: Hand
    urls: list[str]
    kept: int = 0
    answers: set[int] = field(default_factory=set)

    def send_until(self, ended: threading.Event) -> None:
        """Rate and send until the end; who does not answer is asked again."""
        while not ended.is_set():
            self.hand.rate(random.randint(1, 5))
            self.send_once()

    def send_once(self) -> None:
        """Send what is not kept, to one server or, the same letter at once, to all."""
        batch = self.hand.batch(self.kept, min(len(self.hand.bodies), self.kept + PART))
        raw = msgspec.json.encode(batch)
        headers = {
            SIGNATURE_HEADER: sign_batch(self.hand.seed, batch, raw),
            "Content-Type": "application/json",
        }
        post = [threading.Thread(target=self._post, args=(url, raw, headers)) for url in self.urls]
        for each in post:
            each.start()
        for each in post:
            each.join()

    def _post(self, url: str, raw: bytes, headers: dict[str, str]) -> None:
        try:
            answer = requests.post(f"{url}/v1/batches", data=raw, headers=headers, timeout=20)
        except requests.RequestException:
            time.sleep(0.02)
            return
        self.answers.add(answer.status_code)
        if answer.status_code == 200:
            signed = msgspec.json.decode(answer.content, type=Signed)
            receipt = unseal(keys.public_key(SEED), signed, Receipt)
            assert receipt.head == self.hand.head(receipt.through)
            self.kept = max(self.kept, receipt.through)


@dataclass
class Province:
    """A book on PostgreSQL, the programs that serve it, and the kiosks that send to them."""

    folder: Path
    store: Store
    servers: list[Served]
    sending: list[Sending]

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Let every kiosk send, as long as this lasts."""
        ended = threading.Event()
        threads = [threading.Thread(target=each.send_until, args=(ended,)) for each in self.sending]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            ended.set()
            for each in threads:
                each.join()

    def assert_nothing_is_lost(self) -> None:
        """Everything that was acknowledged is in the book, once, and the rest comes when it is sent."""
        assert sum(each.kept for each in self.sending) > len(self.sending) * PART, "hardly anything was sent"
        for each in self.sending:
            device = self.store.device(each.hand.id)
            assert device is not None
            assert device.seq >= each.kept
            while each.kept < len(each.hand.bodies):
                each.send_once()
            assert self.store.rating_count(each.hand.id) == len(each.hand.bodies)
            assert [row.body for row in self.store.journal(each.hand.id)] == each.hand.bodies
        assert self.store.record_count() == sum(len(each.hand.bodies) for each in self.sending)
        whole, said = ordered(self.folder, "verify")
        assert whole, said
        assert not [fault for each in self.servers for fault in each.faults]


@contextmanager
def a_province(folder: Path, servers: int = 1) -> Iterator[Province]:
    """Set a province up on the folder's database, and let so many programs serve it."""
    know_types()
    with ExitStack() as stack:
        store = stack.enter_context(prepared(folder, ONE_TAP))
        served = [Served(folder) for _ in range(servers)]
        for each in served:
            stack.callback(each.kill)
            each.start()
        writer = Writer(store)
        writer.start()
        stack.callback(writer.close)
        door, urls = Live(served[0].url, store, writer), [each.url for each in served]
        hands = [a_hand(door, secrets.token_bytes(32), f"{number:08d}") for number in range(SENDERS)]
        yield Province(folder, store, served, [Sending(hand, urls) for hand in hands])


def test_two_programs_that_get_the_same_batch_keep_it_once(home: Path) -> None:
    """Every letter comes to both at once: each rating is there once, and no kiosk is called a clone."""
    with a_province(home / "book", servers=2) as province:
        with province.busy():
            time.sleep(4)
        province.assert_nothing_is_lost()
        assert {code for each in province.sending for code in each.answers} <= {200, 503}
        assert {each.state.value for each in province.store.devices()} == {"active"}


def test_a_program_that_is_killed_has_what_it_acknowledged(home: Path) -> None:
    """With -9, in the middle of receiving, again and again: what has a receipt is in the book."""
    chance = random.Random(1)
    with a_province(home / "book", servers=2) as province:
        with province.busy():
            for _ in range(KILLS):
                time.sleep(chance.uniform(*CALM_S))
                each = chance.choice(province.servers)
                each.kill()
                each.start()
            time.sleep(1)
        province.assert_nothing_is_lost()


def test_a_database_that_falls_has_what_was_acknowledged(tmp_path: Path) -> None:
    """It ends at once in the middle of receiving and recovers: servers ask to come back, and lose nothing."""
    chance = random.Random(2)
    with running() as cluster, marked(tmp_path, cluster), a_province(tmp_path / "book", 2) as province:
        with province.busy():
            for _ in range(KILLS):
                time.sleep(chance.uniform(*CALM_S))
                cluster.stop("immediate")
                time.sleep(0.1)
                cluster.start()
            time.sleep(1)
        province.assert_nothing_is_lost()
        assert {code for each in province.sending for code in each.answers} <= {200, 503}
