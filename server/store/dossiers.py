"""Dossiers: their keys, their fingerprints, and what centers report of their work, in SQL.

No key, no code and no fingerprint is ever told to the audit log.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING

from server.domain.audit import SERVER, Action, changed
from server.domain.disclosure import NO_SCORES
from server.domain.dossier_figures import COMPLAINTS, ComplaintMonth, FieldDay, TicketDay, Work
from server.domain.dossiers import Dossier, Outcome, ToldByDossier, live_since
from server.store.log import Log
from server.store.sql import to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from server.domain.calendar import Period

WIPED = "0" * 64
FIELD_DAY = """
insert into dossier_day (center, field, day, received, returned, on_time, late)
values (:center, :field, :day, :received, :returned, :on_time, :late)
on conflict (center, field, day) do update set received = excluded.received, returned = excluded.returned,
  on_time = excluded.on_time, late = excluded.late
"""
TICKET_DAY = """
insert into ticket_day (center, day, served) values (:center, :day, :served)
on conflict (center, day) do update set served = excluded.served
"""
COMPLAINT_MONTH = """
insert into complaint_month (center, month, received, on_time, dissatisfied)
values (:center, :month, :received, :on_time, :dissatisfied)
on conflict (center, month) do update set received = excluded.received, on_time = excluded.on_time,
  dissatisfied = excluded.dissatisfied
"""
DOSSIER = """
insert into dossier (center, fingerprint, field, procedure, outcome)
values (:center, :fingerprint, :field, :procedure, :outcome)
on conflict (center, fingerprint) do update set field = excluded.field, procedure = excluded.procedure,
  outcome = excluded.outcome
"""
TOLD = """
select p.field, coalesce(p.procedure, '') as procedure, r.score, count(*) as n
from dossier p join aside a on a.words = p.fingerprint and a.kind = 'dossier'
  join rating_now r on r.device = a.device and r.seq = a.seq
