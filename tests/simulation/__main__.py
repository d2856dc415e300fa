"""Live through seeds: `python -m tests.simulation [--seeds N] [--from S]`, or see one: `--replay SEED`."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from tests.simulation.place import open_place
from tests.simulation.province import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.simulation.place import Place
    from tests.simulation.province import Outcome


def main(argv: Sequence[str]) -> int:
    """Return 1 if a seed failed."""
    arguments = _parser().parse_args(argv)
    with open_place() as place:
        if arguments.replay is not None:
            return show(simulate(place, arguments.replay))
        return search(place, arguments.begin, arguments.seeds)


def search(place: Place, begin: int, count: int) -> int:
    """Live through so many seeds; stop at the first that fails, and show it."""
    started, thanked = time.monotonic(), 0
    for done, seed in enumerate(range(begin, begin + count), 1):
        outcome = simulate(place, seed)
        thanked += outcome.thanked
        if outcome.faults:
            return show(outcome)
        if done % 100 == 0 or done == count:
            rate = done / (time.monotonic() - started)
            print(f"{done} seeds, {thanked} citizens thanked, {rate:.1f} seeds a second", file=sys.stderr)
    return 0


def show(outcome: Outcome) -> int:
    """Print a history, and what was wrong in it."""
    for line in outcome.history:
        print(line)
    for fault in outcome.faults:
        print(f"seed {outcome.seed}: {fault}")
    if not outcome.faults:
        print(f"seed {outcome.seed}: {outcome.thanked} citizens thanked, all is well")
    return 1 if outcome.faults else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="Seeds, lived through.")
    parser.add_argument("--seeds", type=int, default=1000, help="how many")
    parser.add_argument("--from", dest="begin", type=int, default=1, help="the first one")
    parser.add_argument("--replay", type=int, help="show this one's history")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
