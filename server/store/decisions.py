"""What people decide about ratings and devices, in SQL: an audit event, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import Action, aside_subject, rating_subject
from server.domain.decisions import WITHHELD, reinstating_fault, withholding_fault
from server.errors import CommandError
from server.store.projection import Held, Projection

if TYPE_CHECKING:
    from server.domain.audit import Event
    from server.domain.intake import Judgement


LAST_RECEIVED = """
select max(received_ms) as last from (
  select received_ms from journal where device = :no
  union all
  select j.received_ms from carried c join journal j on j.device = c.by_device and j.seq = c.by_seq
  where c.device = :no
) as came
"""


STEPS_OF = """
delete from comment_step where comment in (
  select s.id from comment_shown s join device d on d.no = s.device
  where d.id || ' ' || s.seq || ' comment' = :subject
)
"""


class Decisions(Projection):
    """The verbs of `Store` about what people decide. Each raises `CommandError` and changes nothing then."""

    def withhold(self, device: str, seq: int, author: str, reason: str) -> None:
        """Let a rating count no more; it stays in the journal, and figures follow by a correction."""
        held, now = self._standing(device, seq)
        if fault := withholding_fault(now):
            raise CommandError(f"rating {seq} of this device cannot be withheld: {fault}")
        before = self.judgement(held, seq, pardoned=True)
        cause = self.note(Action.WITHHOLD, rating_subject(device, seq), reason, author=author)
        self.add_version(held, seq, before, before.quarantined(WITHHELD), cause)

    def reinstate(self, device: str, seq: int, author: str, reason: str) -> None:
        """Let a rating count that was withheld, or that came from a revoked device."""
        held, now = self._standing(device, seq)
        after: Judgement = self.judgement(held, seq, pardoned=True)
        if fault := reinstating_fault(now, after):
            raise CommandError(f"rating {seq} of this device cannot be reinstated: {fault}")
        cause = self.note(Action.REINSTATE, rating_subject(device, seq), reason, author=author)
        self.add_version(held, seq, after.quarantined(WITHHELD), after, cause)

    def revoke(self, device: str, author: str = "command line", reason: str = "") -> None:
        """Let what a device sends from now on count no more. Once is for good."""
        try:
            held = self.held(device)
        except LookupError:
            raise CommandError(f"there is no device {device}") from None
        if held.revoked_ms is not None:
            raise CommandError("this device is revoked already")
        row = self.one(LAST_RECEIVED, no=held.no)
        last = 0 if row is None or row["last"] is None else int(row["last"])
        since = max(self.now_ms(), last + 1)  # whatever the clock did: what is here stays as it was judged
        self.note(Action.REVOKE, device, f"{since} {reason}", author=author)
        self.write(
            "update device set state = 'revoked', revoked_ms = :since where no = :no", since=since, no=held.no
        )

    def forget_aside(self, device: str, seq: int, kind: str, author: str, reason: str) -> int:
        """Delete what travelled beside a rating, and every copy of it; returns how many copies there were.

        What people noted about a comment goes with it.
        """
        found = self.one(
            "select a.salt, a.words from aside a join device d on d.no = a.device"
            " where d.id = :device and a.seq = :seq and a.kind = :kind",
            device=device,
            seq=seq,
            kind=kind,
        )
        if found is None:
            raise CommandError(f"rating {seq} of this device has no {kind}")
        copies = list(
            self.ask(
                "select d.no, d.id, a.seq from aside a join device d on d.no = a.device"
                " where a.kind = :kind and a.salt = :salt and a.words = :words order by d.id, a.seq",
                kind=kind,
                salt=found["salt"],
                words=found["words"],
            )
        )
        subjects = {aside_subject(each["id"], each["seq"], kind) for each in copies}
        for each in copies:  # nor is it taken in when the device that made it brings it later
            made_by = self.judgement(self.held(each["id"]), each["seq"]).carries
            if made_by is not None:
                subjects.add(aside_subject(made_by.device, made_by.seq, kind))
        for subject in sorted(subjects):
            self.note(Action.FORGET_ASIDE, subject, reason, author=author)
        for each in copies:
            self.write(
                "delete from aside where device = :no and seq = :seq and kind = :kind",
                no=each["no"],
                seq=each["seq"],
                kind=kind,
            )
            self.write(STEPS_OF, subject=aside_subject(each["id"], each["seq"], kind))
        return len(copies)

    def old_comments(self, before_ms: int, most: int) -> list[tuple[str, int]]:
        """Return ratings, as device and number, whose comments came before a moment: at most so many."""
        rows = self.ask(
            "select d.id, a.seq from aside a join device d on d.no = a.device"
            " join journal j on j.device = a.device and j.seq = a.seq"
            " where a.kind = 'comment' and j.received_ms < :before order by d.id, a.seq limit :most",
            before=before_ms,
            most=most,
        )
        return [(row["id"], row["seq"]) for row in rows]

    def forget_again(self, event: Event) -> None:
        """Delete in this book what was deleted in a newer one, with that one's author and reason."""
        if self.events(Action.FORGET_ASIDE, event.subject):
            return
        self.note(Action.FORGET_ASIDE, event.subject, event.detail, author=event.author)
        self.write(
            "delete from aside where (select d.id from device d where d.no = aside.device)"
            " || ' ' || seq || ' ' || kind = :subject",
            subject=event.subject,
        )
        self.write(STEPS_OF, subject=event.subject)

    def _standing(self, device: str, seq: int) -> tuple[Held, str | None]:
        """Return the device of a rating, and why the rating does not count, if it does not."""
        row = self.one(
            "select r.quarantine from rating_now r join device d on d.no = r.device"
            " where d.id = :device and r.seq = :seq",
            device=device,
            seq=seq,
        )
        if row is None:
            raise CommandError(f"there is no rating {seq} of a device {device}")
        return self.held(device), row["quarantine"]
