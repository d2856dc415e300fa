"""The managers' pages in a real browser, against a real server with a real store."""

import re
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import browsing, listen
from tests.server.hall import BAO_LOC, DA_LAT, PASSWORD, Hall, open_hall, plain
from tests.server.live import serving

pytestmark = pytest.mark.browser

PAPER_WIDTH = 688
"""A sheet of A4 between its margins, in pixels of 1/96 inch."""
PICTURES = Path("build/pages")
MONTH = f"/overview?center={BAO_LOC}&period=2026-11"
DRAWN = "[...document.querySelectorAll('[data-chart]')].every(place => place.hasAttribute('data-drawn'))"
DAYS = {
    date(2026, 11, 2): (1, 0, 2, 3, 4),
    date(2026, 11, 3): (0, 1, 0, 1, 1),
    date(2026, 11, 4): (0, 0, 0, 1, 1),
    date(2026, 11, 5): (0, 0, 1, 15, 19),
    date(2026, 11, 6): (0, 1, 2, 7, 10),
    date(2026, 11, 9): (1, 1, 1, 5, 12),
    date(2026, 11, 20): (0, 0, 2, 3, 5),
}
"""100 ratings, 87 of them satisfied; by hand: 87%, Wilson 79.0 to 92.2%."""


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Open a hall with known ratings, a manager and a reviewer."""
    with open_hall(tmp_path_factory.mktemp("hall")) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("tỉnh", None)
        for day, scores in DAYS.items():
            opened.rate(BAO_LOC, day, scores)
        # the longest page there is: all days of a month, and a span that crosses its beginning
        opened.rate(BAO_LOC, date(2026, 9, 30), (0, 0, 0, 0, 4))
        opened.rate(BAO_LOC, date(2026, 10, 1), (0, 0, 0, 0, 1))
        for number in range(2, 32):
            opened.rate(BAO_LOC, date(2026, 10, number), (0, 1, 0, 2, 3))
        yield opened


@pytest.fixture(scope="module")
def cookies(hall: Hall) -> dict[str, str]:
    """Sign the manager in."""
    return hall.sign_in("quanly")


@pytest.fixture(scope="module")
def address(hall: Hall, cookies: dict[str, str]) -> Iterator[str]:
    """Serve the hall, after all signing in that needs no browser."""
    assert cookies
    with serving(hall.app) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    with browsing() as started:
        yield started


class Desk:
    """Opens pages as a signed-in manager, in a fresh window each time."""

    def __init__(self, browser: Browser, address: str, cookies: dict[str, str]) -> None:
        """Remember where the server is and who is signed in."""
        self._browser = browser
        self._address = address
        self._cookies = cookies

    def open(
        self,
        path: str,
        *,
        signed_in: bool = True,
        scripts: bool = True,
        lang: str = "vi-VN",
        width: int = 1280,
    ) -> Page:
        """Open a page; its charts are drawn when this returns."""
        window = self._browser.new_context(
            base_url=self._address,
            locale=lang,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
        )
        window.set_default_timeout(10_000)
        if signed_in:
            window.add_cookies(
                [
                    {"name": name, "value": value, "url": self._address}
                    for name, value in self._cookies.items()
                ]
            )
        page = window.new_page()
        page.goto(path)
        if scripts:
            page.wait_for_function(DRAWN)
        return page


@pytest.fixture
def desk(browser: Browser, address: str, cookies: dict[str, str]) -> Iterator[Desk]:
    """Give a test its windows, and close them."""
    yield Desk(browser, address, cookies)
    for window in browser.contexts:
        window.close()


def _sign_in(page: Page, name: str, password: str) -> None:
    """Fill in the form as a person does."""
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def _words(page: Page, selector: str) -> str:
    """Return what one reads there."""
    return " ".join(plain(page.locator(selector).first.inner_text()).split())


def test_signing_in_wrong_then_right_then_out(desk: Desk) -> None:
    """A mistyped password is told kindly, the right one leads on, and signing out ends the session."""
    page = desk.open(MONTH, signed_in=False)
    _sign_in(page, "quanly", "sai")
    expect(page.get_by_role("alert")).to_contain_text("chưa đúng")
    expect(page.get_by_label("Tên đăng nhập")).to_have_value("quanly")

    _sign_in(page, "quanly", PASSWORD)
    expect(page).to_have_url(re.compile(re.escape(MONTH) + "$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường 1 Bảo Lộc")
    kept = page.context.cookies()

    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.context.add_cookies(
        [{"name": each["name"], "value": each["value"], "url": page.url} for each in kept]
    )
    page.goto(MONTH)
    expect(page).to_have_url(re.compile("/sign-in"))


def test_the_page_says_what_citizens_said(desk: Desk) -> None:
    """For known ratings, count, share and interval are those worked out by hand."""
    page = desk.open(MONTH)

    assert _words(page, ".hero-figure p") == "87% độ tin cậy 95%: từ 79 đến 92%"
    assert _words(page, ".tile .large") == "100"
    assert _words(page, "table.faces tbody tr:nth-child(1)") == "Rất hài lòng 52,0% 52"
    assert _words(page, "table.faces tbody tr:nth-child(5)") == "Rất không hài lòng 2,0% 2"


def test_chart_and_table_agree(desk: Desk) -> None:
    """There is one point for each day of the table that has figures, and it tells the same."""
    page = desk.open(MONTH)
    points = page.locator(".chart-trend .mark-symbol path")
    page.get_by_text("Xem số liệu từng ngày").click()
    rows = page.locator("table.days tbody tr:not(:has(td[colspan]))")

    assert points.count() == rows.count() == 5
    points.nth(1).hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("05/11/2026")
    tip = _words(page, "#vg-tooltip-element")
    assert tip == "05/11/2026: 97% hài lòng, độ tin cậy 95%: từ 85 đến 99% (35 lượt)"
    assert " ".join(plain(rows.nth(1).inner_text()).split()) == "Thứ Năm, 05/11/2026 35 97,1% 85–99%"


def test_the_browser_has_nothing_to_complain_about(desk: Desk) -> None:
    """No error, no blocked style or script, no failed request: not while drawing, hovering or resizing."""
    page = desk.open("/overview?period=2026-01", signed_in=False)
    complaints = listen(page)
    _sign_in(page, "quanly", PASSWORD)
    page.wait_for_url("**/overview**")

    page.goto(MONTH)
    page.wait_for_function(DRAWN)
    page.locator(".chart-trend .mark-symbol path").first.hover()
    page.locator(".chart-faces .mark-rect path").first.hover()
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.pdf()
    page.goto("/overview?period=2026-01")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/sign-in")

    assert complaints == []


def test_the_policy_lets_no_foreign_script_run(desk: Desk) -> None:
    """The guard that the pages keep to is really there: what is put into a page does not run."""
    page = desk.open(MONTH)
    complaints = listen(page)

    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.stolen = 1\">')"
    )
    page.wait_for_timeout(100)

    assert page.evaluate("window.stolen === undefined")
    assert any("Content Security Policy" in complaint for complaint in complaints)


def test_everything_is_reached_by_keyboard(desk: Desk) -> None:
    """Signing in and opening the table of days need no mouse, and one always sees where one is."""
    page = desk.open(MONTH, signed_in=False)
    page.keyboard.type("quanly")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/overview**")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    expect(page.locator("table.days")).to_be_visible()


def test_without_scripts_everything_can_be_read(desk: Desk) -> None:
    """Where scripts are off, tables and small pictures say it all, and the choices still work."""
    page = desk.open(MONTH, scripts=False)

    assert _words(page, ".hero-figure p").startswith("87%")
    expect(page.locator(".share-bar")).to_have_count(5)
    expect(page.locator(".chart-trend")).to_be_hidden()
    page.get_by_text("Xem số liệu từng ngày").click()
    expect(page.locator("table.days")).to_be_visible()
    page.get_by_label("Xem theo").select_option("quarter")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".when")).to_contain_text("Quý 4/2026")


def test_another_center_is_not_found(desk: Desk) -> None:
    """A manager who types in another center's number finds no page, and a way back."""
    page = desk.open(f"/overview?center={DA_LAT}")

    expect(page.get_by_role("heading", level=1)).to_have_text("Không tìm thấy trang này")
    page.get_by_role("link", name="Về trang đầu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phường 1 Bảo Lộc")


