"""A suspicious rating is flagged when it comes, kept, and told apart from the others; nothing is refused."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.disclosure import total
from server.domain.months import Cut, month_of
from server.store.migrations import STEPS
from server.store.schema_quality import QUALITY
from tests.server.books import BAO_LOC, Books, Machine, open_books, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from server.domain.disclosure import Scores

pytestmark = pytest.mark.usefixtures("both_engines")

NOVEMBER = month_of(date(2026, 11, 1))
CHILD = tuple(range(0, 40, 4))
"""Ten faces in forty seconds."""


@pytest.fixture(name="books")
def _books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as books:
        yield books


def presses(
    books: Books, kiosk: Machine, seconds: Sequence[float], scores: Sequence[int], boot: str = "0000000a"
) -> list[bytes]:
    """Return ratings of one tap at these seconds after the kiosk's start, which it has not sent yet."""
    first = len(kiosk.bodies) + 1
    return [
        books.rating(kiosk, score, first + place, boot=boot, mono_ms=1 + int(second * 1000))
        for place, (second, score) in enumerate(zip(seconds, scores, strict=True))
    ]


def flags(books: Books) -> dict[int, str]:
    """Return what is said of each rating that something is said of."""
    return {seq: said for seq, said in books.ask("select seq, flags from rating_now order by seq") if said}


def shown(books: Books) -> tuple[Scores, Scores]:
    """Return what may be shown of November: the headline, and the suspicious ones that it goes without."""
    days = (BAO_LOC, NOVEMBER.first, NOVEMBER.last)
    return total(books.store.releases(*days)), total(books.store.suspect_releases(*days))


def is_whole(books: Books) -> bool:
    """Say whether the book is whole, and begun anew is the same."""
    if list(books.store.faults()):
        return False
    with books.owned() as store:
        return store.rebuild(lambda _: None) == 0 and not list(store.faults())


def test_a_child_is_kept_and_the_headline_goes_without(books: Books) -> None:
    """Of ten faces in forty seconds five are flagged; all are in the book, five in the headline."""
    kiosk = books.enrol()
    books.send(kiosk, *presses(books, kiosk, CHILD, (1, 5) * 5))

    assert flags(books) == dict.fromkeys(range(6, 11), "suspect_burst")
    assert set(books.standings().values()) == {None}
    assert shown(books) == ((3, 0, 0, 0, 2), (2, 0, 0, 0, 3))
    assert is_whole(books)


def test_fewer_than_five_suspicious_ones_are_told_by_nothing(books: Books) -> None:
    """Four wait, as any rating does, and become no part of the headline meanwhile; the fifth shows them."""
    kiosk = books.enrol()
    books.send(kiosk, *presses(books, kiosk, CHILD[:9], (1, 5) * 4 + (1,)))
    assert shown(books) == ((3, 0, 0, 0, 2), (0, 0, 0, 0, 0))
    assert books.store.pending_count(BAO_LOC) == 0

    books.send(kiosk, *presses(books, kiosk, [CHILD[9]], (5,)))
    assert shown(books) == ((3, 0, 0, 0, 2), (2, 0, 0, 0, 3))


def test_a_months_tables_go_without(books: Books) -> None:
    """Neither counter nor hour nor answer tells of a suspicious rating."""
    kiosk = books.enrol()
    books.rate(kiosk, 4, 4, 4, 4, 4)
    books.send(kiosk, *presses(books, kiosk, CHILD, (1, 5) * 5))
    with books.store.transaction():
        books.store.release_due(date(2026, 12, 6))
        books.store.publish_month(BAO_LOC, NOVEMBER)

    (counter,) = [
        each
        for each in books.store.month_figures(BAO_LOC, NOVEMBER.first, NOVEMBER.last)
        if each.cut is Cut.COUNTER
    ]
    hours = books.store.hour_figures(BAO_LOC, NOVEMBER.first, NOVEMBER.last)
    assert counter.scores == (3, 0, 0, 5, 2)
    assert list(hours.values()) == [counter.scores]


def test_suspicious_ones_that_are_withheld_leave_their_own_figure(books: Books) -> None:
    """Five together; the headline does not move, and one that is reinstated is suspicious still."""
    kiosk = books.enrol()
    books.send(kiosk, *presses(books, kiosk, CHILD, (1, 5) * 5))
    for seq in range(6, 11):
        with books.store.transaction():
            books.store.withhold(kiosk.id, seq, "thanh tra", "a child")
    assert shown(books) == ((3, 0, 0, 0, 2), (0, 0, 0, 0, 0))
    assert flags(books) == {}

    with books.store.transaction():
        books.store.reinstate(kiosk.id, 6, "thanh tra", "no child after all")
    assert flags(books) == {6: "suspect_burst"}
    assert shown(books) == ((3, 0, 0, 0, 2), (0, 0, 0, 0, 0))
    assert is_whole(books)


