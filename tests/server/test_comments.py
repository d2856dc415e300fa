"""Comments in the book: shown in showings and by chance, forgotten with all that was noted."""

from __future__ import annotations

import asyncio
import random
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from server.cli import main
from server.domain.audit import Action, Event, aside_subject
from server.domain.calendar import day_of
from server.domain.comments import State, Wanted
from server.domain.themes import Theme
from server.jobs import work_once
from server.store.seed import ready_themes
from server.store.writer import Writer
from tests.server.books import BAO_LOC, DAY_MS, REFUSED, SEED, comment, guarded, open_books
from tests.server.cluster import environ_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.comments import Comment
    from tests.server.books import Books, Machine

pytestmark = pytest.mark.usefixtures("both_engines")

TEXTS = ("Chờ lâu quá", "Cán bộ vui vẻ", "Ghế ít", "Cảm ơn", "Nóng")


@pytest.fixture(name="books")
def _books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as books:
        yield books


def write(books: Books, kiosk: Machine, *texts: str) -> None:
    """Let citizens rate, each with a comment."""
    for text in texts:
        aside, names = comment(text)
        books.send(kiosk, books.rating(kiosk, 4, asides=names), asides=(aside,))


def close_day(books: Books, seed: int = 1) -> int:
    """Let a day pass and close it."""
    books.now_ms += DAY_MS
    chance = random.Random(seed)
    with books.store.transaction():
        return books.store.release_comments(day_of(books.now_ms), lambda size: chance.randbytes(size).hex())


def shown(books: Books) -> list[str]:
    """Return the words of what is shown, in its order."""
    return [each.words for each in books.store.comments(BAO_LOC)]


def first(books: Books) -> Comment:
    """Return the first comment that is shown."""
    return books.store.comments(BAO_LOC)[0]


def test_five_comments_appear_when_their_day_is_closed_and_once(books: Books) -> None:
    """The next day five are there, told for that day; of four of the day after nothing is seen yet."""
    kiosk = books.enrol()
    write(books, kiosk, *TEXTS)
    day = day_of(books.now_ms)
    assert close_day(books) == 5
    write(books, kiosk, *(f"{text}." for text in TEXTS[:4]))
    assert (close_day(books), close_day(books)) == (0, 0)

    found = books.store.comments(BAO_LOC)
    assert sorted(shown(books)) == sorted(TEXTS)
    assert {(each.first, each.last, each.state) for each in found} == {(day, day, State.NEW)}
    assert books.store.comments(BAO_LOC + 1) == []


def test_the_order_is_that_of_chance(tmp_path: Path) -> None:
    """The same five comments stand in other orders when chance is another one."""
    orders = set()
    for seed in range(6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with open_books(folder) as books:
            write(books, books.enrol(), *TEXTS)
            assert close_day(books, seed) == 5
            orders.add(tuple(shown(books)))

    assert len(orders) > 2


def test_a_withheld_rating_takes_its_comment_along(books: Books) -> None:
    """What counts no more is not shown, before its showing and after; reinstated it is shown again."""
    kiosk = books.enrol()
    write(books, kiosk, *TEXTS, "Trẻ con bấm chơi")
    with books.store.transaction():
        books.store.withhold(kiosk.id, 6, "Lan", "Trẻ em nghịch máy")
    assert close_day(books) == 5
    with books.store.transaction():
        books.store.withhold(kiosk.id, 1, "Lan", "Trẻ em nghịch máy")

    assert sorted(shown(books)) == sorted(TEXTS[1:])
    with books.store.transaction():
        books.store.reinstate(kiosk.id, 1, "Lan", "Nhầm")
    assert sorted(shown(books)) == sorted(TEXTS)


def test_what_is_forgotten_is_nowhere_and_the_book_is_whole(books: Books, tmp_path: Path) -> None:
    """Words and notes are gone from the database; the log says who and why; `verify` confirms the chain."""
    kiosk = books.enrol()
    write(books, kiosk, *TEXTS)
    close_day(books)
    gone = first(books)
    with books.store.transaction():
        books.store.add_comment_step(gone, Wanted(State.DOING, "Bà Nở nói"), "Lan")
        books.store.add_comment_step(first(books), Wanted(State.DONE, "Bà Nở nói rồi"), "Lan")
        books.store.forget_comment(gone, "Lan", "Người viết đề nghị")

    assert gone.words not in shown(books)
    assert len(shown(books)) == 4
    assert books.store.comment(gone.id) is None
    assert books.store.comment_steps(gone.id) == []
    tables = ("aside", "comment_showing", "comment_shown", "comment_step", "comment_answer", "audit")
    for table in tables:
        rows = repr(books.ask(f"select * from {table}"))  # noqa: S608 - names of ours
        assert gone.words not in rows
        assert "Bà Nở" not in rows
    (event,) = books.store.events(Action.FORGET_ASIDE)
    assert (event.author, event.detail) == ("Lan", "Người viết đề nghị")
    assert list(books.store.faults()) == []
    assert main(["--data-dir", str(tmp_path), "verify"], environ_of(tmp_path)) == 0


def test_a_restored_book_forgets_again(books: Books) -> None:
    """A book from before a deletion deletes the words once more, and the notes about them."""
    kiosk = books.enrol()
    write(books, kiosk, *TEXTS)
    close_day(books)
    with books.store.transaction():
        for comment_ in books.store.comments(BAO_LOC):
            books.store.add_comment_step(comment_, Wanted(State.DOING, "Hỏi tổ"), "Lan")
        subject = aside_subject(kiosk.id, 2, "comment")
        books.store.forget_again(Event(9, 9, "Lan", Action.FORGET_ASIDE.value, subject, "đề nghị"))

    assert sorted(shown(books)) == sorted({*TEXTS} - {TEXTS[1]})
    assert books.ask("select count(*) from comment_step") == [(4,)]


def test_steps_are_told_in_the_log_without_the_note(books: Books) -> None:
    """Each decision is one event with both states; the same once more is none."""
    write(books, books.enrol(), *TEXTS)
    close_day(books)
    for wanted in [Wanted(state, "Hỏi tổ") for state in (State.DOING, State.DOING, State.DONE)]:
        with books.store.transaction():
            books.store.add_comment_step(first(books), wanted, "Lan")

    assert [(each.number, each.state, each.note) for each in books.store.comment_steps(first(books).id)] == [
        (1, State.DOING, "Hỏi tổ"),
        (2, State.DONE, "Hỏi tổ"),
    ]
    assert [each.detail for each in books.store.events(Action.SET_COMMENT)] == [
        '{"state":["new","doing"],"note_of_step":[0,1]}',
        '{"state":["doing","done"]}',
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "update comment_shown set seq = 2",
        "delete from comment_shown",
        "update comment_showing set last_day = last_day + 1",
        "delete from comment_showing",
        "update comment_step set note = ''",
        "insert into comment_shown select 'x', showing, device, seq from comment_shown where seq = 1",
    ],
)
def test_the_database_keeps_what_was_shown(books: Books, tmp_path: Path, sql: str) -> None:
    """Showings are never changed, and nothing is shown twice."""
    write(books, books.enrol(), *TEXTS)
    close_day(books)
    with books.store.transaction():
        books.store.add_comment_step(first(books), Wanted(State.DOING, "Hỏi tổ"), "Lan")

    with pytest.raises(REFUSED), guarded(tmp_path / "nucuoi.sqlite3") as db:
        db.execute(sql)


