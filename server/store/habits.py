"""When citizens came in a month, and what they answered to other questions, in SQL."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from server.domain.disclosure import NO_SCORES, add
from server.domain.habits import Answer, Hour, answers_told, hours_told
from server.store.releases import Releases
from server.store.sql import to_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from server.domain.disclosure import Release, Scores
    from server.store.sql import Row

COUNT_HOUR = """
insert into month_hour as t (center, month, weekday, hour, n1, n2, n3, n4, n5)
values (:center, :month, :weekday, :hour, :n1, :n2, :n3, :n4, :n5)
on conflict (center, month, weekday, hour) do update set n1 = t.n1 + excluded.n1, n2 = t.n2 + excluded.n2,
  n3 = t.n3 + excluded.n3, n4 = t.n4 + excluded.n4, n5 = t.n5 + excluded.n5
"""
COUNT_ANSWER = """
insert into month_answer as t (center, month, survey, question, choice, n)
values (:center, :month, :survey, :question, :choice, :n)
on conflict (center, month, survey, question, choice) do update set n = t.n + excluded.n
"""
TELL_HOUR = """
insert into hour_figure (center, month, issue, weekday, hour, n1, n2, n3, n4, n5)
values (:center, :month, :issue, :weekday, :hour, :n1, :n2, :n3, :n4, :n5)
"""
TELL_ANSWER = """
insert into answer_figure (center, month, issue, survey, question, choice, n)
values (:center, :month, :issue, :survey, :question, :choice, :n)
"""
OF_MONTH = "select * from {table} where center = :center and month = :month"
OF_ISSUE = OF_MONTH + " and issue = :issue"
TOLD = """
select f.* from {table} f
join month_issue m on m.center = f.center and m.month = f.month and m.issue = f.issue
where f.center = :center and f.month between :first and :last
"""


class Month(NamedTuple):
    """A month of a center; it is named by its first day (days since 1970-01-01)."""

    center: int
    month: int


class Habits(Releases):
    """The verbs of `Store` about hours of the week and answers."""

    def count_hours(self, hours: Mapping[tuple[Month, Hour], Sequence[int]]) -> None:
        """Count ratings by the hour of the week in which they were made; some may go."""
        rows = sorted(hours.items())
        self.write_many(COUNT_HOUR, [_hour_row(*where, scores) for where, scores in rows if any(scores)])

    def count_answers(self, answers: Mapping[tuple[Month, Answer], int]) -> None:
        """Count answers; some may go."""
        rows = [(where, n) for where, n in sorted(answers.items()) if n]
        self.write_many(COUNT_ANSWER, [{**_named(*where), "n": n} for where, n in rows])

    def count_habits_anew(
        self, hours: Mapping[tuple[Month, Hour], Sequence[int]], answers: Mapping[tuple[Month, Answer], int]
    ) -> int:
        """Let hours and answers be these; returns how many were others. What was published stays."""
        hours_now, answers_now = self.hour_sums(), self.answer_sums()
        moved = {
            where: [
                n - m
                for n, m in zip(hours.get(where, NO_SCORES), hours_now.get(where, NO_SCORES), strict=True)
            ]
            for where in {*hours, *hours_now}
        }
        changed = {
            where: answers.get(where, 0) - answers_now.get(where, 0) for where in {*answers, *answers_now}
        }
        self.count_hours(moved)
        self.count_answers(changed)
        return sum(map(any, moved.values())) + sum(map(bool, changed.values()))

    def publish_habits(self, month: Month, issue: int, days: Sequence[Release]) -> None:
        """Publish hours and answers with an issue of a month's tables; `days` are its releases."""
        before = month._asdict() | {"issue": issue - 1}
        hours = hours_told(
            _hours(self.ask(OF_MONTH.format(table="month_hour"), **month._asdict())),
            days,
            _hours(self.ask(OF_ISSUE.format(table="hour_figure"), **before)),
        )
        answers = answers_told(
            _answers(self.ask(OF_MONTH.format(table="month_answer"), **month._asdict())),
            _answers(self.ask(OF_ISSUE.format(table="answer_figure"), **before)),
        )
        told = [_hour_row(month, hour, scores) for hour, scores in hours.items()]
        self.write_many(TELL_HOUR, [row | {"issue": issue} for row in told])
        said = [{**_named(month, answer), "n": n, "issue": issue} for answer, n in answers.items()]
        self.write_many(TELL_ANSWER, said)

    def hour_figures(self, center: int, first: date, last: date) -> dict[Hour, Scores]:
        """Return what is published of the hours of the week, of the months within these days together."""
        return _hours(self._told("hour_figure", center, first, last))

    def answer_figures(self, center: int, first: date, last: date) -> dict[Answer, int]:
        """Return what is published of the answers, of the months within these days together."""
        return _answers(self._told("answer_figure", center, first, last))

    def _told(self, table: str, center: int, first: date, last: date) -> Iterable[Row]:
        days = {"first": to_days(first), "last": to_days(last)}
        return self.ask(TOLD.format(table=table), center=center, **days)

    def hour_sums(self) -> dict[tuple[Month, Hour], Scores]:
        """Return how many ratings were made in which hour of the week."""
        rows = self.each("select * from month_hour")
        return {(_month(row), _hour(row)): scores for row in rows if any(scores := _scores(row))}

    def answer_sums(self) -> dict[tuple[Month, Answer], int]:
        """Return how many answers of each kind there are."""
        rows = self.each("select * from month_answer where n <> 0")
        return {(_month(row), _answer(row)): int(row["n"]) for row in rows}


def _hours(rows: Iterable[Row]) -> dict[Hour, Scores]:
    found: dict[Hour, Scores] = {}
    for row in rows:
        found[_hour(row)] = add(found.get(_hour(row), NO_SCORES), _scores(row))
    return found


def _answers(rows: Iterable[Row]) -> dict[Answer, int]:
    found: Counter[Answer] = Counter()
    for row in rows:
        found[_answer(row)] += int(row["n"])
    return dict(found)


def _hour_row(month: Month, hour: Hour, scores: Sequence[int]) -> Row:
    return month._asdict() | hour._asdict() | {f"n{level}": n for level, n in enumerate(scores, 1)}


def _named(month: Month, answer: Answer) -> Row:
    return month._asdict() | answer._asdict()


def _month(row: Row) -> Month:
    return Month(row["center"], row["month"])


def _hour(row: Row) -> Hour:
    return Hour(row["weekday"], row["hour"])


def _answer(row: Row) -> Answer:
    return Answer(row["survey"], row["question"], row["choice"])


def _scores(row: Row) -> Scores:
    return row["n1"], row["n2"], row["n3"], row["n4"], row["n5"]
