"""The power is cut at moments that are drawn by lot; the whole is `python -m tests.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.deeds import Opened, Wrote
from tests.faults.power import POWER_LOSS, Recording

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.deeds import Deed


@pytest.mark.parametrize("case", list(POWER_LOSS.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_power_cut_takes_nothing_that_was_thanked_for(case: Case, tmp_path: Path) -> None:
    """However little the disk keeps, key, config and every rating that was thanked for are on it."""
    tally = case.run(tmp_path.resolve())

    assert tally.cases + dict(tally.figures).get("known states", 0) > 0
    assert tally.is_clean != case.control, tally


def test_a_recording_that_is_not_whole_is_told() -> None:
    """Deeds that do not make the files what they are were not all of them."""
    made: list[Deed] = [Opened("a", emptied=False), Wrote("a", 0, b"one")]

    assert Recording({}, made, {"a": b"one"}).faults() == ()
    assert Recording({}, made[:1], {"a": b"one"}).faults()
    assert Recording({}, made, {"a": b"one", "b": b""}).faults()
