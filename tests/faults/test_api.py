"""The API under attack; the small scale of the class, with its controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.api import API
from tests.faults.believed import faults_of_answer
from tests.faults.by_bytes import foretold
from tests.faults.cases import Case, Scale

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", list(API.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_an_attack_is_answered_as_it_must_be(tmp_path: Path, case: Case) -> None:
    """Whatever is sent: no fault, an answer as described, a whole book; servers that are wrong are found."""
    tally = case.run(tmp_path)

    assert tally.cases > (0 if case.control else 100)
    assert tally.is_clean != case.control, tally.found[:5]
    assert bool(tally.server_errors) == (case.key == "overflow-planted")


def test_what_is_foretold_is_the_rule_of_the_chain() -> None:
    """A gap and a repetition are fine, another history is a fork, and the chain grows by what is new."""
    known = [b"1", b"2"]

    assert foretold(known, 3, [b"4"], right_head=True) == (200, 2)
    assert foretold(known, 0, [b"1"], right_head=True) == (200, 2)
    assert foretold(known, 1, [b"2", b"3"], right_head=True) == (200, 3)
    assert foretold(known, 1, [b"x", b"3"], right_head=True) == (409, 2)
    assert foretold(known, 2, [b"3"], right_head=False) == (409, 2)


@pytest.mark.parametrize(
    ("status", "kind", "content"),
    [
        (500, "text/plain", b"Internal Server Error"),
        (422, "application/problem+json", b'{"type":"x","title":"x","status":400,"code":"malformed"}'),
        (200, "application/json", b'{"payload":"{}","signature":"x"}'),
        (200, "application/json", b'[{"a":{"payload":"{}","signature":"x"}}]'),
    ],
)
def test_an_answer_that_nobody_should_believe_is_not(status: int, kind: str, content: bytes) -> None:
    """The control: a problem of another shape or status, and text that nobody signed."""
    assert faults_of_answer(status, kind, content)
