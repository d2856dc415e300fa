"""An edit of the book on the server's disk is found; the small scale of the class, with its controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.tamper import TAMPER

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(TAMPER.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_an_edit_is_found(tmp_path: Path, case: Case) -> None:
    """Each edit of a book is found, an untouched book is whole, and a blind check misses something."""
    tally = case.run(tmp_path)

    assert tally.cases > 0
    assert tally.is_clean != case.control, tally.found
