"""How the sync thread's hands take what a server says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, cast

from kiosk.courier import Courier, Shore
from kiosk.engine import Engine, Pace, Woke
from kiosk.system import Clock
from server.protocol.messages import Receipt
from tests.kiosk.records import ANCHOR, rate
from tests.kiosk.test_salvage import an_identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.outbox import Outbox
    from kiosk.uplink import Uplink
    from server.protocol.messages import Batch

TURNS_MAX = 20


class Forgetful:
    """A server that signs, for every batch, that it has nothing of this device."""

    def __init__(self) -> None:
        """Count what is asked."""
        self.asked = 0

    def send(self, batch: Batch) -> Receipt:
        """Answer."""
        self.asked += 1
        return Receipt(
            device=batch.device, through=0, head=ANCHOR, nonce=batch.nonce, received_at="2026-11-23T03:00:00Z"
        )


def test_a_receipt_for_nothing_is_no_success(tmp_path: Path, opened: Callable[[Path], Outbox]) -> None:
    """A server that goes on signing that it has nothing is asked again later, not at once and for ever."""
    outbox, server = opened(tmp_path), Forgetful()
    rate(outbox, 5, 4)
    shore = Shore(
        outbox=outbox,
        identity=an_identity(),
        data_dir=tmp_path,
        open_uplink=lambda _: cast("Uplink", server),
        clock=Clock("00000000"),
        chance=os.urandom,
        jitter=lambda: 1.0,
        software="test",
        free_mb=lambda: 1000,
        told=lambda _signed, _told: True,
        became=lambda _: None,
    )
    courier = Courier(shore, Engine(Pace(30, 600), due=0), lambda job: job())

    for _ in range(TURNS_MAX):
        courier.happened(Woke())

    assert server.asked == 1
    assert courier.news.trouble == "no_progress"
    assert outbox.queue().waiting == 2