def test_the_job_shows_them(books: Books) -> None:
    """Whoever comes by after midnight closes the day for comments, too."""
    write(books, books.enrol(), *TEXTS)
    writer = Writer(books.store)
    writer.start()
    with closing(writer):
        asyncio.run(work_once(writer, books.now_ms, SEED))
        assert shown(books) == []
        books.now_ms += DAY_MS
        asyncio.run(work_once(writer, books.now_ms, SEED))

    assert sorted(shown(books)) == sorted(TEXTS)


def test_a_rebuilt_projection_shows_the_same(books: Books) -> None:
    """What was shown is no part of what is counted anew."""
    write(books, books.enrol(), *TEXTS)
    close_day(books)
    before = shown(books)
    with books.owned() as store:
        store.rebuild(lambda _: None)

    assert shown(books) == before


def test_themes_are_kept_changed_and_retired(books: Books) -> None:
    """An installation begins with ours; numbers are never used twice, and nothing new leaves no event."""
    store = books.store
    with store.transaction():
        store.add_themes(ready_themes())
        store.add_themes(ready_themes()[:1])
        new = store.add_theme(Theme(0, {"vi": "Trẻ em", "en": "Children"}, ("trẻ em", "trẻ nhỏ")), "Lan")
        other = Theme(new.id, new.names, ("trẻ em",))
        store.change_theme(new, other, "Lan")
        store.change_theme(other, other, "Lan")
        store.retire_theme(other, books.now_ms, "Lan")

    assert store.themes()[:-1] == ready_themes()
    assert store.themes()[-1] == Theme(new.id, new.names, ("trẻ em",), books.now_ms)
    assert [each.subject for each in store.events(Action.CHANGE_THEME)] == [f"theme {new.id}"]
    assert '"words":["trẻ em; trẻ nhỏ","trẻ em"]' in store.events(Action.CHANGE_THEME)[0].detail


def test_no_table_of_ratings_is_read_through(books: Books, tmp_path: Path) -> None:
    """The page asks ratings by key, one for each comment that was shown, and the log not at all."""
    if not (tmp_path / "nucuoi.sqlite3").exists():
        pytest.skip("the plan is that of SQLite")
    from server.store.comments import COMMENTS  # noqa: PLC0415 - the text that is explained

    write(books, books.enrol(), *TEXTS)
    plan = books.ask("explain query plan " + COMMENTS + f"where b.center = {BAO_LOC}")
    told = [row[-1] for row in plan]
    assert not [each for each in told if each.startswith("SCAN")], told
