"""The projection: what the journal's records mean, and how many count on each day, in SQL.

A function of journal and surveys: nothing here knows how a record came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.calendar import day_of
from server.protocol.survey import Survey, decode_survey
from server.store.sql import Engine, to_days

if TYPE_CHECKING:
    from server.domain.intake import Judgement
    from server.domain.places import DeviceState
    from server.store.sql import Row

RATING = """
insert into rating (device, seq, center, counter, officer, survey, day, score, lang, flags, quarantine)
values (:device, :seq, :center, :counter, :officer, :survey, :day, :score, :lang, :flags, :quarantine)
"""
ANSWER = "insert into answer (device, seq, question, choice) values (:device, :seq, :question, :choice)"
CENTER_DAY = """
insert into center_day as t (center, day, n1, n2, n3, n4, n5, shown1, shown2, shown3, shown4, shown5)
values (:center, :day, :n1, :n2, :n3, :n4, :n5, 0, 0, 0, 0, 0)
on conflict (center, day) do update set n1 = t.n1 + excluded.n1, n2 = t.n2 + excluded.n2,
  n3 = t.n3 + excluded.n3, n4 = t.n4 + excluded.n4, n5 = t.n5 + excluded.n5
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What the book knows of the device that a batch came from."""

    no: int
    counter: str
    center: int
    state: DeviceState
    seq: int
    head: str
    anchor: str


class Projection(Engine):
    """The verbs of `Store` about what records mean."""

    def rating_count(self, device: str) -> int:
        """Say how many of a device's records are projected, counted or quarantined."""
        row = self.one(
            "select count(*) as n from rating where device = (select no from device where id = :device)",
            device=device,
        )
        return 0 if row is None else int(row["n"])

    def quarantined(self) -> dict[str, int]:
        """Say how many records do not count, by reason."""
        rows = self.ask(
            "select quarantine, count(*) as n from rating where quarantine is not null"
            " group by quarantine order by quarantine"
        )
        return {row["quarantine"]: row["n"] for row in rows}

    def project(self, held: Held, judged: dict[int, Judgement]) -> None:
        """Write what the records mean, and count those that count."""
        self.write_many(RATING, [_rating(held, seq, each) for seq, each in judged.items()])
        self.write_many(
            ANSWER,
            [
                {"device": held.no, "seq": seq, "question": question, "choice": choice}
                for seq, each in judged.items()
                if each.record is not None and each.quarantine is None
                for question, answer in each.record.answers.items()
                for choice in (answer if isinstance(answer, list) else [answer])
            ],
        )
        days: dict[int, list[int]] = {}
        for each in judged.values():
            if each.score is not None:
                days.setdefault(to_days(day_of(each.made_ms)), [0] * 5)[each.score - 1] += 1
        self.write_many(
            CENTER_DAY,
            [
                {"center": held.center, "day": day, **{f"n{i}": n for i, n in enumerate(counts, 1)}}
                for day, counts in sorted(days.items())
            ],
        )

    def surveys(self) -> dict[str, Survey]:
        """Return every survey that the server knows, by its hash."""
        return {
            row["hash"]: decode_survey(bytes(row["raw"])) for row in self.ask("select hash, raw from survey")
        }


def _rating(held: Held, seq: int, judged: Judgement) -> Row:
    """Return the row that says what one record means."""
    record = judged.record
    return {
        "device": held.no,
        "seq": seq,
        "center": held.center,
        "counter": held.counter,
        "officer": "" if record is None else record.officer,
        "survey": "" if record is None else record.survey,
        "day": to_days(day_of(judged.made_ms)),
        "score": judged.score,
        "lang": "" if record is None else record.lang,
        "flags": "" if record is None else " ".join(record.flags),
        "quarantine": judged.quarantine,
    }
