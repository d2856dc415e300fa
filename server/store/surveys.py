"""Surveys, in SQL. One that becomes known late has the ratings judged again that were waiting for it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from server.domain.audit import COMMAND_LINE, SERVER, Action
from server.domain.intake import UNKNOWN_SURVEY
from server.domain.surveys import KeptSurvey
from server.protocol.messages import WANT_MAX
from server.protocol.survey import survey_hash
from server.store.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.audit import Event
    from server.store.sql import Row

ASKED = "asked"
KNOWN = "known"
"""What the audit log says of a survey that is not asked: it was learned from a kiosk."""
WAITING = """
select d.id, r.seq, r.survey from rating_now r join device d on d.no = r.device
where r.quarantine = 'unknown_survey'
"""


# what once waited stays in its table: the index leads from name to name, however many ratings have it
NEXT = """
select r.survey, s.hash is not null as known from rating r left join survey s on s.hash = r.survey
where r.device = :no and r.quarantine = 'unknown_survey' and r.survey > :last
order by r.survey limit 1
"""
# `union` without `all`: nobody is visited twice
LINE = """
with recursive line (no, id, before) as (
  select no, id, before from device where id = :device
  union select d.no, d.id, d.before from line join device d
    on d.id = line.before or (d.before = line.id and d.before <> '')
)
select no from line
"""


class Surveys(Projection):
    """The verbs of `Store` about surveys."""

    def add_survey(self, raw: bytes, author: str = COMMAND_LINE, detail: str = ASKED) -> str:
        """Keep a survey for good; the newest one added is the one that is asked. Returns its hash.

        One that was asked before is asked again. `detail` is what the audit log says of it.
        """
        name = survey_hash(raw)
        self.write(
            "insert into survey (hash, raw, position)"
            " values (:hash, :raw, (select coalesce(max(position), 0) + 1 from survey))"
            " on conflict (hash) do update set position = (select max(position) + 1 from survey)",
            hash=name,
            raw=raw,
        )
        self._judge_again(name, self.note(Action.ADD_SURVEY, name, detail, author=author))
        return name

    def learn_survey(self, raw: bytes, author: str = SERVER) -> str:
        """Keep a survey that was asked once, but not now, and judge what waited for it. Returns its hash."""
        name = survey_hash(raw)
        if self.one("select 1 as known from survey where hash = :hash", hash=name) is None:
            self.write(
                "insert into survey (hash, raw, position)"
                " values (:hash, :raw, (select coalesce(min(position), 0) - 1 from survey))",
                hash=name,
                raw=raw,
            )
            self._judge_again(name, self.note(Action.ADD_SURVEY, name, KNOWN, author=author))
        return name

    def current_survey(self) -> bytes | None:
        """Return the bytes of the survey that is asked now."""
        row = self.one("select raw from survey order by position desc limit 1")
        return None if row is None else bytes(row["raw"])

    def kept_surveys(self) -> list[KeptSurvey]:
        """Return every survey there is, the one asked now first, then the others, the last asked first."""
        asked = {each.subject: each for each in self.events(Action.ADD_SURVEY) if each.detail != KNOWN}
        rows = self.ask("select hash, raw from survey order by position desc")
        return [_kept(row, asked.get(row["hash"])) for row in rows]

    def unknown_surveys(self, device: str) -> list[str]:
        """Return surveys that ratings of this kiosk name and nobody here knows: `WANT_MAX` at most.

        Of its earlier devices too, and of their other successors, which a disk that was put back has left
        behind: they say nothing any more, and their configs are on the same disk.
        """
        line = [row["no"] for row in self.ask(LINE, device=device)]
        found = (survey for no in line for survey in self._waited_for(no))
        return list(dict.fromkeys(islice(found, WANT_MAX)))

    def _waited_for(self, no: int) -> Iterator[str]:
        """Return surveys that one device's ratings name and nobody here knows."""
        last = ""
        while (row := self.one(NEXT, no=no, last=last)) is not None:
            last = row["survey"]
            if not row["known"]:
                yield last

    def _judge_again(self, survey: str, cause: int) -> None:
        """Add a version to each rating that waited for a survey."""
        for row in list(self.ask(WAITING + "and r.survey = :survey order by d.id, r.seq", survey=survey)):
            held = self.held(row["id"])
            judged = self.judgement(held, row["seq"])
            self.add_version(held, row["seq"], judged.quarantined(UNKNOWN_SURVEY), judged, cause)


def _kept(row: Row, asked: Event | None) -> KeptSurvey:
    return KeptSurvey(
        row["hash"],
        bytes(row["raw"]),
        None if asked is None else asked.at_ms,
        "" if asked is None else asked.author,
    )
