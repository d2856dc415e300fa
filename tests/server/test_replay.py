"""What was written record by record is what comes out when all of it is begun anew."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import pytest

from server.cli import main
from server.domain.disclosure import total
from server.errors import CommandError
from tests.server.books import open_books, unguarded
from tests.server.cluster import environ_of
from tests.server.histories import a_history

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("both_engines")

ZEROS = ",".join("0" * 15) + " from center_day"
history = contextmanager(a_history)


@pytest.mark.parametrize("seed", range(12))
def test_accepting_and_rebuilding_agree(
    tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Copies, decisions, late surveys, clocks put back: the book is whole, and rebuilt it is the same."""
    with history(tmp_path, seed) as told:
        assert list(told.books.store.faults()) == []
        said: list[int] = []
        with told.books.owned() as store:
            assert store.rebuild(said.append) == 0
        assert said == [told.books.store.record_count()]
        assert list(told.books.store.faults()) == []
    assert main(["--data-dir", str(tmp_path), "verify"], environ_of(tmp_path)) == 0
    assert " 0 faults" in capsys.readouterr().out


@pytest.mark.parametrize(
    "sql",
    [
        "update rating set score = 6 - score where score <> 3",
        "delete from rating where seq = 2",
        "delete from answer",
        "update center_day set n5 = n5 + 1",
        "delete from center_day where shown1 + shown2 + shown3 + shown4 + shown5 = 0",
        "insert into center_day select (select max(code) from center), day, n1, n2, n3, n4, n5," + ZEROS,  # noqa: S608 - ours
    ],
)
def test_a_projection_that_was_changed_is_found_and_mended(tmp_path: Path, sql: str) -> None:
    """Verifying names it; rebuilding makes it right, and says that it was not."""
    with open_books(tmp_path) as books:
        kiosk = books.enrol()
        books.rate(kiosk, 5, 4, 1)
        with unguarded(books.path) as db:
            db.execute(sql)

        assert list(books.store.faults()) != []
        with books.owned() as store:
            assert store.rebuild(lambda _: None) > 0
        assert list(books.store.faults()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "update release set n5 = n5 + 1",
        "update release set first_day = first_day + 30, last_day = last_day + 30",
        "update release set n5 = 0, n1 = n1 + n5",
        "delete from release",
        "insert into release select id + 1, center, first_day, last_day, n1, n2, n3, n4, n5 from release",
        "update center_day set shown5 = shown5 - 1",
    ],
)
def test_what_was_published_is_what_the_figures_say(tmp_path: Path, sql: str) -> None:
    """Nobody shows other figures than the book's: releases and what was shown of each day agree."""
    with open_books(tmp_path) as books:
        kiosk = books.enrol()
        books.rate(kiosk, 5, 4, 1, 2, 3)
        assert list(books.store.faults()) == []
        with unguarded(books.path) as db:
            db.execute(sql)

        assert list(books.store.faults()) == [
            "what was released for center 24823 is not what its figures say"
        ]


def test_withheld_ratings_leave_what_is_shown_five_together(tmp_path: Path) -> None:
    """Twelve are shown; four withheld change nothing, the fifth takes all five out; the book stays whole."""
    with open_books(tmp_path) as books:
        kiosk = books.enrol()
        books.rate(kiosk, *[5] * 7, *[1] * 5)
        shown = []
        for seq in range(8, 13):
            with books.store.transaction():
                books.store.withhold(kiosk.id, seq, "thanh tra", "made by a cleaner")
            releases = books.store.releases(24823, date(2026, 1, 1), date(2026, 12, 31))
            shown.append(total(releases))
            assert list(books.store.faults()) == []

        assert shown == [(5, 0, 0, 0, 7)] * 4 + [(0, 0, 0, 0, 7)]


def test_more_than_there_is_cannot_have_been_released(tmp_path: Path) -> None:
    """When records that were published are gone, rebuilding changes nothing: somebody has to look."""
    with open_books(tmp_path) as books:
        kiosk = books.enrol()
        books.rate(kiosk, 5, 4, 1, 2, 3)
        with unguarded(books.path) as db:
            for table in ("answer", "rating", "journal"):
                db.execute(f"delete from {table} where seq = 5")  # noqa: S608 - our own tables
        with pytest.raises(CommandError, match="more was released"), books.owned() as store:
            store.rebuild(lambda _: None)

        assert len(books.standings()) == 4


def test_who_revokes_a_device_hears_which_it_was_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The machine may still have those keys; one that is revoked already is not named again."""
    with open_books(tmp_path) as books:
        first = books.enrol()
        second = books.enrol(before=first)
        third = books.enrol(before=second)
    said = []
    for each in (second, third, first):
        why = ["--author", "thanh tra", "--reason", "stolen"]
        assert main(["--data-dir", str(tmp_path), "revoke", each.id, *why], environ_of(tmp_path)) == 0
        said.append(capsys.readouterr().out.splitlines()[1:])

    named = f"It may still have the keys of the devices that it was before: {first.id[:8]}"
    assert said == [[named], [named], []]


def test_people_decide_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Withhold, reinstate, revoke, forget: with author and reason, by the first digits of a device's id."""
    with open_books(tmp_path) as books:
        kiosk, other = books.enrol(), books.enrol(2)
        books.rate(kiosk, 5, 4)
    why = ["--author", "thanh tra", "--reason", "seen by a person"]

    def run(*arguments: str) -> int:
        return main(["--data-dir", str(tmp_path), *arguments], environ_of(tmp_path))

    device = kiosk.id[:8]
    assert run("withhold", device, "2", *why) == 0
    assert run("verify") == 0
    assert "quarantined: 1 (withheld)" in capsys.readouterr().out
    assert run("reinstate", device, "2", *why) == 0
    assert run("revoke", other.id, *why) == 0
    for wrong, said in (
        (["withhold", "", "1", *why], "2 devices begin with ''"),
        (["withhold", "zz", "1", *why], "0 devices begin with 'zz'"),
        (["withhold", device, "9", *why], "no rating 9"),
        (["reinstate", device, "1", *why], "counts as it is"),
        (["revoke", other.id, *why], "revoked already"),
        (["forget", device, "1", *why], "has no comment"),
        (["withhold", device, "1", "--author", " ", "--reason", "x"], "an author has 1 to 64 characters"),
        (["withhold", device, "1", "--author", "x", "--reason", "x" * 501], "a reason 1 to 500"),
    ):
        assert run(*wrong) == 1
        assert said in capsys.readouterr().err
    assert run("verify") == 0
