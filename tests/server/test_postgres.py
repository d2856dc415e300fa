"""The second engine: on what terms it is used, who may do what in it, how a book moves to it and back."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from server.cli import main
from server.domain.audit import Action
from server.errors import BusyError, CommandError, LostError, StoreError
from server.jobs import work_once
from server.store import make_ready, open_store
from server.store.copying import MAY
from server.store.links import THERE, Readers, connect, place_of
from server.store.postgres import PostgresStore, spelled
from server.store.terms import fault_of
from server.store.writer import Writer
from tests.server import cluster as clusters
from tests.server.books import DAY_MS, SEED, Books, comment, open_books
from tests.server.cluster import OWNER, READY, Cluster, environ_of, marked, url_of
from tests.server.live import a_hand, live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store import Store

TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'nucuoi'"
SHAPE = """
select table_name::text, column_name::text, is_nullable::text from information_schema.columns
where table_schema = 'nucuoi'
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, cluster: Cluster) -> Iterator[Path]:
    """Give a folder whose books are databases."""
    with marked(tmp_path, cluster):
        yield tmp_path


@pytest.fixture(name="books")
def _books(folder: Path) -> Iterator[Books]:
    with open_books(folder) as books:
        yield books


def name_of(folder: Path) -> str:
    """Return the name of a folder's database."""
    found = clusters.of(folder)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", [OWNER, "postgres"])
def test_nobody_serves_as_one_who_could_delete_ratings(
    cluster: Cluster, folder: Path, capsys: pytest.CaptureFixture[str], role: str
) -> None:
    """As the owner or a superuser the program does not start, and says as whom it would."""
    (folder / "signing.key").write_text(SEED.hex())
    url_of(folder)
    environ = {"NUCUOI_SERVER_DATABASE_URL": cluster.url(name_of(folder), role)}

    assert main(["--data-dir", str(folder), "serve"], environ) == 1
    said = capsys.readouterr().err
    assert f"the role {role} could change or delete rows of answer, audit" in said
    assert "neither owns the tables nor is a superuser" in said


def test_a_role_that_was_given_too_much_does_not_serve(cluster: Cluster, folder: Path) -> None:
    """One more privilege on the journal is enough; without any privilege it does not serve either."""
    url = url_of(folder)
    cluster.do("grant delete on nucuoi.journal to nucuoi", name=name_of(folder))
    with pytest.raises(StoreError, match="could change or delete rows of journal"):
        open_store(url)
    cluster.do("revoke all on nucuoi.journal from nucuoi", name=name_of(folder))
    with pytest.raises(StoreError, match="may not write in the book"):
        open_store(url)
    cluster.do("revoke all on schema nucuoi from nucuoi", name=name_of(folder))
    with pytest.raises(StoreError, match="setup"):
        open_store(url)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("alter role nucuoi in database {name} set synchronous_commit = off", "synchronous_commit is off"),
        ("alter table nucuoi.migration rename to elsewhere", "no book in this database"),
        ("insert into nucuoi.migration (name) values ('9999_later')", "another version of this program"),
    ],
)
def test_a_database_on_other_terms_is_not_used(
    cluster: Cluster, folder: Path, statement: str, said: str
) -> None:
    """What would lose ratings in a power cut, or has another schema, is refused in a sentence."""
    url = url_of(folder)
    name = name_of(folder)
    cluster.do(statement.format(name=name), name=name)

    with pytest.raises(StoreError, match=said):
        open_store(url)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ""),
        ({"version": 12}, "PostgreSQL 12 is too old"),
        ({"encoding": "LATIN1"}, "the encoding LATIN1"),
        ({"collation": "vi_VN.UTF-8"}, "the order of vi_VN.UTF-8"),
        ({"synchronous_commit": "off"}, "synchronous_commit is off"),
        ({"synchronous_commit": "remote_apply"}, ""),
        ({"fsync": "off"}, "fsync is off"),
    ],
)
def test_each_term_has_its_sentence(changed: dict[str, object], said: str) -> None:
    """Too old, of a language, or forgetful: whoever starts the program reads which, and what to do."""
    facts = {"version": 15, "encoding": "UTF8", "collation": "C", "synchronous_commit": "on", "fsync": "on"}
    fault = fault_of(facts | changed)

    assert said in fault
    assert bool(said) == bool(fault)


