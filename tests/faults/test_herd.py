"""A small herd at a real server; the whole is `python -m tests.faults`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.herd import HERD, KIOSKS, worked_s

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(HERD.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_herd_is_served_to_the_last_rating(case: Case, tmp_path: Path) -> None:
    """Whoever comes in the same moment is told yes or later, and in the end each rating is there once."""
    tally = case.run(tmp_path)

    assert tally.cases == KIOSKS[Scale.SMALL]
    assert tally.is_clean != case.control, tally
    assert tally.lost == case.control


def test_the_work_of_a_process_is_its_processor_time() -> None:
    """What a process has worked is what the system says of itself."""
    before_s = sum(os.times()[:2])

    assert before_s - 0.1 <= worked_s(os.getpid()) <= sum(os.times()[:2]) + 0.1
