"""What somebody leaves at the kiosk, and what is nobody's doing, never reaches the next citizen."""

from __future__ import annotations

import pytest
from msgspec import structs
from msgspec.structs import replace

from kiosk.events import (
    Chose,
    Continued,
    Event,
    Look,
    Looked,
    Scanned,
    Skipped,
    Spoke,
    Touched,
    Typed,
    WentBack,
)
from kiosk.stages import Stage, idle
from kiosk.visit import FORGET_S
from server.protocol.messages import Thresholds
from server.protocol.survey import Question
from tests.kiosk.stories import LONG, somebody

A, B = "a" * 64, "b" * 64


@pytest.mark.parametrize("event", [Spoke("en"), Looked(Look(low=True)), Scanned(A), Scanned("")])
def test_what_nobody_uses_goes_back(event: Event) -> None:
    """Somebody touches English and walks away: half a minute later the question is Vietnamese again."""
    citizen = somebody().does(event).waits(FORGET_S - 1)
    assert citizen.visit != idle(citizen.rules, citizen.visit.since, citizen.visit)

    citizen.waits(2)
    assert citizen.visit == idle(citizen.rules, citizen.visit.since, citizen.visit)


def test_a_receipt_that_somebody_left_is_not_the_next_ones() -> None:
    """Hands on the glass keep no receipt; one that cannot be read takes the one before away."""
    leaning = somebody().does(Scanned(A))
    for _ in range(4):
        leaning.waits(10).does(Touched())
    assert leaning.does(Chose(5)).draft.dossier == ""

    unread = somebody().does(Scanned(A), Scanned(""), Chose(5))
    assert unread.draft.dossier == ""


def test_a_notice_and_the_night_forget_what_was_set() -> None:
    """Language, look and receipt of one citizen do not come back with the question for another."""
    for is_open in (True, False):
        citizen = somebody(is_open=is_open, notices=1)
        citizen.rules = replace(citizen.rules, times=Thresholds(notice_after_s=10))
        citizen.does(Scanned(A), Spoke("en")).waits(90).does(Touched(), Chose(3))
        assert (citizen.draft.dossier, citizen.draft.lang) == ("", "vi")


def test_what_is_asked_of_a_notice_is_done() -> None:
    """A receipt that is scanned while a notice stands is read, and the question comes."""
    citizen = somebody(notices=1).does(Touched()).waits(121)
    assert citizen.visit.stage is Stage.NOTICE

    citizen.does(Scanned(A))
    assert (citizen.stage, citizen.visit.dossier) == (Stage.IDLE, A)


def test_a_receipt_that_lies_under_the_scanner_is_nobody() -> None:
    """What is read again and again, and a button that sticks, hold no visit open."""
    citizen = somebody().does(Chose(2), Scanned(B))
    for _ in range(12):
        citizen.waits(1).does(Scanned(B), Chose(4, box=True), Typed("x"))

    assert citizen.stage is Stage.STILL_THERE


def test_a_comment_that_is_changed_counts_only_when_it_is_finished_anew() -> None:
    """Who goes back to a finished comment, begins to delete it and walks away has taken it back."""
    survey = structs.replace(LONG, questions=[*LONG.questions, Question("n", "number", {"vi": "Mấy?"})])
    citizen = somebody(survey).does(Chose(3), *[Skipped()] * 4, *map(Typed, "toots"), Continued())
    assert citizen.draft.comment == "tốt"
    citizen.does(WentBack(), Typed("\b")).waits(70)

    assert (citizen.stage, citizen.draft.comment) == (Stage.IDLE, "")
