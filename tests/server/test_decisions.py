"""What people decide about ratings and devices: an event in the audit log, and a version of the rating."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.audit import Action, Kept, log_fault
from server.domain.decisions import Cause, versions
from server.domain.intake import Judgement, Sender
from server.errors import CommandError
from server.protocol.survey import encode_survey, survey_hash
from tests.kiosk.stories import ONE_TAP
from tests.server.books import REFUSED, Books, comment, guarded, open_books

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("both_engines")


@pytest.fixture(name="books")
def _books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as books:
        yield books


def withhold(books: Books, device: str, seq: int) -> None:
    """Withhold a rating."""
    with books.store.transaction():
        books.store.withhold(device, seq, "thanh tra", "made by a cleaner")


def reinstate(books: Books, device: str, seq: int) -> None:
    """Reinstate a rating."""
    with books.store.transaction():
        books.store.reinstate(device, seq, "thanh tra", "it was a citizen after all")


def actions(books: Books) -> list[str]:
    """Return what the audit log says was done, but for the beginning."""
    return [each.event.action for each in books.store.audit_log()][2:]


def test_a_withheld_rating_counts_no_more_and_stays(books: Books) -> None:
    """It is in the journal and in the log with author and reason; reinstated it counts again."""
    kiosk = books.enrol()
    books.rate(kiosk, 5, 1, 4)
    withhold(books, kiosk.id, 2)

    assert books.store.quarantined() == {"withheld": 1}
    assert books.counted() == (3, 1)
    reinstate(books, kiosk.id, 2)
    assert books.store.quarantined() == {}
    assert books.counted() == (4, 1)
    assert actions(books) == ["withhold", "reinstate"]
    assert [(row.seq) for row in books.store.journal(kiosk.id)] == [1, 2, 3]


def test_only_what_counts_is_withheld_and_only_what_was_withheld_is_reinstated(books: Books) -> None:
    """Anything else is refused, and nothing is written."""
    kiosk = books.enrol()
    books.rate(kiosk, 5)
    books.send(kiosk, books.rating(kiosk, 9))
    with pytest.raises(CommandError, match="it counts as it is"):
        reinstate(books, kiosk.id, 1)
    withhold(books, kiosk.id, 1)
    for seq, why in ((1, "withheld"), (2, "wrong_answer"), (3, "there is no rating 3")):
        with pytest.raises(CommandError, match=why):
            withhold(books, kiosk.id, seq)
    with pytest.raises(CommandError, match="nobody withheld it"):
        reinstate(books, kiosk.id, 2)

    assert actions(books) == ["withhold"]


def test_what_a_revoked_device_sent_can_be_reinstated(books: Books) -> None:
    """A reviewer lets one rating count that came after the revocation; the others stay where they are."""
    kiosk = books.enrol()
    books.rate(kiosk, 5)
    with books.store.transaction():
        books.store.revoke(kiosk.id, "an admin", "moved")
    books.rate(kiosk, 4, 3)
    reinstate(books, kiosk.id, 3)

    assert books.standings() == {(kiosk.id, 1): None, (kiosk.id, 2): "revoked", (kiosk.id, 3): None}
    with pytest.raises(CommandError, match="revoked already"), books.store.transaction():
        books.store.revoke(kiosk.id, "an admin", "again")


def test_a_survey_that_becomes_known_late_lets_its_ratings_count(books: Books) -> None:
    """What was quarantined for it gets a second version; what is asked now does not change."""
    late = encode_survey(msgspec.structs.replace(ONE_TAP, name={"vi": "late"}))
    kiosk = books.enrol()
    books.rate(kiosk, 5)
    books.send(kiosk, books.rating(kiosk, 4, survey=survey_hash(late)))
    asked = books.store.current_survey()

    assert books.store.unknown_surveys(kiosk.id) == [survey_hash(late)]
    with books.store.transaction():
        assert books.store.learn_survey(late) == books.store.learn_survey(late) == survey_hash(late)
    assert books.store.unknown_surveys(kiosk.id) == []
    assert books.store.quarantined() == {}
    assert books.counted() == (2, 0)
    assert books.store.current_survey() == asked
    assert actions(books) == ["add_survey"]


def test_a_successor_is_asked_for_a_survey_that_its_earlier_device_brought(books: Books) -> None:
    """The earlier device says nothing any more, and its successor's copy is not what waits for the survey."""
    late = encode_survey(msgspec.structs.replace(ONE_TAP, name={"vi": "late"}))
    old = books.enrol()
    books.send(old, books.rating(old, 4, survey=survey_hash(late)))
    new = books.enrol(before=old)
    books.send(new, books.carry(new, old, 1), books.rating(new, 5, 2, survey=survey_hash(late)))

    assert books.standings()[new.id, 1] == "carried_twice"
    assert books.store.unknown_surveys(new.id) == [survey_hash(late)]
    assert books.store.unknown_surveys(books.enrol(before=new).id) == [survey_hash(late)]
    assert books.store.unknown_surveys(books.enrol(2).id) == []
    with books.store.transaction():
        books.store.learn_survey(late)
    assert books.store.unknown_surveys(new.id) == []
    assert books.counted() == (2, 0)


