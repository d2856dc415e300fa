"""The kiosk's disk refuses calls that are drawn by lot; the whole is `python -m tests.faults`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import strace
from tests.faults.cases import Case, Scale
from tests.faults.disk_errors import DISK_ERRORS, is_unheard, thanked_after_all
from tests.faults.strace import Fault, Point

if TYPE_CHECKING:
    from pathlib import Path

SYNC = Fault(Point("fdatasync", 3), "EIO")


@pytest.mark.parametrize("case", list(DISK_ERRORS.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_nobody_is_thanked_for_what_the_disk_refused(case: Case, tmp_path: Path) -> None:
    """Whatever call fails however, a citizen is thanked for what is stored or reads that it is not."""
    tally = case.run(tmp_path)

    assert tally.cases
    assert tally.is_clean != case.control, tally


def test_a_sync_that_failed_unheard_is_told() -> None:
    """Where the outbox could not be synced somebody has to read it; a folder is no part of it."""
    outbox, folder = ["/kiosk/outbox.sqlite3-journal"], ["/kiosk"]

    assert is_unheard(SYNC, outbox, ["THANKS 1", "THANKS 2"])
    assert is_unheard(SYNC, outbox, [])
    assert not is_unheard(SYNC, outbox, ["THANKS 1", "SORRY 2"])
    assert not is_unheard(SYNC, folder, ["THANKS 1", "THANKS 2"])
    assert not is_unheard(SYNC, [], ["THANKS 1", "THANKS 2"])


def test_an_apology_that_became_thanks_is_counted() -> None:
    """Who read an apology and then thanks was stored at the second try."""
    assert thanked_after_all(["SORRY 1", "THANKS 1", "SORRY 2", "THANKS 3"]) == 1


def test_where_a_call_failed_is_read_from_the_trace(tmp_path: Path) -> None:
    """A trace tells at which file a call was made to fail, and nothing of those that did not."""
    trace = tmp_path / "trace"
    trace.write_text(
        "fdatasync(4</kiosk/outbox.sqlite3>)     = 0\n"
        "fdatasync(4</kiosk/outbox.sqlite3>)     = -1 EIO (Input/output error) (INJECTED)\n"
        'rename("a", "b")                        = -1 EIO (Input/output error) (INJECTED)\n'
    )

    assert strace.failed(trace) == ["/kiosk/outbox.sqlite3", ""]
