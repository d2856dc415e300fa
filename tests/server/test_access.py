"""Who may open what: every route, every role, one's own center and another one."""

from collections.abc import Iterator

import pytest

from server.domain.places import Role
from server.web.access import LINKS
from server.web.routes import Rule, Who, table
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall

RULES = [rule for rule in table() if rule.who is Who.SIGNED_IN]
PROVINCES = (
    "/audit",
    "/comments/themes",
    "/integrity/evidence",
    "/fields",
    "/province",
    "/reports/province",
    "/surveys/ask",
    "/surveys/edit",
    "/openings/province",
)
OF_THE_PROVINCE = {rule.path for rule in RULES if rule.path.startswith(PROVINCES)}
"""Pages that are about no center: whoever has one center only does not see them."""
OF_NOBODY = {"/", "/overview/suspicious"}
"""What leads on, and shows nothing, and what is the same for all centers."""
OF_ONESELF = "/account"
"""How the pages begin that are about whoever opens them, and no center."""
NOT_FOUND = 404


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Open a hall with a person of every role, of one center and of the province."""
    with open_hall(tmp_path_factory.mktemp("hall")) as opened:
        for role in Role:
            opened.hire(f"{role.value} here", BAO_LOC, role=role)
            opened.hire(f"{role.value} everywhere", None, role=role)
        yield opened


@pytest.fixture(scope="module")
def cookies(hall: Hall) -> dict[str, dict[str, str]]:
    """Sign everybody in."""
    names = [f"{role.value} {where}" for role in Role for where in ("here", "everywhere")]
    return {name: hall.sign_in(name) for name in names}


def knock(hall: Hall, rule: Rule, cookies: dict[str, str], center: int) -> int:
    """Call a route about a center, with an empty form if it takes one; returns the status."""
    address = f"{rule.path}?center={center}"
    if rule.method == "POST":
        return hall.post(address, {}, cookies=cookies).status
    return hall.get(address, cookies=cookies).status


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method} {rule.path}")
def test_a_role_opens_what_the_table_says(
    hall: Hall, cookies: dict[str, dict[str, str]], rule: Rule, role: Role
) -> None:
    """What a role may not open is not there for it, in its own center and in any other."""
    here, everywhere = cookies[f"{role.value} here"], cookies[f"{role.value} everywhere"]
    may = role in rule.roles

    assert (knock(hall, rule, everywhere, BAO_LOC) != NOT_FOUND) == may
    assert (knock(hall, rule, here, BAO_LOC) != NOT_FOUND) == (may and rule.path not in OF_THE_PROVINCE)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method} {rule.path}")
def test_another_center_is_not_there(
    hall: Hall, cookies: dict[str, dict[str, str]], rule: Rule, role: Role
) -> None:
    """Whoever has one center finds nothing of another one, whatever the role."""
    if rule.path not in OF_NOBODY and not rule.path.startswith(OF_ONESELF):
        assert knock(hall, rule, cookies[f"{role.value} here"], DA_LAT) == NOT_FOUND


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.method} {rule.path}")
def test_a_stranger_is_asked_to_sign_in(hall: Hall, rule: Rule) -> None:
    """Without a session every page leads to the sign-in page."""
    reply = hall.get(rule.path) if rule.method == "GET" else hall.post(rule.path, {})

    assert reply.status == 303
    assert reply.headers["location"].startswith("/sign-in?next=")


def test_the_head_of_a_page_names_what_one_may_open() -> None:
    """A link in the head of a page is there for exactly those who may follow it."""
    allowed = {rule.path: rule.roles for rule in RULES if rule.method == "GET"}

    assert {link.path: link.roles for link in LINKS} == {link.path: allowed[link.path] for link in LINKS}


@pytest.mark.parametrize("role", Role)
def test_everybody_has_somewhere_to_begin(hall: Hall, cookies: dict[str, dict[str, str]], role: Role) -> None:
    """The bare address leads each role to a page that it may open."""
    for where in ("here", "everywhere"):
        reply = hall.get("/", cookies=cookies[f"{role.value} {where}"])

        assert reply.status == 303
        assert hall.get(reply.headers["location"], cookies=cookies[f"{role.value} {where}"]).status == 200
