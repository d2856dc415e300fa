"""The whole program killed a few times; the whole is `python -m tests.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.window_kill import WINDOW_KILL

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.screen


@pytest.mark.parametrize("case", list(WINDOW_KILL.cases(Scale.SMALL, 2)), ids=lambda case: case.key)
def test_a_program_that_is_killed_in_its_window_loses_nothing(case: Case, tmp_path: Path) -> None:
    """Killed while it starts, stores, thanks or sends, the program goes on, and nothing is missing."""
    tally = case.run(tmp_path)

    assert dict(tally.figures)["thanked"]
    assert tally.is_clean != case.control, tally
