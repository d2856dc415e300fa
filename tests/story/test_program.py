"""The real program in a real window, touched by a real pointer, and killed."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from kiosk.ui.theme import FACES
from tests.robot import eyes
from tests.robot.screen import virtual_screen
from tests.server.live import Live, live
from tests.story.test_trip import arrived, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL import Image

    from tests.robot.screen import Screen

SIZE = (800, 480)
QUIET_S = 0.45
KILLS = 8
AFTER_S_MAX = 0.06
"""A kill comes this soon after the finger lifts, or sooner: before, during or after the thanks."""

pytestmark = pytest.mark.screen


def is_question(picture: Image.Image) -> bool:
    """See the five faces."""
    return len(eyes.faces(picture, FACES)) == len(FACES)


def is_thanks(picture: Image.Image) -> bool:
    """See none of them."""
    return not eyes.any_face(picture, FACES)


def is_empty(picture: Image.Image) -> bool:
    """See no window at all."""
    return picture.getcolors(1) is not None


@contextmanager
def program(screen: Screen, folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the kiosk as a person would start it; its words are kept in the folder."""
    environ = os.environ | {
        "DISPLAY": screen.name,
        "SDL_VIDEODRIVER": "x11",
        "NUCUOI_KIOSK_WIDTH_PX": str(SIZE[0]),
        "NUCUOI_KIOSK_HEIGHT_PX": str(SIZE[1]),
        "NUCUOI_KIOSK_SEND_AFTER_S": "0.2",
        "NUCUOI_KIOSK_VERBOSE": "true",
    }
    command = [sys.executable, "-m", "kiosk", "--data-dir", str(folder / "kiosk"), *arguments]
    with (
        (folder / "words").open("ab") as words,
        subprocess.Popen(command, env=environ, stderr=words) as running,
    ):
        try:
            yield running
        finally:
            running.kill()


def touch(screen: Screen, score: int) -> None:
    """Wait for the question and lift a finger from a face."""
    picture = screen.wait_for("the question", is_question, 20)
    time.sleep(QUIET_S)
    spot = eyes.faces(picture, FACES)[score - 1]
    screen.tap(spot.x, spot.y)


def thanked_for(words: str) -> set[int]:
    """Return the numbers of the records whose thanks were drawn, from what the program said."""
    found: set[int] = set()
    stored = 0
    for number, thanks in re.findall(r"stored record (\d+)|(thanks shown)", words):
        if thanks:
            found.add(stored)
        else:
            stored = int(number)
    return found


def lost(words: str, on_server: int) -> set[int]:
    """Return what was thanked for and is not among records 1 to `on_server`."""
    return {number for number in thanked_for(words) if not 1 <= number <= on_server}


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path / "server") as running:
        yield running


def test_a_kill_between_tap_and_thanks_loses_nothing_that_was_thanked_for(
    tmp_path: Path, server: Live
) -> None:
    """Killed with -9 around the moment of thanks, again and again: what was thanked for is there, once."""
    chance = random.Random(4)
    first = ("--server", server.url, "--code", server.make_code())
    with virtual_screen(*SIZE) as screen:
        for number in range(KILLS):
            with program(screen, tmp_path, *(first if number == 0 else ())) as kiosk:
                touch(screen, number % 5 + 1)
                time.sleep(chance.uniform(0, AFTER_S_MAX))
                kiosk.send_signal(signal.SIGKILL)
            # the X server may still show the dead window: a touch on it would reach nobody
            screen.wait_for("an empty screen", is_empty, 10)
        with program(screen, tmp_path) as kiosk:
            touch(screen, 3)
            screen.wait_for("the thanks", is_thanks, 10)
            # taps that were on disk before a kill count too, so there may be more records than thanks
            words = (tmp_path / "words").read_text("utf-8")
            last = max(int(number) for number in re.findall(r"stored record (\d+)", words))
            assert arrived(server, last)
            kiosk.terminate()
            assert kiosk.wait(10) == 0

    assert lost(words, server.store.record_count()) == set()
    # some kills came before the thanks, else this would show nothing
    assert 1 <= len(thanked_for(words)) <= KILLS
    assert last <= KILLS + 1
    assert whole(tmp_path / "server")


def test_the_check_would_notice_a_lost_rating() -> None:
    """Thanks for a record that the server does not have are found, and thanks without a record too."""
    words = "stored record 1\nthanks shown\nstored record 2\nstored record 3\nthanks shown\n"

    assert lost(words, 3) == set()
    assert lost(words, 2) == {3}
    assert lost("thanks shown\n", 3) == {0}


def test_ten_hurried_fingers_are_one_rating(tmp_path: Path, server: Live) -> None:
    """A face that is tapped ten times in a second counts once, in the real window."""
    first = ("--server", server.url, "--code", server.make_code())
    with virtual_screen(*SIZE) as screen, program(screen, tmp_path, *first):
        picture = screen.wait_for("the question", is_question, 20)
        time.sleep(QUIET_S)
        spot = eyes.faces(picture, FACES)[4]
        for _ in range(10):
            screen.tap(spot.x, spot.y, hold_s=0.02)
        assert arrived(server, 1)


def test_a_second_kiosk_program_is_turned_away(tmp_path: Path, server: Live) -> None:
    """Two programs never share one outbox: the second ends at once and says why."""
    first = ("--server", server.url, "--code", server.make_code())
    with virtual_screen(*SIZE) as screen, program(screen, tmp_path, *first):
        screen.wait_for("the question", is_question, 20)
        with program(screen, tmp_path) as second:
            assert second.wait(20) == 1

    assert "another kiosk already uses" in (tmp_path / "words").read_text("utf-8")
