"""Fields, dossiers and figures as both engines keep them: what replaces what, and what is never kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.audit import Action
from server.domain.calendar import VIETNAM
from server.domain.dossier_figures import ComplaintMonth, FieldDay, TicketDay, Work
from server.domain.dossiers import Dossier, Outcome, ToldByDossier, fingerprints, quarter_of
from server.domain.fields import Procedure
from server.domain.places import Counter
from server.jobs import destroy_keys
from server.protocol.messages import Batch, Health, Sent
from server.protocol.record import Aside, Record, encode_record, heads
from server.protocol.survey import survey_hash
from server.store import Arrival
from server.store.seed import fill
from tests.server.field_hall import field_hall
from tests.server.hall import BAO_LOC, DA_LAT, Hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("both_engines")

MONDAY = date(2026, 11, 23)
CODE = "H36.12.05-261120-0007"
KEY, OLD_KEY = "a1" * 32, "b2" * 32
READY = ["Hộ tịch", "Chứng thực", "Đất đai", "Xây dựng", "Chính sách xã hội", "Khác"]
BIRTH = Procedure("1.001193", "Đăng ký khai sinh", 1)


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with field_hall(tmp_path) as made:
        yield made


def logged(hall: Hall, action: Action) -> list[tuple[str, dict[str, object]]]:
    """Return subject and detail of the events of a kind."""
    return [
        (each.subject, msgspec.json.decode(each.detail) if each.detail else {})
        for each in hall.store.events(action)
    ]


def test_a_new_installation_has_fields_once(hall: Hall) -> None:
    """The ready-made fields are there at first, and do not come back over what people made of them."""
    assert [each.name for each in hall.store.fields()] == READY
    with hall.store.transaction():
        hall.store.rename_field(hall.store.fields()[0], "Tư pháp – Hộ tịch", "chị Lan")
        fill(hall.store)

    assert [each.name for each in hall.store.fields()][:2] == ["Tư pháp – Hộ tịch", "Chứng thực"]
    assert len(hall.store.fields()) == len(READY)


def test_a_procedure_is_kept_by_its_code(hall: Hall) -> None:
    """The same code is the same procedure; each change is told, and to change nothing is none."""
    with hall.store.transaction():
        hall.store.keep_procedure(BIRTH, "chị Lan")
        hall.store.keep_procedure(BIRTH, "chị Lan")
        hall.store.take_procedures([BIRTH, Procedure("2.000815", "Chứng thực bản sao", 2)], "chị Lan")
        hall.store.take_procedures([BIRTH], "chị Lan")

    assert [each.code for each in hall.store.procedures()] == ["1.001193", "2.000815"]
    assert logged(hall, Action.ADD_PROCEDURE) == [
        ("1.001193", {"name": [None, "Đăng ký khai sinh"], "field": [None, 1]})
    ]
    assert logged(hall, Action.TAKE_PROCEDURES) == [("province", {"procedures": [1, 2]})]


def test_a_counter_with_a_field_can_still_be_removed(hall: Hall) -> None:
    """What a counter is for keeps nobody from removing it, and is not another center's to say."""
    here, there = Counter(f"{BAO_LOC}-1", BAO_LOC, 1), Counter(f"{DA_LAT}-1", DA_LAT, 1)
    with hall.store.transaction():
        hall.store.open_counter(here, "quanly")
        hall.store.open_counter(there, "quanly")
        hall.store.set_counter_fields(BAO_LOC, {here.id: 2, there.id: 2}, "quanly")
    assert hall.store.counter_fields() == {here.id: 2}
    with hall.store.transaction():
        hall.store.close_counter(here.id, "quanly")

    assert hall.store.counter_fields(BAO_LOC) == {}


