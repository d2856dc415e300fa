"""Alerts in SQL: read from the state of machines and from releases, never from ratings."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final

from server.domain.alerts import NEWS_MS, SERVER, Alert, Cause, Found, Kind, Machine, news
from server.domain.audit import Action
from server.domain.disclosure import Release
from server.store.log import Log
from server.store.sql import to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from server.store.sql import Row

TAKEN_MS: Final = 10 * 60 * 1000
"""After so long a server that began to send something, and did not say that it was sent, has failed."""

MACHINES: Final = """
select d.id, c.center, d.state, d.seq, d.seen_ms, h.recorded, h.free_mb, h.stuck
from device d join counter c on c.id = coalesce(
  (select m.counter from device_move m where m.device = d.no order by m.since_ms desc limit 1), d.counter)
left join device_health h on h.device = d.no
where d.state = 'forked'
  or d.state = 'active' and not exists (select 1 from device x where x.before = d.id and x.before <> '')
order by d.id
"""
RELEASES: Final = """
select c.code as center, r.first_day, r.last_day, cast(sum(r.n1) as bigint) as n1,
  cast(sum(r.n2) as bigint) as n2, cast(sum(r.n3) as bigint) as n3, cast(sum(r.n4) as bigint) as n4,
  cast(sum(r.n5) as bigint) as n5
from center c join release r on r.center = c.code
where r.first_day between :first and :last and r.last_day <= :last
group by c.code, r.first_day, r.last_day, r.n1 + r.n2 + r.n3 + r.n4 + r.n5 < 0
order by c.code, r.first_day, r.last_day
"""
RAISE: Final = """
insert into alert (kind, center, subject, mark, raised_ms, seen_ms, seen_by, taken_ms, sent_ms)
values (:kind, :center, :subject, :mark, :now, 0, '', 0, 0)
on conflict (kind, center, subject, mark) do nothing
"""
ALERT: Final = "select id, kind, center, subject, mark, raised_ms, seen_ms, seen_by from alert "
OPEN: Final = ALERT + "where seen_ms = 0 order by raised_ms desc, id desc"
SEEN: Final = ALERT + "where seen_ms > 0 order by raised_ms desc, id desc"
KNOWN: Final = """
select max(raised_ms) as raised_ms, max(case when mark = :mark then 1 else 0 end) as is_told
from alert where kind = :kind and center = :center and subject = :subject
"""
UNSENT: Final = (
    ALERT + "where raised_ms > :since and sent_ms = 0 and seen_ms = 0 and taken_ms <= :free order by id"
)
DAY: Final = "insert into alert_day (day) values (:day) on conflict (day) do nothing"


class Alerts(Log):
    """The verbs of `Store` about alerts."""

    def machines(self) -> list[Machine]:
        """Return every kiosk of today, as far as alerts need it."""
        return [
            Machine(
                device=row["id"],
                center=row["center"],
                is_forked=row["state"] == "forked",
                seen_ms=row["seen_ms"],
                waiting=max(0, (row["recorded"] or 0) - row["seq"]),
                free_mb=row["free_mb"],
                stuck=row["stuck"] or "",
            )
            for row in self.ask(MACHINES)
        ]

    def centers_with_hours(self) -> list[int]:
        """Return the centers that decided something about their opening hours."""
        rows = self.ask("select center from opening where center is not null order by center")
        return [row["center"] for row in rows]

    def releases_of_all(self, first: date, last: date) -> dict[int, list[Release]]:
        """Return the releases of each center that lie wholly within these days."""
        found: dict[int, list[Release]] = defaultdict(list)
        for row in self.ask(RELEASES, first=to_days(first), last=to_days(last)):
            scores = (row["n1"], row["n2"], row["n3"], row["n4"], row["n5"])
            found[row["center"]].append(Release(to_date(row["first_day"]), to_date(row["last_day"]), scores))
        return dict(found)

    def begin_alert_day(self, day: date) -> bool:
        """Note that the charts are judged today; says whether nobody has done it yet."""
        is_first = self.one("select day from alert_day where day = :day", day=to_days(day)) is None
        self.write(DAY, day=to_days(day))
        return is_first

    def raise_alerts(self, found: Iterable[Found], now_ms: int) -> int:
        """Keep what is news; says how many alerts that were. Of two servers the second finds it told."""
        found, known, told = list(found), {}, set()
        for each in found:
            row = self.one(KNOWN, **_row(each))
            if row is not None and row["raised_ms"] is not None:
                known[each.cause] = int(row["raised_ms"])
                told |= {each} if row["is_told"] else set()
        new = news(found, known, told, now_ms)
        self.write_many(RAISE, [_row(each) | {"now": now_ms} for each in new])
        return len(new)

    def alert(self, id_: int) -> Alert | None:
        """Return an alert."""
        row = self.one(ALERT + "where id = :id", id=id_)
        return None if row is None else _alert(row)

    def alerts(self, centers: Collection[int], kinds: Collection[Kind], most: int) -> list[Alert]:
        """Return alerts of centers: those that nobody has acknowledged first, the newest first."""
        found: list[Alert] = []
        for sql in (OPEN, SEEN):
            every = (_alert(row) for row in self.ask(sql))
            fitting = (each for each in every if each.cause.center in centers and each.cause.kind in kinds)
            found += islice(fitting, most)
        return found

    def open_alert_count(self, center: int) -> int:
        """Say how many alerts of a center nobody has acknowledged."""
        row = self.one(
            "select count(*) as n from alert where center = :center and seen_ms = 0", center=center
        )
        return 0 if row is None else int(row["n"])

    def acknowledge(self, id_: int, author: str, now_ms: int) -> bool:
        """Note who has seen an alert; says whether that was the first."""
        row = self.one(ALERT + "where id = :id and seen_ms = 0", id=id_)
        if row is None:
            return False
        cause = _cause(row)
        detail = f"{cause.kind.value} {cause.subject}".rstrip()
        subject = "server" if cause.center == SERVER else str(cause.center)
        self.note(Action.ACKNOWLEDGE_ALERT, subject, detail, author=author, at_ms=now_ms)
        self.write(
            "update alert set seen_ms = :now, seen_by = :author where id = :id",
            id=id_,
            now=now_ms,
            author=author,
        )
        return True

    def take_alerts(self, now_ms: int) -> list[Alert]:
        """Return what is to be sent and nobody is sending, and take it in hand."""
        rows = self.ask(UNSENT, since=now_ms - NEWS_MS, free=now_ms - TAKEN_MS)
        found = [_alert(row) for row in rows]
        self.write_many(
            "update alert set taken_ms = :now where id = :id",
            [{"id": each.id, "now": now_ms} for each in found],
        )
        return found

    def alerts_sent(self, ids: Collection[int], now_ms: int) -> None:
        """Note that messages about these were sent."""
        self.write_many(
            "update alert set sent_ms = :now where id = :id", [{"id": each, "now": now_ms} for each in ids]
        )


def _row(found: Found) -> Row:
    cause, mark = found
    return {"kind": cause.kind.value, "center": cause.center, "subject": cause.subject, "mark": mark}


def _cause(row: Row) -> Cause:
    return Cause(Kind(row["kind"]), row["center"], row["subject"])


def _alert(row: Row) -> Alert:
    return Alert(row["id"], _cause(row), row["mark"], row["raised_ms"], row["seen_ms"], row["seen_by"])
