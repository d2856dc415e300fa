"""The tables of a center's report: faces, days, counters, procedures, answers, hours of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.statistics import share as share_of
from server.reports.document import Cell, Table
from server.web.month_details import hour_name, option_name, said
from server.web.report_parts import (
    count,
    count_column,
    index,
    index_column,
    share,
    share_column,
    text,
    text_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.domain.answered import Answered
    from server.web.catalog import Words
    from server.web.overview import Figures
    from server.web.report_center import CenterFacts, Compared


def center_tables(words: Words, facts: CenterFacts) -> tuple[Table, ...]:
    """Return every table that there is something for."""
    tables = [_faces(words, facts.figures), _days(words, facts)] if facts.figures else []
    tables += [_places(words, each) for each in facts.cuts]
    tables += [_faces_asked(words, facts.surveys), _answers(words, facts.surveys), _hours(words, facts)]
    return tuple(each for each in tables if each.rows)


def _faces(words: Words, found: Figures) -> Table:
    rows = []
    for score in range(5, 0, -1):
        counted = found.scores[score - 1]
        part = share(words, share_of(counted, found.n), 1)
        rows.append((text(words(f"score_{score}")), count(words, counted), part))
    columns = (
        text_column(words("faces_column_score")),
        count_column(words("faces_column_count")),
        share_column(words, words("faces_column_share")),
    )
    return Table(words("faces_title"), words("faces_title"), "", columns, tuple(rows))


def _days(words: Words, facts: CenterFacts) -> Table:
    """Return the days that are told, those that are told together, and all of them."""
    rows: list[tuple[Cell, ...]] = []
    for each in facts.days:
        if each.share is not None:
            notes = [each.holiday, words(f"signal_{each.signal}") if each.signal else ""]
            name = f"{words.day(each.day)}, {words.weekday(each.day)}"
            rows.append(
                (
                    Cell(name, (each.day.isoformat(),)),
                    count(words, each.share.n),
                    share(words, each.share, 1),
                    text(" · ".join(filter(None, notes))),
                )
            )
    found = facts.figures
    if found is not None:
        for name, part in ((words("trend_merged"), found.merged), (words("trend_total"), found.satisfied)):
            if part is not None:
                rows.append((text(name), count(words, part.n), share(words, part, 1), text("")))
    columns = [
        text_column(words("trend_column_day")),
        count_column(words("trend_column_count")),
        share_column(words, words("trend_column_share")),
        text_column(words("report_column_note")),
    ]
    says = f"{words('report_days_say')} {words('trend_crossing') if facts.is_crossing else ''}".strip()
    if not any(row[-1].text for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(words("trend_title"), words("trend_title"), says, tuple(columns), tuple(rows))


def _places(words: Words, each: Compared) -> Table:
    """Return counters or procedures in the order of their names."""
    found = {row.key: row for row in each.found.rows}
    rows = []
    for name in each.names:
        row = found[name.key]
        rows.append(
            (
                text(name.name),
                count(words, row.n),
                share(words, row.satisfied),
                index(words, row.index),
                text(words(f"zone_{row.spot.zone.value}") if each.found.compares else ""),
            )
        )
    whole = each.found
    all_of_it = (
        text(words("compare_total")),
        count(words, whole.satisfied.n),
        share(words, whole.satisfied),
        index(words, whole.index),
        text(""),
    )
    columns = (
        text_column(words(f"column_name_{each.cut.value}")),
        count_column(words("column_n")),
        share_column(words, words("column_share")),
        index_column(words, words("column_index")),
        text_column(words("column_zone")),
    )
    title = words(f"compare_title_{each.cut.value}")
    return Table(title, title, "", columns, (*rows, all_of_it))


def _faces_asked(words: Words, surveys: Sequence[tuple[str, Sequence[Answered]]]) -> Table:
    rows = [
        (
            text(said(each.question.text, words.lang)),
            count(words, each.n),
            share(words, each.satisfied),
            index(words, each.index),
        )
        for _, questions in surveys
        for each in questions
        if each.satisfied and each.index
    ]
    columns = (
        text_column(words("answers_column_question")),
        count_column(words("column_n")),
        share_column(words, words("column_share")),
        index_column(words, words("column_index")),
    )
    title = words("answers_faces")
    return Table(words("report_sheet_faces"), title, words("answers_what"), columns, tuple(rows))


def _answers(words: Words, surveys: Sequence[tuple[str, Sequence[Answered]]]) -> Table:
    rows = [row for _, questions in surveys for each in questions for row in _answer_rows(words, each)]
    columns = (
        text_column(words("answers_column_question")),
        text_column(words("answers_column_answer")),
        count_column(words("answers_column_n")),
        share_column(words, words("answers_column_share")),
    )
    says = words("answers_what")
    title = words("report_answers")
    return Table(words("report_sheet_answers"), title, says, columns, tuple(rows))


def _answer_rows(words: Words, each: Answered) -> Iterator[tuple[Cell, ...]]:
    """Yield each answer to a question; on paper the question stands in the first line only."""
    question = said(each.question.text, words.lang)
    for number, part in enumerate(each.shares):
        answer = option_name(each.question, number, words)
        if number < len(each.question.options) and (group := each.question.options[number].group):
            answer = words(f"report_answer_{group}", answer=answer)
        first = Cell(question if number == 0 else "", (question,))
        yield first, text(answer), count(words, part.count), share(words, part)


def _hours(words: Words, facts: CenterFacts) -> Table:
    """Return the hours of the week that are told: on paper the chart shows them."""
    shares = facts.week.shares if facts.week else {}
    rows = tuple(
        (text(hour_name(words, hour)), count(words, part.n), share(words, part))
        for hour, part in shares.items()
    )
    columns = (
        text_column(words("week_column_hour")),
        count_column(words("column_n")),
        share_column(words, words("column_share")),
    )
    return Table(words("week_title"), words("week_title"), "", columns, rows, is_printed=False)
