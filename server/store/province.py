"""What is told of every center at once, in SQL: of releases, reports and kiosks, never of ratings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from server.domain.province import Kiosks, Reported
from server.store.sql import Engine, to_date, to_days

if TYPE_CHECKING:
    from datetime import date

    from server.domain.disclosure import Scores

# center by center, so that the index has them in order; the second bound of first_day says where it ends
SCORES = """
select c.code as center, cast(sum(r.n1) as bigint) as n1, cast(sum(r.n2) as bigint) as n2,
  cast(sum(r.n3) as bigint) as n3, cast(sum(r.n4) as bigint) as n4, cast(sum(r.n5) as bigint) as n5
from center c join release r on r.center = c.code
where r.first_day between :first and :last and r.last_day <= :last group by c.code
"""
RELEASE_DAYS = """
select distinct c.code as center, r.last_day from center c join release r on r.center = c.code
where r.first_day between :first and :last and r.last_day <= :last order by c.code, r.last_day
"""
# Whether anybody rated on a day, never how: that nobody did is nobody's score. Of days after the first
# rating, before which there may have been no kiosk.
SERVED = """
select s.center, s.day, exists (
  select 1 from center_day c where c.center = s.center and c.day = s.day
    and c.n1 + c.n2 + c.n3 + c.n4 + c.n5 > 0) as rated
from (
  select center, day from ticket_day where day between :first and :last and served > 0
  union
  select center, day from dossier_day where day between :first and :last and returned > 0) s
where s.day >= (select min(f.day) from center_day f where f.center = s.center)
order by s.center, s.day
"""
REPORTS = """
select 'tickets' as kind, center, cast(sum(served) as bigint) as count, count(*) as days
from ticket_day where day between :first and :last group by center
union all
select 'dossiers' as kind, center, cast(sum(returned) as bigint) as count, count(distinct day) as days
from dossier_day where day between :first and :last group by center
"""
# a device that became another one or was revoked is no kiosk any more; one of a fork may still be
KIOSKS = """
select c.center, count(*) as kiosks, max(d.seen_ms) as seen_ms
from device d join counter c on c.id = coalesce(
  (select m.counter from device_move m where m.device = d.no order by m.since_ms desc limit 1), d.counter)
where d.state = 'forked'
  or d.state = 'active' and not exists (select 1 from device x where x.before = d.id and x.before <> '')
group by c.center
"""


class ProvinceFigures(Engine):
    """The verbs of `Store` about all centers at once."""

    def center_scores(self, first: date, last: date) -> dict[int, Scores]:
        """Return what the releases of each center come to that lie wholly within these days."""
        rows = self.ask(SCORES, first=to_days(first), last=to_days(last))
        found = {row["center"]: (row["n1"], row["n2"], row["n3"], row["n4"], row["n5"]) for row in rows}
        return {center: scores for center, scores in found.items() if any(scores)}

    def center_release_days(self, first: date, last: date) -> dict[int, list[date]]:
        """Return in order on which days releases of each center ended that lie wholly within these days."""
        found: dict[int, list[date]] = defaultdict(list)
        for row in self.ask(RELEASE_DAYS, first=to_days(first), last=to_days(last)):
            found[row["center"]].append(to_date(row["last_day"]))
        return dict(found)

    def center_served_days(self, first: date, last: date) -> dict[int, dict[date, bool]]:
        """Return on which of these days each center says that it served anybody, and whether anybody rated.

        Days before a center's first rating are left out.
        """
        found: dict[int, dict[date, bool]] = defaultdict(dict)
        for row in self.ask(SERVED, first=to_days(first), last=to_days(last)):
            found[row["center"]][to_date(row["day"])] = bool(row["rated"])
        return dict(found)

    def center_reports(self, first: date, last: date) -> dict[int, Reported]:
        """Return what each center reported of its work on these days."""
        found: dict[int, dict[str, int]] = defaultdict(dict)
        for row in self.ask(REPORTS, first=to_days(first), last=to_days(last)):
            kind = row["kind"]
            found[row["center"]] |= {kind: row["count"], f"{kind}_days": row["days"]}
        return {center: Reported(**counts) for center, counts in found.items()}

    def center_kiosks(self) -> dict[int, Kiosks]:
        """Return how many kiosks stand in each center, and when one of them last said something."""
        return {row["center"]: Kiosks(row["kiosks"], row["seen_ms"]) for row in self.ask(KIOSKS)}
