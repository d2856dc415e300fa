"""Officers, their photos and the roster, in SQL. No change without its event in the audit log."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from server.domain.audit import Action, changed
from server.domain.roster import AT_ONCE_MAX, Assignment
from server.domain.staff import Officer, officer_id
from server.store.log import Log
from server.store.sql import to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from server.store.sql import Row

OFFICERS = """
select o.id, o.center, o.number, o.name, o.title, coalesce(p.name, '') as photo, o.left_ms
from officer o left join officer_photo p on p.officer = o.id
"""
ON_DUTY = """
join assignment a on a.officer = o.id
where a.counter = :counter and a.day = :day and a.start_minute <= :minute and a.end_minute > :minute
  and o.left_ms is null
order by a.start_minute, o.number limit :most
"""
ASSIGNMENTS = """
select a.day, a.start_minute, a.end_minute, a.counter, a.officer
from assignment a join counter c on c.id = a.counter
where c.center = :center and a.day between :first and :last
order by a.day, a.start_minute, a.end_minute, a.counter, a.officer
"""
ASSIGN = """
insert into assignment (officer, day, start_minute, end_minute, counter)
values (:officer, :day, :start, :end, :counter)
"""
UNASSIGN = "delete from assignment where officer = :officer and day = :day and start_minute = :start"
PHOTO = """
insert into officer_photo (officer, name, jpeg) values (:officer, :name, :jpeg)
on conflict (officer) do update set name = excluded.name, jpeg = excluded.jpeg
"""
PHOTO_NAME_CHARS = 12


class Staff(Log):
    """The verbs of `Store` about officers and the roster."""

    def officers(self, center: int) -> list[Officer]:
        """Return the officers of a center in the order in which they came, those who left too."""
        return [
            Officer(**row)
            for row in self.ask(OFFICERS + "where o.center = :center order by o.number", center=center)
        ]

    def officer(self, id_: str) -> Officer | None:
        """Return one officer."""
        row = self.one(OFFICERS + "where o.id = :id", id=id_)
        return None if row is None else Officer(**row)

    def add_officer(self, center: int, name: str, title: str, author: str) -> Officer:
        """Write an officer under the next number of the center, which nobody had before."""
        row = self.one("select max(number) as last from officer where center = :center", center=center)
        number = 1 + ((row and row["last"]) or 0)
        officer = Officer(officer_id(center, number), center, number, name, title)
        self.write(
            "insert into officer (id, center, number, name, title) values (:id, :center, :number, :name,"
            " :title)",
            id=officer.id,
            center=center,
            number=number,
            name=name,
            title=title,
        )
        self.note(Action.ADD_OFFICER, officer.id, changed({}, _told(officer)), author=author)
        return officer

    def change_officer(self, officer: Officer, name: str, title: str, author: str) -> None:
        """Change what an officer is called; nothing happens if nothing is new."""
        after = Officer(officer.id, officer.center, officer.number, name, title)
        if _told(after) == _told(officer):
            return
        self.write(
            "update officer set name = :name, title = :title where id = :id",
            id=officer.id,
            name=name,
            title=title,
        )
        detail = changed(_told(officer), _told(after))
        self.note(Action.CHANGE_OFFICER, officer.id, detail, author=author)

    def officer_leaves(self, officer: Officer, at_ms: int, author: str) -> None:
        """Let an officer serve here no more; the assignments wait, should it be a mistake."""
        if officer.is_active:
            self.write("update officer set left_ms = :at where id = :id", id=officer.id, at=at_ms)
            self.note(Action.OFFICER_LEFT, officer.id, author=author)

    def officer_returns(self, officer: Officer, author: str) -> None:
        """Let an officer who left serve here again, under the old id."""
        if not officer.is_active:
            self.write("update officer set left_ms = null where id = :id", id=officer.id)
            self.note(Action.OFFICER_BACK, officer.id, author=author)

    def photo(self, officer: str) -> bytes | None:
        """Return an officer's photo, a JPEG."""
        row = self.one("select jpeg from officer_photo where officer = :officer", officer=officer)
        return None if row is None else bytes(row["jpeg"])

    def set_photo(self, officer: Officer, jpeg: bytes, author: str) -> None:
        """Keep a photo in place of the one there was. The log says that it changed, not what it shows."""
        name = hashlib.sha256(jpeg).hexdigest()[:PHOTO_NAME_CHARS]
        if name != officer.photo:
            self.write(PHOTO, officer=officer.id, name=name, jpeg=jpeg)
            self.note(Action.SET_PHOTO, officer.id, author=author)

    def remove_photo(self, officer: Officer, author: str) -> None:
        """Delete an officer's photo for good."""
        if officer.photo:
            self.write("delete from officer_photo where officer = :officer", officer=officer.id)
            self.note(Action.REMOVE_PHOTO, officer.id, author=author)

    def assignments(self, center: int, first: date, last: date) -> list[Assignment]:
        """Return who sits where in a center from one day to another, in order; those who left too."""
        rows = self.ask(ASSIGNMENTS, center=center, first=to_days(first), last=to_days(last))
        return [_assignment(row) for row in rows]

    def change_roster(
        self,
        action: Action,
        subject: str,
        removed: Sequence[Assignment],
        added: Sequence[Assignment],
        author: str,
    ) -> None:
        """Take assignments out of the roster and write others in; one event names them all."""
        self.write_many(UNASSIGN, [_row(each) for each in removed])
        self.write_many(ASSIGN, [_row(each) for each in added])
        before, after = ({"assignments": [str(each) for each in some] or None} for some in (removed, added))
        self.note(action, subject, changed(before, after), author=author)

    def on_duty(self, counter: str, day: date, minute: int) -> list[Officer]:
        """Return who sits at a counter at a minute of a day: as many as a kiosk can be told of."""
        sql = OFFICERS + ON_DUTY
        rows = self.ask(sql, counter=counter, day=to_days(day), minute=minute, most=AT_ONCE_MAX)
        return [Officer(**row) for row in rows]


def _told(officer: Officer) -> dict[str, object]:
    """Return what the audit log tells of an officer."""
    return {"name": officer.name, "title": officer.title}


def _assignment(row: Row) -> Assignment:
    return Assignment(
        to_date(row["day"]), row["start_minute"], row["end_minute"], row["counter"], row["officer"]
    )


def _row(assignment: Assignment) -> dict[str, object]:
    return {
        "officer": assignment.officer,
        "day": to_days(assignment.day),
        "start": assignment.start,
        "end": assignment.end,
        "counter": assignment.counter,
    }