where p.center = :center and r.center = :center and r.day between :first and :last and r.quarantine is null
group by p.field, p.procedure, r.score order by p.field, p.procedure, r.score
"""


class Dossiers(Log):
    """The verbs of `Store` about dossiers and what centers report."""

    def dossier_key(self, center: int, quarter: Period) -> str:
        """Return the key of a center and a quarter, in hex; '': there is none."""
        row = self.one(
            "select key from dossier_key where center = :center and quarter = :quarter",
            center=center,
            quarter=quarter.key,
        )
        return "" if row is None else str(row["key"])

    def keep_dossier_key(self, center: int, quarter: Period, key: str) -> None:
        """Keep a key unless there is one."""
        self.write(
            "insert into dossier_key (center, quarter, last_day, key) values (:center, :quarter, :last, :key)"
            " on conflict (center, quarter) do nothing",
            center=center,
            quarter=quarter.key,
            last=to_days(quarter.last),
            key=key,
        )

    def dossier_keys(self, center: int, today: date) -> list[str]:
        """Return the keys of a center that are alive, the newest first."""
        rows = self.ask(
            "select key from dossier_key where center = :center and last_day >= :since"
            " order by last_day desc",
            center=center,
            since=to_days(live_since(today)),
        )
        return [row["key"] for row in rows]

    def destroy_dossier_keys(self, today: date) -> int:
        """Destroy the keys whose quarter and grace are over; returns how many there were.

        A key is written over first: a row that is only deleted may lie in the file for a while.
        """
        dead = {"before": to_days(live_since(today))}
        rows = self.ask(
            "select quarter, count(*) as n from dossier_key where last_day < :before"
            " group by quarter order by quarter",
            **dead,
        )
        counts = {row["quarter"]: int(row["n"]) for row in rows}
        if counts:
            self.write("update dossier_key set key = :wiped where last_day < :before", wiped=WIPED, **dead)
            self.write("delete from dossier_key where last_day < :before", **dead)
        for quarter, count in counts.items():
            detail = changed({"keys": count}, {"keys": 0})
            self.note(Action.DESTROY_DOSSIER_KEYS, quarter, detail, author=SERVER)
        return sum(counts.values())

    def dossier_prefixes(self, center: int) -> tuple[str, ...]:
        """Return the agencies whose dossiers count in a center; none: all."""
        row = self.one("select prefixes from dossier_settings where center = :center", center=center)
        return () if row is None else tuple(row["prefixes"].split())

    def set_dossier_prefixes(self, center: int, prefixes: Sequence[str], author: str) -> None:
        """Let the dossiers of these agencies count in a center."""
        before, after = " ".join(self.dossier_prefixes(center)), " ".join(prefixes)
        if before != after:
            self.write(
                "insert into dossier_settings (center, prefixes) values (:center, :prefixes)"
                " on conflict (center) do update set prefixes = excluded.prefixes",
                center=center,
                prefixes=after,
            )
            detail = changed({"prefixes": before}, {"prefixes": after})
            self.note(Action.SET_DOSSIER_PREFIXES, str(center), detail, author=author)

    def field_days(self, center: int, first: date, last: date) -> list[FieldDay]:
        """Return what a center did from one day to another, by day and field."""
        rows = self.ask(
            "select field, day, received, returned, on_time, late from dossier_day"
            " where center = :center and day between :first and :last order by day, field",
            center=center,
            first=to_days(first),
            last=to_days(last),
        )
        return [
            FieldDay(
                row["field"],
                to_date(row["day"]),
                Work(row["received"], row["returned"], row["on_time"], row["late"]),
            )
            for row in rows
        ]

    def ticket_days(self, center: int, first: date, last: date) -> list[TicketDay]:
        """Return how many citizens a center served from one day to another, by day."""
        rows = self.ask(
            "select day, served from ticket_day where center = :center and day between :first and :last"
            " order by day",
            center=center,
            first=to_days(first),
            last=to_days(last),
        )
        return [TicketDay(to_date(row["day"]), row["served"]) for row in rows]

    def complaint_months(self, center: int, first: date, last: date) -> list[ComplaintMonth]:
        """Return the complaints of the months that begin from one day to another."""
        rows = self.ask(
            "select month, received, on_time, dissatisfied from complaint_month"
            " where center = :center and month between :first and :last order by month",
            center=center,
            first=to_days(first),
            last=to_days(last),
        )
        return [ComplaintMonth(**{**row, "month": to_date(row["month"])}) for row in rows]

    def take_field_days(self, center: int, days: Sequence[FieldDay], author: str) -> None:
        """Write what a center did, in place of what was told of the same fields and days before.

        One event tells the sums of these fields and days before and after.
        """
        named = {(each.field, each.day) for each in days}
        first, last = min(each.day for each in days), max(each.day for each in days)
        known = [each for each in self.field_days(center, first, last) if (each.field, each.day) in named]
        self.write_many(
            FIELD_DAY,
            [
                {"center": center, "field": each.field, "day": to_days(each.day), **asdict(each.work)}
                for each in days
            ],
        )
        sums = [asdict(sum((each.work for each in some), Work())) for some in (known, days)]
        self._note_taken(Action.TAKE_DOSSIERS, _subject(center, first, last), [known, days], sums, author)

    def take_ticket_days(self, center: int, days: Sequence[TicketDay], author: str) -> None:
        """Write how many citizens were served, in place of what was told of the same days before."""
        named = {each.day for each in days}
        first, last = min(named), max(named)
        known = [each for each in self.ticket_days(center, first, last) if each.day in named]
        self.write_many(
            TICKET_DAY,
            [{"center": center, "day": to_days(each.day), "served": each.served} for each in days],
        )
        sums = [{"served": sum(each.served for each in some)} for some in (known, days)]
        self._note_taken(Action.TAKE_TICKETS, _subject(center, first, last), [known, days], sums, author)

    def take_complaint_months(self, center: int, months: Sequence[ComplaintMonth], author: str) -> None:
        """Write the complaints of months, in place of what was told of the same months before."""
        named = {each.month for each in months}
        first, last = min(named), max(named)
        known = [each for each in self.complaint_months(center, first, last) if each.month in named]
        self.write_many(
            COMPLAINT_MONTH,
            [{"center": center, **asdict(each), "month": to_days(each.month)} for each in months],
        )
        sums = [
            {name: sum(getattr(each, name) for each in some) for name in COMPLAINTS}
            for some in (known, months)
        ]
        self._note_taken(Action.TAKE_COMPLAINTS, _subject(center, first, last), [known, months], sums, author)

    def remove_figures(self, center: int, day: date, author: str) -> None:
        """Delete what was told of a day, dossiers and tickets; the event tells the sums that there were."""
        work, tickets = self.field_days(center, day, day), self.ticket_days(center, day, day)
        if not work and not tickets:
            return
        place = {"center": center, "day": to_days(day)}
        self.write("delete from dossier_day where center = :center and day = :day", **place)
        self.write("delete from ticket_day where center = :center and day = :day", **place)
        sums = asdict(sum((each.work for each in work), Work()))
        before = sums | {"served": sum(each.served for each in tickets)}
        self.note(Action.REMOVE_FIGURES, _subject(center, day, day), changed(before, {}), author=author)

    def take_dossiers(self, center: int, dossiers: Sequence[Dossier], author: str) -> None:
        """Keep dossiers by their fingerprints, in place of what was told of the same before."""
        count = "select count(*) as n from dossier where center = :center"
        before = self.one(count, center=center)
        self.write_many(
            DOSSIER,
            [
                {
                    "center": center,
                    "fingerprint": fingerprint,
                    "field": each.field,
                    "procedure": each.procedure or None,
                    "outcome": each.outcome.value,
                }
                for each in dossiers
                for fingerprint in each.fingerprints
            ],
        )
        after = self.one(count, center=center)
        told = [{"fingerprints": row and row["n"]} for row in (before, after)]
        self._note_taken(Action.TAKE_DOSSIER_CODES, str(center), [[], dossiers], told, author)

    def dossiers(self, center: int) -> dict[str, Dossier]:
        """Return what is known of a center's dossiers, by fingerprint."""
        rows = self.ask(
            "select fingerprint, field, coalesce(procedure, '') as procedure, outcome from dossier"
            " where center = :center",
            center=center,
        )
        return {
            row["fingerprint"]: Dossier(
                (row["fingerprint"],), row["field"], row["procedure"], Outcome(row["outcome"])
            )
            for row in rows
        }

    def told_by_dossier(self, center: int, first: date, last: date) -> list[ToldByDossier]:
        """Return how many ratings count by procedure, of those whose scanned receipt is a known dossier's.

        A dossier that was rated twice counts twice. Exact: for `server.domain.disclosure`, not for a page.
        """
        found: dict[tuple[int, str], list[int]] = defaultdict(lambda: list(NO_SCORES))
        for row in self.ask(TOLD, center=center, first=to_days(first), last=to_days(last)):
            found[row["field"], row["procedure"]][row["score"] - 1] += row["n"]
        return [
            ToldByDossier(field, procedure, (one, two, three, four, five))
            for (field, procedure), (one, two, three, four, five) in found.items()
        ]

    def _note_taken(
        self,
        action: Action,
        subject: str,
        rows: Sequence[Sequence[object]],
        sums: Sequence[Mapping[str, object]],
        author: str,
    ) -> None:
        """Tell what a whole import was: how many rows were there of it and are now, and their sums."""
        before, after = ({"rows": len(some), **each} for some, each in zip(rows, sums, strict=True))
        self.note(action, subject, changed(before, after), author=author)


def _subject(center: int, first: date, last: date) -> str:
    """Name a center and its days."""
    return f"{center} {first.isoformat()}" + (f"..{last.isoformat()}" if last != first else "")