def test_without_its_driver_the_program_says_what_to_install(tmp_path: Path) -> None:
    """A server that was installed without the extra names it, and shows no traceback."""
    code = "import sys; sys.modules['psycopg'] = None; from server.cli import main; "
    code += f"sys.exit(main(['--data-dir', '{tmp_path}', 'verify'], {{'NUCUOI_SERVER_DATABASE_URL': 'postgresql://'}}))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith("server: psycopg is not installed; run: pip install")


def test_a_machine_that_is_gone_does_not_hold_the_book_for_ever(cluster: Cluster) -> None:
    """The database ends a transaction in which nobody has said anything for a minute."""
    with closing(connect(cluster.url(READY))) as conn:
        limits = conn.execute("select name, setting from pg_settings where name = any(%s)", (list(THERE),))
        told = {row["name"]: row["setting"] for row in limits}

    assert told["idle_in_transaction_session_timeout"] == "60000"
    assert told["lock_timeout"] == "5000"


def test_text_is_the_same_everywhere(cluster: Cluster) -> None:
    """A database with another encoding is refused before anything is made in it: how to make one is told."""
    cluster.do("drop database if exists sorted")
    cluster.do("create database sorted template template0 encoding 'SQL_ASCII' locale 'C'")
    with pytest.raises(StoreError, match="--encoding=UTF8 --locale=C"):
        make_ready(cluster.url("sorted", OWNER), cluster.url("sorted"))
    cluster.drop("sorted")


