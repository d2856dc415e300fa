"""How fast it is, as ratios to something plain measured in the same run: `python -m tests.bench`.

Prints a Markdown table and writes `build/bench.json`. Numbers of two machines, or of two days on
one machine, say little about each other; the ratios say more.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import reception, window
from tests.bench.figures import as_data, table
from tests.bench.premises import TOP, premises
from tests.robot.screen import virtual_screen

OUT = TOP / "build" / "bench.json"


def main(argv: list[str]) -> int:
    """Measure everything in turns and tell it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is measured")
    parser.add_argument("--idle", type=float, default=20.0, help="seconds of watching an idle program")
    parser.add_argument("--taps", type=int, default=50, help="how many taps are timed")
    given = parser.parse_args(argv)
    # on the disk of this checkout: /tmp may be memory, where a commit costs nothing
    OUT.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=OUT.parent) as folder, premises(Path(folder)) as place:
        print("ratings a second …", flush=True)
        figures = reception.measure(place, given.rounds)
        print("taps, start and idle …", flush=True)
        with virtual_screen(*window.SIZE) as screen:
            figures += window.measure(place, screen, given.rounds, given.idle, given.taps)
    print(table(figures))
    facts = {"python": platform.python_version(), "machine": platform.machine(), "figures": as_data(figures)}
    OUT.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    print(f"written to {OUT.relative_to(TOP)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
