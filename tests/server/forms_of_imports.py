"""A file for every list that takes one: looked at, which is no event, and taken, which is one for each thing.

The rows are new ones, changed ones and ones that are there already; the last event tells how many of each.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from server.domain.audit import changed
from server.domain.openings import PROVINCE
from server.domain.openings import told as told_of
from server.domain.table_csv import write_csv
from tests.server.furnished import BIRTH, FIRST, FRIDAY, HOLIDAY, SECOND, WEEK, WHO, turn
from tests.server.hall import BAO_LOC, CENTERS
from tests.server.sending import HERE, File, Leaves, Sent, person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.table import Cell
    from tests.server.hall import Hall
    from tests.server.sending import Told

THURSDAY: Final = FRIDAY - timedelta(days=1)
NEW_OFFICER: Final = f"{BAO_LOC}-cb4"
WHY: Final = "it is looked at, and forgotten within the hour unless somebody takes it"
OFFERED: Final = frozenset({"import_offer"})


def _offer(hall: Hall) -> dict[str, str]:
    """Name the file that was looked at: one of a person waits at a time."""
    who = person(hall, WHO).id
    (row,) = [each for each in hall.store.rows("import_offer") if each["person"] == who]
    return {"offer": str(row["id"])}


def _import(
    path: str,
    subject: str,
    rows: Sequence[Sequence[Cell]],
    events: Sequence[Leaves],
    counts: tuple[int, int, int],
    may_change: frozenset[str] = frozenset(),
) -> dict[str, Sent]:
    """Return the two forms of an import; the first of `rows` names the columns, as the program does."""
    file = File("file", "danh sách.csv", write_csv([str(each) for each in rows[0]], rows[1:]))
    looked_at = Sent(file=file, why=WHY, tables=OFFERED | may_change)
    detail = changed({}, dict(zip(("new", "changed", "same"), counts, strict=True)))
    return {
        f"{path}/import": looked_at,
        f"{path}/import/apply": Sent(
            _offer, (*events, Leaves("import", subject, detail)), first=((f"{path}/import", looked_at),)
        ),
    }


def hours_told(code: int | None) -> Told:
    """Return what tells of opening hours, of a center or of the province."""
    return lambda hall: told_of(hall.store.timetable(code))


def officer_told(id_: str) -> Told:
    """Return what tells of an officer."""

    def told(hall: Hall) -> Mapping[str, object]:
        found = hall.store.officer(id_)
        return {} if found is None else {"name": found.name, "title": found.title}

    return told


def _sums(rows: tuple[int, int], **sums: tuple[int, int]) -> str:
    """Return how many rows were there of what was taken and are now, and their sums."""
    pairs = {"rows": rows, **sums}
    before, after = ({name: each[when] for name, each in pairs.items()} for when in (0, 1))
    return changed(before, after)


def _days(path: str, code: int | None, there: date) -> dict[str, Sent]:
    """Return the days on which a center or the province is open otherwise."""
    subject = PROVINCE if code is None else str(code)
    return _import(
        path,
        f"days {subject}",
        [
            ("day", "day_name", "start_1", "end_1"),
            (date(2026, 12, 31), "Tổng kết", "", ""),
            (there, "Ngày khác (ví dụ)", "07:30", "11:30"),
        ],
        [Leaves("set_hours", subject, hours_told(code))],
        (1, 1, 0),
    )


STAFF = {
    **_import(
        "/kiosks/counters",
        f"counters {HERE}",
        [("counter",), ("1",), ("7",), ("8",)],
        [Leaves("add_counter", f"{HERE}-7"), Leaves("add_counter", f"{HERE}-8")],
        (2, 0, 1),
    ),
    **_import(
        "/officers",
        f"officers {HERE}",
        [
            ("officer_id", "officer_name", "officer_title", "officer_state"),
            (FIRST, "Trần Thị Mẫu", "Chuyên viên (ví dụ)", "Đang làm việc"),
            (SECOND, "Lê Văn Mẫu", "", "Đã nghỉ"),
            ("", "Phạm Thị Mẫu", "Viên chức (ví dụ)", "Đã nghỉ"),
            ("", "Đỗ Văn Mẫu", "", ""),
        ],
        [
            Leaves("change_officer", FIRST, officer_told(FIRST)),
            Leaves("officer_left", SECOND),
            Leaves("add_officer", NEW_OFFICER, officer_told(NEW_OFFICER)),
        ],
        (1, 2, 1),
    ),
    **_import(
        "/roster",
        f"roster {HERE}",
        [
            ("day", "start", "end", "counter", "officer"),
            (WEEK, "07:30", "10:00", 1, FIRST),
            (WEEK - timedelta(days=7), "07:30", "11:30", 1, "Trần Thị Mẫu"),
            (WEEK, "07:30", "11:30", 1, SECOND),
        ],
        [
            Leaves(
                "assign",
                FIRST,
                changed({"assignments": [str(turn(WEEK))]}, {"assignments": [str(turn(WEEK, end=600))]}),
            ),
            Leaves(
                "assign",
                SECOND,
                changed({"assignments": None}, {"assignments": [str(turn(WEEK, SECOND))]}),
            ),
        ],
        (1, 1, 1),
    ),
}
PLACES = {
    **_days("/openings", BAO_LOC, HOLIDAY),
    **_days("/openings/province", None, date(2027, 1, 1)),
    **_import(
        "/people",
        f"people {HERE}",
        [
            ("person_name", "role", "scope"),
            ("hoa", "Người quản lý", CENTERS[0].name),
            ("lan", "Người quản lý", HERE),
        ],
        [Leaves("invite", "hoa", changed({}, {"role": "manager", "center": BAO_LOC}))],
        (1, 0, 1),
    ),
    **_import(
        "/fields",
        f"fields {PROVINCE}",
        [("field",), ("Y tế",), ("hộ tịch",)],
        [Leaves("add_field", "field 7", changed({}, {"name": "Y tế"}))],
        (1, 0, 1),
    ),
    **_import(
        "/fields/procedures",
        f"procedures {PROVINCE}",
        [
            ("procedure", "procedure_name", "field"),
            (BIRTH, "Đăng ký khai sinh", "Đất đai"),
            ("9.000001", "Thủ tục ví dụ", "Khác"),
        ],
        [
            Leaves(
                "take_procedures",
                PROVINCE,
                changed({"procedures": 2, "changed": 0}, {"procedures": 3, "changed": 1}),
            )
        ],
        (1, 1, 0),
    ),
}
FIGURES = {
    **_import(
        "/figures/dossiers",
        f"dossiers {HERE}",
        [
            ("day", "field", "received", "returned", "on_time", "late"),
            (FRIDAY, "Hộ tịch", 20, 15, 10, 5),
            (THURSDAY, "Đất đai", 4, 3, 2, 1),
        ],
        [
            Leaves(
                "take_dossiers",
                f"{HERE} {THURSDAY}..{FRIDAY}",
                _sums((1, 2), received=(12, 24), returned=(10, 18), on_time=(9, 12), late=(1, 6)),
            )
        ],
        (1, 1, 0),
    ),
    **_import(
        "/figures/tickets",
        f"tickets {HERE}",
        [("day", "served"), (FRIDAY, 80), (THURSDAY, 41)],
        [Leaves("take_tickets", f"{HERE} {THURSDAY}..{FRIDAY}", _sums((1, 2), served=(64, 121)))],
        (1, 1, 0),
    ),
    **_import(
        "/figures/complaints",
        f"complaints {HERE}",
        [("month", "received", "on_time", "dissatisfied"), ("11/2026", 3, 2, 1), ("10/2026", 4, 4, 2)],
        [
            Leaves(
                "take_complaints",
                f"{HERE} 2026-10-01",
                _sums((0, 1), received=(0, 4), on_time=(0, 4), dissatisfied=(0, 2)),
            )
        ],
        (1, 0, 1),
    ),
    **_import(
        "/figures/dossier_codes",
        f"dossier_codes {HERE}",
        [
            ("dossier_code", "field", "procedure", "outcome"),
            ("H36.12.05-261119-0001", "Hộ tịch", "", "Đúng hạn"),
            ("H36.12.05-261120-0002", "", BIRTH, "Quá hạn"),
        ],
        [Leaves("take_dossier_codes", HERE, _sums((0, 2), fingerprints=(0, 2)))],
        (2, 0, 0),
        # the key of a quarter is made when the first code is to be read
        frozenset({"dossier_key"}),
    ),
}
FORMS_OF_IMPORTS: Final[dict[str, Sent]] = {**STAFF, **PLACES, **FIGURES}
