"""A hall with all 124 centers, whose releases a seeded generator has made: planted truths and much chance."""

from __future__ import annotations

import random
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from server.domain.dossier_figures import FieldDay, TicketDay, Work
from server.domain.places import Role
from server.store.releases import HEADLINE, RELEASE
from server.store.seed import lamdong, ready_fields
from server.store.sql import Engine, to_days
from tests.server.hall import open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.places import Center
    from server.store import Store
    from tests.server.hall import Hall

FACES: Final = (0.02, 0.03, 0.10, 0.40, 0.45)
"""How often each face is chosen where all is as everywhere: 85 percent are satisfied."""
WORST, BEST, SMALL, SILENT = 24823, 24781, 22918, 22924
"""Codes of centers with a planted truth: bad service, very good service, few ratings, a kiosk that is off."""
SEED: Final = 7


@contextmanager
def province_hall(folder: Path, first: date, last: date, *, truths: bool = True) -> Iterator[Hall]:
    """Open a hall whose centers have releases on every working day from one day to another.

    Without `truths` all centers are alike, and differ by chance only.
    """
    with open_hall(folder, centers=lamdong()) as hall:
        hall.hire("tỉnh", None, role=Role.REVIEWER)
        with hall.store.transaction():
            hall.store.add_fields(ready_fields())
        hall.rate(SILENT, date(2026, 6, 2), (0, 0, 1, 2, 3))
        with hall.store.transaction():
            publish(hall.store, first, last, truths=truths)
        yield hall


def publish(store: Store, first: date, last: date, *, truths: bool) -> None:
    """Write the releases and some reports of centers, in the open transaction."""
    assert isinstance(store, Engine)  # releases are written as the store itself writes them
    rng = random.Random(SEED)
    for place, center in enumerate(store.centers()):
        if center.code == SILENT:
            continue
        a_day = 1 if center.code == SMALL else rng.randint(1, 9)
        busy = rng.uniform(0.5, 1)
        workdays = [day for day in _days(first, last) if day.weekday() < 5]
        days = [day for day in workdays if rng.random() < busy]
        if center.code == SMALL:
            days = days[::9]
        rows = [_row(rng, center, day, truths=truths) for day in days for _ in range(a_day)]
        store.write_many(HEADLINE.sql(RELEASE), rows)
        if place % 3 == 0:
            store.take_ticket_days(center.code, [TicketDay(day, a_day * 12) for day in days], "tỉnh")
        elif place % 3 == 1:
            told = [FieldDay(1, day, Work(a_day * 9, a_day * 8, a_day * 8, 0)) for day in days]
            store.take_field_days(center.code, told, "tỉnh")


def _row(rng: random.Random, center: Center, day: date, *, truths: bool) -> dict[str, object]:
    """Return a release of five ratings."""
    faces = FACES
    if truths:
        faces = {WORST: (0.1, 0.1, 0.2, 0.35, 0.25), BEST: (0.0, 0.0, 0.02, 0.28, 0.7)}.get(
            center.code, FACES
        )
    given = rng.choices(range(5), faces, k=5)
    counts = {f"n{score + 1}": given.count(score) for score in range(5)}
    return {"center": center.code, "first": to_days(day), "last": to_days(day), **counts}


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
