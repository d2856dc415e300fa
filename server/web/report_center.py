"""What the report of a center says: the figures of its Overview and of its published months, and no others.

`read_facts` reads them as the pages do, `center_report` says them and reads nothing.
Officers are not in it, because a report is handed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.calendar import Kind, day_of
from server.domain.changes import Verdict
from server.domain.comparison import Comparison, compare
from server.domain.control import Signal
from server.domain.funnel import Zone
from server.domain.months import Cut
from server.domain.statistics import share as share_of
from server.reports.document import Chart, Finding, Report, Tile
from server.web.comparison import Named, name_counters, name_procedures, watched
from server.web.comparison import sentence as compare_sentence
from server.web.drawing import faces_chart, trend_chart
from server.web.funnel_drawing import funnel_chart
from server.web.month_choice import choice_of
from server.web.month_details import Week, heat_chart, hour_name, read_answers, said, week_of, week_sentence
from server.web.overview import Figures, read_days, read_figures, summary
from server.web.report_parts import as_of, change_said, first_of, frame, nothing_found
from server.web.report_tables import center_tables
from server.web.standing import ControlledDay, Standing, is_judged, signals_sentence, standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from server.domain.answered import Answered
    from server.domain.calendar import Period
    from server.domain.control import Chart as ControlChart
    from server.domain.places import Center
    from server.protocol.survey import Group
    from server.store import KeptCheckpoint, Store
    from server.web.catalog import Words
    from server.web.month_choice import MonthChoice

CUTS: Final = (Cut.COUNTER, Cut.PROCEDURE)
TRIPS: Final = "trips"
"""The question of the ready-made surveys about how often one had to come again."""
NAMED_MAX: Final = 3
METHODS: Final = (
    "share",
    "index",
    "change",
    "days",
    "places",
    "hours",
    "coverage",
    "hidden",
    "officers",
    "limits",
    "official",
)


@dataclass(frozen=True, slots=True)
class Compared:
    """One cut of the published months, and how its rows are called."""

    cut: Cut
    found: Comparison
    names: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class CenterFacts:
    """All that is known of a center and a period, as the pages show it."""

    center: Center
    period: Period
    now_ms: int
    choice: MonthChoice
    figures: Figures | None
    is_crossing: bool
    control: ControlChart | None
    days: Sequence[ControlledDay]
    standing: Standing | None
    cuts: Sequence[Compared]
    surveys: Sequence[tuple[str, Sequence[Answered]]]
    week: Week | None
    checkpoint: KeptCheckpoint | None

    @property
    def today(self) -> date:
        """The day on which the report is made."""
        return day_of(self.now_ms)


def read_facts(store: Store, words: Words, center: Center, period: Period, now_ms: int) -> CenterFacts:
    """Read what is told of a center and a period, all of it as one moment has it."""
    today, span = day_of(now_ms), (center.code, period.first, period.last)
    with store.snapshot():
        found, is_crossing = read_figures(store, center.code, period, today)
        control, days = read_days(store, center.code, found)
        monthly = store.month_figures(*span)
        return CenterFacts(
            center,
            period,
            now_ms,
            choice_of(center, (center,), period, store.published_months(center.code), today),
            found,
            is_crossing,
            control,
            days,
            standing(store, center.code, period, found.scores) if found else None,
            [
                Compared(cut, each, tuple(_names(store, words, center, cut, each)))
                for cut in CUTS
                if (each := compare(figure for figure in monthly if figure.cut is cut))
            ],
            read_answers(store, words, center.code, period),
            week_of(store.hour_figures(*span)),
            store.newest_checkpoint(),
        )


def _names(store: Store, words: Words, center: Center, cut: Cut, found: Comparison) -> list[Named]:
    keys = {row.key for row in found.rows}
    named = (
        name_counters(store, words, center.code, keys) if cut is Cut.COUNTER else name_procedures(store, keys)
    )
    return [each for each in named if each.key in keys]


def center_report(words: Words, facts: CenterFacts) -> Report:
    """Say all of it."""
    found = facts.figures
    period = words.period(facts.period)
    return Report(
        frame=frame(words, (facts.center.name, words("report_office"))),
        title=words(f"report_title_{facts.period.kind.value}"),
        place=words("report_place", name=facts.center.name),
        period=period,
        span=_span(words, facts.period),
        made=facts.today,
        summary=summary(words, facts.period, found) if found else words("report_empty", period=period),
        tiles=_tiles(words, found, facts.standing) if found and facts.standing else (),
        findings=_findings(words, facts) if found else nothing_found(words),
        looks_title=words("report_looks_title"),
        looks=looks(words, facts),
        looks_none=words("report_looks_none") if found else words("report_looks_empty"),
        charts_title=words("report_charts"),
        charts=tuple(_charts(words, facts)),
        tables=center_tables(words, facts),
        method_title=words("report_method"),
        method=tuple(
            (words(f"report_method_{each}_title"), words(f"report_method_{each}")) for each in METHODS
        ),
        as_of=as_of(words, facts.checkpoint, facts.now_ms),
    )


def _span(words: Words, period: Period) -> str:
    return words("period_span", first=words.day(period.first), last=words.day(period.last))


def _tiles(words: Words, found: Figures, stands: Standing) -> tuple[Tile, ...]:
    happy, index = found.satisfied, stands.index
    ends = (happy.value, happy.interval.low, happy.interval.high)
    between = words("satisfied_between", between=words.from_to(happy.interval))
    against = words("satisfied_between", between=words.from_to(found.dissatisfied.interval))
    return (
        Tile(words("satisfied_title"), words.percent(happy.value), (between,), ends),
        Tile(words("ratings_title"), words.number(found.n), (words("ratings_explained"),)),
        Tile(
            words("report_index_title"),
            words.score(index.value),
            (
                words(
                    "index_between",
                    low=words.score(index.interval.low),
                    high=words.score(index.interval.high),
                ),
            ),
        ),
        Tile(words("dissatisfied_title"), words.percent(found.dissatisfied.value), (against,)),
    )


def _findings(words: Words, facts: CenterFacts) -> tuple[Finding, ...]:
    stands = facts.standing
    before = words.period(facts.period.previous())
    moved = change_said(words, stands.change) if stands and stands.change else (words("change_none"),)
    found = [
        Finding(words("change_title", period=before), moved, is_narrow=True),
        Finding(words("enough_title"), coverage_said(words, stands) if stands else (), is_narrow=True),
    ]
    reasons = told_most(facts, "several")
    for group in ("good", "better"):
        points = _reasons(words, reasons, "good" if group == "good" else "better")
        none = () if points else (words("report_reasons_none"),)
        found.append(Finding(words(f"answers_{group}"), none, points, is_narrow=True))
    found.append(Finding(words("report_trips"), (trips_said(words, facts),)))
    where = " ".join(compare_sentence(words, each.cut, each.found, _by_key(each)) for each in facts.cuts)
    says = (where or words("report_where_none"), *months_said(words, facts.choice))
    found.append(Finding(words("report_where"), says))
    return tuple(found)


def months_said(words: Words, choice: MonthChoice) -> tuple[str, ...]:
    """Say which months of the period are told by counter, procedure, hour and answer, unless all are."""
    told, empty = (", ".join(map(words.period, each)) for each in (choice.told, choice.empty))
    said = [words("months_told", months=told)] if told and (choice.empty or choice.waiting) else []
    said += [
        words("months_waiting", month=words.period(month), day=words.day(day))
        for month, day in choice.waiting
    ]
    return (*said, words("months_empty", months=empty)) if empty else tuple(said)


def coverage_said(words: Words, stands: Standing) -> tuple[str, ...]:
    """Say how sure the share is, and how many of those who were served have rated."""
    enough = words.many("enough_missing", stands.missing) if stands.missing else words("enough_yes")
    coverage = stands.coverage
    if coverage is None or coverage.value is None:
        return enough, words("coverage_none")
    if coverage.is_over:
        return enough, words("coverage_over")
    part = words.percent(coverage.value)
    told = (
        words.many("coverage_tickets", coverage.served, share=part)
        if stands.of_tickets
        else words.many("coverage_dossiers", coverage.served, share=part)
    )
    bounds = words("coverage_bounds", between=words.from_to(stands.bounds)) if stands.bounds else ""
    return tuple(each for each in (enough, told, bounds) if each)


def told_most(facts: CenterFacts, kind: str, id_: str = "") -> Answered | None:
    """Return the question of a kind that most citizens answered; None: not asked, or too few answers."""
    asked = [each for _, questions in facts.surveys for each in questions if each.question.kind == kind]
    if kind == "several":
        asked = [each for each in asked if each.of_group("good") or each.of_group("better")]
    asked = [each for each in asked if each.shares and id_ in ("", each.question.id)]
    return max(asked, key=lambda each: each.n, default=None)


def _reasons(words: Words, asked: Answered | None, group: Group) -> tuple[str, ...]:
    if asked is None:
        return ()
    chosen = [pair for pair in asked.of_group(group) if pair[1].count > 0][:NAMED_MAX]
    return tuple(
        words(
            "report_reason",
            name=said(asked.question.options[number].text, words.lang),
            share=words.percent(each.value),
            between=words.between(each.interval),
        )
        for number, each in chosen
    )


def trips_said(words: Words, facts: CenterFacts) -> str:
    """Say how often citizens had to come again."""
    asked = told_most(facts, "number", TRIPS)
    if asked is None:
        return words("report_trips_none")
    once = sum(each.count for each in asked.shares[1:])
    again = share_of(once, asked.n)
    if again is None:
        return words("report_trips_none")
    return words.many(
        "report_trips_said",
        asked.n,
        none=words.percent(asked.shares[0].value),
        again=words.percent(again.value),
        between=words.from_to(again.interval),
    )


def looks(words: Words, facts: CenterFacts) -> tuple[str, ...]:
    """Say what ought to be looked at first: what got worse, then who differs, then what is not known."""
    if facts.figures is None:
        return ()
    stands = facts.standing
    change = stands.change if stands else None
    is_down = change is not None and change.verdict is Verdict.FALL
    reasons = _reasons(words, told_most(facts, "several"), "better")
    is_over = stands is not None and stands.coverage is not None and stands.coverage.is_over
    return first_of(
        [
            words("report_look_fall", points=words.points(change.value)) if change and is_down else "",
            *(_look_at_places(words, each) for each in facts.cuts),
            _look_at_hours(words, facts.week),
            _look_at_days(words, facts.days),
            words("report_look_counts") if is_over else "",
            words("report_look_reason", name=reasons[0]) if reasons else "",
            *(watched(words, each.found, _by_key(each)) for each in facts.cuts),
            words("report_look_coverage") if stands and stands.coverage is None else "",
            words.many("report_look_more", stands.missing) if stands and stands.missing else "",
        ]
    )


def _look_at_places(words: Words, each: Compared) -> str:
    low, names = each.found.within(Zone.OUTLIER_LOW)[:NAMED_MAX], _by_key(each)
    named = ", ".join(names[row.key].name for row in low)
    return words(f"report_look_{each.cut.value}", names=named) if low else ""


def _look_at_hours(words: Words, week: Week | None) -> str:
    low = week.low[:NAMED_MAX] if week else ()
    return words("report_look_hours", hours=", ".join(hour_name(words, hour) for hour in low)) if low else ""


def _look_at_days(words: Words, days: Sequence[ControlledDay]) -> str:
    """Say which single days were unusually low, where the page judges days at all."""
    low = [words.day(each.day) for each in days if each.signal == Signal.BELOW.value][:NAMED_MAX]
    low = low if is_judged(days) else []
    return words("report_look_days", days=", ".join(low)) if low else ""


def _by_key(each: Compared) -> dict[str, Named]:
    return {name.key: name for name in each.names}


def _charts(words: Words, facts: CenterFacts) -> list[Chart]:
    """Return the charts of the pages; those that there is nothing for are left out."""
    if facts.figures is None:
        return []
    found = [Chart(words("faces_title"), "", faces_chart(facts.figures.scores, words), height=96)]
    trend = trend_chart(facts.days, facts.control, words) if facts.period.kind is not Kind.DAY else None
    if trend:
        judged = signals_sentence(facts.days, words) if is_judged(facts.days) else ""
        found.append(Chart(words("trend_title"), judged, trend, height=230))
    for each in facts.cuts:
        names = {name.key: name.name for name in each.names}
        if drawn := funnel_chart(each.found, names, words, each.cut):
            by_key = _by_key(each)
            told = [compare_sentence(words, each.cut, each.found, by_key), watched(words, each.found, by_key)]
            title = words(f"compare_title_{each.cut.value}")
            found.append(Chart(title, " ".join(filter(None, told)), drawn, height=270))
    if facts.week:
        drawn = heat_chart(facts.week, words)
        found.append(Chart(words("week_title"), week_sentence(words, facts.week), drawn))
    return found
