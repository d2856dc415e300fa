"""Every form that a page sends, and every page: what they leave in the book and in its audit log."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest
from pysqlite3 import dbapi2 as sqlite3

from server.domain.audit import changed
from server.web.routes import Who, table
from tests.server.forms import FORMS, OTHERWISE
from tests.server.furnished import LINK, WHO, addresses, open_furnished
from tests.server.sending import send

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from server.web.routes import Rule
    from tests.server.hall import Hall
    from tests.server.sending import Leaves, Sent

LOG = {"audit", "audit_head"}
RULES = [each for each in table() if each.who is not Who.KIOSK and not each.path.startswith("/v1/")]
PAGES = [each for each in RULES if each.method == "GET"]
ALL = [*FORMS.items(), *OTHERWISE]
ROUTES = {each.path.replace("{token}", LINK) for each in RULES if each.method == "POST"}


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_furnished(tmp_path) as opened:
        yield opened


def book(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read every table of a hall's book, past the store."""
    with closing(sqlite3.connect(f"file:{folder / 'hall.sqlite3'}?mode=ro", uri=True)) as db:
        names = db.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
        return {name: sorted(db.execute(f'select * from "{name}"'), key=repr) for (name,) in names}  # noqa: S608 - its own names


def differing(
    before: Mapping[str, list[tuple[object, ...]]], after: Mapping[str, list[tuple[object, ...]]]
) -> set[str]:
    """Name the tables that are not as they were."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def events(hall: Hall, after: int) -> list[tuple[str, str, str, str]]:
    """Return who did what to what, in detail, since an event."""
    told = [each.event for each in hall.store.audit_log()][after:]
    return [(each.author, each.action, each.subject, each.detail) for each in told]


def told(event: Leaves, hall: Hall) -> Mapping[str, object]:
    """Read out of the book what an event tells of it."""
    return event.detail(hall) if callable(event.detail) else {}


@pytest.mark.parametrize(("path", "sent"), ALL, ids=[path for path, _ in ALL])
def test_every_change_is_in_the_audit_log(hall: Hall, tmp_path: Path, path: str, sent: Sent) -> None:
    """A form leaves the events that it must, with author, subject, before and after; else it says why not."""
    cookies = hall.sign_in(sent.by) if sent.by else {}
    for earlier, form in sent.first:
        assert send(hall, earlier, form, cookies).status == 303
    known, before, was = (
        hall.store.audit_head()[0],
        book(tmp_path),
        [told(each, hall) for each in sent.events],
    )
    reply = send(hall, path, sent, cookies)
    after, found = differing(before, book(tmp_path)), events(hall, known)
    author = sent.by or (sent.events[0].subject if sent.events else "")

    assert reply.status in {200, 303}, reply.text
    assert found == [
        (
            author,
            each.action,
            each.subject,
            each.detail if isinstance(each.detail, str) else changed(before_it, each.detail(hall)),
        )
        for each, before_it in zip(sent.events, was, strict=True)
    ]
    for each, (*_, detail) in zip(sent.events, found, strict=True):
        assert isinstance(each.detail, str) or msgspec.json.decode(detail), "nothing is told to have changed"
    if sent.why:
        assert not sent.events
        assert after <= sent.tables
    else:
        assert after >= LOG
        assert bool(after - LOG) != sent.takes, "it is told, and nothing was changed"


def test_no_form_is_forgotten() -> None:
    """Each route that takes a form is in the table, and each of the table is a route."""
    assert set(FORMS) == ROUTES
    assert all(bool(each.events) != bool(each.why) for each in FORMS.values())


@pytest.mark.parametrize("rule", PAGES, ids=lambda rule: rule.path)
def test_looking_changes_nothing(hall: Hall, tmp_path: Path, rule: Rule) -> None:
    """Whoever opens a page leaves the book as it was, to the last row."""
    cookies = hall.sign_in(WHO)
    before = book(tmp_path)

    for address in addresses(rule.path):
        hall.get(address, cookies=cookies)
    assert differing(before, book(tmp_path)) == set()


def test_a_change_would_be_seen(hall: Hall, tmp_path: Path) -> None:
    """The comparison of books notices a single other row."""
    before = book(tmp_path)
    with hall.store.transaction():
        hall.store.note_attempt("sign-in", "x", 1)

    assert differing(before, book(tmp_path)) == {"attempt"}
