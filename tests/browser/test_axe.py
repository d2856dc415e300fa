"""No page has a barrier that axe-core finds: every page that there is, for everybody who sees it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pytest

from server.domain.places import Role
from server.web.routes import Who, table
from tests.browser.axe import violations
from tests.browser.chromium import browsing
from tests.server.forms import FORMS
from tests.server.furnished import WHO, addresses, open_furnished
from tests.server.hall import BAO_LOC, Hall, open_hall
from tests.server.live import serving
from tests.server.sending import send

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

    from tests.server.hall import Reply

pytestmark = pytest.mark.browser

RULES = [each for each in table() if each.who is not Who.KIOSK]
PAGES = [each.path for each in RULES if each.method == "GET"]
FORMS_EMPTY = [each.path for each in RULES if each.method == "POST" and each.who is Who.SIGNED_IN]
NO_PAGES = {
    "/": "leads on",
    "/healthz": "for machines",
    "/openapi.json": "for machines",
    "/v1/checkpoints": "for machines",
    "/static/{name:path}": "files of pages",
    "/cong-khai/du-lieu/{file}": "a file",
    "/officers/photo": "a picture",
    "/sign-in/code": "is only there between password and code; looked at with the forms",
    "/alerts/acknowledge": "leads back to the list",
    "/reports/file": "a file to keep",
    "/reports/province/file": "a file to keep",
    "/kiosks/counters": "leads back to the list",
    "/kiosks/counters/remove": "leads back to the list",
    "/kiosks/code": "leads back to the list",
    "/kiosks/move": "leads back to the list",
    "/kiosks/pin": "leads back to the list",
    "/integrity/evidence": "leads back to the page",
    **{path: "a file" for path in PAGES if path.endswith(("/export", "/import/errors"))},
}
"""What answers to a GET and is no page to look at."""
LOOKED_AT = ("/officers/import", "/people/import", "/figures/dossier_codes/import")
"""Files that are shown before they are taken: with changes, with invitations, with what is sealed."""
TOLD = re.compile(r">[^<]+<")
VALUES = re.compile(r' (?!class|type|role|lang)([a-z-]+)="[^"]*"')
ONCE = {"/kiosks/code", "/people/new", "/people/link", "/account/second-factor/confirm", "/surveys/edit"}
"""Forms that are answered with a page of their own."""
DRAWN = "[...document.querySelectorAll('[data-chart]')].every(place => place.hasAttribute('data-drawn'))"
PLANTED = """<!doctype html><html><head><title></title></head><body>
<h1>One</h1><h4>Too deep</h4>
<main><img src="/static/nothing.svg"><input name="x"><p style="color:#bbb;background:#fff">pale</p>
<a href="/a" style="display:inline-block;width:9px;height:9px;overflow:hidden">a</a><a href="/b"
style="display:inline-block;width:9px;height:9px;overflow:hidden">b</a>
<button></button><ul><p>no item</p></ul><div role="checkbox">no state</div></main></body></html>"""
FOUND = {
    "button-name",
    "color-contrast",
    "document-title",
    "heading-order",
    "html-has-lang",
    "image-alt",
    "label",
    "list",
    "target-size",
}
Scheme = Literal["light", "dark"]


@dataclass
class Look:
    """A window in which pages are looked at, one after another; `found` is what is wrong, by address."""

    page: Page
    scheme: Scheme
    lang: str
    known: set[str]
    """The shapes that were judged before, for somebody, in the same colours and width."""
    found: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def at(self, address: str, *, as_well: bool = False) -> bool:
        """Open an address and look; says whether there was a page. `as_well`: in the other colours, too."""
        headers = {"Accept-Language": self.lang}
        answer = self.page.request.get(address, max_redirects=0, headers=headers)
        is_page = answer.ok and answer.headers.get("content-type", "").startswith("text/html")
        if is_page and self._is_new(address, answer.text()):
            self.page.goto(address)
            self._judge(address, as_well=as_well)
        return is_page

    def reply(self, address: str, reply: Reply) -> None:
        """Look at what was answered to a form."""
        if not self._is_new(f"POST {address}", reply.text):
            return

        def answer(route: Route) -> None:
            route.fulfill(status=200, body=reply.body, headers={"content-type": "text/html; charset=utf-8"})

        self.page.route("**/looked-at", answer)
        self.page.goto("/looked-at")
        self.page.unroute("**/looked-at", answer)
        self._judge(f"POST {address} {reply.status}")

    def _is_new(self, address: str, html: str) -> bool:
        """Say whether something of this shape was not judged before."""
        shape = shape_of(html)
        is_new = not self.seen or shape not in self.known
        self.seen.add(address)
        self.known.add(shape)
        return is_new

    def _judge(self, address: str, *, as_well: bool = False) -> None:
        """Let axe look at what is shown."""
        self.page.wait_for_function(DRAWN)
        wrong = violations(self.page)
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append("one has to scroll sideways")
        if as_well:
            self.page.emulate_media(color_scheme="dark" if self.scheme == "light" else "light")
            wrong += violations(self.page, colours_only=True)
            self.page.emulate_media(color_scheme=self.scheme)
        if wrong:
            self.found[address] = wrong


def shape_of(html: str) -> str:
    """Return the elements of a page and what attributes they have, without the head of the page and words.

    Two pages of one shape have the same barriers: what differs is what somebody typed, or which list it is.
    """
    main = html.partition("<main")[2]
    return VALUES.sub(r" \1", TOLD.sub("><", main))


@pytest.fixture(name="browser", scope="module")
def _browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture(name="hall", scope="module")
def _hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Open a hall in which there is something of everything."""
    with open_furnished(tmp_path_factory.mktemp("furnished")) as opened:
        yield opened


