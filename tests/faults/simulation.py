"""Whole provinces in one deterministic process: kiosks, server, network, disks and clocks by a seed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.simulation.place import open_place
from tests.simulation.planted import PLANTED
from tests.simulation.province import SOUND, simulate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulation.province import Build

SEEDS: Final = {Scale.SMALL: (1, 15), Scale.FULL: (64, 100)}
"""Pieces, and seeds in each."""
FOUND_WITHIN: Final = 200
"""Each planted bug is found by fewer seeds than this."""


def simulating(scale: Scale, seed: int) -> Iterator[Case]:
    """Return the pieces, each with seeds of its own, and the controls."""
    pieces, count = SEEDS[scale]
    for number in range(pieces):
        begin = seed * 1_000_000 + number * count
        yield Case(f"seeds-{begin}-to-{begin + count - 1}", partial(live, begin=begin, count=count))
    for name, build in PLANTED.items():
        yield Case(f"planted-{name}", partial(live, begin=1, count=FOUND_WITHIN, build=build), control=True)


def live(_folder: Path, begin: int, count: int, build: Build = SOUND) -> Tally:
    """Live through so many seeds, up to the first in which something was wrong."""
    total = Tally()
    with open_place() as place:
        for seed in range(begin, begin + count):
            outcome = simulate(place, seed, build)
            found = tuple(f"seed {seed}: {fault}" for fault in outcome.faults)
            total += Tally(cases=1, ratings=outcome.thanked, found=found)
            if found:
                break
    return total


SIMULATION = FaultClass("simulation", "whole provinces by a seed, all faults together", simulating)
