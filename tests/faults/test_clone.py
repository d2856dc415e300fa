"""One disk in two kiosks, for a moment; the whole is `python -m tests.faults --only clone`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.clone import CLONE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(CLONE.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_two_kiosks_with_one_disk_lose_and_double_nothing(case: Case, tmp_path: Path) -> None:
    """All that both were thanked for counts once, and one of them is the other one's successor.

    What a copy in a cupboard has, which no network reaches, is missed.
    """
    tally = case.run(tmp_path)

    assert tally.cases
    assert tally.is_clean != case.control, tally
    assert bool(tally.lost) == case.control