@pytest.fixture(name="known", scope="module")
def _known() -> set[str]:
    """Remember what was judged by day, on a desk."""
    return set()


@pytest.fixture(name="address", scope="module")
def _address(hall: Hall) -> Iterator[str]:
    with serving(hall.app) as served:
        yield served


@contextmanager
def looking(
    browser: Browser,
    address: str,
    cookies: dict[str, str],
    *,
    lang: str = "vi-VN",
    scheme: Scheme = "light",
    width: int = 1280,
    known: set[str] | None = None,
) -> Iterator[Look]:
    """Open a window for somebody."""
    window = browser.new_context(
        base_url=address,
        locale=lang,
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 900},
    )
    window.set_default_timeout(15_000)
    window.add_cookies([{"name": name, "value": each, "url": address} for name, each in cookies.items()])
    try:
        yield Look(window.new_page(), scheme, lang, set() if known is None else known)
    finally:
        window.close()


@pytest.mark.parametrize(("lang", "scheme", "width"), [("vi-VN", "light", 1280), ("en-GB", "dark", 360)])
def test_no_page_has_a_barrier(
    browser: Browser, hall: Hall, address: str, known: set[str], lang: str, scheme: Scheme, width: int
) -> None:
    """Every page there is, with something in it, in both languages, colours and on a phone, by an admin."""
    with looking(
        browser,
        address,
        hall.sign_in(WHO),
        lang=lang,
        scheme=scheme,
        width=width,
        known=known if width == 1280 else set(),
    ) as look:
        shown = {
            path: [look.at(each, as_well=width == 1280) for each in addresses(path)]
            for path in PAGES
            if path not in NO_PAGES
        }

    assert look.found == {}
    # a page that nobody sees is no page that was looked at
    assert {path for path, each in shown.items() if not any(each)} == {"/sign-in"}


