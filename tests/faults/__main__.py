"""Run the faults: `python -m tests.faults [--scale small] [--seed N] [--only NAME …] [--fresh]`.

`--together 2` runs two classes beside each other, each in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.cases import Scale, Tally
from tests.faults.classes import ALONE, CLASSES
from tests.faults.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.faults.cases import Case, FaultClass
    from tests.faults.results import Result

FOLDER = Path("build/faults")
TITLE_CHARS = 46


def main(argv: Sequence[str]) -> int:
    """Run what was asked for, print one table, and return 1 if anything was not as it must be."""
    arguments = _parser().parse_args(argv)
    scale, seed = Scale(arguments.scale), arguments.seed
    chosen = [each for each in CLASSES if not arguments.only or each.name in arguments.only]
    for each in chosen if arguments.fresh else ():
        Results(FOLDER, each.name).forget()
    if arguments.together > 1:
        run_apart([each.name for each in chosen if each not in ALONE], scale, seed, arguments.together)
    done: dict[str, list[Result]] = {}
    for each in chosen:
        done[each.name] = run(each, scale, seed, Results(FOLDER, each.name))
    print(table(done))
    return 0 if all(result.is_good for results in done.values() for result in results) else 1


def run_apart(names: Iterable[str], scale: Scale, seed: int, together: int) -> None:
    """Run each class in a process of its own, so many at a time; what came of it is kept, and read later."""

    def run_one(name: str) -> None:
        asked = ["--only", name, "--scale", scale.value, "--seed", str(seed)]
        subprocess.run([sys.executable, "-m", "tests.faults", *asked], stdout=subprocess.DEVNULL, check=False)

    with ThreadPoolExecutor(together) as pool:
        list(pool.map(run_one, names))


def run(kind: FaultClass, scale: Scale, seed: int, results: Results) -> list[Result]:
    """Run the cases of a class that were not run yet; returns the results of all of them."""
    known = results.read(scale, seed)
    cases = list(kind.cases(scale, seed))
    found = []
    for number, case in enumerate(cases, 1):
        result = known.get(case.key) or _run(case, scale, seed, results)
        found.append(result)
        state = "ok" if result.is_good else "NOT AS IT MUST BE"
        print(f"{kind.name} {number}/{len(cases)} {case.key}: {state}", file=sys.stderr)
        for wrong in () if result.is_good else result.tally.found[:5]:
            print(f"    {wrong}", file=sys.stderr)
    return found


def _run(case: Case, scale: Scale, seed: int, results: Results) -> Result:
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nucuoi-faults-") as folder:
        tally = case.run(Path(folder))
    return results.keep(case, scale, seed, tally, time.monotonic() - begin)


def table(done: dict[str, list[Result]]) -> str:
    """Return one line a class, with what was not run, and one for the controls."""
    titles = {each.name: each.title for each in CLASSES}
    heading = ("fault", "cases", "ratings", "lost", "doubled", "5xx", "seconds")
    lines = [_line(*heading)]
    for each in CLASSES:
        results = done.get(each.name)
        if not results:
            lines.append(_line(titles[each.name], *["-"] * 5, "not run"))
            continue
        total = _sum(result.tally for result in results if not result.control)
        seconds = f"{sum(result.seconds for result in results):.0f}"
        lost = total.lost if total.is_clean or total.lost else f"{len(total.found)} found"
        counts = (total.cases, total.ratings, lost, total.doubled, total.server_errors, seconds)
        lines.append(_line(titles[each.name], *counts))
    controls = [result for results in done.values() for result in results if result.control]
    failed = sum(result.is_good for result in controls)
    lines.append(f"{failed} of {len(controls)} controls failed as they must")
    return "\n".join(lines)


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for each in tallies:
        total += each
    return total


def _line(title: str, *figures: object) -> str:
    return f"{title[:TITLE_CHARS]:<{TITLE_CHARS}}" + "".join(f"{figure!s:>10}" for figure in figures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="Faults on purpose.")
    parser.add_argument("--scale", choices=[scale.value for scale in Scale], default=Scale.FULL.value)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], choices=[each.name for each in CLASSES])
    parser.add_argument("--fresh", action="store_true", help="forget what was run before of these")
    parser.add_argument("--together", type=int, default=1, help="how many classes to run at a time")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
