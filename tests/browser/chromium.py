"""A real browser against a real server on this machine."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.server.live import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Request

    from tests.server.hall import Hall

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def as_person(hall: Hall, name: str) -> Iterator[Page]:
    """Open a window for a person who is signed in, without scripts: what can be done here, can be done so."""
    cookies = hall.sign_in(name)
    with serving(hall.app) as address, browsing() as browser:
        window = browser.new_context(base_url=address, locale="vi-VN", java_script_enabled=False)
        window.set_default_timeout(10_000)
        window.add_cookies([{"name": key, "value": each, "url": address} for key, each in cookies.items()])
        yield window.new_page()


def listen(page: Page) -> list[str]:
    """Collect whatever a page complains about: errors, warnings, violations of the policy."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def failed(request: Request) -> None:
        # what a page that is being left no longer needs is aborted by the browser itself
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.url} failed")

    page.on("requestfailed", failed)
    return complaints
