"""The trip of a rating, from the finger to the manager's page."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import requests

from server.cli import main
from server.domain.places import Person, Role
from server.web.passwords import Passwords
from tests.server.live import BAO_LOC, SEED, Live, live
from tests.story.counter_hall import kiosk_at

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 20.0


def arrived(server: Live, count: int) -> bool:
    """Wait until the server has so many ratings, and a little longer for any that come twice."""
    end = time.monotonic() + PATIENCE_S
    while server.store.record_count() < count and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)
    return server.store.record_count() == count


def whole(folder: Path) -> bool:
    """Verify the book as a reviewer would."""
    (folder / "signing.key").write_text(SEED.hex())
    return main(["--data-dir", str(folder), "verify"], {}) == 0


def page_of(server: Live, name: str, password: str) -> str:
    """Sign in and read the overview."""
    with requests.Session() as browser:
        form = {"name": name, "password": password}
        browser.post(
            f"{server.url}/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10
        )
        return browser.get(f"{server.url}/overview", timeout=10).text.replace("\u00a0", " ")


def test_one_tap_is_a_number_on_the_managers_page(tmp_path: Path) -> None:
    """Five citizens touch a face; the manager of that center reads five, and how many were satisfied."""
    with live(tmp_path / "server") as server:
        hashed = Passwords().hash_now("a long password")
        manager = Person(0, "quanly", hashed, Role.MANAGER, BAO_LOC)
        server.writer.submit(lambda store: store.add_person(manager)).result()
        before = page_of(server, "quanly", "a long password")
        with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
            for score in (5, 4, 5, 3, 1):
                hall.rate(score)
            assert arrived(server, 5)
        after = page_of(server, "quanly", "a long password")

    assert not re.search(r"\b60\s?%", before)
    assert re.search(r"\b60\s?%", after)


def test_a_network_that_is_cut_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Citizens rate before, during and after an outage of the server; each is there exactly once."""
    with ExitStack() as stack:
        with live(tmp_path / "server") as server:
            hall = stack.enter_context(kiosk_at(tmp_path / "kiosk", server.url, server.make_code()))
            for score in (5, 4, 3):
                hall.rate(score)
            assert arrived(server, 3)
        for score in (2, 1, 2, 1):
            hall.rate(score)
        with live(tmp_path / "server", port=server.port) as server:
            hall.rate(5)
            hall.wait(2000)
            hall.rate(5)
            assert arrived(server, 9)
    assert whole(tmp_path / "server")


def test_a_server_that_vanishes_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """The server is stopped and started again ten times while citizens rate."""
    with ExitStack() as stack:
        with live(tmp_path / "server") as server:
            code = server.make_code()
            hall = stack.enter_context(kiosk_at(tmp_path / "kiosk", server.url, code, send_after_s=0.0))
            hall.rate(5)
        for number in range(10):
            with live(tmp_path / "server", port=server.port):
                for _ in range(number % 3 + 1):
                    hall.wait(2000)
                    hall.rate(number % 5 + 1)
            hall.rate(1)
        with live(tmp_path / "server", port=server.port) as server:
            hall.wait(2000)
            hall.rate(3)
            assert arrived(server, 31)
    assert whole(tmp_path / "server")


def test_a_kiosk_that_ends_with_ratings_unsent_sends_them_next_time(tmp_path: Path) -> None:
    """Switching a kiosk off in the evening costs nothing."""
    with live(tmp_path / "server") as server:
        with kiosk_at(tmp_path / "kiosk", server.url, server.make_code(), send_after_s=3600) as hall:
            for score in (5, 4):
                hall.rate(score)
        with kiosk_at(tmp_path / "kiosk", "") as hall:
            hall.eyes.wait_until(lambda: hall.kiosk.is_in_service)
            assert arrived(server, 2)
    assert whole(tmp_path / "server")
