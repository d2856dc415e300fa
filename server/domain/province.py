"""All centers of the province beside each other: who lies apart from the others, and who has fallen silent.

A center takes part from `RANKED_MIN` ratings on. Those that take part are held against their own common share
in a funnel, and only what passes the control of false discoveries is called different. Of a center with fewer
ratings the share is told, but nothing is concluded from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from server.domain.changes import Change, change, change_of_means
from server.domain.disclosure import add
from server.domain.funnel import Funnel, Spot, Zone, funnel
from server.domain.means import Mean, mean_of
from server.domain.ranking import PLACES_MIN, RANKED_MIN, Rank, ranking
from server.domain.samples import Coverage
from server.domain.statistics import Share, Tally, satisfied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.disclosure import Scores
    from server.domain.places import Center

PAUSE_MIN: Final = 4
"""So many days without a release are never unusual: a weekend, and a holiday beside it."""
PAUSES_MIN: Final = 8
"""From fewer pauses nobody can tell what is usual."""
USUAL_DAYS: Final = 91
"""How far back is looked for what is usual: thirteen weeks."""
ALIVE_MS: Final = 24 * 3600 * 1000
"""Within so long a kiosk that works says something: also one that is switched off at night."""


class Finding(Enum):
    """What may be said of a center beside the others; the first is asked about first."""

    LOWER = "lower"
    HIGHER = "higher"
    WATCH_LOW = "watch_low"
    WATCH_HIGH = "watch_high"
    INSIDE = "inside"
    FEW = "few"
    NOTHING = "nothing"


class Basis(Enum):
    """By what the ratings of a center are divided for its coverage."""

    TICKETS = "tickets"
    DOSSIERS = "dossiers"


@dataclass(frozen=True, slots=True)
class Reported:
    """What a center reported of its work: sums, and of how many days. Of 0 days: it reported nothing."""

    tickets: int = 0
    tickets_days: int = 0
    dossiers: int = 0
    dossiers_days: int = 0


@dataclass(frozen=True, slots=True)
class Kiosks:
    """How many kiosks stand in a center, and when one of them last said something (0: none ever did)."""

    count: int
    seen_ms: int


@dataclass(frozen=True, slots=True)
class Covered:
    """The coverage of a center: by what it is counted, and of how many days that was reported."""

    coverage: Coverage
    basis: Basis
    days: int


@dataclass(frozen=True, slots=True)
class Place:
    """A center in a period. Without ratings it has no figures; `rank` and `spot` only if it takes part."""

    center: Center
    share: Share | None
    index: Mean | None
    change: Change | None
    finding: Finding
    spot: Spot | None
    rank: Rank | None
    covered: Covered | None

    @property
    def n(self) -> int:
        """How many ratings its figures rest on."""
        return self.share.n if self.share else 0


@dataclass(frozen=True, slots=True)
class Province:
    """All centers together and one by one. `funnel` is None where no center has enough ratings."""

    places: tuple[Place, ...]
    share: Share | None
    index: Mean | None
    change: Change | None
    index_change: Change | None
    funnel: Funnel | None

    def of(self, *findings: Finding) -> list[Place]:
        """Return the centers of which this is to be said, the furthest off first."""
        found = [each for each in self.places if each.finding in findings]
        return sorted(found, key=lambda each: each.spot.p_value if each.spot else 1.0)

    @property
    def ranked(self) -> list[Place]:
        """The centers that take part in the ranking, the highest first."""
        placed = [(each.rank.shrunk.value, each) for each in self.places if each.rank]
        return [each for _, each in sorted(placed, key=lambda pair: -pair[0])]

    @property
    def tied_with_first(self) -> int:
        """How many centers besides the first of the ranking may be the first in truth."""
        return max(0, sum(each.rank is not None and each.rank.best == 1 for each in self.places) - 1)

    @property
    def tied_with_last(self) -> int:
        """How many centers besides the last of the ranking may be the last in truth."""
        last = sum(each.rank is not None for each in self.places)
        return max(0, sum(each.rank is not None and each.rank.worst == last for each in self.places) - 1)


def province_of(
    centers: Sequence[Center],
    now: Mapping[int, Scores],
    before: Mapping[int, Scores],
    reported: Mapping[int, Reported],
) -> Province:
    """Put all centers beside each other: what they have in a period, and had in the one before."""
    shares = [satisfied(now[each.code]) if each.code in now else None for each in centers]
    part = [place for place, share in enumerate(shares) if share and share.n >= RANKED_MIN]
    tallies = [Tally(share.count, share.n) if share else Tally(0, 0) for share in shares]
    found = funnel([tallies[place] for place in part], PLACES_MIN)
    spots = dict(zip(part, found.spots if found else (), strict=True))
    ranks = {rank.place: rank for rank in ranking(tallies)}
    places = [
        Place(
            center,
            share,
            mean_of(now[center.code]) if share else None,
            change(satisfied(before[center.code]), share) if share and center.code in before else None,
            _finding(share, spots.get(place), found),
            spots.get(place),
            ranks.get(place),
            _covered(share, reported.get(center.code)),
        )
        for place, (center, share) in enumerate(zip(centers, shares, strict=True))
    ]
    codes = {each.code for each in centers}
    whole, earlier = (add(*(some[code] for code in some if code in codes)) for some in (now, before))
    return Province(
        tuple(places),
        satisfied(whole),
        mean_of(whole),
        change(satisfied(earlier), satisfied(whole)),
        change_of_means(mean_of(earlier), mean_of(whole)),
        found,
    )


def _finding(share: Share | None, spot: Spot | None, found: Funnel | None) -> Finding:
    if share is None:
        return Finding.NOTHING
    if spot is None or found is None:
        return Finding.FEW
    is_low = spot.value < found.target
    if spot.is_discovery:
        return Finding.LOWER if is_low else Finding.HIGHER
    if spot.zone is Zone.INSIDE:
        return Finding.INSIDE
    return Finding.WATCH_LOW if is_low else Finding.WATCH_HIGH


def _covered(share: Share | None, reported: Reported | None) -> Covered | None:
    """Return the ratings for each ticket, or where there are none for each dossier."""
    if share is None or reported is None:
        return None
    if reported.tickets:
        return Covered(Coverage(share.n, reported.tickets), Basis.TICKETS, reported.tickets_days)
    if reported.dossiers:
        return Covered(Coverage(share.n, reported.dossiers), Basis.DOSSIERS, reported.dossiers_days)
    return None


class Silence(Enum):
    """Why a center is called silent."""

    NOTHING = "nothing"
    """It has kiosks, and nothing of it was told in the period."""
    LONGER = "longer"
    """It has been without a release for longer than it ever was lately."""


@dataclass(frozen=True, slots=True)
class Silent:
    """A center that has fallen silent.

    `last` is the last day of its newest release of the last weeks, `usual` its longest pause in days;
    `is_alive`: a kiosk has said something within `ALIVE_MS`, so it is not the machine.
    """

    center: Center
    why: Silence
    kiosks: Kiosks
    is_alive: bool
    last: date | None
    usual: int | None


def usual_pause(days: Sequence[date]) -> int | None:
    """Return how many days a center is at most without a release, of the days it had one; None: too few."""
    pauses = [(later - earlier).days for earlier, later in pairwise(days)]
    return max(PAUSE_MIN, *pauses) if len(pauses) >= PAUSES_MIN else None


def silent_centers(
    centers: Sequence[Center],
    told: Mapping[int, object],
    release_days: Mapping[int, Sequence[date]],
    kiosks: Mapping[int, Kiosks],
    now: tuple[date, int],
) -> list[Silent]:
    """Say which centers with kiosks are silent, those first whose machines are silent too.

    `told` has the centers with releases in the period, `release_days` the days of the last weeks up to `now`,
    which is today and the moment (UTC milliseconds).
    """
    today, now_ms = now
    found = []
    for center in centers:
        here = kiosks.get(center.code)
        if here is None:
            continue
        days = release_days.get(center.code, ())
        last, usual = (days[-1] if days else None), usual_pause(days)
        is_longer = last is not None and usual is not None and (today - last).days > usual
        if center.code in told and not is_longer:
            continue
        why = Silence.LONGER if is_longer else Silence.NOTHING
        found.append(Silent(center, why, here, now_ms - here.seen_ms <= ALIVE_MS, last, usual))
    return sorted(found, key=lambda each: (each.is_alive, each.last or date.min))
