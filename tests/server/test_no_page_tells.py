"""Two provinces that differ in nothing but who gave which score: no page, file or answer may differ.

What is asked of single functions elsewhere is asked here of everything that anybody can open. In both
provinces citizens come one after another, and of each five the same scores are given in another order; so
whatever shows fewer than five, or one of them alone, is different in one of them.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from server.jobs import publish
from server.web.routes import Who, table
from tests.server.furnished import TODAY, WHO, addresses, open_furnished
from tests.server.hall import BAO_LOC

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from server.domain.disclosure import Scores
    from tests.server.hall import Hall

ONE, OTHER = (5, 4, 3, 2, 1, 5, 5, 1, 1, 3, 5, 4), (1, 2, 3, 4, 5, 1, 3, 5, 1, 5, 1, 2)
"""The scores of the two: alike after five and after ten; of the last two nothing may ever be told."""
CHANCE = re.compile(r"\b[0-9a-f]{8,64}\b")
"""Hashes, and what is drawn by lot: other bytes have another hash, which says nothing of them (salt)."""
TIMED = {"/reports/file", "/reports/province/file"}
"""Files that hold when they were made. They are made of what the pages of reports show."""
MONTHS = (
    "/overview",
    "/comparison",
    "/comparison/months",
    "/province",
    "/reports",
    "/reports/province",
    "/indices",
)


def one(score: int) -> Scores:
    """Return one rating as counts by score."""
    return score == 1, score == 2, score == 3, score == 4, score == 5


def everything(hall: Hall, cookies: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield every address that a person or a stranger can open, and what it says."""
    for rule in table():
        if rule.method != "GET" or rule.who is Who.KIOSK or rule.path in TIMED:
            continue
        asked = addresses(rule.path.replace("{file}", "2026.csv"))
        if rule.path in MONTHS:
            asked += [f"{rule.path}?center={BAO_LOC}&period=2026-11", f"{rule.path}?period=2026-11&lang=en"]
        for address in asked:
            reply = hall.get(address, cookies=cookies)
            yield address, f"{reply.status} {CHANCE.sub('…', reply.body.decode('latin-1'))}"


def differing(halls: Sequence[Hall], cookies: Sequence[dict[str, str]]) -> list[str]:
    """Return the addresses that say something else in the two provinces."""
    pages = [everything(hall, own) for hall, own in zip(halls, cookies, strict=True)]
    return [address for (address, said), (_, other) in zip(*pages, strict=True) if said != other]


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[list[Hall]]:
    """Open two provinces that are the same."""
    with ExitStack() as stack:
        yield [stack.enter_context(open_furnished(tmp_path / name)) for name in ("one", "other")]


def test_no_page_tells_who_gave_which_score(twins: list[Hall]) -> None:
    """Whoever reloads every page after each citizen, and when the month is told, learns no score."""
    cookies = [hall.sign_in(WHO) for hall in twins]
    assert differing(twins, cookies) == []
    for scores in zip(ONE, OTHER, strict=True):
        for hall, score in zip(twins, scores, strict=True):
            hall.rate(BAO_LOC, TODAY, one(score))
        assert differing(twins, cookies) == [], f"after {scores}"
    for hall in twins:
        hall.clock.forward(days=14)
        later = TODAY + timedelta(days=14)
        with hall.store.transaction():
            hall.store.release_due(later)
            for center, month in hall.store.months_due(later):
                publish(hall.store, center=center, month=month)
    cookies = [hall.sign_in(WHO) for hall in twins]

    assert differing(twins, cookies) == []


def test_the_check_sees_what_is_told(twins: list[Hall]) -> None:
    """Where five citizens give other scores than five others, the pages of figures differ."""
    cookies = [hall.sign_in(WHO) for hall in twins]
    for hall, score in zip(twins, (5, 1), strict=True):
        for _ in range(5):
            hall.rate(BAO_LOC, TODAY, one(score))

    found = differing(twins, cookies)

    assert any(address.startswith("/overview") for address in found)
    assert any(address.startswith("/province") for address in found)
