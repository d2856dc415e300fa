"""A robot uses the kiosk as a person would, and counts what arrived: `python -m tests.robot --visits 20`.

It starts the demo on a virtual screen, touches faces that it finds by looking, waits for the
thanks each time, and then asks the server and the dashboard how many ratings they have, and
whether each reads as it was given.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tests.robot import dashboard
from tests.robot.citizen import Citizen
from tests.robot.hall import TOP, Hall, demo
from tests.robot.screen import virtual_screen
from tests.robot.trouble import RobotError
from tests.robot.verdict import misread, verdict
from tests.robot.words import Words

VISIT_S_MAX = 60.0
AROUND_S_MAX = 180.0
ARRIVAL_S_MAX = 30.0
LATE_S = 1.5
"""How long the server is watched after all have come, for one that comes twice."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the robot is asked to do."""

    visits: int
    seed: int
    size: tuple[int, int]
    out: Path


def main(argv: list[str]) -> int:
    """Do it, and return 0 when not one rating is missing."""
    wish = _wish(argv)
    wish.out.mkdir(parents=True, exist_ok=True)
    for old in wish.out.glob("*.png"):
        old.unlink()
    signal.signal(signal.SIGALRM, _too_long)
    signal.signal(signal.SIGTERM, _told_to_end)
    signal.setitimer(signal.ITIMER_REAL, AROUND_S_MAX + wish.visits * VISIT_S_MAX)
    try:
        return _run(wish)
    except RobotError as error:
        if error.picture is not None:
            error.picture.save(wish.out / "trouble.png")
            print(f"what was on the screen: {wish.out / 'trouble.png'}")
        print(f"FAILED: {error}", flush=True)
        return 1


def _run(wish: Wish) -> int:
    began = time.monotonic()
    say = _Teller(began)
    with virtual_screen(*wish.size) as screen, demo(screen, wish.size, wish.out / "demo.log") as hall:
        citizen = Citizen(screen, Words(wish.out / "demo.log"), wish.out)
        citizen.wait_for_question()
        say(f"the kiosk asks; the server answers at {hall.url}")
        before = hall.rating_count()
        _visit_all(citizen, wish, say)
        arrived = _arrivals(hall, before, wish.visits)
        wrong = misread(citizen.given, hall.book()[before:])
        say("the robot has left; looking at the dashboard")
        shown = dashboard.read(hall, wish.out)
    say(f"pictures of every screen are in {wish.out}")
    lines, well = verdict(wish.visits, arrived, before + arrived, shown, wrong)
    print("\n".join(lines))
    return 0 if well else 1


def _visit_all(citizen: Citizen, wish: Wish, say: _Teller) -> None:
    """Let one citizen after another rate; the first two keep pictures."""
    chance = random.Random(wish.seed)
    for number in range(1, wish.visits + 1):
        keep = ""
        if number == 1:
            citizen.keep_question("vi-question")
            keep = "vi"
        elif number == 2:
            citizen.speak("en")
            citizen.keep_question("en-question")
            keep = "en"
        citizen.rate(chance.randint(1, 5), keep=keep)
        say(f"visit {number} of {wish.visits}: touched, thanked")
    citizen.wait_for_question()


def _arrivals(hall: Hall, before: int, visits: int) -> int:
    """Say how many ratings came, after waiting for late ones and for any that come twice."""
    hall.wait_for_ratings(before + visits, ARRIVAL_S_MAX)
    time.sleep(LATE_S)
    return hall.rating_count() - before


class _Teller:
    """Prints what happens, with the seconds since the beginning."""

    def __init__(self, began: float) -> None:
        self._began = began

    def __call__(self, what: str) -> None:
        print(f"[{time.monotonic() - self._began:6.1f} s] {what}", flush=True)


def _too_long(*_: object) -> NoReturn:
    raise RobotError("it takes too long as a whole")


def _told_to_end(*_: object) -> NoReturn:
    raise SystemExit(143)


def _wish(argv: list[str]) -> Wish:
    parser = argparse.ArgumentParser(prog="python -m tests.robot", description=__doc__.partition("\n")[0])
    parser.add_argument("--visits", type=int, default=20, help="how many citizens come")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same touches")
    parser.add_argument("--size", default="1280x800", help="of the screen, as 1280x800")
    parser.add_argument("--out", type=Path, default=TOP / "build" / "demo", help="folder of the pictures")
    given = parser.parse_args(argv)
    width, _, height = given.size.partition("x")
    return Wish(given.visits, given.seed, (int(width), int(height)), given.out.resolve())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