def test_a_kiosk_is_asked_for_a_survey_that_a_device_brought_which_it_is_no_more(books: Books) -> None:
    """Its disk was put back to before it became that device, and it has become another one since."""
    late = encode_survey(msgspec.structs.replace(ONE_TAP, name={"vi": "late"}))
    old = books.enrol()
    one, other = books.enrol(before=old), books.enrol(before=old)
    books.send(one, books.rating(one, 4, survey=survey_hash(late)))

    assert books.store.unknown_surveys(other.id) == [survey_hash(late)]


def test_a_comment_is_deleted_only_with_a_word_in_the_log(books: Books) -> None:
    """Nobody deletes it past the log; with the event it goes, and so do its carried copies."""
    aside, names = comment("Cảm ơn")
    kiosk = books.enrol()
    books.send(kiosk, books.rating(kiosk, 5, asides=names), asides=(aside,))
    new = books.enrol(before=kiosk)
    books.send(new, books.carry(new, kiosk, 1), asides=(aside,))
    with pytest.raises(REFUSED, match="first written into the audit log"):
        delete(books, "delete from aside")
    with books.store.transaction():
        assert books.store.forget_aside(kiosk.id, 1, "comment", "pháp chế", "on request") == 2

    assert books.ask("select * from aside") == []
    assert actions(books)[-2:] == ["forget_aside", "forget_aside"]
    last = books.enrol(before=new)
    books.send(last, books.carry(last, kiosk, 1), asides=(aside,))
    assert books.ask("select * from aside") == [], "a deleted comment came back"
    assert list(books.store.faults()) == []
    with pytest.raises(CommandError, match="has no comment"), books.store.transaction():
        books.store.forget_aside(kiosk.id, 1, "comment", "pháp chế", "on request")


@pytest.mark.parametrize(
    "table",
    [
        "journal",
        "rating",
        "answer",
        "aside",
        "fork",
        "audit",
        "checkpoint",
        "checkpoint_head",
        "release",
        "carried",
    ],
)
def test_rows_of_the_book_are_neither_changed_nor_deleted(books: Books, table: str) -> None:
    """The database itself refuses, for every table that only grows, whoever asks."""
    assert {f"{table}_keeps", f"{table}_stays"} <= books.triggers(table)
    if table in {"journal", "rating", "answer", "audit"}:
        kiosk = books.enrol()
        books.rate(kiosk, 5)
        column = {"journal": "mono_ms", "rating": "score", "answer": "choice", "audit": "id"}[table]
        for sql in (f"update {table} set {column} = 1", f"delete from {table}"):  # noqa: S608 - the names of our own tables
            with pytest.raises(REFUSED, match="rows are never"):
                delete(books, sql)


def test_an_event_of_the_log_cannot_be_changed_or_lost(books: Books) -> None:
    """Each event names the hash of all before it, and the head says how many there are."""
    kiosk = books.enrol()
    books.rate(kiosk, 5)
    withhold(books, kiosk.id, 1)
    log, head = list(books.store.audit_log()), books.store.audit_head()

    assert log_fault(log, head) == ""
    assert log_fault(log[:-1], head) == "audit event 3 is missing: the log had come to 3"
    assert log_fault(log[1:], head) == "audit event 1 is missing"
    changed = Kept(msgspec.structs.replace(log[2].event, author="nobody"), log[2].hash)
    assert log_fault([*log[:2], changed], head) == "audit event 3 is not the one that was written"


def test_only_some_events_are_about_a_rating() -> None:
    """A cause that decides nothing about a rating is a fault of ours."""
    judged = Judgement(0, Sender("a", "1-1", 1), score=5)
    with pytest.raises(ValueError, match="decides nothing"):
        versions(judged, judged, [Cause(1, Action.BACK_UP)])


def delete(books: Books, sql: str) -> None:
    """Write past the store, as somebody who may do whatever the database itself does not refuse."""
    with guarded(books.path) as db:
        db.execute(sql)
