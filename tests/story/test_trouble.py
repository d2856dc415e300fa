"""What a kiosk shows when something is wrong, and how it comes back."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from kiosk.admission import AGAIN_S
from kiosk.events import Chose
from kiosk.keyfile import CONFIG_FILE
from kiosk.shell import BEGIN_AGAIN_S
from kiosk.ui.scenes import SetupState
from kiosk.visit import SORRY_S, Stage
from tests.server.live import Live, live
from tests.story.counter_hall import CounterHall, kiosk_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path / "server") as running:
        yield running


def setup_shown(hall: CounterHall, state: SetupState) -> None:
    """Wait until the technician's screen says this."""
    hall.eyes.wait_until(lambda: hall.eyes.setup is not None and hall.eyes.setup.state is state)


def test_a_new_kiosk_asks_for_its_code(tmp_path: Path, server: Live) -> None:
    """The first start shows the enrolment; a good code leads to the fingerprint, and then to the question."""
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        setup_shown(hall, SetupState.NEEDS_CODE)
        hall.kiosk.enrol(server.url, server.make_code("ABCDEFGH"))
        setup_shown(hall, SetupState.ENROLLED)
        assert hall.eyes.setup is not None
        assert len(hall.eyes.setup.detail) == 19
        hall.kiosk.resume()
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        assert hall.eyes.scene is not None
        assert hall.eyes.scene.config.center.name == "Phường 1 Bảo Lộc"


def test_a_wrong_code_can_be_mended(tmp_path: Path, server: Live) -> None:
    """A wrong code and a spent one are told apart, and a good one is still taken."""
    with kiosk_at(tmp_path / "one", server.url, server.make_code("ABCDEFGH")) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
    with kiosk_at(tmp_path / "two", server.url, "00000000") as hall:
        setup_shown(hall, SetupState.WRONG_CODE)
        hall.kiosk.enrol(server.url, "ABCDEFGH")
        setup_shown(hall, SetupState.SPENT_CODE)
        hall.kiosk.enrol(server.url, server.make_code("22223333"))
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)


def test_a_kiosk_without_its_server_says_so_and_tries_again(tmp_path: Path) -> None:
    """At enrolment nobody answers: the technician is told, and need not press again when somebody does."""
    with live(tmp_path / "server") as server:
        port, code = server.port, server.make_code()
    with kiosk_at(tmp_path / "kiosk", server.url, code) as hall:
        setup_shown(hall, SetupState.NO_SERVER)
        with live(tmp_path / "server", port=port):
            hall.wait(AGAIN_S)
            hall.kiosk.tick()
            hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)


def test_an_enrolled_kiosk_needs_no_server_to_take_ratings(tmp_path: Path, server: Live) -> None:
    """Once enrolled, a kiosk starts and thanks without any network."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
    with kiosk_at(tmp_path / "kiosk", "http://127.0.0.1:9") as hall:
        hall.rate(5)


def test_a_damaged_config_is_fetched_again(tmp_path: Path, server: Live) -> None:
    """The kiosk says that it waits for its config, asks the server, and goes on by itself."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
    (tmp_path / "kiosk" / CONFIG_FILE).write_bytes(b"\x00" * 300)
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        setup_shown(hall, SetupState.NO_CONFIG)
        hall.eyes.tick = hall.kiosk.tick
        hall.rate(4)


def test_a_disk_that_refuses_is_admitted_and_nobody_is_thanked(tmp_path: Path, server: Live) -> None:
    """While the outbox cannot be written the citizen reads an apology; later ratings count again."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.rate(5)
        blocker = sqlite3.connect(tmp_path / "kiosk" / "outbox.sqlite3")
        blocker.execute("begin exclusive")
        hall.touch(1)
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.SORRY)
        blocker.rollback()
        blocker.close()
        hall.wait(SORRY_S)
        hall.rate(3)


def test_a_config_that_changes_nothing_costs_nobody_their_touch(tmp_path: Path, server: Live) -> None:
    """A config arrives while the question stands; the citizen who touches right then has rated."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
        stood = hall.eyes.visit
        hall.clock.skipped.append(1.0)
        kept = (tmp_path / "kiosk" / CONFIG_FILE).stat
        enrolled_ns = kept().st_mtime_ns
        # the first sign of life brings a config
        hall.eyes.wait_until(lambda: kept().st_mtime_ns > enrolled_ns)
        hall.eyes.wait_until(hall.eyes.calls.empty)
        hall.kiosk.tick()
        assert hall.eyes.visit is stood
        hall.kiosk.serving.happened(Chose(2))
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.THANKS)


def test_a_disk_that_refuses_at_the_start_is_tried_again(tmp_path: Path, server: Live) -> None:
    """The technician reads what is wrong, and the kiosk comes into service by itself once it is mended."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.rate(5)
    blocker = sqlite3.connect(tmp_path / "kiosk" / "outbox.sqlite3")
    blocker.execute("begin exclusive")
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        setup_shown(hall, SetupState.DISK_REFUSES)
        blocker.rollback()
        blocker.close()
        hall.wait(BEGIN_AGAIN_S)
        hall.kiosk.tick()
        hall.rate(4)


def test_a_second_touch_on_begin_begins_once(tmp_path: Path, server: Live) -> None:
    """An impatient technician does not start two kiosks in one."""
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        setup_shown(hall, SetupState.NEEDS_CODE)
        hall.kiosk.enrol(server.url, server.make_code())
        setup_shown(hall, SetupState.ENROLLED)
        hall.kiosk.resume()
        hall.kiosk.resume()
        hall.rate(5)
        assert sum(thread.name == "sync" for thread in threading.enumerate()) == 1


def test_a_config_that_the_disk_refused_is_asked_for_again(tmp_path: Path, server: Live) -> None:
    """What could not be kept is not taken for known: the kiosk asks until it has it on disk."""
    with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
    config = tmp_path / "kiosk" / CONFIG_FILE
    config.unlink()
    config.mkdir()  # nothing can be written under this name
    with kiosk_at(tmp_path / "kiosk", server.url) as hall:
        setup_shown(hall, SetupState.NO_CONFIG)
        refused = config.with_suffix(".new")
        hall.eyes.wait_until(refused.exists)
        config.rmdir()
        hall.eyes.tick = hall.kiosk.tick
        hall.rate(4)
    assert config.is_file()
