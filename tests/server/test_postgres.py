"""On what terms a PostgreSQL database is used, and who may do what in it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from server.cli import main
from server.errors import StoreError
from server.store import make_ready, open_store
from server.store.copying import MAY
from server.store.links import THERE, connect, place_of
from server.store.terms import fault_of
from tests.server import cluster as clusters
from tests.server.books import SEED, Books, comment, open_books
from tests.server.cluster import OWNER, READY, SHAPE, Cluster, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="books")
def _books(home: Path) -> Iterator[Books]:
    with open_books(home) as books:
        yield books


def name_of(folder: Path) -> str:
    """Return the name of a home's database."""
    found = clusters.of(folder)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", [OWNER, "postgres"])
def test_nobody_serves_as_one_who_could_delete_ratings(
    cluster: Cluster, home: Path, capsys: pytest.CaptureFixture[str], role: str
) -> None:
    """As the owner or a superuser the program does not start, and says as whom it would."""
    (home / "signing.key").write_text(SEED.hex())
    url_of(home)
    environ = {"NUCUOI_SERVER_DATABASE_URL": cluster.url(name_of(home), role)}

    assert main(["--data-dir", str(home), "serve"], environ) == 1
    said = capsys.readouterr().err
    assert f"the role {role} could change or delete rows of answer, audit" in said
    assert "neither owns the tables nor is a superuser" in said


def test_a_role_that_was_given_too_much_does_not_serve(cluster: Cluster, home: Path) -> None:
    """One more privilege on the journal is enough; without any privilege it does not serve either."""
    url = url_of(home)
    cluster.do("grant delete on nucuoi.journal to nucuoi", name=name_of(home))
    with pytest.raises(StoreError, match="could change or delete rows of journal"):
        open_store(url)
    cluster.do("revoke all on nucuoi.journal from nucuoi", name=name_of(home))
    with pytest.raises(StoreError, match="may not write in the book"):
        open_store(url)
    cluster.do("revoke all on schema nucuoi from nucuoi", name=name_of(home))
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
    cluster: Cluster, home: Path, statement: str, said: str
) -> None:
    """What would lose ratings in a power cut, or has another schema, is refused in a sentence."""
    url = url_of(home)
    name = name_of(home)
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


def test_a_schema_that_is_not_ours_is_left_as_it_is(cluster: Cluster, home: Path) -> None:
    """A later version's is not touched, a role that may not read is told what to run, and so is nobody's."""
    url, name = url_of(home), name_of(home)
    with pytest.raises(StoreError, match="cannot use the database nowhere at"):
        make_ready(cluster.url("nowhere", OWNER), cluster.url("nowhere"))
    cluster.do("insert into nucuoi.migration (name) values ('9999_later')", name=name)
    with pytest.raises(StoreError, match="made by a later version"):
        make_ready(cluster.url(name, OWNER), url)
    cluster.do("revoke all on nucuoi.migration from nucuoi", name=name)
    with pytest.raises(StoreError, match="let this role serve by: python -m server setup"):
        open_store(url)


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
