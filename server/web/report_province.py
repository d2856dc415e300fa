"""What the report of the province says: what the Province page shows of a period, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.calendar import day_of
from server.domain.changes import Verdict
from server.domain.province import Finding as Found
from server.domain.province import Silence
from server.domain.ranking import RANKED_MIN
from server.reports.document import Cell, Chart, Column, Finding, Kind, Report, Table, Tile
from server.web.province import read_province
from server.web.province_charts import funnel_chart, limit_rows, map_chart, ranking_chart
from server.web.province_order import in_order
from server.web.province_words import ProvinceWords
from server.web.report_parts import (
    as_of,
    change_said,
    count,
    count_column,
    first_of,
    frame,
    index,
    index_column,
    nothing_found,
    points,
    points_column,
    share,
    share_column,
    text,
    text_column,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.calendar import Period
    from server.domain.places import Center
    from server.domain.province import Place, Province, Silent
    from server.domain.statistics import Interval
    from server.store import KeptCheckpoint, Store
    from server.web.catalog import Words

METHODS: Final = ("interval", "funnel", "rank", "change", "coverage", "silent")
MORE_METHODS: Final = ("index", "hidden", "limits", "official")


@dataclass(frozen=True, slots=True)
class ProvinceFacts:
    """All that is known of all centers in a period, as the page shows it."""

    period: Period
    now_ms: int
    found: Province
    silent: Sequence[Silent]
    checkpoint: KeptCheckpoint | None


def read_facts(store: Store, centers: Sequence[Center], period: Period, now_ms: int) -> ProvinceFacts:
    """Read what is told of all centers."""
    found, silent, _ = read_province(store, centers, period, now_ms)
    return ProvinceFacts(period, now_ms, found, silent, store.newest_checkpoint())


def province_report(words: Words, facts: ProvinceFacts) -> Report:
    """Say all of it."""
    found, say = facts.found, ProvinceWords(words, facts.period)
    period = words.period(facts.period)
    method = [("", words(f"province_method_{each}", least=RANKED_MIN)) for each in METHODS]
    method += [
        (words(f"report_method_{each}_title"), words(f"report_method_{each}")) for each in MORE_METHODS
    ]
    return Report(
        frame=frame(words, (words("report_committee"), words("report_province"))),
        title=words(f"report_title_{facts.period.kind.value}"),
        place=words("report_place_province"),
        period=period,
        span=words("period_span", first=words.day(facts.period.first), last=words.day(facts.period.last)),
        made=day_of(facts.now_ms),
        summary=say.summary(found) if found.share else words("report_empty", period=period),
        tiles=_tiles(words, say, found),
        findings=_findings(words, say, facts) if found.share else nothing_found(words),
        looks_title=words("report_looks_title"),
        looks=looks(words, say, facts),
        looks_none=words("report_looks_none") if found.share else words("report_looks_empty"),
        charts_title=words("report_charts"),
        charts=tuple(_charts(words, say, found)),
        tables=_tables(words, say, facts),
        method_title=words("report_method"),
        method=tuple(method),
        as_of=as_of(words, facts.checkpoint, facts.now_ms),
    )


def _tiles(words: Words, say: ProvinceWords, found: Province) -> tuple[Tile, ...]:
    whole, mean = found.share, found.index
    if whole is None or mean is None:
        return ()
    between = words("satisfied_between", between=say.share_between(whole.interval))
    ends = (whole.value, whole.interval.low, whole.interval.high)
    took_part = words.many("province_took_part", len(found.ranked), all=len(found.places), least=RANKED_MIN)
    return (
        Tile(words("satisfied_title"), words.percent(whole.value, 1), (between,), ends),
        Tile(words("ratings_title"), words.number(whole.n), (took_part,)),
        Tile(
            words("report_index_title"),
            say.index(mean),
            (words("province_index_between", between=say.index_between(mean)),),
        ),
    )


def _findings(words: Words, say: ProvinceWords, facts: ProvinceFacts) -> tuple[Finding, ...]:
    found, before = facts.found, words.period(facts.period.previous())
    change = found.change
    moved: tuple[str, ...] = (words("province_no_change", period=before),)
    if change:
        moved = change_said(words, change)
    parts = [
        Finding(words("change_title", period=before), moved, is_narrow=True),
        Finding(words("report_coverage"), (_coverage_said(words, found),), is_narrow=True),
    ]
    for kind, title in ((Found.HIGHER, words("report_higher")), (Found.LOWER, words("report_lower"))):
        places = found.of(kind)
        named = tuple(_named(words, each) for each in places[:5])
        more = len(places) - len(named)
        rest = (words.many("report_more_centers", more),) if more > 0 else ()
        parts.append(Finding(title, rest if named else (words("report_no_center"),), named, is_narrow=True))
    if found.funnel is not None:
        parts.append(Finding(words("province_ranking_title"), (say.ranking(found), say.by_chance(found))))
    silent = facts.silent
    said = (
        words.many("province_silent_says", len(silent)) if silent else words("province_silent_none"),
        words("province_conclude"),
    )
    parts.append(Finding(words("province_silent_title"), said))
    return tuple(parts)


def _named(words: Words, place: Place) -> str:
    part = place.share
    if part is None:
        return place.center.name
    return words(
        "report_center_named",
        name=place.center.name,
        share=words.percent(part.value, 1),
        between=words.between(part.interval),
        n=words.number(part.n),
    )


def _coverage_said(words: Words, found: Province) -> str:
    """Say of how many centers it is known how many of those who came have rated."""
    known = sorted(
        value
        for each in found.places
        if each.covered
        and not each.covered.coverage.is_over
        and (value := each.covered.coverage.value) is not None
    )
    if not known:
        return words("report_coverage_none")
    return words.many(
        "report_coverage_said",
        len(known),
        all=words.number(len(found.places)),
        middle=words.percent(known[len(known) // 2]),
        low=words.percent(known[0]),
        high=words.percent(known[-1]),
    )


def looks(words: Words, say: ProvinceWords, facts: ProvinceFacts) -> tuple[str, ...]:
    """Say what ought to be looked at first: a fall, then who lies lower, who is silent, who is not known.

    Single centers that have fallen are not among it: of so many some have by chance alone.
    """
    found = facts.found
    if found.share is None:
        return ()
    change = found.change
    lower = found.of(Found.LOWER)
    few = len(found.of(Found.FEW, Found.NOTHING))
    is_down = change is not None and change.verdict is Verdict.FALL
    return first_of(
        [
            words("report_look_fall", points=say.points(change.value)) if change and is_down else "",
            words("report_look_lower", names=say.names(lower)) if lower else "",
            words.many("report_look_silent", len(facts.silent)) if facts.silent else "",
            words.many("report_look_few", few, least=RANKED_MIN) if few else "",
        ]
    )


def _charts(words: Words, say: ProvinceWords, found: Province) -> list[Chart]:
    if found.share is None:
        return []
    made = []
    if drawn := funnel_chart(found, words):
        made.append(Chart(words("province_funnel_title"), say.funnel(found), drawn, height=360))
    if drawn := ranking_chart(found, words):
        made.append(Chart(words("province_ranking_title"), say.ranking(found), drawn, height=300))
    made.append(Chart(words("province_map_title"), say.map(found), map_chart(found, words), height=600))
    return made


def _tables(words: Words, say: ProvinceWords, facts: ProvinceFacts) -> tuple[Table, ...]:
    found = facts.found
    tables = [_centers(words, say, found)] if found.share else []
    tables.append(_silent(words, facts))
    if found.funnel is not None:
        tables.append(_limits(words, found))
    return tuple(each for each in tables if each.rows)


def _centers(words: Words, say: ProvinceWords, found: Province) -> Table:
    """Return all centers, in the order of the ranking."""
    columns = (
        text_column(words("province_column_name")),
        text_column(words("column_rank")),
        share_column(words, words("column_shrunk")),
        share_column(words, words("province_column_share")),
        count_column(words("province_column_n")),
        index_column(words, words("province_column_index")),
        points_column(words("province_column_change")),
        text_column(words("province_column_finding")),
        Column(words("province_column_coverage"), Kind.PART, (words("province_column_coverage"),)),
    )
    says = words("report_centers_say", least=RANKED_MIN)
    rows = tuple(_center(words, say, each) for each in in_order(found.places, "rank"))
    return Table(words("province_table_title"), words("province_table_title"), says, columns, rows)


def _center(words: Words, say: ProvinceWords, each: Place) -> tuple[Cell, ...]:
    rank, nothing = each.rank, Cell("–", (None, None, None))
    shrunk = nothing
    if rank is not None:
        value, interval = rank.shrunk.value, rank.shrunk.interval
        shrunk = Cell(_spanned(words, value, interval), (value, interval.low, interval.high))
    ends = [] if rank is None else sorted({rank.best, rank.worst})
    return (
        text(each.center.name),
        text("–".join(map(str, ends)) or "–"),
        shrunk,
        share(words, each.share, 1) if each.share else nothing,
        count(words, each.n),
        index(words, each.index) if each.index else nothing,
        points(say.points(each.change.value), each.change.value) if each.change else Cell("–", (None,)),
        text(words(f"province_finding_{each.finding.value}")),
        _covered(words, each),
    )


def _spanned(words: Words, value: float, interval: Interval) -> str:
    return f"{words.percent(value, 1)} ({words.between(interval)})"


def _covered(words: Words, each: Place) -> Cell:
    if each.covered is None or each.covered.coverage.value is None:
        return Cell("–", (None,))
    if each.covered.coverage.is_over:
        return Cell(words("province_coverage_over"), (None,))
    return Cell(words.percent(each.covered.coverage.value), (each.covered.coverage.value,))


def _silent(words: Words, facts: ProvinceFacts) -> Table:
    rows = []
    for each in facts.silent:
        usual = each.usual or 0
        why = (
            words.many("province_silent_longer", usual)
            if each.why is Silence.LONGER
            else words("province_silent_nothing", period=words.period(facts.period))
        )
        last = words.day(each.last) if each.last else words("province_silent_long_ago")
        heard = each.kiosks.seen_ms
        seen = words.day(day_of(heard)) if heard else words("province_silent_never")
        alive = words("province_silent_alive") if each.is_alive else words("province_silent_dead")
        rows.append((text(each.center.name), text(why), text(last), text(f"{seen}, {alive}")))
    columns = tuple(
        text_column(words(each))
        for each in (
            "province_column_name",
            "province_silent_why",
            "province_silent_last",
            "province_silent_heard",
        )
    )
    title = words("province_silent_title")
    says = words("report_silent_say", day=words.day(day_of(facts.now_ms)))
    return Table(title, title, says, columns, tuple(rows))


def _limits(words: Words, found: Province) -> Table:
    """Return the limits of the funnel at round numbers of ratings: on paper the chart shows them."""
    rows = []
    if found.funnel is not None:
        for row in limit_rows(found.funnel, max(each.n for each in found.places)):
            cells = []
            for interval in (row["watch"], row["outer"]):
                said = words.between(interval)
                cells.append(Cell(said, (interval.low, interval.high)))
            rows.append((count(words, row["n"]), *cells))
    columns = (
        count_column(words("province_column_n")),
        *(
            Column(title, Kind.SHARE, (words("report_low", title=title), words("report_high", title=title)))
            for title in (words("province_limits_watch"), words("province_limits_outer"))
        ),
    )
    title = words("report_limits")
    return Table(title, words("province_limits_caption"), "", columns, tuple(rows), is_printed=False)
