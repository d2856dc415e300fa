"""Kiosks whose calendar is wrong, for a week of theirs; the whole is `python -m tests.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.clock import CLOCK, look_right
from tests.faults.world import Calendar

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(CLOCK.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_wrong_calendar_moves_no_rating_unseen(case: Case, tmp_path: Path) -> None:
    """Each rating counts on the day on which it was given, or is flagged; each is stored once.

    A calendar that is three days behind looks right: what comes after a restart counts on another day.
    """
    tally = case.run(tmp_path)

    assert tally.cases
    assert tally.is_clean != case.control, tally


@pytest.mark.parametrize("calendar", list(Calendar), ids=lambda calendar: calendar.value)
def test_within_a_boot_no_calendar_matters(calendar: Calendar, tmp_path: Path) -> None:
    """Sent three days later by the same machine, not restarted, a rating has its day all the same."""
    tally = look_right(tmp_path, calendar=calendar, restarts=False)

    assert tally.is_clean, tally
    assert dict(tally.figures) == {"days unsure": 0, "sent in another boot": 0}
