"""What is another center's cannot be named: every form and page with real ids of it, for every role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.domain.places import Role
from server.web.routes import Who, table
from tests.server.forms import FORMS, OTHERWISE
from tests.server.furnished import ADDRESSES, WHO, open_furnished
from tests.server.hall import BAO_LOC, DA_LAT
from tests.server.sending import person, send
from tests.server.test_every_change import book

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.hall import Hall
    from tests.server.sending import Sent

RULES = {(each.method, each.path): each for each in table() if each.who is Who.SIGNED_IN}
ALL = [(path, sent) for path, sent in [*FORMS.items(), *OTHERWISE] if ("POST", path) in RULES]
ABOUT_OTHERS = [(path, sent) for path, sent in ALL if not path.startswith("/account")]
NAMES = ("comment", "device", "officer", "person", "notice", "offer")
"""What an address names besides a center."""
LOOKS = [
    (path, query)
    for path, queries in ADDRESSES.items()
    for query in queries
    if query.partition("=")[0] in NAMES and ("GET", path) in RULES
]
OF_THE_PROVINCE = {"person=1"}
"""Somebody who is of no center, and so not found as one of it."""
AT_HOME = {
    "/kiosks/counters",
    "/kiosks/settings",
    "/kiosks/pin",
    "/officers",
    "/roster/copy",
    "/roster/clear",
    "/notices/edit",
    "/openings/week",
    "/openings/forget",
    "/openings/days",
    "/openings/days/remove",
    "/openings/holidays",
    "/people/new",
    "/centers/rename",
    "/figures/quarter",
    "/figures/day",
    "/figures/day/remove",
    "/figures/complaints",
    "/figures/prefixes",
}
"""Forms that name nothing of a center but the one of their address: there they do what they do."""


@pytest.fixture(name="hall", scope="module")
def _hall(folder: Path) -> Iterator[Hall]:
    """Open a hall with something of everything at one center, and somebody of each role at the other."""
    with open_furnished(folder) as opened:
        for role in Role:
            opened.hire(f"{role.value} there", DA_LAT, role=role)
        yield opened


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("foreign")


@pytest.fixture(name="cookies", scope="module")
def _cookies(hall: Hall) -> dict[str, dict[str, str]]:
    return {name: hall.sign_in(name) for name in (WHO, *(f"{role.value} there" for role in Role))}


def of_the_center(folder: Path, hall: Hall) -> dict[str, list[tuple[object, ...]]]:
    """Return every row that names the first center or anything of it, but the files that others look at."""
    who = person(hall, WHO).id
    return {
        name: [
            row
            for row in rows
            if any(str(BAO_LOC) in str(cell) for cell in row) and (name != "import_offer" or row[0] == who)
        ]
        for name, rows in book(folder).items()
    }


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("path", "query"), LOOKS, ids=[f"{path}?{query}" for path, query in LOOKS])
def test_nobody_looks_into_another_center(
    hall: Hall, cookies: dict[str, dict[str, str]], path: str, query: str, role: Role
) -> None:
    """An address that names another center's things is not found, with its center and with one's own."""
    for center in (BAO_LOC, DA_LAT):
        address = f"{path}?center={center}&{query}"
        assert hall.get(address, cookies=cookies[f"{role.value} there"]).status == 404
    found = hall.get(f"{path}?center={BAO_LOC}&{query}", cookies=cookies[WHO])
    assert (found.status == 200) != (query in OF_THE_PROVINCE)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("path", "sent"), ABOUT_OTHERS, ids=[path for path, _ in ABOUT_OTHERS])
def test_nobody_reaches_into_another_center(
    folder: Path, hall: Hall, cookies: dict[str, dict[str, str]], path: str, sent: Sent, role: Role
) -> None:
    """A valid form about another center's things does nothing, sent to its address or to one's own."""
    for earlier, form in sent.first:
        send(hall, earlier, form, cookies[WHO])
    before = of_the_center(folder, hall)
    intruder = cookies[f"{role.value} there"]
    statuses = [send(hall, path, sent, intruder, center).status for center in (BAO_LOC, DA_LAT)]

    assert of_the_center(folder, hall) == before
    may_at_home = (path in AT_HOME or path.endswith("/import")) and role in RULES["POST", path].roles
    assert statuses == [404, statuses[1] if may_at_home else 404]