def test_a_later_report_takes_the_place_of_the_earlier(hall: Hall) -> None:
    """The same field and day counts once, whoever reports it how often; the log has the sums."""
    days = [FieldDay(1, MONDAY, Work(10, 8, 7, 1)), FieldDay(2, MONDAY, Work(5, 5, 5, 0))]
    with hall.store.transaction():
        hall.store.take_field_days(BAO_LOC, days, "quanly")
        hall.store.take_field_days(BAO_LOC, days, "quanly")
        hall.store.take_field_days(BAO_LOC, [FieldDay(1, MONDAY, Work(11, 8, 8, 0))], "quanly")
        hall.store.take_field_days(DA_LAT, [FieldDay(1, MONDAY, Work(1, 1, 1, 0))], "quanly")

    assert hall.store.field_days(BAO_LOC, MONDAY, MONDAY) == [
        FieldDay(1, MONDAY, Work(11, 8, 8, 0)),
        days[1],
    ]
    assert logged(hall, Action.TAKE_DOSSIERS)[:3] == [
        (
            "24823 2026-11-23",
            {"rows": [0, 2], "received": [0, 15], "returned": [0, 13], "on_time": [0, 12], "late": [0, 1]},
        ),
        ("24823 2026-11-23", {}),
        ("24823 2026-11-23", {"received": [10, 11], "on_time": [7, 8], "late": [1, 0]}),
    ]


def test_tickets_and_complaints_are_replaced_too(hall: Hall) -> None:
    """Of a day there is one number of citizens served, of a month one of complaints."""
    friday, november = MONDAY - timedelta(days=3), date(2026, 11, 1)
    with hall.store.transaction():
        hall.store.take_ticket_days(BAO_LOC, [TicketDay(friday, 80), TicketDay(MONDAY, 90)], "quanly")
        hall.store.take_ticket_days(BAO_LOC, [TicketDay(MONDAY, 95)], "quanly")
        hall.store.take_complaint_months(BAO_LOC, [ComplaintMonth(november, 3, 2, 1)], "quanly")
        hall.store.take_complaint_months(BAO_LOC, [ComplaintMonth(november, 4, 4, 0)], "quanly")

    assert hall.store.ticket_days(BAO_LOC, friday, MONDAY) == [TicketDay(friday, 80), TicketDay(MONDAY, 95)]
    assert hall.store.complaint_months(BAO_LOC, november, MONDAY) == [ComplaintMonth(november, 4, 4, 0)]
    assert logged(hall, Action.TAKE_TICKETS) == [
        ("24823 2026-11-20..2026-11-23", {"rows": [0, 2], "served": [0, 170]}),
        ("24823 2026-11-23", {"served": [90, 95]}),
    ]
    assert logged(hall, Action.TAKE_COMPLAINTS)[1] == (
        "24823 2026-11-01",
        {"received": [3, 4], "on_time": [2, 4], "dissatisfied": [1, 0]},
    )


def test_what_was_told_of_a_day_is_deleted_with_its_sums_in_the_log(hall: Hall) -> None:
    """A day that was a mistake goes; there is nothing to tell where nothing was."""
    with hall.store.transaction():
        hall.store.take_field_days(BAO_LOC, [FieldDay(1, MONDAY, Work(2, 2, 1, 1))], "quanly")
        hall.store.take_ticket_days(BAO_LOC, [TicketDay(MONDAY, 9)], "quanly")
        hall.store.remove_figures(BAO_LOC, MONDAY, "quanly")
        hall.store.remove_figures(BAO_LOC, MONDAY, "quanly")

    assert hall.store.field_days(BAO_LOC, MONDAY, MONDAY) == []
    ((subject, detail),) = logged(hall, Action.REMOVE_FIGURES)
    assert subject == "24823 2026-11-23"
    assert detail["served"] == [9, None]


def test_a_key_is_made_once_and_destroyed_after_its_grace(hall: Hall) -> None:
    """Each center has its own; what is gone leaves one line in the log, and no key stands in it."""
    third = quarter_of(date(2026, 9, 30))
    with hall.store.transaction():
        for center in (BAO_LOC, DA_LAT):
            hall.store.keep_dossier_key(center, third, OLD_KEY)
            hall.store.keep_dossier_key(center, third, "c3" * 32)
        hall.store.keep_dossier_key(BAO_LOC, third.next(), KEY)
    assert hall.store.dossier_keys(BAO_LOC, date(2026, 11, 14)) == [KEY, OLD_KEY]
    assert hall.store.dossier_keys(BAO_LOC, date(2026, 11, 15)) == [KEY]
    night = datetime(2026, 11, 14, 3, 30, tzinfo=VIETNAM)

    def at(moment: datetime) -> int:
        with hall.store.transaction():
            return destroy_keys(hall.store, now_ms=int(moment.timestamp() * 1000))

    assert at(night) == 0
    assert at(night + timedelta(days=1, hours=5)) == 0  # by day nothing is deleted
    assert at(night + timedelta(days=1)) == 2
    assert at(night + timedelta(days=1)) == 0
    assert hall.store.dossier_key(BAO_LOC, third) == ""
    assert hall.store.dossier_key(BAO_LOC, third.next()) == KEY
    assert logged(hall, Action.DESTROY_DOSSIER_KEYS) == [("2026-Q3", {"keys": [2, 0]})]
    assert OLD_KEY not in "".join(each.event.detail for each in hall.store.audit_log())


