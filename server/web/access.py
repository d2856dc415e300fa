"""Who may open what: the roles, the pages in the head of every page, and the center that is asked about.

`server.web.routes` has the one table that decides; a person's scope is decided by `domain.places.may_see`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

from server.domain.places import Role, may_see
from server.web.catalog import dictionary_order

if TYPE_CHECKING:
    from starlette.requests import Request

    from server.domain.places import Center, Person
    from server.store import Store

EVERYBODY: Final = frozenset(Role)
READERS: Final = EVERYBODY - {Role.TECHNICIAN}
"""Who reads what citizens say."""
KEEPERS: Final = frozenset({Role.MANAGER, Role.ADMIN})
"""Who sets a center up."""
CARERS: Final = KEEPERS | {Role.TECHNICIAN}
"""Who looks after kiosks."""
ADMINS: Final = frozenset({Role.ADMIN})
OFFICER_READERS: Final = KEEPERS
"""Who reads the figures of single officers: their own manager, and administrators. The province's reviewers
do not, nor does any public page: an officer is judged by those who know the work."""
WATCHERS: Final = frozenset({Role.ADMIN, Role.REVIEWER})
"""Who may read what others decided."""
PROVERS: Final = WATCHERS | KEEPERS
"""Who sees whether a book is whole."""


class Shelf(Enum):
    """Where in the head of every page a page is named: beside those that people need with it."""

    RESULTS = "results"
    """What citizens say."""
    CENTER = "center"
    """What a center is run with."""
    PROVINCE = "province"
    """What all centers have in common."""


@dataclass(frozen=True, slots=True)
class Link:
    """A page as the head of every page names it: its shelf, address, the id of its title, who sees it.

    `is_provincial`: it is about all centers, so only whoever may see all of them is led there.
    """

    shelf: Shelf
    path: str
    title: str
    roles: frozenset[Role]
    is_provincial: bool = False

    def leads_to(self, path: str) -> bool:
        """Say whether a page is this one, or one of those below it."""
        return path == self.path or path.startswith(f"{self.path}/")


LINKS: Final = (
    Link(Shelf.RESULTS, "/overview", "overview_title", READERS),
    Link(Shelf.RESULTS, "/comparison", "comparison_title", READERS),
    Link(Shelf.RESULTS, "/comments", "comments_title", READERS),
    Link(Shelf.RESULTS, "/indices", "indices_title", READERS),
    Link(Shelf.RESULTS, "/reports", "reports_title", READERS),
    Link(Shelf.RESULTS, "/province", "province_title", WATCHERS, is_provincial=True),
    Link(Shelf.CENTER, "/kiosks", "kiosks_title", EVERYBODY),
    Link(Shelf.CENTER, "/alerts", "alerts_title", EVERYBODY),
    Link(Shelf.CENTER, "/officers", "officers_title", KEEPERS),
    Link(Shelf.CENTER, "/roster", "roster_title", KEEPERS),
    Link(Shelf.CENTER, "/openings", "openings_title", KEEPERS),
    Link(Shelf.CENTER, "/notices", "notices_title", KEEPERS),
    Link(Shelf.CENTER, "/figures", "figures_title", KEEPERS),
    Link(Shelf.PROVINCE, "/surveys", "surveys_title", READERS),
    Link(Shelf.PROVINCE, "/centers", "centers_title", KEEPERS),
    Link(Shelf.PROVINCE, "/fields", "fields_title", ADMINS),
    Link(Shelf.PROVINCE, "/people", "people_title", ADMINS),
    Link(Shelf.PROVINCE, "/integrity", "integrity_title", PROVERS),
    Link(Shelf.PROVINCE, "/audit", "audit_title", WATCHERS),
)
"""Every page that the head may name, those of a shelf together."""


def may_read_officers(person: Person, center: int) -> bool:
    """Say whether a person may see the figures of a center's officers, one by one."""
    return person.role in OFFICER_READERS and may_see(person, center)


def links_for(person: Person) -> list[Link]:
    """Return the pages that a person may open, the one to begin with first."""
    return [
        link
        for link in LINKS
        if person.role in link.roles and (person.center is None or not link.is_provincial)
    ]


def visible_centers(store: Store, person: Person) -> list[Center]:
    """Return the centers of a person's scope, in the order of a dictionary."""
    found = [center for center in store.centers() if may_see(person, center.code)]
    return sorted(found, key=lambda center: dictionary_order(center.name))


def asked_center(request: Request, store: Store) -> Center:
    """Return the center that an address names, or else the first of the scope. To others it is not found."""
    centers = visible_centers(store, request.state.person)
    code = request.query_params.get("center")
    found = centers if code is None else [center for center in centers if str(center.code) == code]
    if not found:
        raise HTTPException(404)
    return found[0]
