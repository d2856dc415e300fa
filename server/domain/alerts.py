"""What somebody should look at now: told once, to those who can do something about it.

A *cause* is what is wrong, and with what: a kiosk that is quiet, a day far below its limits. The *mark* of an
alert tells one occurrence of a cause from the next, so that a kiosk that stays quiet is told once, and again
only when it had been heard of in between. Of one cause nothing is told twice within `PAUSE_MS`.

An alert holds no figure of ratings: it says what is wrong and where to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain.audit import Action
from server.domain.calendar import Kind as PeriodKind
from server.domain.calendar import Period, clock_of
from server.domain.control import Signal, chart
from server.domain.disclosure import by_day
from server.domain.fleet import FREE_MB_LOW, QUIET_MS
from server.domain.openings import USUAL
from server.domain.province import ALIVE_MS, silent_centers
from server.domain.statistics import Tally, satisfied

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from server.domain.audit import Event
    from server.domain.disclosure import Release
    from server.domain.openings import Timetable
    from server.domain.places import Center
    from server.domain.province import Kiosks

PAUSE_MS: Final = 2 * 3600 * 1000
"""Within so long one cause is told once."""
CHART_DAYS: Final = 91
"""So many days shape the limits that a day is held against: thirteen weeks."""
JUDGED: Final = timedelta(days=3)
"""So long after a day it is still judged: kiosks that were offline have come by then, mostly."""
NEWS_MS: Final = 24 * 3600 * 1000
"""What is older is no news: a message about it is not sent any more."""


class Kind(Enum):
    """What may be wrong."""

    QUIET = "quiet"
    """A kiosk says nothing while its center is open."""
    FALL = "fall"
    """A day lies below the limits of its center's control chart."""
    BURST = "burst"
    """Many ratings in moments. Raised once flags are kept; nothing raises it yet."""
    FORK = "fork"
    """A device's records contradict each other: two machines have its key."""
    GAP = "gap"
    """Ratings that a kiosk has made do not come in."""
    WENT_BACK = "went_back"
    """The server's book is older than what a kiosk knows of it."""
    DISK = "disk"
    """A kiosk's disk is nearly full."""
    SILENT = "silent"
    """A center has had no figures for longer than it ever had lately."""


OF_MACHINES: Final = frozenset({Kind.QUIET, Kind.FORK, Kind.GAP, Kind.WENT_BACK, Kind.DISK})
"""What is about machines, so that technicians see it too."""


SERVER: Final = 0
"""In place of a center's code: the server itself, or a device that this book does not know."""


class Cause(NamedTuple):
    """What is wrong, in which center, and with what: a device, or "" for the center itself."""

    kind: Kind
    center: int
    subject: str = ""


class Found(NamedTuple):
    """A cause that is there now, and which occurrence of it."""

    cause: Cause
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """A kiosk as far as alerts need it: `waiting` ratings are not here that it had made when last heard of.

    `free_mb` is None, and `stuck` empty, of a machine that has said nothing of itself.
    """

    device: str
    center: int
    is_forked: bool
    seen_ms: int
    waiting: int = 0
    free_mb: int | None = None
    stuck: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that was raised. `seen_by` is who acknowledged it, "": nobody yet."""

    id: int
    cause: Cause
    mark: str
    raised_ms: int
    seen_ms: int = 0
    seen_by: str = ""


def of_machines(
    machines: Iterable[Machine], timetables: Mapping[int, Timetable], now_ms: int
) -> Iterator[Found]:
    """Say what is wrong with machines now (UTC milliseconds). Where no hours were set, usual ones hold."""
    for each in machines:
        if each.is_forked:
            yield Found(Cause(Kind.FORK, each.center, each.device))
        if each.free_mb is not None and each.free_mb < FREE_MB_LOW:
            # once a week, until somebody has made room
            week = Period.around(PeriodKind.WEEK, clock_of(now_ms).date()).key
            yield Found(Cause(Kind.DISK, each.center, each.device), week)
        if each.stuck or (each.waiting > 0 and now_ms - each.seen_ms > ALIVE_MS):
            yield Found(Cause(Kind.GAP, each.center, each.device), each.stuck or str(each.seen_ms))
        is_quiet = each.seen_ms > 0 and now_ms - each.seen_ms > QUIET_MS
        if is_quiet and open_for_ms(timetables.get(each.center), now_ms) > QUIET_MS:
            yield Found(Cause(Kind.QUIET, each.center, each.device), str(each.seen_ms))


def open_for_ms(timetable: Timetable | None, now_ms: int) -> int:
    """Return for how long a center has been open without a pause; 0: it is closed."""
    now = clock_of(now_ms)
    week = USUAL if timetable is None or timetable.week is None else timetable.week
    special = None if timetable is None else timetable.days.get(now.date())
    for span in week[now.weekday()] if special is None else special.spans:
        if span.start <= f"{now:%H:%M}" < span.end:
            hour, minute = int(span.start[:2]), int(span.start[3:])
            opened = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
            return int((now - opened).total_seconds() * 1000)
    return 0


def went_back(events: Iterable[Event], machines: Iterable[Machine], now_ms: int) -> Iterator[Found]:
    """Say which devices know a newer book than this, as the newest events of the audit log tell."""
    centers = {each.device: each.center for each in machines}
    for each in events:
        if each.action == Action.WENT_BACK.value and now_ms - each.at_ms < NEWS_MS:
            yield Found(Cause(Kind.WENT_BACK, centers.get(each.subject, SERVER), each.subject), str(each.id))


def falls(releases: Mapping[int, Sequence[Release]], today: date) -> Iterator[Found]:
    """Say in which centers one of the last days lies below the limits of its control chart.

    Only days that are over, that have a share of their own and enough ratings for limits; the chart needs
    enough days, too. Of steady days about 1 in 700 is told by chance.
    """
    for center, found in sorted(releases.items()):
        shown = by_day(found)
        days = sorted(day for day in shown if today - timedelta(days=CHART_DAYS) <= day < today)
        shares = [satisfied(shown[day]) for day in days]
        made = chart([Tally(each.count, each.n) if each else Tally(0, 0) for each in shares])
        if made is None or made.is_provisional:
            continue
        for day, point in zip(days, made.points, strict=True):
            if point is not None and point.signal is Signal.BELOW and today - day <= JUDGED:
                yield Found(Cause(Kind.FALL, center), day.isoformat())


def silences(
    centers: Sequence[Center],
    release_days: Mapping[int, Sequence[date]],
    kiosks: Mapping[int, Kiosks],
    now: tuple[date, int],
) -> Iterator[Found]:
    """Say which centers have been without figures for longer than they ever were lately."""
    told = dict.fromkeys(each.code for each in centers)
    for each in silent_centers(centers, told, release_days, kiosks, now):
        yield Found(Cause(Kind.SILENT, each.center.code), "" if each.last is None else each.last.isoformat())


def news(
    found: Iterable[Found], known: Mapping[Cause, int], told: Collection[Found], now_ms: int
) -> list[Found]:
    """Return what is to be raised: each cause once, no occurrence again, and no cause within `PAUSE_MS`.

    `known` says when each cause was raised last, `told` has every occurrence that was.
    """
    new: dict[Cause, Found] = {}
    for each in found:
        if each in told or each.cause in new or now_ms - known.get(each.cause, -PAUSE_MS) < PAUSE_MS:
            continue
        new[each.cause] = each
    return list(new.values())