def test_both_languages_say_the_same(desk: Desk) -> None:
    """One click changes the language and nothing else; the choice is kept."""
    page = desk.open(MONTH)
    page.get_by_role("link", name="English").click()

    assert _words(page, ".hero-figure p") == "87% 95% interval: 79–92%"
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_phone_folds_the_choices(desk: Desk) -> None:
    """On a phone the first figure comes before the choices, which unfold at a touch and need no script."""
    page = desk.open(MONTH, scripts=False, width=360)
    figure = page.locator(".giant").bounding_box()
    expect(page.get_by_label("Xem theo")).to_be_hidden()
    assert figure is not None
    assert figure["y"] < 500

    page.get_by_text("Đổi kỳ xem").click()
    page.get_by_label("Xem theo").select_option("year")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".when")).to_contain_text("Năm 2026")


def test_a_phone_folds_the_pages(desk: Desk) -> None:
    """On a phone one reads which page this is, and a touch shows all others; on a desk they stand there."""
    page = desk.open("/kiosks", scripts=False, width=360)
    other = page.get_by_role("link", name="Giờ làm việc")
    expect(page.get_by_text("Các trang: Máy đánh giá")).to_be_in_viewport()
    expect(other).to_be_hidden()
    page.get_by_text("Các trang: Máy đánh giá").click()
    for link in page.get_by_role("navigation", name="Các trang").get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=1)
    other.click()
    expect(page.get_by_text("Các trang: Giờ làm việc")).to_be_visible()

    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_text("Các trang: Giờ làm việc")).to_be_hidden()
    expect(other).to_have_attribute("aria-current", "page")
    expect(other).to_be_in_viewport(ratio=1)


