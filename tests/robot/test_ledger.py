"""A kiosk that seals twice, loses, fails or grows is found out, and one that is sound is not."""

from __future__ import annotations

import pytest

from server.protocol.record import Record
from tests.robot.ledger import GROWTH_MB_MAX, Ledger, Sample, growth_mb, memory_findings
from tests.robot.walker import Touched, differences
from tests.story.book import Kept

VISIT = (
    'kiosk.ui DEBUG screen idle {"face_1":[10,20]}',
    'kiosk.ui DEBUG screen ask-why {"option_1":[10,20]}',
    "kiosk.ui DEBUG screen storing {}",
    "kiosk DEBUG stored record 1",
    "kiosk.ui DEBUG screen thanks {}",
    'kiosk.ui DEBUG screen idle {"face_1":[10,20]}',
)


def a_ledger(*lines: str) -> Ledger:
    """Hear these lines."""
    ledger = Ledger()
    for line in lines:
        ledger.hear(line)
    return ledger


def a_record(seq: object = 1, **changes: object) -> Kept:
    """Return a record as the server keeps it."""
    facts: dict[str, object] = {
        "v": 1,
        "seq": seq,
        "survey": "0" * 12,
        "counter": "1",
        "lang": "vi",
        "made_at": "2026-11-23T05:00:00Z",
        "boot": "0" * 8,
        "mono_ms": 1,
        "answers": {"overall": 5, "why": [0, 2]},
        "flags": ["took:4"],
        "salt": "0" * 16,
    }
    return Kept(Record(**facts | changes), {}, "")  # type: ignore[arg-type] # as they are named


def a_touch(**changes: object) -> Touched:
    """Return what was touched for that record."""
    facts: dict[str, object] = {"answers": {"overall": 5, "why": [0, 2]}, "rated_s": 10.0, "sealed_s": 14.5}
    return Touched(**facts | changes)  # type: ignore[arg-type] # as they are named


def test_a_sound_visit_is_counted() -> None:
    """One visit begun, one record stored, five screens, and the server has it: nothing is found."""
    ledger = a_ledger(*VISIT)

    assert (ledger.begun, ledger.stored, ledger.screens, ledger.glass.name) == (1, 1, 5, "idle")
    assert ledger.glass.targets == {"face_1": (10, 20)}
    assert ledger.against([a_record()]) == []


@pytest.mark.parametrize(
    "lines",
    [
        (*VISIT, "kiosk DEBUG stored record 2"),  # a second rating in a visit
        (*VISIT, VISIT[1], VISIT[0], VISIT[1]),  # two visits, and no record of the first
        (*VISIT[:3], "kiosk DEBUG stored record 7"),  # a number that is not its turn
        (*VISIT, "kiosk.ui ERROR a fault: ValueError at app.py:7 show"),
        ("Traceback (most recent call last):", *VISIT),
        ("Fatal Python error: Segmentation fault", *VISIT),
    ],
)
def test_what_is_unsound_in_the_log_is_found(lines: tuple[str, ...]) -> None:
    """Records without visits, visits without records, and faults are found, whatever the server has."""
    ledger = a_ledger(*lines)

    assert ledger.findings
    assert ledger.against([a_record()])


@pytest.mark.parametrize(
    "book",
    [
        [],
        [a_record(), a_record(2)],
        [a_record(2)],
        [a_record(answers={"overall": 6})],
        [Kept(a_record().record, {}, "answers")],
    ],
)
def test_a_book_that_differs_is_found(book: list[Kept]) -> None:
    """A record that is missing, too many, out of its turn, impossible or quarantined is found."""
    assert a_ledger(*VISIT).against(book)


def test_a_growing_memory_is_found() -> None:
    """What grows by a MB in ten screens is found; what grows while it warms up, and then stays, is not."""
    leaks = [Sample(screens, 200 + screens / 10) for screens in range(0, 1000, 5)]
    warms = [Sample(screens, 200 + min(screens, 500) / 10) for screens in range(0, 1000, 5)]
    there_and_back = [Sample(0, 200), Sample(500, 200), Sample(600, 221), Sample(700, 200)]

    assert growth_mb(leaks) == pytest.approx(49.5)
    assert memory_findings(leaks)
    assert memory_findings(there_and_back)
    assert memory_findings(warms) == []
    assert memory_findings([Sample(500, 200), Sample(501, 200 + GROWTH_MB_MAX)]) == []


def test_a_memory_that_was_not_watched_is_not_praised() -> None:
    """Fewer screens than the warm-up say nothing, and that is said."""
    assert memory_findings([Sample(499, 200), Sample(499, 900)])


def test_a_book_that_says_what_was_touched_is_well() -> None:
    """The same answers, flags, language, asides and duration: no difference."""
    assert differences([a_touch()], [a_record()]) == []


@pytest.mark.parametrize(
    ("touched", "record"),
    [
        ({"answers": {"overall": 4, "why": [0, 2]}}, {}),
        ({"answers": {"overall": 5}}, {}),
        ({"answers": {"overall": 5, "why": [0, 2], "trips": 1}}, {}),
        ({"lang": "en"}, {}),
        ({"comment": "x"}, {}),
        ({"dossier": "ab" * 32}, {}),
        ({"procedure": "1.001193"}, {}),
        ({"flags": {"late"}}, {}),
        ({}, {"flags": ["took:4", "repeat"]}),
        ({}, {"flags": ["took:9"]}),
        ({}, {"seq": 2}),
    ],
)
def test_a_book_that_says_anything_else_is_not(touched: dict[str, object], record: dict[str, object]) -> None:
    """One answer, flag, aside or second other than it was touched is a difference."""
    assert differences([a_touch(**touched)], [a_record(**{"seq": 1} | record)])


def test_a_visit_too_many_or_too_few_is_a_difference() -> None:
    """A rating that is lost, or comes twice, is told first."""
    assert differences([a_touch()], []) == ["1 visits, 0 records"]
    assert differences([a_touch()], [a_record(), a_record(2)]) == ["1 visits, 2 records"]
