"""A server put back to older backups while kiosks live; the whole is `python -m tests.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.restored import RESTORED, SINCE, believe

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(RESTORED.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_kiosks_bring_home_what_a_backup_lacks(case: Case, tmp_path: Path) -> None:
    """After each restoration the kiosks send again, the book is whole and says that it was put back.

    A client that believes no receipt which goes back loses what came since the backup.
    """
    tally = case.run(tmp_path)

    assert tally.cases
    assert tally.is_clean != case.control, tally
    assert bool(tally.lost) == case.control


def test_without_a_restoration_the_control_loses_nothing(tmp_path: Path) -> None:
    """Even a client that believes no receipt which goes back is well while none goes back."""
    tally = believe(tmp_path, restores=False)

    assert tally.cases == 0
    assert tally.ratings > SINCE
    assert tally.is_clean, tally
