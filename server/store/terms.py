"""On what terms a PostgreSQL database is used: what it must be, its schema, and who may do what in it.

Two roles: the owner makes the tables and is needed for little else; a program that serves may append to the
book and read it, so that whoever takes it over still cannot change or delete what is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from server.errors import StoreError
from server.store.copying import MAY
from server.store.links import SCHEMA, connect, place_of
from server.store.migrations import STEPS
from server.store.schema import FROZEN, PROJECTION_FROZEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.store.links import Link
    from server.store.sql import Guard, Row

VERSION_MIN = 13
COLLATIONS = ("C", "POSIX", "C.UTF-8", "C.utf8")
"""Orders of text that no language and no update of the system changes."""
WRITING = 0x6E75_6375_6F69  # "nucuoi"
"""The advisory lock that whoever writes in the book holds until COMMIT."""
FACTS = b"""
select current_setting('server_version_num')::integer / 10000 as version,
  current_setting('server_encoding') as encoding, datcollate as collation,
  current_setting('synchronous_commit') as synchronous_commit, current_setting('fsync') as fsync
from pg_database where datname = current_database()
"""
CREATION = "createdb --owner=OWNER --template=template0 --encoding=UTF8 --locale=C NAME"
MIGRATIONS = b"""
create table if not exists migration (name text primary key, applied_at timestamptz not null default now())
"""
TOO_MUCH = b"""
select relname as name from pg_class
where relnamespace = to_regnamespace(%(schema)s) and relname = any(%(frozen)s) and (
  pg_has_role(relowner, 'MEMBER') or has_table_privilege(oid, 'DELETE, TRUNCATE, TRIGGER')
  or has_any_column_privilege(oid, 'UPDATE'))
order by relname
"""
TOO_LITTLE = b"""
select has_table_privilege(to_regclass('journal'), 'INSERT')
  and has_table_privilege(to_regclass('center_day'), 'UPDATE') as enough
"""
SERVING = b"""
select distinct r.rolname::text as name
from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
where c.oid = to_regclass('journal') and a.privilege_type = 'INSERT' and a.grantee <> c.relowner
"""
TABLES = b"""
select relname::text as name from pg_class where relnamespace = to_regnamespace(%(schema)s)
"""


def make_ready(owner_url: str, serving_url: str) -> None:
    """Bring the schema up to date as its owner, and let the serving role do its work. Raises `StoreError`."""
    with _opened(serving_url) as serving:
        check_database(serving)
        role = _one(serving, b"select current_user::text as said")
    with _opened(owner_url) as owner:
        owner.execute("begin")
        owner.execute("select pg_advisory_xact_lock(%s)", (WRITING,))
        owner.execute(f"create schema if not exists {SCHEMA}".encode())
        owner.execute(MIGRATIONS)
        done = _done(owner)
        if done != [step.name for step in STEPS[: len(done)]]:
            raise StoreError("the database was made by a later version of this program")
        for step in STEPS[len(done) :]:
            define(owner, step.sql, step.guards)
            owner.execute("insert into migration (name) values (%s)", (step.name,))
        allow(owner, role)
        owner.execute("commit")


def check_database(conn: Link) -> None:
    """Raise `StoreError` unless what is committed stays, and text has the order and the letters it has."""
    if fault := fault_of(conn.execute(FACTS).fetchone() or {}):
        raise StoreError(fault)


def fault_of(facts: Row) -> str:
    """Say why a database of which these are the facts cannot be used, if it cannot."""
    if facts["version"] < VERSION_MIN:
        return f"PostgreSQL {facts['version']} is too old: it must be {VERSION_MIN} or later"
    if facts["encoding"] != "UTF8" or facts["collation"] not in COLLATIONS:
        return (
            f"the database has the encoding {facts['encoding']} and the order of {facts['collation']},"
            f" and neither may depend on a language; make another one: {CREATION}"
        )
    for name in ("synchronous_commit", "fsync"):
        if facts[name] == "off":
            return f"{name} is off, so that a power cut would lose ratings; set it to on"
    return ""


def check_schema(conn: Link) -> None:
    """Raise `StoreError` unless the database has the schema that this program knows."""
    names = _done(conn)
    if not names:
        raise StoreError("there is no book in this database; run: python -m server setup")
    if names != [step.name for step in STEPS]:
        raise StoreError(
            "the database was made by another version of this program; run: python -m server migrate"
        )


def check_role(conn: Link) -> None:
    """Raise `StoreError` unless the role can append to the book, and can do nothing worse to it."""
    role = _one(conn, b"select current_user::text as said")
    frozen = [*FROZEN, *PROJECTION_FROZEN, "release"]
    found = conn.execute(TOO_MUCH, {"schema": SCHEMA, "frozen": frozen}).fetchall()
    if found:
        raise StoreError(
            f"the role {role} could change or delete rows of {', '.join(row['name'] for row in found)}:"
            " serve as a role that neither owns the tables nor is a superuser, and name the owner in"
            " owner_url for setup only"
        )
    if not (conn.execute(TOO_LITTLE).fetchone() or {})["enough"]:
        raise StoreError(f"the role {role} may not write in the book; run: python -m server setup")


def define(conn: Link, script: str, guards: Sequence[Guard] = ()) -> None:
    """Run a script of definitions, set guards, and let those who serve use what is new."""
    kinds = {
        "blob": "bytea",
        "long": "bigint",
        "real": "double precision",
        "serial": "integer generated by default as identity primary key",
        "strict": "",
    }
    conn.execute(script.format(**kinds).encode())
    for guard in guards:
        conn.execute(_function(guard).encode())
    for row in conn.execute(SERVING).fetchall():
        allow(conn, row["name"])


def allow(conn: Link, role: str) -> None:
    """Let a role serve: what it may do in which table is said by `MAY`."""
    name = sql.Identifier(role)
    tables = {row["name"] for row in conn.execute(TABLES, {"schema": SCHEMA}).fetchall()}
    may = MAY | {"migration": "select", "rating_now": "select"}
    conn.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(SCHEMA), name))
    for table in sorted(may.keys() & tables):
        conn.execute(sql.SQL(f"grant {may[table]} on {table} to {{}}").format(name))


def _function(guard: Guard) -> str:
    """Return the function and the triggers that refuse."""
    row = "old" if guard.verb == "delete" else "new"
    pardon = f"if tg_op <> 'TRUNCATE' then if {guard.unless} then return {row}; end if; end if;"
    whole = f"""
create trigger {guard.name}_whole before truncate on {guard.table} execute function {guard.name}();
"""
    return f"""
create or replace function {guard.name}() returns trigger language plpgsql set search_path from current as $$
begin
  {pardon if guard.unless else ""}
  raise exception '{guard.table}: {guard.says}' using errcode = 'integrity_constraint_violation';
end $$;
create trigger {guard.name} before {guard.verb} on {guard.table} for each row execute function {guard.name}();
{whole if guard.verb == "delete" else ""}"""


def _done(conn: Link) -> list[str]:
    """Return the steps that the schema has gone."""
    try:
        return [row["name"] for row in conn.execute("select name from migration order by name").fetchall()]
    except psycopg.errors.UndefinedTable:
        return []
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreError(f"{error}: let this role serve by: python -m server setup") from error


def _one(conn: Link, query: bytes) -> str:
    return str((conn.execute(query).fetchone() or {})["said"])


def _opened(url: str) -> Link:
    """Connect for a command. Raises `StoreError`."""
    try:
        return connect(url)
    except psycopg.Error as error:
        raise StoreError(f"cannot use the database {place_of(url)}: {error}") from error
