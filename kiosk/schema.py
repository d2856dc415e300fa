"""The tables of the outbox, as the steps in which a device's file grows up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

OUTBOX = (
    """
    create table draft (
      id integer primary key check (id = 1),  -- there is one visit at a time
      draft text not null                     -- a Draft, as JSON
    ) strict
    """,
    """
    create table record (
      seq integer primary key check (seq > 0),
      body blob not null,                     -- the exact bytes, made once
      head blob not null check (length(head) = 32)
    ) strict
    """,
    """
    create table chain (
      id integer primary key check (id = 1),
      device text not null,
      anchor text not null,                   -- head 0: the hash of the enrolment
      through integer not null default 0      -- the server's receipt reaches this far; it may go down
    ) strict
    """,
)

ASIDES = (
    """
    create table aside (
      seq integer not null references record (seq),
      kind text not null,
      salt text not null,
      text text not null,
      primary key (seq, kind)
    ) strict
    """,
    """
    create table unread (
      draft text not null                     -- what no program could read: kept for a human
    ) strict
    """,
)

RETENTION = (
    # the record before the oldest that is kept, and the head behind it
    "alter table chain add column base integer not null default 0",
    "alter table chain add column base_head text not null default ''",
    # why nothing more can be sent in this chain; '': it goes on
    "alter table chain add column ended text not null default ''",
    "update chain set base_head = anchor",
    """
    create table settled (
      day text primary key,                   -- of the server's receipts (UTC)
      through integer not null                -- how far they reached at its end
    ) strict
    """,
    """
    create table checkpoint (
      number integer primary key,             -- in the order in which they came
      made_at text not null,
      payload text not null,                  -- the exact text, and the server's signature over it
      signature text not null
    ) strict
    """,
)

RELIED_ON = (
    "select id, draft from draft limit 0",
    "select seq, body, head from record limit 0",
    "select id, device, anchor, through, base, base_head, ended from chain limit 0",
    "select seq, kind, salt, text from aside limit 0",
    "select draft from unread limit 0",
    "select day, through from settled limit 0",
    "select number, made_at, payload, signature from checkpoint limit 0",
)
"""What can be asked of every whole outbox, once all steps are done."""


def migrations() -> Migrations:
    """Return the steps of the schema. Devices migrate alone, ratings inside: only ever add."""
    steps = Migrations("outbox")

    @steps(name="0001_outbox")
    def outbox(db: Database) -> None:
        _run(db, OUTBOX)

    @steps(name="0002_asides")
    def asides(db: Database) -> None:
        _run(db, ASIDES)

    @steps(name="0003_retention")
    def retention(db: Database) -> None:
        _run(db, RETENTION)

    return steps


def _run(db: Database, statements: tuple[str, ...]) -> None:
    for statement in statements:
        db.conn.execute(statement)
