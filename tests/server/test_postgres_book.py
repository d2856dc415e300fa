"""A book on PostgreSQL: it moves there and back, is counted anew, and outlives connections that are lost."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from server.cli import main
from server.domain.audit import Action
from server.errors import BusyError, CommandError, LostError
from server.jobs import work_once
from server.store import open_store
from server.store.links import Readers
from server.store.postgres import PostgresStore, spelled
from server.store.writer import Writer
from tests.server import cluster as clusters
from tests.server.books import DAY_MS, SEED, Books, comment, open_books
from tests.server.cluster import OWNER, READY, TERMINATE, Cluster, environ_of, url_of
from tests.server.live import a_hand, live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store import Store


@pytest.fixture(name="books")
def _books(home: Path) -> Iterator[Books]:
    with open_books(home) as books:
        yield books


def test_a_book_moves_to_the_other_engine_and_back(
    home: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup of either is restored into either: the same records, proofs and figures, and it goes on."""
    with open_books(home) as books:
        kiosk = books.enrol()
        aside, names = comment("a \0 and a \U0010ffff")
        books.send(kiosk, books.rating(kiosk, 5, asides=names), asides=(aside,))
        books.rate(kiosk, 5, 4, 1, 2, 3)
        counted = books.counted()
        assert (
            main(
                ["--data-dir", str(home), "backup", str(home / "kept")],
                environ_of(home),
            )
            == 0
        )
        assert main(["--data-dir", str(home), "verify"], environ_of(home)) == 0
    (backup,) = (home / "kept").iterdir()
    files, back = tmp_path_factory.mktemp("files"), home / "back"
    assert main(["--data-dir", str(files), "restore", str(backup), "--replace"], {}) == 0
    assert main(["--data-dir", str(files), "verify"], {}) == 0
    back.mkdir()
    command = ["--data-dir", str(back), "restore", str(backup)]
    assert main(command, environ_of(back)) == 0
    assert main(["--data-dir", str(back), "verify"], environ_of(back)) == 0
    assert capsys.readouterr().out.count("1 devices, 6 good records, 0 faults") == 3
    assert main(command, environ_of(back)) == 1
    assert "a book in this database already" in capsys.readouterr().err
    (back / "signing.key").write_text("0" * 64)
    assert main(command, environ_of(back)) == 1
    assert "is another server's key" in capsys.readouterr().err
    with closing(open_store(url_of(back))) as store:
        again = Books(store, back / "nucuoi.sqlite3", books.survey, books.now_ms + DAY_MS)
        assert again.counted() == counted
        again.rate(again.enrol(2), 4, 4, 4, 4, 4)
        assert again.ask("select words from aside") == [("a \U0010ffff0 and a \U0010ffff1",)]
        assert again.ask("select max(id) from release") == [(2,)]
        assert [each.subject for each in store.events(Action.RESTORED)] == [backup.name]