def scanned(hall: Hall, day: date, score: int, key: str) -> None:
    """Let a citizen rate after a receipt was scanned."""
    received = datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM)
    hall.rate(BAO_LOC, day, (0, 0, 0, 0, 1))  # a rating about which nothing is known
    device, seq, head = hall.chains[BAO_LOC]
    (print_,) = fingerprints(CODE, [key], ())
    aside = Aside("dossier", "5a" * 16, print_)
    told = hall.store.current_survey()
    assert told is not None
    moment = f"{received.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    body = encode_record(
        Record(
            v=1,
            seq=seq + 1,
            survey=survey_hash(told),
            counter=f"{BAO_LOC}-1",
            lang="vi",
            made_at=moment,
            boot="1" * 8,
            mono_ms=0,
            answers={"face": score},
            asides={"dossier": aside.commitment()},
            salt=f"{seq:016x}",
        )
    )
    after = heads(head, [body])[-1]
    batch = Batch(
        v=1,
        device=device,
        after=seq,
        records=[Sent(body=body.decode(), asides=[aside])],
        head=after,
        boot="0" * 8,
        mono_ms=0,
        sent_at=moment,
        nonce="0" * 32,
        health=Health(software="test", queued=0),
    )
    with hall.store.transaction():
        hall.store.accept(Arrival(batch, "", "", int(received.timestamp() * 1000)))
    hall.chains[BAO_LOC] = (device, seq + 1, after)


def test_a_rating_is_told_by_the_procedure_of_its_dossier(hall: Hall) -> None:
    """Whether the kiosk had the key of this quarter or still the one before, the scanned receipt is found."""
    with hall.store.transaction():
        hall.store.keep_procedure(BIRTH, "chị Lan")
    scanned(hall, MONDAY, 5, KEY)
    scanned(hall, MONDAY, 2, OLD_KEY)
    scanned(hall, MONDAY, 1, "c3" * 32)
    dossier = Dossier(fingerprints(CODE, (KEY, OLD_KEY), ()), 1, BIRTH.code, Outcome.OPEN)
    with hall.store.transaction():
        hall.store.take_dossiers(BAO_LOC, [dossier], "quanly")
        hall.store.take_dossiers(DA_LAT, [dossier], "quanly")
        hall.store.take_dossiers(BAO_LOC, [dossier], "quanly")

    assert hall.store.told_by_dossier(BAO_LOC, MONDAY, MONDAY) == [
        ToldByDossier(1, BIRTH.code, (0, 1, 0, 0, 1))
    ]
    assert hall.store.told_by_dossier(DA_LAT, MONDAY, MONDAY) == []
    assert hall.store.told_by_dossier(BAO_LOC, MONDAY - timedelta(days=9), MONDAY - timedelta(days=1)) == []
    assert [detail for _, detail in logged(hall, Action.TAKE_DOSSIER_CODES)] == [
        {"rows": [0, 1], "fingerprints": [0, 2]},
        {"rows": [0, 1], "fingerprints": [0, 2]},
        {"rows": [0, 1]},
    ]
    assert list(hall.store.faults()) == []


def test_a_withheld_rating_is_told_of_no_procedure(hall: Hall) -> None:
    """What does not count, does not count here either."""
    scanned(hall, MONDAY, 5, KEY)
    device, seq, _ = hall.chains[BAO_LOC]
    with hall.store.transaction():
        dossier = Dossier(fingerprints(CODE, (KEY,), ()), 2, "", Outcome.LATE)
        hall.store.take_dossiers(BAO_LOC, [dossier], "quanly")
    assert hall.store.told_by_dossier(BAO_LOC, MONDAY, MONDAY) == [ToldByDossier(2, "", (0, 0, 0, 0, 1))]
    with hall.store.transaction():
        hall.store.withhold(device, seq, "chị Lan", "thử")

    assert hall.store.told_by_dossier(BAO_LOC, MONDAY, MONDAY) == []
