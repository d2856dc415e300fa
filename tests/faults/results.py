"""Keeps what came of each case under `build/faults`, so that a run that was cut off goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.faults.cases import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.cases import Case, Scale


class Result(msgspec.Struct, frozen=True):
    """What came of one case, and how long it took."""

    key: str
    scale: str
    seed: int
    control: bool
    tally: Tally
    seconds: float

    @property
    def is_good(self) -> bool:
        """Say whether the case ended as it must: a control is good when it fails."""
        return self.tally.is_clean != self.control


class Results:
    """The results of one class of faults, in one file of lines."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = folder / f"{name}.jsonl"
        folder.mkdir(parents=True, exist_ok=True)

    def forget(self) -> None:
        """Begin anew; what came of other classes stays."""
        self._file.unlink(missing_ok=True)

    def read(self, scale: Scale, seed: int) -> dict[str, Result]:
        """Return what came of the cases that were run already, by their key."""
        if not self._file.exists():
            return {}
        lines = self._file.read_bytes().splitlines()
        found = [msgspec.json.decode(line, type=Result) for line in lines if line.endswith(b"}")]
        return {each.key: each for each in found if (each.scale, each.seed) == (scale.value, seed)}

    def keep(self, case: Case, scale: Scale, seed: int, tally: Tally, seconds: float) -> Result:
        """Add a result."""
        result = Result(case.key, scale.value, seed, case.control, tally, round(seconds, 3))
        with self._file.open("ab") as file:
            file.write(msgspec.json.encode(result) + b"\n")
        return result
