"""What a manager sees: the demo's pages in a real browser, signed in as the demo says."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.robot.trouble import RobotError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.robot.hall import Hall

# No sandbox: it does not start as root. The rest keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = (1280, 800)
POCKET = (360, 740)
WAIT_MS_MAX = 15_000


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the system's Chromium without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise RobotError("Chromium is not installed; `make setup` installs it")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield running
        finally:
            running.close()


def read(hall: Hall, pictures: Path) -> int | None:
    """Sign in, look at the overview on a desk and on a telephone, and return of how many ratings it tells."""
    with browser() as running:
        page = running.new_context(locale="vi-VN").new_page()
        page.set_default_timeout(WAIT_MS_MAX)
        page.goto(f"{hall.url}/sign-in")
        _keep(page, pictures, "sign-in")
        page.fill("[name=name]", hall.name)
        page.fill("[name=password]", hall.password)
        page.click("main form[method=post] button")
        page.wait_for_url("**/overview*")
        answer = page.goto(f"{hall.url}/overview?center={hall.center}")
        _keep(page, pictures, "overview")
        if answer is None or not answer.ok:
            raise RobotError(f"the dashboard answered {answer.status if answer else 'nothing'}")
        return _shown(page)


def _keep(page: Page, pictures: Path, name: str) -> None:
    """Keep the page in two widths."""
    for width, height in (DESK, POCKET):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_load_state("networkidle")
        page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)


def _shown(page: Page) -> int | None:
    """Read how many ratings the figures rest on or go without, or None where the page shows no figures."""
    found = page.locator("[aria-labelledby=ratings] .large")
    if not found.count():
        return None
    left_out = page.locator(".suspects")
    said = re.search(r"\d[\d.]*", left_out.inner_text()) if left_out.count() else None
    return sum(int(re.sub(r"\D", "", text)) for text in (found.first.inner_text(), said[0] if said else "0"))
