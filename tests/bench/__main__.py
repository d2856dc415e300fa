"""How fast it is, as ratios to something plain measured in the same run: `python -m tests.bench`.

Prints a Markdown table and writes `build/bench.json`. Numbers of two machines, or of two days on
one machine, say little about each other; the ratios say more. The kiosk is measured in an
environment of its own, with what a kiosk machine has.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import backlog, pages, reception, slow_disk, taps, window
from tests.bench.environment import kiosk_python
from tests.bench.figures import Figure, as_data, table
from tests.bench.premises import TOP, Premises, premises
from tests.bench.program import enrol
from tests.robot.screen import Screen, virtual_screen

OUT = TOP / "build" / "bench.json"


def main(argv: list[str]) -> int:
    """Measure everything in turns and tell it."""
    given = _parser().parse_args(argv)
    # on the disk of this checkout: /tmp may be memory, where a commit costs nothing
    OUT.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=OUT.parent) as folder, premises(Path(folder)) as place:
        figures = []
        if not (given.only_kiosk or given.only_queue or given.only_start):
            print("ratings a second …", flush=True)
            figures += reception.measure(place, given.rounds)
            print("pages of a year; a million ratings take minutes …", flush=True)
            figures += pages.measure(Path(folder), given.years)
        if not given.only_server:
            figures += _kiosk(place, given)
    print(table(figures))
    facts = {"python": platform.python_version(), "machine": platform.machine(), "figures": as_data(figures)}
    OUT.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    print(f"written to {OUT.relative_to(TOP)}")
    return 0


def _kiosk(place: Premises, given: argparse.Namespace) -> list[Figure]:
    """Measure the kiosk's window, its taps, both on a slow disk, and with a queue that drains."""
    python = given.python or kiosk_python()
    with virtual_screen(*taps.SIZE) as screen:
        enrol([str(python), "-m", "kiosk"], screen, place.folder, place.url, place.code(90))
        figures = [] if given.only_start else _at_the_glass(place, screen, python, given)
        if given.only_queue:
            return figures
    print("start and idle …", flush=True)
    with virtual_screen(*window.SIZE) as screen:
        figures += window.measure(place, screen, python, given.rounds, given.idle)
    return figures


def _at_the_glass(place: Premises, screen: Screen, python: Path, given: argparse.Namespace) -> list[Figure]:
    """Measure what a citizen sees: with a queue that drains, at each touch, on a slow disk."""
    print("a queue that drains …", flush=True)
    figures = backlog.measure(place, screen, python, given.rounds)
    if given.only_queue:
        return figures
    print("touches …", flush=True)
    figures += taps.measure(place, screen, python, given.taps)
    return figures + slow_disk.measure(place, screen, python)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is measured")
    parser.add_argument("--idle", type=float, default=300.0, help="seconds of watching an idle program")
    parser.add_argument("--taps", type=int, default=100, help="how many taps are timed")
    parser.add_argument("--only-kiosk", action="store_true", help="leave out the server")
    parser.add_argument("--only-server", action="store_true", help="leave out the kiosk")
    parser.add_argument(
        "--years", type=float, nargs="*", default=(0.3, 3.04), help="years of so many times 330,000 ratings"
    )
    parser.add_argument("--only-queue", action="store_true", help="only a kiosk whose queue drains")
    parser.add_argument("--only-start", action="store_true", help="only start, memory and idling")
    parser.add_argument("--python", type=Path, help="the kiosk's Python; else one with its packages only")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
