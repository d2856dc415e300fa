"""The evidence as a reviewer takes it home from a browser."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from server.store.evidence import read_evidence
from tests.browser.chromium import as_person, listen
from tests.server.hall import BAO_LOC, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as opened:
        opened.hire("tỉnh", None)
        opened.rate(BAO_LOC, date(2026, 11, 23), (0, 1, 1, 3, 7))
        yield opened


@pytest.fixture(name="page")
def _page(hall: Hall) -> Iterator[Page]:
    with as_person(hall, "tỉnh") as opened_page:
        yield opened_page


def test_a_reviewer_sees_what_is_missing_and_takes_the_evidence_home(page: Page, tmp_path: Path) -> None:
    """From the menu to the page, and from its button to a file that holds every record's hash."""
    complaints = listen(page)
    page.goto(f"/overview?center={BAO_LOC}")
    page.get_by_role("link", name="Tính toàn vẹn").click()
    expect(page.get_by_role("region", name="Quầy 1")).to_contain_text("0 thiếu của 12")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Tải tệp bằng chứng").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    evidence = read_evidence(file)

    assert [len(evidence.entries(each.device)) for each in evidence.devices()] == [12]
    page.get_by_role("link", name="Nhật ký").last.click()
    expect(page.get_by_role("row", name="Tải bằng chứng của sổ")).to_contain_text(file.name)
    assert complaints == []
