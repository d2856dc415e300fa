"""What the Province page reads and says of two centers, on either engine, and to whom."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from server.domain.calendar import Period
from server.domain.disclosure import total
from server.domain.dossier_figures import FieldDay, TicketDay, Work
from server.domain.places import Role
from server.store.seed import ready_fields
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall

pytestmark = pytest.mark.usefixtures("both_engines")

OCTOBER = Period.parse("2026-10")


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with two centers, one of which is better, on either engine."""
    with open_hall(tmp_path) as hall:
        hall.hire("tỉnh", None)
        hall.hire("quanly", BAO_LOC)
        hall.hire("quantri ở đây", BAO_LOC, role=Role.ADMIN)
        hall.hire("quantri", None, role=Role.ADMIN)
        hall.rate(BAO_LOC, date(2026, 9, 10), (2, 3, 10, 40, 45))
        hall.rate(BAO_LOC, date(2026, 9, 30), (0, 0, 0, 0, 4))
        hall.rate(BAO_LOC, date(2026, 10, 1), (0, 0, 0, 0, 1))
        hall.rate(BAO_LOC, date(2026, 10, 5), (20, 20, 20, 20, 20))
        hall.rate(DA_LAT, date(2026, 10, 6), (0, 0, 1, 9, 10))
        hall.rate(DA_LAT, date(2026, 10, 7), (0, 0, 0, 0, 20))
        yield hall


def _told(page: str) -> str:
    """Return a page as one reads it, line after line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("key", ["2026-09", "2026-10", "2026-Q3", "2026-Q4", "2026", "2025"])
def test_the_sums_are_those_of_the_releases(small: Hall, key: str) -> None:
    """One question tells of every center what its releases within the period come to, and nothing else."""
    period = Period.parse(key)
    asked = {code: small.store.releases(code, period.first, period.last) for code in (BAO_LOC, DA_LAT)}

    assert small.store.center_scores(period.first, period.last) == {
        code: total(releases) for code, releases in asked.items() if releases
    }


def test_a_span_across_the_end_of_a_month_is_in_neither(small: Hall) -> None:
    """Five quiet ratings of the last of September and the first of October count in the year only."""

    def count(key: str) -> int:
        period = Period.parse(key)
        return sum(small.store.center_scores(period.first, period.last)[BAO_LOC])

    assert (count("2026-09"), count("2026-10"), count("2026")) == (100, 100, 205)


def test_withheld_ratings_leave_the_sums(small: Hall) -> None:
    """What a correction takes out, five at least, is out of the sums as it is out of the releases."""
    device = small.chains[DA_LAT][0]
    with small.store.transaction():
        for seq in range(1, 8):
            small.store.withhold(device, seq, "thử", "tỉnh")
        small.store.release_due(date(2026, 11, 23))

    assert sum(small.store.center_scores(OCTOBER.first, OCTOBER.last)[DA_LAT]) == 35


def test_reports_and_kiosks_are_told_by_center(small: Hall) -> None:
    """Tickets and dossiers are summed with their days; a kiosk that became another one is counted once."""
    day, other = date(2026, 10, 6), date(2026, 10, 7)
    with small.store.transaction():
        small.store.add_fields(ready_fields())
        small.store.take_ticket_days(DA_LAT, [TicketDay(day, 60), TicketDay(other, 100)], "tỉnh")
        work = [FieldDay(number, day, Work(9, 8, 8, 0)) for number in (1, 2)]
        small.store.take_field_days(BAO_LOC, work, "tỉnh")
    found = small.store.center_reports(OCTOBER.first, OCTOBER.last)
    kiosks = small.store.center_kiosks()

    assert (found[DA_LAT].tickets, found[DA_LAT].tickets_days) == (160, 2)
    assert (found[BAO_LOC].dossiers, found[BAO_LOC].dossiers_days, found[BAO_LOC].tickets) == (16, 1, 0)
    assert small.store.center_reports(date(2026, 9, 1), date(2026, 9, 30)) == {}
    assert {code: each.count for code, each in kiosks.items()} == {BAO_LOC: 1, DA_LAT: 1}
    assert kiosks[DA_LAT].seen_ms == small.store.kiosks(DA_LAT)[0].seen_ms > 0
    days = small.store.center_release_days(OCTOBER.first, OCTOBER.last)
    assert days == {BAO_LOC: [date(2026, 10, 5)], DA_LAT: [day, other]}


def test_only_the_province_sees_it(small: Hall) -> None:
    """Reviewers and admins of the province see the page; who has one center finds none, whatever the role."""
    for name, status in (("tỉnh", 200), ("quantri", 200), ("quanly", 404), ("quantri ở đây", 404)):
        assert small.get("/province", cookies=small.sign_in(name)).status == status


def test_two_centers_are_compared_in_both_languages(small: Hall) -> None:
    """Figures by hand: 40 of 100 and 39 of 40 are 79 of 140; the change to September is a real fall."""
    cookies = small.sign_in("tỉnh")
    page = _told(small.get("/province?period=2026-10", cookies=cookies).text)
    english = _told(small.get("/province?period=2026-10&lang=en", cookies=cookies).text)

    assert "56,4% độ tin cậy 95%: từ 48,2 đến 64,4%" in page
    assert "Giảm thật So với kỳ trước (Tháng 9/2026): −28,6 điểm" in page
    assert "2 trong 2 trung tâm có từ 30 lượt trở lên" in page
    assert "Phường 1 Bảo Lộc" in page
    assert "chưa có số liệu" in page  # of coverage
    assert "A real fall Against the period before (September 2026): −28.6 points" in english


def test_a_period_without_ratings_says_so(small: Hall) -> None:
    """Nothing is divided by zero: the page says that there is nothing, and which kiosks are silent."""
    reply = small.get("/province?period=2026-03", cookies=small.sign_in("tỉnh"))

    assert reply.status == 200
    assert "chưa có số liệu nào của các trung tâm" in reply.text
    assert "Trung tâm im lặng" in reply.text
    assert "data-chart" not in reply.text


def test_too_few_to_compare_is_said(tmp_path: Path) -> None:
    """With 29 ratings in all the share is told, but nobody is ranked and no funnel is drawn."""
    with open_hall(tmp_path) as hall:
        hall.hire("tỉnh", None)
        hall.rate(BAO_LOC, date(2026, 10, 5), (0, 0, 0, 9, 20))
        page = hall.get("/province", cookies=hall.sign_in("tỉnh")).text

    assert "chưa trung tâm nào có đủ dữ liệu để so sánh" in page
    assert "Chưa trung tâm nào có 30 lượt đánh giá" in page
    assert 'id="spec-map"' in page
    assert 'id="spec-funnel"' not in page
