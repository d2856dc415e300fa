"""The checkpoints that a kiosk keeps in its outbox: they prove it if the server ever changes its book.

All of the newest are kept, and the last of each day before. `python -m kiosk checkpoints` prints them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.protocol.messages import Signed

if TYPE_CHECKING:
    import sqlite3

ALL = 48
"""At one an hour, these are two days."""
MAX = 1000


def keep(db: sqlite3.Connection, checkpoint: Signed, made_at: str) -> None:
    """Keep a checkpoint, within the open transaction, unless it is the newest one already."""
    if checkpoint.payload == newest(db):
        return
    db.execute(
        "insert into checkpoint (made_at, payload, signature) values (?, ?, ?)",
        (made_at, checkpoint.payload, checkpoint.signature),
    )
    db.execute(
        "delete from checkpoint where number <= (select max(number) - ? from checkpoint)"
        " and number not in (select max(number) from checkpoint group by substr(made_at, 1, 10))",
        (ALL,),
    )
    db.execute(
        "delete from checkpoint where number not in"
        " (select number from checkpoint order by number desc limit ?)",
        (MAX,),
    )


def newest(db: sqlite3.Connection) -> str:
    """Return the text of the newest one; '' if there is none."""
    row = db.execute("select payload from checkpoint order by number desc limit 1").fetchone()
    return row[0] if row else ""


def kept(db: sqlite3.Connection) -> list[Signed]:
    """Return all that are kept, oldest first."""
    rows = db.execute("select payload, signature from checkpoint order by number").fetchall()
    return [Signed(payload=payload, signature=signature) for payload, signature in rows]
