"""A month of a center that is over and published, with counters, officers and answers. Names are examples."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from server.domain.calendar import VIETNAM
from server.domain.fields import Procedure
from server.domain.months import month_of
from server.domain.places import Counter, Device, DeviceState, counter_id
from server.jobs import publish
from server.protocol import record
from server.protocol.messages import Batch, Health, Sent
from server.protocol.survey import Option, Question, decode_survey, encode_survey, survey_hash
from server.store import Arrival, Code
from server.store.seed import cheerful_survey, smile_survey
from tests.server.hall import BAO_LOC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.calendar import Period
    from tests.server.hall import Hall

OCTOBER: Final = month_of(date(2026, 10, 1))
BAD: Final = 3
"""The counter where citizens are less content."""
OFFICERS: Final = (
    ("Trần Thị Mẫu", "Công chức tư pháp - hộ tịch (ví dụ)"),
    ("Lê Văn Thử", "Công chức địa chính (ví dụ)"),
    ("Phạm Thị Ví Dụ", ""),
    ("Nguyễn Văn Minh Họa", "Viên chức tiếp nhận hồ sơ (ví dụ)"),
    ("Đỗ Thị Nghỉ", ""),
)
"""The last one never serves."""
PROCEDURES: Final = (
    ("1.001193", "Đăng ký khai sinh"),
    ("2.000815", "Chứng thực bản sao từ bản chính giấy tờ, văn bản do cơ quan, tổ chức có thẩm quyền cấp"),
    ("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân"),
)
COUNTERS: Final = 5
"""The last one has no kiosk."""


def with_procedures(raw: bytes) -> bytes:
    """Return a survey that asks for the procedure too, as a province's own does."""
    survey = decode_survey(raw)
    options = [Option({"vi": name[:40]}, code=code) for code, name in PROCEDURES]
    asked = Question("what", "procedure", {"vi": "Ông/Bà đến làm thủ tục nào?"}, options)
    return encode_survey(msgspec.structs.replace(survey, questions=[*survey.questions[:-1], asked]))


SURVEYS: Final = tuple(map(with_procedures, (cheerful_survey(), smile_survey())))


@dataclass(frozen=True)
class Kiosk:
    """A kiosk's device at a counter, and how it rates: no keys, the book believes the test."""

    device: str
    counter: str

    def send(self, hall: Hall, made: Sequence[tuple[datetime, Mapping[str, object]]]) -> None:
        """Bring ratings, each with the moment at which it was given."""
        _, after, head = hall.chains[int(self.device, 16)]
        bodies = [
            record.encode_record(_record(after + place, self.counter, moment, dict(fields)))
            for place, (moment, fields) in enumerate(made, 1)
        ]
        chain = record.heads(head, bodies)
        last = made[-1][0]
        batch = Batch(
            v=1,
            device=self.device,
            after=after,
            records=[Sent(body=body.decode()) for body in bodies],
            head=chain[-1],
            boot="0" * 8,
            mono_ms=_ms(last),
            sent_at=_utc(last),
            nonce="0" * 32,
            health=Health(software="test", queued=0),
        )
        with hall.store.transaction():
            hall.store.accept(Arrival(batch, "", "", _ms(last)))
        hall.chains[int(self.device, 16)] = (self.device, after + len(bodies), chain[-1])


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _record(seq: int, counter: str, moment: datetime, fields: dict[str, object]) -> record.Record:
    made = {
        "v": 1,
        "seq": seq,
        "counter": counter,
        "lang": "vi",
        "made_at": _utc(moment),
        "boot": "0" * 8,
        "mono_ms": _ms(moment),
        "flags": ["took:25"],
        "salt": f"{seq:016x}",
    }
    return msgspec.convert(made | fields, record.Record)


def a_kiosk(hall: Hall, number: int) -> Kiosk:
    """Put a kiosk on a counter of the center."""
    counter, name = counter_id(BAO_LOC, number), f"{number:032x}"
    head = record.anchor(name.encode())
    with hall.store.transaction():
        hall.store.add_counter(Counter(counter, BAO_LOC, number))
        hall.store.add_code(name, Code(counter, hall.clock.now_ms(), None))
        hall.store.add_device(
            Device(name, "0" * 64, counter, BAO_LOC, DeviceState.ACTIVE, name, "", 0, head), name
        )
    hall.chains[number] = (name, 0, head)
    return Kiosk(name, counter)


def settle(hall: Hall, month: Period) -> int:
    """Publish a month as the job does; returns how many figures it has."""
    with hall.store.transaction():
        hall.store.release_due(month.last + timedelta(days=6))
        return publish(hall.store, center=BAO_LOC, month=month)


def furnish(hall: Hall) -> list[Kiosk]:
    """Let the center have counters, officers and kiosks, and the province its procedures and surveys."""
    with hall.store.transaction():
        for raw in SURVEYS:
            hall.store.add_survey(raw)
        for name, title in OFFICERS:
            hall.store.add_officer(BAO_LOC, name, title, "ví dụ")
        hall.store.add_fields(["Hộ tịch"])
        field = hall.store.fields()[0].id
        hall.store.take_procedures([Procedure(code, name, field) for code, name in PROCEDURES], "ví dụ")
        hall.store.add_counter(Counter(counter_id(BAO_LOC, COUNTERS), BAO_LOC, COUNTERS))
    return [a_kiosk(hall, number) for number in range(1, COUNTERS)]


def serve_month(hall: Hall, kiosks: Sequence[Kiosk], month: Period, seed: int = 7) -> None:
    """Let citizens come on every working day of a month; at counter `BAD` fewer are content."""
    chance = random.Random(seed)
    officers = [each.id for each in hall.store.officers(BAO_LOC)][:-1]
    for day in (each for each in month.days() if each.weekday() <= 4):
        chance.shuffle(officers)
        for kiosk, officer in zip(kiosks, officers, strict=True):
            content = 0.62 if kiosk.counter == counter_id(BAO_LOC, BAD) else 0.9
            hours = sorted(chance.choice((8, 8, 9, 10, 14, 15)) for _ in range(chance.randint(6, 9)))
            made = [
                (
                    datetime(day.year, day.month, day.day, hour, place, tzinfo=VIETNAM),
                    _visit(chance, content, officer),
                )
                for place, hour in enumerate(hours)
            ]
            kiosk.send(hall, made)


def _visit(chance: random.Random, content: float, officer: str) -> dict[str, object]:
    """Make what a citizen leaves: a score, and mostly some answers."""
    well = chance.random() < content
    score = chance.choice((4, 5, 5)) if well else chance.choice((1, 2, 3))
    what = chance.randrange(len(PROCEDURES))
    answers: dict[str, object] = {"overall": score, "what": what}
    raw = chance.choice(SURVEYS)
    if raw == SURVEYS[0]:
        answers |= {"attitude": min(5, score + chance.randint(0, 1)), "guidance": score}
        answers |= {"trips": chance.choice((0, 0, 0, 1, 2)), "on_time": chance.choice((0, 1, 1, 1, 2))}
    elif chance.random() < 0.8:
        options = range(4) if well else range(4, 10)
        answers["why"] = sorted(chance.sample(options, chance.randint(1, 3)))
    procedure = PROCEDURES[what][0]
    return {"survey": survey_hash(raw), "answers": answers, "officer": officer, "procedure": procedure}
