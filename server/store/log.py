"""The audit log in SQL: events are appended, each with the hash of all before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import COMMAND_LINE, FIRST, SERVER, Action, Event, Kept, next_hash
from server.store.sql import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.store.sql import Row

EVENT = """
insert into audit (id, at_ms, author, action, subject, detail, hash)
values (:id, :at, :author, :action, :subject, :detail, :hash)
"""
HEAD = """
insert into audit_head (one, id, hash) values (1, :id, :hash)
on conflict (one) do update set id = excluded.id, hash = excluded.hash
"""
EVENTS = "select id, at_ms, author, action, subject, detail, hash from audit "


class Log(Engine):
    """The verbs of `Store` about the audit log."""

    def note(
        self,
        action: Action,
        subject: str,
        detail: str = "",
        *,
        author: str = COMMAND_LINE,
        at_ms: int | None = None,
    ) -> int:
        """Append an event; returns its id. Without a moment it happened now."""
        before, previous = self.audit_head()
        moment = self.now_ms() if at_ms is None else at_ms
        event = Event(before + 1, moment, author, action.value, subject, detail)
        hash_ = bytes.fromhex(next_hash(previous, event))
        self.write(
            EVENT,
            id=event.id,
            at=event.at_ms,
            author=event.author,
            action=event.action,
            subject=event.subject,
            detail=event.detail,
            hash=hash_,
        )
        self.write(HEAD, id=event.id, hash=hash_)
        return event.id

    def audit_head(self) -> tuple[int, str]:
        """Return how far the log has come: the id of its last event, and its hash."""
        row = self.one("select id, hash from audit_head")
        return (0, FIRST) if row is None else (row["id"], bytes(row["hash"]).hex())

    def audit_log(self) -> Iterator[Kept]:
        """Return every event in order."""
        return (_kept(row) for row in self.each(EVENTS + "order by id"))

    def newest_events(self, before: int | None, most: int) -> list[Event]:
        """Return the newest events, the newest first: those with an id below `before`, or of all."""
        rows = self.ask(
            EVENTS + "where id < :before order by id desc limit :most",
            before=2**53 if before is None else before,
            most=most,
        )
        return [_kept(row).event for row in rows]

    def events(self, action: Action, subject: str | None = None) -> list[Event]:
        """Return the events of one kind in order, of one subject or of all."""
        of_one = "" if subject is None else "and subject = :subject "  # which an index finds
        rows = self.ask(
            EVENTS + "where action = :action " + of_one + "order by id", action=action.value, subject=subject
        )
        return [_kept(row).event for row in rows]

    def alarm(self, device: str, detail: str, at_ms: int, quiet_ms: int) -> bool:
        """Note that this book has gone back, as a device shows; says whether that was news.

        The same thing is noted once, and of one device one thing in `quiet_ms`: a device cannot fill the log.
        """
        row = self.one(
            "select 1 as known from audit where action = :action and subject = :device"
            " and (detail = :detail or at_ms > :since) limit 1",
            action=Action.WENT_BACK.value,
            device=device,
            detail=detail,
            since=at_ms - quiet_ms,
        )
        if row is None:
            self.note(Action.WENT_BACK, device, detail, author=SERVER, at_ms=at_ms)
        return row is None


def _kept(row: Row) -> Kept:
    hash_ = bytes(row.pop("hash")).hex()
    return Kept(Event(**row), hash_)
