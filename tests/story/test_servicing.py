"""A technician at the screen of a machine that serves."""

from __future__ import annotations

import os
import sqlite3
import threading
from typing import TYPE_CHECKING

import msgspec
import pytest
from nacl.pwhash import argon2id

from kiosk import keyfile
from kiosk.events import Chose, Scanned
from kiosk.technician import Closed, Entered, Knocked, Pressed
from kiosk.visit import Stage
from server.protocol.messages import KioskConfig, seal
from tests.server.live import SEED, Live, live
from tests.story.counter_hall import CounterHall, kiosk_at
from tests.story.test_trip import arrived

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiosk.technician import Pad

PIN = "204060"
LATER = "2099-01-01T00:00:00Z"
"""A config that was issued so late is never replaced by the server's."""


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path / "server") as running:
        yield running


def set_up(folder: Path, server: Live, **changes: object) -> None:
    """Enrol a machine, and keep a config that says more than this server does."""
    with kiosk_at(folder, server.url, server.make_code()) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
    identity = keyfile.identity(folder)
    assert identity is not None
    told = keyfile.kept_config(folder, identity)
    assert isinstance(told, KioskConfig)
    changed = msgspec.structs.replace(told, issued_at=LATER, **changes)
    keyfile.keep_config(folder, seal(SEED, changed))


def knock(hall: CounterHall, times: int = 5) -> None:
    """Touch the corner."""
    for _ in range(times):
        hall.clock.skipped.append(0.3)
        hall.kiosk.serving.serviced(Knocked(in_corner=True))


def enter(hall: CounterHall, pin: str) -> None:
    """Type a PIN and enter it."""
    for sign in pin:
        hall.kiosk.serving.serviced(Pressed(sign))
    hall.kiosk.serving.serviced(Entered())


def pad_of(hall: CounterHall) -> Pad | None:
    """Return the pad for a PIN that stands there."""
    return hall.eyes.pad


def a_hash() -> str:
    """Return what a manager's page would keep of the PIN; cheap, for a test."""
    return argon2id.str(PIN.encode(), opslimit=1, memlimit=8192).decode()


def test_a_technician_sees_how_the_machine_is(tmp_path: Path, server: Live) -> None:
    """Five touches in the corner and the PIN show device, queue, server and trouble; nothing is counted."""
    set_up(tmp_path / "kiosk", server, pin_hash=a_hash())
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.rate(5)
        assert arrived(server, 1)
        knock(hall)
        assert pad_of(hall) is not None
        enter(hall, PIN)
        hall.eyes.wait_until(lambda: hall.eyes.service is not None)
        seen = hall.eyes.service
        assert seen is not None
        assert (seen.queued, seen.trouble, seen.server) == (0, "", server.url)
        assert seen.center == "Phường 1 Bảo Lộc"

        hall.kiosk.serving.happened(Chose(1, box=True))
        hall.kiosk.serving.happened(Scanned("a" * 64))
        hall.kiosk.send_now()
        hall.kiosk.serving.serviced(Closed())
        assert hall.eyes.stage is Stage.IDLE
        assert arrived(server, 1)


def test_a_wrong_pin_opens_nothing(tmp_path: Path, server: Live) -> None:
    """Wrong PINs are told, soon cost time, and the pad closes by itself; citizens go on rating."""
    set_up(tmp_path / "kiosk", server, pin_hash=a_hash())
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        knock(hall)
        for _ in range(4):
            enter(hall, "111111")
            hall.eyes.wait_until(lambda: hall.eyes.pad is not None and hall.eyes.pad.wrong)
        pad = pad_of(hall)
        assert pad is not None
        assert pad.wait_s > 0
        enter(hall, PIN)
        assert hall.eyes.service is None

        hall.clock.skipped.append(61)
        hall.kiosk.tick()
        assert pad_of(hall) is None
        hall.rate(4)
        assert arrived(server, 1)


def test_without_a_pin_nobody_gets_in(tmp_path: Path, server: Live) -> None:
    """A machine whose center set no PIN says so, and opens to none."""
    set_up(tmp_path / "kiosk", server)
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        knock(hall, 4)
        assert pad_of(hall) is None
        knock(hall, 1)
        pad = pad_of(hall)
        assert pad is not None
        assert not pad.has_pin


def test_a_visit_is_not_interrupted(tmp_path: Path, server: Live) -> None:
    """Knocking in the middle of a visit opens nothing: the answers of a citizen are theirs."""
    set_up(tmp_path / "kiosk", server, pin_hash=a_hash())
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.touch(3)
        knock(hall)
        assert pad_of(hall) is None
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.THANKS)


def test_a_scanned_receipt_becomes_a_fingerprint(tmp_path: Path, server: Live) -> None:
    """The code of a dossier is read by its form and kept as an HMAC; another paper is told to be none."""
    key = os.urandom(32).hex()
    set_up(tmp_path / "kiosk", server, dossier_key=key, dossier_prefixes=["H36"])
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        hall.clock.skipped.append(0.5)
        hall.kiosk.serving.scanned("https://example.org/not-a-code")
        assert hall.eyes.visit is not None
        assert hall.eyes.visit.unreadable
        hall.kiosk.serving.scanned("h36.12.05-261123-0042")
        assert len(hall.eyes.visit.dossier) == 64
        assert "H36" not in repr(hall.eyes.visit)


def test_a_technician_sees_a_disk_in_trouble(tmp_path: Path, server: Live) -> None:
    """When the outbox cannot be read the screen says so, and the program lives."""
    set_up(tmp_path / "kiosk", server, pin_hash=a_hash())
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.eyes.wait_until(lambda: hall.kiosk.is_in_service)
        knock(hall)
        with sqlite3.connect(tmp_path / "kiosk" / "outbox.sqlite3", isolation_level=None) as other:
            other.execute("begin exclusive")
            enter(hall, PIN)
            hall.eyes.wait_until(lambda: hall.eyes.service is not None)
            other.execute("rollback")
        assert hall.eyes.service is not None
        assert hall.eyes.service.trouble == "disk"


def test_a_tap_while_the_outbox_opens_survives_the_end(tmp_path: Path, server: Live) -> None:
    """Told to end while a slow disk still opens, the kiosk first puts on it what was tapped."""
    set_up(tmp_path / "kiosk", server)
    slow = sqlite3.connect(
        tmp_path / "kiosk" / "outbox.sqlite3", isolation_level=None, check_same_thread=False
    )
    slow.execute("begin exclusive")
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        hall.clock.skipped.append(0.5)
        hall.kiosk.serving.happened(Chose(1))
        threading.Timer(0.5, lambda: slow.execute("rollback")).start()

    assert slow.execute("select count(*) from record").fetchone() == (1,)
    slow.close()