def test_who_carries_home_what_was_not_sent_carries_it_as_it_was(books: Books) -> None:
    """A later device of the kiosk brings a child's faces: they are flagged by what it brought before them."""
    old = books.enrol()
    old.bodies += presses(books, old, CHILD, (1, 5) * 5)
    new = books.enrol(1, before=old)
    for seq in range(1, 11):
        books.send(new, books.carry(new, old, seq))
    books.send(new, books.carry(new, old, 10))
    books.resend(old, 0)

    assert flags(books) == dict.fromkeys(range(6, 11), "suspect_burst")
    assert shown(books) == ((3, 0, 0, 0, 2), (2, 0, 0, 0, 3))
    assert is_whole(books)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([0.5, 2, 6, 9, 11, 30, 70]), st.sampled_from([1, 4, 5]), st.booleans()),
        min_size=1,
        max_size=24,
    )
)
def test_flags_do_not_depend_on_how_records_came(
    tmp_path: Path, visits: list[tuple[float, int, bool]]
) -> None:
    """One batch, one by one, or cut anywhere and sent twice: the same ratings are flagged."""
    seconds = [sum(gap for gap, _, _ in visits[: place + 1]) for place in range(len(visits))]
    scores = [score for _, score, _ in visits]
    cuts = [place for place, (_, _, is_cut) in enumerate(visits, 1) if is_cut]
    everywhere, seen = list(range(1, len(visits) + 1)), []
    with contextmanager(_books_once)(tmp_path) as books:
        for number, ends in enumerate(([], everywhere, cuts), 1):
            kiosk = books.enrol(number)
            kiosk.bodies += presses(books, kiosk, seconds, scores)
            sent = 0
            for end in [*ends, len(visits)]:
                books.resend(kiosk, max(0, sent - 1), end)
                sent = end
            said = books.ask("select d.id, r.seq, r.flags from rating r join device d on d.no = r.device")
            seen.append(sorted(each[1:] for each in said if each[0] == kiosk.id))
        assert list(books.store.faults()) == []

    assert seen[0] == seen[1] == seen[2]


def _books_once(folder: Path) -> Iterator[Books]:
    """Open the book of a folder; the next example goes on in it."""
    with open_books(folder) as books:
        yield books


@pytest.mark.parametrize(
    "sql",
    [
        "update suspect_day set n5 = n5 + 1",
        "update suspect_release set n5 = n5 + 1",
        "delete from suspect_release",
        "update rating set flags = ''",
        "insert into unflagged (device, seq) select no, 10 from device",
    ],
)
def test_who_makes_suspicious_ratings_good_ones_is_found(books: Books, sql: str) -> None:
    """Their sums, what was published of them, and that they are flagged, are held against the journal."""
    kiosk = books.enrol()
    books.send(kiosk, *presses(books, kiosk, CHILD, (1, 5) * 5))
    assert list(books.store.faults()) == []
    with unguarded(books.path) as db:
        db.execute(sql)

    assert list(books.store.faults()) != []


def test_what_was_counted_before_there_were_flags_stays(books: Books) -> None:
    """A database of the version before keeps what it counted and published; what comes then is flagged."""
    kiosk = books.enrol()
    body = presses(books, kiosk, CHILD, (1, 5) * 5)
    with unguarded(books.path) as db:  # what the step writes for a device of which there are seven
        db.execute("insert into unflagged (device, seq) select no, 7 from device")
    books.send(kiosk, *body)

    assert flags(books) == dict.fromkeys(range(8, 11), "suspect_burst")
    assert shown(books) == ((4, 0, 0, 0, 3), (0, 0, 0, 0, 0))
    assert is_whole(books)


def test_a_database_of_the_version_before_is_whole_after_the_step(books: Books) -> None:
    """The step remembers how far each device had come."""
    kiosk = books.enrol()
    books.enrol(2)
    books.rate(kiosk, 5, 4, 3)
    with books.owned() as store:
        for table in ("suspect_day", "suspect_release", "unflagged"):
            store.define(f"drop table {table};")  # type: ignore[attr-defined] # the engine's own verb
        store.define(QUALITY)  # type: ignore[attr-defined] # the engine's own verb

    assert books.ask("select device, seq from unflagged") == [(1, 3)]
    assert any(step.sql == QUALITY for step in STEPS)
