"""Which lists go out as files and come in again. A new one is one more `ListKind` here, and its words.

What a file's rows mean is decided by the `Listing` of each kind in `server.domain`; here it is opened with
what the book has, and what it has taken is written, in the one transaction that the caller opened.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from server.domain.audit import Action, changed
from server.domain.calendar import YEAR_MAX, YEAR_MIN, day_of
from server.domain.list_people import PEOPLE_COLUMNS, PeopleList
from server.domain.list_places import (
    CENTER_COLUMNS,
    COUNTER_COLUMNS,
    DAY_COLUMNS,
    CenterList,
    CounterList,
    DayList,
)
from server.domain.list_staff import GONE, HERE, OFFICER_COLUMNS, ROSTER_COLUMNS, OfficerList, RosterList
from server.domain.lists import Choice, Told
from server.domain.openings import PROVINCE, together, told
from server.domain.people import Standing
from server.domain.places import Counter, Role, counter_id
from server.web.access import ADMINS, CARERS, KEEPERS, asked_center, visible_centers
from server.web.opening_page import PROVINCE_PATH, Place
from server.web.openings import asked_place
from server.web.people import administrator, asked_scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from server.domain.lists import Column, Heading
    from server.domain.table import Table
    from server.store import Store
    from server.web.catalog import Words

L = TypeVar("L", bound=Told)
ROSTER_BACK: Final = timedelta(days=31)
"""The roster goes out from so long ago on."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for which place, when (UTC milliseconds), in which words, and the words of all languages."""

    request: Request
    place: Place
    now_ms: int
    words: Words
    languages: tuple[Words, ...]

    @property
    def author(self) -> str:
        """Return who changes something."""
        name: str = self.request.state.person.name
        return name

    @property
    def center(self) -> int:
        """Return the center that it is about."""
        assert self.place.code is not None  # noqa: S101 # the list is one of a center
        return self.place.code

    @property
    def today(self) -> date:
        """Return the day in Vietnam."""
        return day_of(self.now_ms)

    def choice(self, named: Callable[[Words], Mapping[str, str]]) -> Choice:
        """Return the words for values, in this language to be written and in all to be read."""
        return Choice.of(named(self.words), *(named(words) for words in self.languages))


@dataclass(frozen=True, slots=True)
class ListKind(Generic[L]):
    """A list: its name in words, addresses and offers, the page it belongs to, and who may open that.

    `path` is how its own addresses begin. Without `apply` it only goes out. `seal` takes out of a file what
    may not be kept, before anything of it is.
    """

    name: str
    path: str
    home: str
    roles: frozenset[Role]
    columns: tuple[Column, ...]
    place: Callable[[Request, Store], Place]
    open: Callable[[Store, Asking], L]
    apply: Callable[[Store, L, Asking], None] | None = None
    seal: Callable[[Asking, Table, Heading], Awaitable[Table]] | None = None


def kinds() -> tuple[ListKind[Any], ...]:
    """Return every list there is."""
    return (
        ListKind(
            "counters",
            "/kiosks/counters",
            "/kiosks",
            CARERS,
            COUNTER_COLUMNS,
            _of_center,
            lambda store, asking: CounterList(store.counters(asking.center)),
            _apply_counters,
        ),
        ListKind(
            "officers",
            "/officers",
            "/officers",
            KEEPERS,
            OFFICER_COLUMNS,
            _of_center,
            _open_officers,
            _apply_officers,
        ),
        ListKind(
            "roster", "/roster", "/roster", KEEPERS, ROSTER_COLUMNS, _of_center, _open_roster, _apply_roster
        ),
        *(
            ListKind("days", path, path, roles, DAY_COLUMNS, asked_place, _open_days, _apply_days)
            for path, roles in (("/openings", KEEPERS), (PROVINCE_PATH, ADMINS))
        ),
        ListKind(
            "people", "/people", "/people", ADMINS, PEOPLE_COLUMNS, _of_scope, _open_people, _apply_people
        ),
        ListKind(
            "centers", "/people/centers", "/people", ADMINS, CENTER_COLUMNS, _of_scope, _open_centers, None
        ),
    )


def _of_center(request: Request, store: Store) -> Place:
    return Place(asked_center(request, store))


def _of_scope(request: Request, store: Store) -> Place:
    code = asked_scope(request, store)
    return Place(None if code is None else store.center(code))


def _apply_counters(store: Store, listing: CounterList, asking: Asking) -> None:
    center = asking.center
    for number in listing.added:
        store.open_counter(Counter(counter_id(center, number), center, number), asking.author)


def _open_officers(store: Store, asking: Asking) -> OfficerList:
    states = asking.choice(lambda words: {HERE: words("list_officer_here"), GONE: words("list_officer_gone")})
    return OfficerList(store.officers(asking.center), states)


def _apply_officers(store: Store, listing: OfficerList, asking: Asking) -> None:
    author = asking.author
    for wanted in listing.wanted:
        if wanted.known is None:
            store.add_officer(asking.center, wanted.name, wanted.title, author)
            continue
        store.change_officer(wanted.known, wanted.name, wanted.title, author)
        if wanted.is_active:
            store.officer_returns(wanted.known, author)
        else:
            store.officer_leaves(wanted.known, asking.now_ms, author)


def _open_roster(store: Store, asking: Asking) -> RosterList:
    there = store.assignments(asking.center, date(YEAR_MIN, 1, 1), date(YEAR_MAX, 12, 31))
    return RosterList(
        store.officers(asking.center),
        store.counters(asking.center),
        there,
        since=asking.today - ROSTER_BACK,
    )


def _apply_roster(store: Store, listing: RosterList, asking: Asking) -> None:
    for officer, (removed, added) in listing.by_officer().items():
        store.change_roster(Action.ASSIGN, officer, removed, added, asking.author)


def _open_days(store: Store, asking: Asking) -> DayList:
    own = store.timetable(asking.place.code)
    valid = together(store.timetable(None), own)
    return DayList(own, has_week=valid.week is not None, today=asking.today)


def _apply_days(store: Store, listing: DayList, asking: Asking) -> None:
    own = store.timetable(asking.place.code)
    after = replace(own, days={**own.days, **listing.days})
    store.set_timetable(asking.place.code, after)
    detail = changed(told(own), told(after))
    store.note(Action.SET_HOURS, asking.place.subject, detail, author=asking.author)


def _open_people(store: Store, asking: Asking) -> PeopleList:
    everybody = store.people(None)
    centers = {str(each.code): each.name for each in store.centers()}
    province = [words("people_province") for words in (asking.words, *asking.languages)]
    return PeopleList(
        asking.request.state.person,
        store.people(asking.place.code),
        everybody,
        roles=asking.choice(lambda words: {role.value: words(f"role_{role.value}") for role in Role}),
        scopes=Choice.of(
            {PROVINCE: province[0], **centers},
            *({PROVINCE: word} for word in province),
            {code: code for code in centers},
        ),
        standings={each.value: asking.words(f"standing_{each.value}") for each in Standing},
    )


def _apply_people(store: Store, listing: PeopleList, asking: Asking) -> None:
    """Write those who are new; each one's page makes the link by which they come in."""
    admin = administrator(asking.request, store)
    for name, role, center in listing.invited:
        store.invite(name, role, center, admin.name)


def _open_centers(store: Store, asking: Asking) -> CenterList:
    found = visible_centers(store, asking.request.state.person)
    return CenterList([each for each in found if asking.place.code in {None, each.code}])
