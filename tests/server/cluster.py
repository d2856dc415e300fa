"""PostgreSQL for tests: a cluster of its own that no network reaches, and a database for each book.

It keeps what it is told as a real one does (`fsync` is on), so that a test may kill it.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from server.store import make_ready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

MARK = "cluster"
"""A file of this name says that the books of its folder, and of those below, are databases of a cluster."""
OWNER, SERVING = "nucuoi_owner", "nucuoi"
TERMINATE = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'nucuoi'"
"""Ends every connection of a server."""
SHAPE = """
select table_name::text, column_name::text, is_nullable::text from information_schema.columns
where table_schema = 'nucuoi'
"""
"""Every column of the book."""
READY = "ready"
"""The database that new ones are copies of."""
CREATE = "create database {name} owner {owner} template {like} encoding 'UTF8' locale '{locale}'"
LIKE_OURS = ("--encoding=UTF8", "--locale=C")


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL whose folder, and whose socket, are in `home`."""

    home: Path

    def url(self, name: str, role: str = SERVING) -> str:
        """Return the address of a database, for a role; nobody is asked for a password."""
        return f"postgresql://{role}@/{name}?host={self.home}"

    def do(self, *statements: str, name: str = "postgres") -> None:
        """Do something as a superuser."""
        with closing(psycopg.connect(self.url(name, "postgres"), autocommit=True)) as conn:
            for statement in statements:
                conn.execute(statement.encode())

    def ask(self, name: str, sql: str) -> list[tuple[Any, ...]]:
        """Read a book past the store."""
        with closing(psycopg.connect(self.url(name, "postgres"))) as conn:
            conn.execute("set search_path = nucuoi")
            return list(conn.execute(sql.encode()).fetchall())

    def create(self, name: str, like: str = "template0", locale: str = "C") -> None:
        """Make a database."""
        self.do(CREATE.format(name=name, owner=OWNER, like=like, locale=locale))

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        self.do(f"drop database {name} with (force)")

    def start(self) -> None:
        """Let it run, as a real one does after a fall too."""
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.home}' -c max_connections=200"
        self._run("pg_ctl", "-D", self.home / "data", "-w", "-l", self.home / "log", "-o", options, "start")

    def stop(self, how: str = "immediate") -> None:
        """End it; `immediate` is as when the machine falls."""
        self._run("pg_ctl", "-D", self.home / "data", "-w", "-m", how, "stop")

    def initialise(self) -> None:
        """Make the cluster, its roles, and a database that is set up."""
        account = _account()
        if account is not None:
            shutil.chown(self.home, account.pw_uid, account.pw_gid)
        self._run(
            "initdb", "-D", self.home / "data", "-U", "postgres", "--auth=trust", "--no-sync", *LIKE_OURS
        )
        self.start()
        self.do(f"create role {OWNER} login", f"create role {SERVING} login")
        self.create(READY)
        make_ready(self.url(READY, OWNER), self.url(READY))

    def _run(self, program: str, *arguments: object) -> None:
        """Run a program of PostgreSQL, which refuses to be run by root."""
        account = _account()
        as_whom: dict[str, Any] = (
            {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        )
        command = [_program(program), *map(str, arguments)]
        with (self.home / f"{program}.said").open("wb") as said:
            subprocess.run(command, check=True, cwd="/", stdout=said, stderr=said, **as_whom)


@contextmanager
def running() -> Iterator[Cluster]:
    """Make a cluster and let it run, in memory where there is a folder for that."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
    home = Path(tempfile.mkdtemp(prefix="nucuoi-", dir=memory if memory.is_dir() else None))
    cluster = Cluster(home)
    try:
        cluster.initialise()
        yield cluster
    finally:
        if (home / "data" / "postmaster.pid").exists():
            cluster.stop()
        shutil.rmtree(home)


def of(folder: Path) -> tuple[Cluster, str] | None:
    """Return the cluster and the database that a folder's book is in, if it is in none of files."""
    for each in (folder, *folder.parents):
        if (each / MARK).is_file():
            return Cluster(Path((each / MARK).read_text().splitlines()[0])), _name(folder)
    return None


def url_of(folder: Path, file: str = "nucuoi.sqlite3") -> str:
    """Return the address of a folder's book, and make its database if there is none yet."""
    found = of(folder)
    if found is None:
        return f"sqlite:{folder / file}"
    cluster, name = found
    if not cluster.ask("postgres", f"select 1 from pg_database where datname = '{name}'"):  # noqa: S608 - ours
        cluster.create(name, READY)
    return cluster.url(name)


def environ_of(folder: Path) -> dict[str, str]:
    """Return what a program is told of a folder's book besides the folder."""
    found = of(folder)
    if found is None:
        return {}
    cluster, name = found
    owner = cluster.url(name, OWNER)
    return {"NUCUOI_SERVER_DATABASE_URL": url_of(folder), "NUCUOI_SERVER_OWNER_URL": owner}


@contextmanager
def marked(folder: Path, cluster: Cluster) -> Iterator[None]:
    """Let the books of a folder be databases, as long as this lasts."""
    (folder / MARK).write_text(f"{cluster.home}\n")
    try:
        yield
    finally:
        names = {_name(each) for each in (folder, *folder.rglob("*")) if each.is_dir()}
        for (name,) in cluster.ask("postgres", "select datname from pg_database"):
            if name in names:
                cluster.drop(name)


def on(engine: Cluster | None, folder: Path) -> AbstractContextManager[None]:
    """Let the books of a folder be on an engine: files, if it is no cluster."""
    return nullcontext() if engine is None else marked(folder, engine)


def _name(folder: Path) -> str:
    return "book_" + hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def _account() -> pwd.struct_passwd | None:
    """Return whose name a cluster runs in: our own, unless we are root."""
    if os.geteuid() != 0:
        return None
    known = {each.pw_name: each for each in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _program(name: str) -> str:
    """Find a program of the newest PostgreSQL here. Raises `FileNotFoundError`."""
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    newest = sorted(folders, key=lambda each: int(each.parent.name))[-1:]
    found = shutil.which(name, path=str(newest[0])) if newest else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"PostgreSQL's {name} is not installed; run: make setup")
    return found