@pytest.mark.parametrize("name", ["manager here", "technician here", "reviewer everywhere", "admin here"])
def test_no_role_finds_a_barrier(
    browser: Browser, hall: Hall, address: str, known: set[str], name: str
) -> None:
    """What another role sees, which is less or otherwise, has no barrier either."""
    role = Role(name.partition(" ")[0])
    paths = [each.path for each in RULES if each.method == "GET" and role in each.roles]
    with looking(browser, address, hall.sign_in(name), known=known) as look:
        for path in paths:
            if path not in NO_PAGES:
                look.at(addresses(path)[0])

    assert look.found == {}
    assert len(look.seen) > 4


def test_no_stranger_finds_a_barrier(browser: Browser, hall: Hall, address: str) -> None:
    """Whoever is not signed in signs in, follows a link, or reads what is public, without a barrier."""
    with looking(browser, address, {}) as look:
        shown = [path for path in PAGES if path not in NO_PAGES and look.at(addresses(path)[0], as_well=True)]

    assert look.found == {}
    public = {"/cong-khai", "/cong-khai/du-lieu", "/cong-khai/{code}", "/so-cai", "/rieng-tu"}
    assert set(shown) == public | {"/sign-in", "/invitation/{token}"}
    assert hall.store.record_count() > 0


@pytest.mark.parametrize("name", ["admin", "manager"])
def test_an_empty_page_has_no_barrier(browser: Browser, tmp_path: Path, known: set[str], name: str) -> None:
    """Every page before there is anything on it."""
    role = Role(name)
    with open_hall(tmp_path) as empty:
        empty.hire(name, None if role is Role.ADMIN else BAO_LOC, role=role)
        cookies = empty.sign_in(name)
        with serving(empty.app) as address, looking(browser, address, cookies, known=known) as look:
            for rule in RULES:
                if rule.method == "GET" and rule.path not in NO_PAGES and role in rule.roles:
                    look.at(f"{addresses(rule.path)[0].partition('?')[0]}?center={BAO_LOC}")

    assert look.found == {}
    assert len(look.seen) > 4


def test_no_answer_to_a_form_has_a_barrier(
    browser: Browser, hall: Hall, address: str, known: set[str]
) -> None:
    """Every form that was left empty comes back with what is wrong, and without a barrier."""
    cookies = hall.sign_in("admin everywhere")
    with looking(browser, address, cookies, known=known) as look:
        for path in FORMS_EMPTY:
            reply = hall.post(f"{path}?center={BAO_LOC}", {}, cookies=cookies)
            if reply.status == 422:
                look.reply(path, reply)

    assert look.found == {}
    assert len(look.seen) > 20


def test_no_page_that_is_shown_once_has_a_barrier(browser: Browser, tmp_path: Path) -> None:
    """A kiosk's code, an invitation's link, the codes on paper, a preview, the second step of signing in."""
    with open_furnished(tmp_path) as hall, serving(hall.app) as address:
        with looking(browser, address, hall.sign_in("lan")) as look:
            look.at("/sign-in/code")
        cookies = hall.sign_in(WHO)
        with looking(browser, address, cookies) as once:
            for path in sorted(ONCE):
                for earlier, form in FORMS[path].first:
                    send(hall, earlier, form, cookies)
                    once.at(earlier)
                once.reply(path, send(hall, path, FORMS[path], cookies))
            for path in LOOKED_AT:
                once.at(send(hall, path, FORMS[path], cookies).headers["location"])

    assert look.found | once.found == {}
    assert (len(look.seen), len(once.seen)) == (1, len(ONCE) + 1 + len(LOOKED_AT))


def test_planted_barriers_are_found(browser: Browser, address: str) -> None:
    """A page that was made badly is found to be so: axe really looks, and at all that we ask it to."""
    with looking(browser, address, {}) as look:
        look.page.route("**/planted", lambda route: route.fulfill(body=PLANTED, content_type="text/html"))
        look.page.goto("/planted")
        found = violations(look.page)
        pale = violations(look.page, colours_only=True)

    assert {each.split()[1] for each in found} >= FOUND
    assert [each.split()[1] for each in pale] == ["color-contrast"]