def test_a_database_that_is_not_there_is_named_without_its_password(
    cluster: Cluster, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Whoever reads the log sees which database, and not what is secret in its address."""
    with pytest.raises(StoreError, match='database "nowhere" does not exist'):
        open_store(cluster.url("nowhere"))
    with pytest.raises(StoreError, match="named sqlite:PATH or postgresql"):
        open_store("mysql://somebody:secret@here/book")
    environ = {"NUCUOI_SERVER_DATABASE_URL": "postgresql://nucuoi:secret@127.0.0.1:1/book"}
    assert main(["--data-dir", str(tmp_path), "verify"], environ) == 1
    assert "secret" not in capsys.readouterr().err
    assert place_of("postgresql://nucuoi:secret@10.0.0.9/book") == "book at 10.0.0.9"


@pytest.mark.parametrize("table", sorted(MAY))
def test_the_role_that_serves_can_only_append(books: Books, cluster: Cluster, table: str) -> None:
    """No row of the book is changed, deleted or truncated by it, whatever the triggers would say."""
    kiosk = books.enrol()
    books.rate(kiosk, 5)
    name = name_of(books.path.parent)
    for sql, verb in (
        (f"update {table} set {columns(books, table)[0]} = null", "update ("),  # noqa: S608 - ours
        (f"delete from {table}", "delete"),  # noqa: S608 - ours
        (f"truncate {table}", "truncate"),
    ):
        if verb in MAY[table] or (verb == "update (" and MAY[table].endswith("update")):
            continue
        with psycopg.connect(cluster.url(name)) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(f"set search_path = nucuoi; {sql}".encode())


def columns(books: Books, table: str) -> list[str]:
    """Return the columns of a table."""
    return sorted(column for of, column, _ in books.ask(SHAPE) if of == table)


def test_a_table_of_ones_own_does_not_open_the_audit_log(books: Books, cluster: Cluster) -> None:
    """A comment is not deleted by whoever makes a log of his own in which its deletion stands."""
    aside, names = comment("Cảm ơn")
    kiosk = books.enrol()
    books.send(kiosk, books.rating(kiosk, 5, asides=names), asides=(aside,))
    with psycopg.connect(cluster.url(name_of(books.path.parent))) as conn:
        conn.execute("create temp table audit as select * from nucuoi.audit")
        conn.execute(
            "insert into pg_temp.audit (id, action, subject) values (99, 'forget_aside', %s)",
            (f"{kiosk.id} 1 comment",),
        )
        conn.execute("set search_path = pg_temp, nucuoi")
        with pytest.raises(psycopg.IntegrityError, match="first written into the audit log"):
            conn.execute("delete from nucuoi.aside")


def test_both_engines_have_the_same_tables(cluster: Cluster, tmp_path: Path) -> None:
    """The same tables with the same columns, and each of them is copied and has its privileges."""
    with open_books(tmp_path) as files:
        tables = [name for (name,) in files.ask("select name from sqlite_master where type = 'table'")]
        here = {
            (table, column)
            for table in tables
            for _, column, *_ in files.ask(f"pragma table_info({table})")
            if not table.startswith("_")
        }
    there = {
        (table, column)
        for table, column, _ in cluster.ask(READY, SHAPE)
        if table not in {"migration", "rating_now"}
    }

    assert here == there
    assert {table for table, _ in here} == set(MAY)


def test_a_book_moves_to_the_other_engine_and_back(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup of either is restored into either: the same records, proofs and figures, and it goes on."""
    with open_books(folder) as books:
        kiosk = books.enrol()
        aside, names = comment("a \0 and a \U0010ffff")
        books.send(kiosk, books.rating(kiosk, 5, asides=names), asides=(aside,))
        books.rate(kiosk, 5, 4, 1, 2, 3)
        counted = books.counted()
        assert main(["--data-dir", str(folder), "backup", str(folder / "kept")], environ_of(folder)) == 0
        assert main(["--data-dir", str(folder), "verify"], environ_of(folder)) == 0
    (backup,) = (folder / "kept").iterdir()
    files, back = tmp_path_factory.mktemp("files"), folder / "back"
    assert main(["--data-dir", str(files), "restore", str(backup), "--replace"], {}) == 0
    assert main(["--data-dir", str(files), "verify"], {}) == 0
    back.mkdir()
    command = ["--data-dir", str(back), "restore", str(backup)]
    assert main(command, environ_of(back)) == 0
    assert main(["--data-dir", str(back), "verify"], environ_of(back)) == 0
    assert capsys.readouterr().out.count("1 devices, 6 good records, 0 faults") == 3
    assert main(command, environ_of(back)) == 1
    assert "a book in this database already" in capsys.readouterr().err
    with closing(open_store(url_of(back))) as store:
        again = Books(store, back / "nucuoi.sqlite3", books.survey, books.now_ms + DAY_MS)
        assert again.counted() == counted
        again.rate(again.enrol(2), 4, 4, 4, 4, 4)
        assert again.ask("select words from aside") == [("a \U0010ffff0 and a \U0010ffff1",)]
        assert again.ask("select max(id) from release") == [(2,)]
        assert [each.subject for each in store.events(Action.RESTORED)] == [backup.name]


def test_two_books_are_one_too_many(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who names a database and a folder with another one is asked which it is."""
    (folder / "nucuoi.sqlite3").touch()

    assert main(["--data-dir", str(folder), "verify"], environ_of(folder)) == 1
    assert "there are two books" in capsys.readouterr().err


def test_only_the_owner_makes_tables_anew(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counting anew is for the owner, who lets the serving role use what it has made; others are told."""
    with open_books(folder) as books:
        kiosk = books.enrol()
        books.rate(kiosk, 5, 4)
        environ = environ_of(folder)
        assert main(["--data-dir", str(folder), "rebuild"], environ) == 0
        books.rate(kiosk, 3)
        assert list(books.store.faults()) == []
        del environ["NUCUOI_SERVER_OWNER_URL"]
        assert main(["--data-dir", str(folder), "rebuild"], environ) == 1
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


def test_a_server_outlives_its_connections(folder: Path, cluster: Cluster) -> None:
    """A database that has restarted between two batches is noticed by nobody."""
    with live(folder) as server:
        hand = a_hand(server)
        hand.rate(5)
        assert hand.send().through == 1
        cluster.do(TERMINATE)
        hand.rate(4)
        assert hand.send(after=1).through == 2


def test_what_was_being_written_when_the_connection_was_lost_is_asked_again(
    folder: Path, cluster: Cluster
) -> None:
    """Nobody knows whether it was written: none of the group is run twice, and the next one is well."""
    with open_books(folder) as books:
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


def test_of_two_processes_one_makes_the_checkpoint(folder: Path) -> None:
    """Each has the same clock and comes by at the same moment: one checkpoint, and each release once."""
    with open_books(folder) as books, closing(open_store(url_of(folder), lambda: books.now_ms)) as other:
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
