"""The Comparison page: counters, officers and procedures of a center beside each other, by whole months.

Every figure is a sum of what months publish (`store.month_figures`): nothing here may count ratings in any
other way. Officers are shown to whom `access.may_read_officers` says, and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.calendar import day_of
from server.domain.comparison import Order, compare, in_order
from server.domain.funnel import Zone
from server.domain.months import Cut
from server.domain.places import counter_of
from server.domain.ranking import RANKED_MIN
from server.web.access import may_read_officers
from server.web.catalog import dictionary_order
from server.web.context import context_of
from server.web.funnel_drawing import funnel_chart
from server.web.month_choice import asked_months, month_values
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.comparison import Compared, Comparison
    from server.domain.months import MonthFigure
    from server.domain.staff import Officer
    from server.store import Store
    from server.web.catalog import Words
    from server.web.month_choice import MonthChoice

PATH: Final = "/comparison"
RISING: Final = frozenset({Order.NAME, Order.RANK})
"""What is sorted from the first to the last at the first touch; the others from the most to the least."""


@dataclass(frozen=True, slots=True)
class Named:
    """What stands at the head of a row: a name, what else is known, and whose photo it is."""

    key: str
    name: str
    detail: str = ""
    officer: Officer | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """How the rows of all tables are sorted. In an address: `share`, or `-share` from the most down."""

    order: Order
    descending: bool

    @classmethod
    def parse(cls, text: str) -> Sorting:
        """Read it. Raises `ValueError`."""
        return cls(Order(text.removeprefix("-")), text.startswith("-"))

    @property
    def key(self) -> str:
        """What `parse` reads."""
        return f"{'-' * self.descending}{self.order.value}"

    def after(self, order: Order) -> Sorting:
        """Return how rows are sorted after a touch on the head of a column."""
        return Sorting(order, not self.descending if order is self.order else order not in RISING)


@dataclass(frozen=True, slots=True)
class Table:
    """One cut as the page shows it. `silent` are the counters or officers of which no figure is published."""

    cut: Cut
    comparison: Comparison | None
    lines: Sequence[tuple[Named, Compared]]
    silent: Sequence[Named]
    sentence: str
    watched: str
    chart: Mapping[str, Any] | None


async def show_comparison(request: Request) -> Response:
    """Show the page to whoever may see the center. `GET /comparison?center=CODE&period=2026&sort=-share`."""
    return await run_in_threadpool(_comparison, request)


def _comparison(request: Request) -> Response:
    """Read and render, in a worker thread: the store blocks."""
    store, words = context_of(request).store, words_of(request)
    choice = asked_months(request)
    try:
        sorting = Sorting.parse(request.query_params.get("sort") or Order.NAME.value)
    except ValueError:
        raise HTTPException(404) from None
    shows_officers = may_read_officers(request.state.person, choice.center.code)
    cuts = [cut for cut in Cut if shows_officers or cut is not Cut.OFFICER]
    figures = store.month_figures(choice.center.code, choice.period.first, choice.period.last)
    tables = [_table(store, words, choice, sorting, cut, figures) for cut in cuts] if choice.told else []
    values = month_values(choice, PATH) | {
        "title": words("comparison_title"),
        "tables": tables,
        "sorting": sorting,
        "heads": [(order, _sorted_by(choice, sorting.after(order))) for order in Order],
        "shows_officers": shows_officers,
        "ranked_min": RANKED_MIN,
    }
    return page(request, "comparison.html", values)


def _sorted_by(choice: MonthChoice, sorting: Sorting) -> str:
    return f"{PATH}?{urlencode({**choice.query(), 'sort': sorting.key})}"


def _table(  # all that a page knows
    store: Store,
    words: Words,
    choice: MonthChoice,
    sorting: Sorting,
    cut: Cut,
    figures: Sequence[MonthFigure],
) -> Table:
    found = compare(each for each in figures if each.cut is cut)
    keys = {row.key for row in found.rows} if found else set()
    names = _names(store, words, choice, cut, keys)
    by_key = {each.key: each for each in names}
    rows = (
        in_order(found.rows, sorting.order, descending=sorting.descending, names=list(by_key))
        if found
        else []
    )
    return Table(
        cut,
        found,
        [(by_key[row.key], row) for row in rows],
        [each for each in names if each.key not in keys],
        sentence(words, cut, found, by_key),
        watched(words, found, by_key),
        funnel_chart(found, {each.key: each.name for each in names}, words, cut) if found else None,
    )


def _names(store: Store, words: Words, choice: MonthChoice, cut: Cut, keys: set[str]) -> list[Named]:
    """Name the keys of a cut in the order of their names, also counters and officers that have no figure."""
    match cut:
        case Cut.COUNTER:
            return name_counters(store, words, choice.center.code, keys)
        case Cut.OFFICER:
            return _officers(store, choice, keys)
        case Cut.PROCEDURE:
            return name_procedures(store, keys)


def name_counters(store: Store, words: Words, center: int, keys: set[str]) -> list[Named]:
    """Name the counters of a center in their order, also those of `keys` that were taken away."""
    numbers = {each.id: each.number for each in store.counters(center)}
    numbers |= {key: counter_of(key).number for key in keys}
    ordered = sorted(numbers.items(), key=lambda each: each[1])
    return [Named(key, words("kiosks_counter", number=number)) for key, number in ordered]


def name_procedures(store: Store, keys: set[str]) -> list[Named]:
    """Name procedures in the order of a dictionary; one that is not in the catalogue has its code."""
    known = {each.code: each.name for each in store.procedures()}
    found = [Named(key, known.get(key, key), key if key in known else "") for key in keys]
    return sorted(found, key=lambda each: (dictionary_order(each.name), each.key))


def _officers(store: Store, choice: MonthChoice, keys: set[str]) -> list[Named]:
    """Name whoever has a figure, and whoever has not and had not left when the period began."""
    known = {each.id: each for each in store.officers(choice.center.code)}
    stayed = {
        id_
        for id_, each in known.items()
        if each.left_ms is None or day_of(each.left_ms) >= choice.period.first
    }
    found = [
        Named(key, each.name, each.title, each) if (each := known.get(key)) else Named(key, key)
        for key in keys | stayed
    ]
    return sorted(found, key=lambda each: (dictionary_order(each.name), each.key))


def sentence(words: Words, cut: Cut, found: Comparison | None, names: Mapping[str, Named]) -> str:
    """Say in one sentence what can be concluded."""
    if found is None:
        return words(f"compare_nothing_{cut.value}")
    if not found.compares:
        return words(f"compare_single_{cut.value}")
    common = words.percent(found.satisfied.value)
    low, high = found.within(Zone.OUTLIER_LOW), found.within(Zone.OUTLIER_HIGH)
    said = [
        words("compare_low", names=_listed(words, low, names), common=common) if low else "",
        words("compare_high", names=_listed(words, high, names), common=common) if high else "",
    ]
    return " ".join(filter(None, said)) or words(f"compare_alike_{cut.value}", common=common)


def watched(words: Words, found: Comparison | None, names: Mapping[str, Named]) -> str:
    """Say who is worth watching. Who is rather high is not: often another one has drawn all together down."""
    rows = found.within(Zone.WATCH_LOW) if found else []
    return words("compare_watch", names=_listed(words, rows, names)) if rows else ""


def _listed(words: Words, rows: Sequence[Compared], names: Mapping[str, Named]) -> str:
    """Name rows with their shares: `Quầy 3 (71%) và Quầy 5 (75%)`."""
    said = [
        words("compare_named", name=names[row.key].name, share=words.percent(row.satisfied.value))
        for row in rows
    ]
    return words("list_and", first=", ".join(said[:-1]), last=said[-1]) if len(said) > 1 else said[0]
