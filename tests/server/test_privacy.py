"""What citizens are promised about their ratings, and that the promise is kept."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.domain.audit import Action
from server.domain.retention import COMMENTS_KEPT_MONTHS, is_night, kept_since
from server.jobs import let_go
from tests.server.books import comment, open_books
from tests.server.hall import open_hall

pytestmark = pytest.mark.usefixtures("both_engines")


@pytest.mark.parametrize(
    ("now", "months", "since"),
    [
        ("2026-11-23", 24, "2024-11-23"),
        ("2026-01-31", 1, "2025-12-28"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-02-29", 24, "2026-02-28"),
        ("2026-12-01", 12, "2025-12-01"),
    ],
)
def test_comments_are_kept_for_so_many_months(now: str, months: int, since: str) -> None:
    """The day two years ago is the oldest whose comments are kept; a day a month lacks is an earlier one."""
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)

    assert kept_since(moment, months).date().isoformat() == since


def test_what_is_old_goes_at_night() -> None:
    """Three in the morning in Vietnam is eight in the evening in London's winter."""
    assert is_night(datetime(2026, 11, 22, 20, 15, tzinfo=UTC))
    assert not is_night(datetime(2026, 11, 23, 3, 15, tzinfo=UTC))


def test_the_notice_is_for_everybody(tmp_path: Path) -> None:
    """Anybody reads, without signing in and in both languages, what is kept and for how long."""
    with open_hall(tmp_path) as hall:
        vi, en = hall.get("/rieng-tu"), hall.get("/rieng-tu?lang=en")

    assert (vi.status, en.status) == (200, 200)
    assert f"sau {COMMENTS_KEPT_MONTHS} tháng" in vi.text
    assert f"after {COMMENTS_KEPT_MONTHS} months" in en.text
    assert "/rieng-tu" in vi.text


NIGHT_MS = int(datetime(2028, 12, 1, 20, 30, tzinfo=UTC).timestamp() * 1000)
"""Half past three of a night in Vietnam, two years and a week after the tests' own day."""


def test_old_comments_go_at_night_and_nothing_else(tmp_path: Path) -> None:
    """After two years a comment is deleted with a word in the log; its rating and newer comments stay."""
    with open_books(tmp_path) as books:
        kiosk = books.enrol(1)
        for text in ("Cảm ơn", "Chờ lâu"):
            aside, names = comment(text)
            books.send(kiosk, books.rating(kiosk, 5, asides=names), asides=(aside,))
            books.now_ms += 30 * 24 * 3600 * 1000

        with books.store.transaction():
            by_day = let_go(books.store, now_ms=NIGHT_MS + 12 * 3600 * 1000)
            at_night = let_go(books.store, now_ms=NIGHT_MS)
            again = let_go(books.store, now_ms=NIGHT_MS)

        assert (by_day, at_night, again) == (0, 1, 0)
        assert books.ask("select words from aside") == [("Chờ lâu",)]
        assert books.store.rating_count(kiosk.id) == 2
        (event,) = books.store.events(Action.FORGET_ASIDE)
        assert (event.author, event.subject) == ("server", f"{kiosk.id} 1 comment")
