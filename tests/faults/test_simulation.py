"""Whatever befalls a province, thanked is stored once; the small scale of the class, with its controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.simulation import SIMULATION

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(SIMULATION.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_province_comes_to_rest(tmp_path: Path, case: Case) -> None:
    """After all faults every rating is in the book once; a planted bug is found within a hundred seeds."""
    tally = case.run(tmp_path)

    assert tally.cases > 0
    assert tally.is_clean != case.control, tally.found
