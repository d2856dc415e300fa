"""A bad network between kiosk and server, for a minute; the whole is `python -m tests.faults`."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.faults.cases import Case, Scale
from tests.faults.mischief import every
from tests.faults.network import AT_FIRST, NETWORK, believe

if TYPE_CHECKING:
    from pathlib import Path

KINDS_MIN = 17


@pytest.mark.parametrize("case", list(NETWORK.cases(Scale.SMALL, 1)), ids=lambda case: case.key)
def test_a_bad_network_loses_and_doubles_nothing(case: Case, tmp_path: Path) -> None:
    """Whatever befalls exchanges, kiosk and server, each thanked rating arrives once and in order.

    A client that believes any answer of the two hundreds loses ratings in the same network.
    """
    tally = case.run(tmp_path)

    assert tally.cases >= AT_FIRST
    assert tally.is_clean != case.control, tally
    assert bool(tally.lost) == case.control


def test_a_good_network_is_no_control(tmp_path: Path) -> None:
    """Where nothing befalls an exchange, even the client that believes any 2xx loses nothing."""
    tally = believe(1, 0.0, tmp_path)

    assert tally.cases == 0
    assert tally.ratings > 0
    assert tally.is_clean, tally


def test_there_are_many_kinds_of_mischief() -> None:
    """No two kinds of mischief have the same name, and there are no fewer than the plan wants."""
    names = {name for name, _ in every(random.Random(1))}

    assert len(names) == len(every(random.Random(1)))
    assert len(names) >= KINDS_MIN
