"""Outboxes of tests, and ratings in them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kiosk.draft import Draft
from kiosk.outbox import Outbox
from server.protocol.record import anchor

if TYPE_CHECKING:
    from pathlib import Path

DEVICE = "d" * 32
ANCHOR = anchor(b"an enrolment")
NEXT_ANCHOR = anchor(b"the enrolment of a successor")
TODAY = "2026-11-23"


def open_outbox(folder: Path, device: str = DEVICE) -> Outbox:
    """Open the outbox of a folder."""
    return Outbox(folder / "outbox.sqlite3", device, ANCHOR, os.urandom)


def a_draft(score: int = 5, flags: tuple[str, ...] = (), visit: int = 1) -> Draft:
    """Return what one tap leaves."""
    return Draft(
        visit=visit,
        survey="0123456789ab",
        counter="24823-1",
        officer="",
        lang="vi",
        made_at="2026-11-23T03:00:00Z",
        boot="00000000",
        mono_ms=1000,
        clock_ok=True,
        answers={"overall": score},
        flags=list(flags),
    )


def rate(outbox: Outbox, *scores: int) -> None:
    """Make a rating of each score."""
    for score in scores:
        outbox.save_draft(a_draft(score))
        outbox.seal()