def _letters_by_sheet(pdf: bytes) -> list[int]:
    """Say how many letters stand on each sheet of a PDF that Chromium has made."""
    objects = dict(re.findall(rb"(\d+) 0 obj\n(.*?)\nendobj", pdf, re.DOTALL))
    sheets = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    counts = []
    for sheet in sheets:
        number = re.search(rb"/Contents (\d+) 0 R", sheet)
        assert number is not None
        stream = objects[number[1]].partition(b"stream\n")[2]
        drawn = zlib.decompressobj().decompress(stream)
        # a glyph is two bytes, written as four hexadecimal digits
        counts.append(sum(len(text) // 4 for text in re.findall(rb"<([0-9A-Fa-f]+)>", drawn)))
    return counts


def _overlaps(page: Page) -> list[str]:
    """Name what lies over something else on paper: parts of a card, cards, the footer."""
    return cast(
        "list[str]",
        page.evaluate(
            """() => {
              const parts = [...document.querySelectorAll(
                ".heading, .summary, .row, .chart svg, figcaption, table, .crossing, footer p")];
              const boxes = parts.map(part => [part, part.getBoundingClientRect()]);
              const found = [];
              for (const [one, a] of boxes) for (const [other, b] of boxes) {
                const apart = a.bottom <= b.top + 1 || b.bottom <= a.top + 1
                  || a.right <= b.left + 1 || b.right <= a.left + 1;
                if (one !== other && !one.contains(other) && !other.contains(one) && !apart)
                  found.push(`${one.tagName} over ${other.tagName}`);
              }
              return found;
            }"""
        ),
    )


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("asked", ["period=2026-11", "period=2026-10", "period=2026-11-05"])
def test_nothing_on_paper_overlaps_or_stands_alone(desk: Desk, asked: str, lang: str) -> None:
    """A month takes two sheets, a day takes one; no sheet holds only a footer, no chart lies on a table."""
    page = desk.open(f"/overview?center={BAO_LOC}&{asked}", lang=lang)
    letters = _letters_by_sheet(page.pdf(format="A4"))
    assert len(letters) == (1 if asked.count("-") == 2 else 2)
    assert min(letters) > 400

    page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".chart svg").first).to_be_visible()
    assert _overlaps(page) == []
    assert page.locator(".crossing").count() == (asked == "period=2026-10")


def test_paper_shows_all_and_only_what_is_to_be_read(desk: Desk) -> None:
    """On paper the table of days is unfolded, and there is nothing to press."""
    page = desk.open(MONTH)
    page.emulate_media(media="print")

    expect(page.get_by_role("button", name="Đăng xuất")).to_be_hidden()
    expect(page.locator(".choose")).to_be_hidden()
    expect(page.locator("table.days")).to_be_visible()
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / "overview-vi.pdf").write_bytes(pdf)


def test_every_picture_and_field_has_a_name(desk: Desk) -> None:
    """A screen reader finds a label at each field, a text or a silence at each picture, one main heading."""
    for path, signed_in in [("/sign-in", False), (MONTH, True), ("/overview?period=2026-01", True)]:
        page = desk.open(path, signed_in=signed_in)
        unlabelled = "e => e.type !== 'hidden' && !e.labels.length"
        fields = f"[...document.querySelectorAll('input, select')].filter({unlabelled}).length"
        pictures = (
            "document.querySelectorAll('img:not([alt]), svg:not([role], [role] *, [aria-hidden])').length"
        )
        nameless = page.evaluate(f"{fields} + {pictures}")
        assert nameless == 0
        assert page.locator("h1").count() == 1
        assert page.locator("header, main, footer").count() == 3


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_is_cut_off(desk: Desk, width: int) -> None:
    """From phone to wide screen nobody scrolls sideways, by day and by night, in both languages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for lang, scheme in [("vi", "light"), ("en", "dark")]:
        for name, path, signed_in in [("sign-in", "/sign-in", False), ("overview", MONTH, True)]:
            page = desk.open(path, signed_in=signed_in, lang=lang, width=width)
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=PICTURES / f"{name}-{lang}-{width}-{scheme}.png", full_page=True)
            page.context.close()
