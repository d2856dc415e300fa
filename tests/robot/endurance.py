"""What takes long: every branch, every pair of looks, and a monkey: `python -m tests.robot.endurance`.

Each part runs the real kiosk and the real server, and ends with what was found. No findings: it returns 0.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from server.protocol.survey import decode_survey
from server.store.seed import smile_survey
from tests.kiosk.stories import LONG
from tests.robot import looks
from tests.robot.branches import plans, stories
from tests.robot.counter import counter
from tests.robot.ledger import WARM_SCREENS, growth_mb, memory_findings
from tests.robot.monkey import Monkey, decided
from tests.robot.trouble import RobotError
from tests.robot.walker import LOOK_S, Walker, differences

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (1280, 800)


class Part(NamedTuple):
    """What a part of the whole did, and what is wrong."""

    lines: list[str]
    findings: list[str]


def branches(folder: Path, _: argparse.Namespace) -> Part:
    """Walk through every branch of a survey that has every kind of question."""
    began = time.monotonic()
    with counter(folder, SIZE, LONG) as place:
        walker = Walker(place, LONG)
        for face, deeds in plans():
            walker.visit(face, deeds)
            _tell(f"visit {len(walker.visits)} of {len(plans())}, face {face}")
        for name, story in stories():
            story(walker)
            _tell(name)
        found = differences(walker.visits, place.book(len(walker.visits)))
    lasted = time.monotonic() - began
    return Part([f"branches: {len(walker.visits)} visits in {lasted:.0f} s"], found)


def pairs(folder: Path, _: argparse.Namespace) -> Part:
    """Visit in every pair of language, glass, theme, size of text, reach, listening and way of typing."""
    began, visits = time.monotonic(), 0
    found: list[str] = []
    for (width, height, diagonal_in), rows in looks.by_glass():
        place_folder = folder / f"{width}x{height}"
        with counter(place_folder, (width, height), LONG, diagonal_in=diagonal_in, speaks=True) as place:
            walker = Walker(place, LONG)
            for number, row in enumerate(rows, 1):
                looks.visit(walker, row, face=1 + (visits + number) % 5)
                _tell(str(row))
            found += differences(walker.visits, place.book(len(walker.visits)))
        visits += len(rows)
    lasted = time.monotonic() - began
    return Part([f"looks: {visits} visits on {len(looks.GLASSES)} glasses in {lasted:.0f} s"], found)


def monkey(folder: Path, wish: argparse.Namespace) -> Part:
    """Touch anything, a thousand times a minute, for as long as is wished."""
    with counter(folder, SIZE, decode_survey(smile_survey()), decided()) as place:
        player = Monkey(place, SIZE, random.Random(wish.seed))
        player.play(wish.minutes * 60, _tell)
        ledger = player.ledger
        time.sleep(LOOK_S)  # the log is a picture ahead of the glass
        picture = place.screen.picture()
        found = ledger.against(place.book(ledger.begun)) + memory_findings(player.samples)
        if picture.getcolors(1) is not None:
            found.append("there is no window any more")
        picture.save(folder / "last.png")
        if code := place.stop():
            found.append(f"told to end, it ended with {code}")
    grown, memory = growth_mb(player.samples), [each.memory_mb for each in player.samples]
    told = [
        f"monkey: {player.touches} touches in {player.played_s:.0f} s, seed {wish.seed}",
        f"  screens {ledger.screens}, visits begun {ledger.begun}, stored {ledger.stored}",
        f"  memory {memory[0]:.1f} MB at first, {max(memory):.1f} at most, {memory[-1]:.1f} at last",
    ]
    if grown is not None:
        told.append(f"  grown {grown:.1f} MB at most after {WARM_SCREENS} screens")
    return Part(told, found)


def main(argv: list[str]) -> int:
    """Run the parts that are wished for; returns 0 where nothing is wrong."""
    parts: dict[str, Callable[[Path, argparse.Namespace], Part]] = {
        "branches": branches,
        "looks": pairs,
        "monkey": monkey,
    }
    parser = argparse.ArgumentParser(prog="python -m tests.robot.endurance", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which of {', '.join(parts)}; none: all")
    parser.add_argument("--minutes", type=float, default=10, help="how long the monkey plays")
    parser.add_argument("--seed", type=int, default=1, help="of the monkey")
    parser.add_argument("--keep", type=Path, help="new folder for logs and databases; else they are deleted")
    wish = parser.parse_args(argv)
    if wish.keep is not None and wish.keep.exists():
        parser.error(f"{wish.keep} is there already")
    done: list[Part] = []
    with TemporaryDirectory(prefix="nucuoi-") as thrown_away:
        folder = (wish.keep or Path(thrown_away)).resolve()
        for name in wish.parts or parts:
            try:
                done.append(parts[name](folder / name, wish))
            except RobotError as error:
                if error.picture is not None:
                    error.picture.save(folder / name / "trouble.png")
                done.append(Part([f"{name}: it did not come to its end"], [str(error)]))
    for part in done:
        print(*part.lines, *(f"  FAILED: {each}" for each in part.findings), sep="\n")
    found = sum(len(part.findings) for part in done)
    print(f"{found} findings" if found else "nothing found")
    return 1 if found else 0


def _tell(what: str) -> None:
    print(what, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