def test_two_books_are_one_too_many(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who names a database and a home with another one is asked which it is."""
    (home / "nucuoi.sqlite3").touch()

    assert main(["--data-dir", str(home), "verify"], environ_of(home)) == 1
    assert "there are two books" in capsys.readouterr().err


def test_only_the_owner_makes_tables_anew(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counting anew is for the owner, who lets the serving role use what it has made; others are told."""
    with open_books(home) as books:
        kiosk = books.enrol()
        books.rate(kiosk, 5, 4)
        environ = environ_of(home)
        assert main(["--data-dir", str(home), "rebuild"], environ) == 0
        books.rate(kiosk, 3)
        assert list(books.store.faults()) == []
        del environ["NUCUOI_SERVER_OWNER_URL"]
        assert main(["--data-dir", str(home), "rebuild"], environ) == 1
    assert "name its address in owner_url" in capsys.readouterr().err


def test_a_database_is_set_up_by_one_command(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables, key, centers and an administrator; before it the program says what to run."""
    cluster.create("fresh")
    (tmp_path / "password").write_text("a long password")
    setup = ["--data-dir", str(tmp_path / "data"), "setup", "--name", "quanly"]
    setup += ["--password-file", str(tmp_path / "password")]
    environ = {"NUCUOI_SERVER_DATABASE_URL": cluster.url("fresh")}
    assert main(setup, environ) == 1
    assert "no book in this database; run: python -m server setup" in capsys.readouterr().err
    environ["NUCUOI_SERVER_OWNER_URL"] = cluster.url("fresh", OWNER)
    assert main(setup, environ) == 0
    assert main(setup, environ) == 0
    assert main(["--data-dir", str(tmp_path / "data"), "migrate"], environ) == 0
    key = (tmp_path / "data" / "signing.key").read_text()
    (tmp_path / "data" / "signing.key").unlink()
    assert main(setup, environ) == 1
    assert "restore it from the backup" in capsys.readouterr().err
    assert len(key) == 64
    with closing(open_store(cluster.url("fresh"))) as store:
        assert len(store.centers()) == 124
    cluster.drop("fresh")


def test_a_row_that_names_a_row_that_is_gone_is_found(books: Books) -> None:
    """Verifying finds what somebody did who had the database leave its own checks."""
    kiosk = books.enrol()
    books.rate(kiosk, 5)
    with clusters_unguarded(books) as conn:
        conn.execute("delete from nucuoi.journal")

    assert "a row of rating names a row of journal that is not there" in set(books.store.faults())


def clusters_unguarded(books: Books) -> psycopg.Connection:
    """Connect as somebody who has the database leave its own checks."""
    found = clusters.of(books.path.parent)
    assert found is not None
    conn = psycopg.connect(found[0].url(found[1], "postgres"))
    conn.execute("set session_replication_role = replica")
    return conn


def test_a_server_outlives_its_connections(home: Path, cluster: Cluster) -> None:
    """A database that has restarted between two batches is noticed by nobody."""
    with live(home) as server:
        hand = a_hand(server)
        hand.rate(5)
        assert hand.send().through == 1
        cluster.do(TERMINATE)
        hand.rate(4)
        assert hand.send(after=1).through == 2


def test_what_was_being_written_when_the_connection_was_lost_is_asked_again(
    home: Path, cluster: Cluster
) -> None:
    """Nobody knows whether it was written: none of the group is run twice, and the next one is well."""
    with open_books(home) as books:
        writer, done = Writer(books.store), []
        jobs = [writer.submit(lambda _: done.append(1)), writer.submit(lambda _: cluster.do(TERMINATE))]
        writer.start()
        for job in jobs:
            with pytest.raises(LostError):
                job.result(10)
        assert len(done) == 1
        assert writer.submit(lambda store: store.people_count()).result(10) == 0
        writer.close()


def test_a_failure_that_nobody_tells_of_is_not_taken_for_a_commit(books: Books) -> None:
    """What the database rolls back without a word is an error to whoever waits for it."""

    def swallow(store: Store) -> None:
        assert isinstance(store, PostgresStore)
        with pytest.raises(psycopg.IntegrityError):
            store.write("insert into counter (id, center, number) values ('x', 1, 1)")

    with pytest.raises(RuntimeError, match="nobody was told"), books.store.transaction():
        swallow(books.store)
    with pytest.raises(RuntimeError, match="outside of a transaction"):
        books.store.revoke(books.enrol().id)


def test_of_two_processes_one_makes_the_checkpoint(home: Path) -> None:
    """Each has the same clock and comes by at the same moment: one checkpoint, and each release once."""
    with (
        open_books(home) as books,
        closing(open_store(url_of(home), lambda: books.now_ms)) as other,
    ):
        kiosk = books.enrol()
        books.rate(kiosk, 5, 4, 3)
        for days in range(1, 4):
            at = books.now_ms + days * DAY_MS
            books.now_ms = at
            books.rate(kiosk, 1, 2)
            both = [threading.Thread(target=come_by, args=(store, at)) for store in (books.store, other)]
            for each in both:
                each.start()
            for each in both:
                each.join()
        assert [each.number for each in books.store.checkpoints()] == [1, 2, 3]
        assert list(books.store.faults()) == []


def come_by(store: Store, now: int) -> None:
    """Let the hourly job come by, in a process of its own as far as the store can tell."""
    writer = Writer(store)
    writer.start()
    asyncio.run(work_once(writer, now, SEED))
    writer.close()


def test_readers_wait_for_a_connection_and_then_come_back_later(cluster: Cluster) -> None:
    """There are only so many; one that is given back is used again, and none is left behind at the end."""
    readers = Readers(cluster.url(READY), most=1, wait_ms=50)
    with readers.lend(), pytest.raises(BusyError, match="are in use"):
        readers.ask(b"select 1 as one", {})
    assert readers.ask(b"select 1 as one", {}) == [{"one": 1}]
    with readers.lend() as conn:
        readers.close()
    assert conn.closed


def test_truth_is_kept_as_a_number(books: Books) -> None:
    """As in the other engine, so that one table serves both."""
    with books.store.transaction():
        assert isinstance(books.store, PostgresStore)
        assert books.store.one("select :yes + :no as sum", yes=True, no=False) == {"sum": 1}


def test_the_shared_sql_is_spelled_as_the_driver_takes_it() -> None:
    """Names become the driver's, and nothing else is taken for a name."""
    assert spelled("select :a, ':' || x::text from t where b like '%' and c = :a_b") == (
        b"select %(a)s, ':' || x::text from t where b like '%%' and c = %(a_b)s"
    )


def test_an_empty_store_only_takes_in_a_whole_one(
    books: Books, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A book is never mixed with another one."""
    path = tmp_path_factory.mktemp("other") / "other.sqlite3"
    books.store.copy_to(path)
    with (
        closing(open_store(f"sqlite:{path}", read_only=True)) as other,
        pytest.raises(CommandError, match="already"),
        books.owned() as store,
    ):
        store.take_in(other)
