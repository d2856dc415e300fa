"""A center with what its official indices need, for tests: answers that are published, and forms to send."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from server.domain.calendar import VIETNAM
from server.domain.months import month_of
from server.domain.places import Role
from server.protocol.survey import survey_hash
from server.store.seed import decree61_survey
from tests.server.hall import BAO_LOC, DA_LAT
from tests.server.published import a_kiosk, settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.server.hall import Hall

SEPTEMBER: Final = month_of(date(2026, 9, 1))
FIGURES: Final = f"/figures/{{}}?center={BAO_LOC}"
EXACTLY: Final = {
    "time": [6, 0, 0, 0],
    "time_each": [6, 0, 0, 0],
    "contacts": [4, 2, 0],
    "agencies": [3, 3, 0],
    "published": [3, 3, 0],
    "attitude": [0, 0, 4, 0, 2],
}
"""Answers whose means are 2, 2, 1.67, 1.5, 1.5 and 1.33, of the worked example: 10.00 together."""
JUST_BELOW: Final = EXACTLY | {"attitude": [0, 0, 17, 0, 8]}
"""A hundredth less: 1.32 for the attitude."""


def furnish(hall: Hall) -> None:
    """Let there be a field, the survey of Decree 61, and people."""
    hall.hire("quanly", BAO_LOC)
    hall.hire("tỉnh", None)
    hall.hire("quản trị", None, role=Role.ADMIN)
    hall.hire("kỹ thuật", BAO_LOC, role=Role.TECHNICIAN)
    hall.hire("nơi khác", DA_LAT)
    with hall.store.transaction():
        hall.store.add_survey(decree61_survey())
        hall.store.add_fields(["Hộ tịch"])


def answer(hall: Hall, counts: Mapping[str, Sequence[int]], *, score: int = 5) -> None:
    """Let citizens answer so in September, and publish the month."""
    chosen = {
        question: [place + (question == "attitude") for place, n in enumerate(each) for _ in range(n)]
        for question, each in counts.items()
    }
    kiosk, survey = a_kiosk(hall, 1), survey_hash(decree61_survey())
    visits = [
        {"overall": score} | {name: left[number] for name, left in chosen.items() if number < len(left)}
        for number in range(max(map(len, chosen.values())))
    ]
    moment = datetime(2026, 9, 10, 9, 0, tzinfo=VIETNAM)
    kiosk.send(hall, [(moment, {"survey": survey, "answers": each}) for each in visits])
    settle(hall, SEPTEMBER)


def report(hall: Hall, cookies: dict[str, str], day: date, counts: tuple[int, int, int, int]) -> None:
    """Enter the dossiers of a day: received, returned, in time, late."""
    names = ("received_1", "returned_1", "on_time_1", "late_1")
    form = {"day": day.isoformat(), **dict(zip(names, map(str, counts), strict=True))}
    assert hall.post(FIGURES.format("day"), form, cookies=cookies).status == 303


def complain(
    hall: Hall, cookies: dict[str, str], months: Sequence[str], counts: tuple[int, int, int]
) -> None:
    """Enter the complaints of months: received, in time, dissatisfied."""
    names = ("complaints_received", "complaints_on_time", "complaints_dissatisfied")
    for month in months:
        form = {"month": month, **dict(zip(names, map(str, counts), strict=True))}
        assert hall.post(FIGURES.format("complaints"), form, cookies=cookies).status == 303


def tell(hall: Hall, cookies: dict[str, str], quarter: str, **counts: int) -> None:
    """Enter the figures of a quarter."""
    form = {"quarter": quarter, **{f"quarter_{name}": str(count) for name, count in counts.items()}}
    assert hall.post(FIGURES.format("quarter"), form, cookies=cookies).status == 303


def report_summer(hall: Hall, cookies: dict[str, str]) -> None:
    """Enter all that the third quarter needs, worth 2, 2 and 1 points for indicators 5, 8 and 9."""
    report(hall, cookies, date(2026, 9, 10), (1000, 1000, 1000, 0))
    complain(hall, cookies, ("2026-07", "2026-08", "2026-09"), (10, 10, 1))
    tell(
        hall,
        cookies,
        "2026-Q3",
        procedures=100,
        procedures_received=100,
        procedures_on_the_spot=100,
        procedures_online=10,
        dossiers_online=200,
        dossiers_online_late=0,
        dossiers_complained=5,
        complaints_again=2,
        complaints_prolonged=0,
    )
