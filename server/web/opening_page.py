"""What the Opening hours page shows, and the sentence that tells a week as one would say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from server.domain.calendar import day_of
from server.domain.opening_forms import NAME_CHARS_MAX, fields_of, typed_as
from server.domain.openings import PROVINCE, USUAL, Timetable, ahead, stretches, today_of, together
from server.domain.places import Role
from server.domain.public_holidays import missing
from server.protocol.hours import DAYS_A_WEEK
from server.web.access import visible_centers
from server.web.context import context_of
from server.web.pages import page, words_of
from server.web.undo import event_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.openings import Spans, Stretch
    from server.domain.places import Center
    from server.domain.public_holidays import Proposal
    from server.web.catalog import Words

CENTER_PATH: Final = "/openings"
PROVINCE_PATH: Final = "/openings/province"
YEARS: Final = 2
"""This year's holidays are proposed and next year's."""
MINUTES: Final = 10
"""How often a kiosk asks for its config, about."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose hours are meant: a center's, or those of the whole province (no center)."""

    center: Center | None

    @property
    def code(self) -> int | None:
        """The center's code; None: the province."""
        return None if self.center is None else self.center.code

    @property
    def subject(self) -> str:
        """How the audit log names it."""
        return PROVINCE if self.center is None else str(self.center.code)

    @property
    def path(self) -> str:
        """The address of its page, without the center."""
        return PROVINCE_PATH if self.center is None else CENTER_PATH

    @property
    def query(self) -> dict[str, object]:
        """What the address of its page asks."""
        return {} if self.center is None else {"center": self.center.code}


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that could not be taken: which one, what was typed, and the fault of each field."""

    form: str
    fields: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


def shown(request: Request, place: Place, typed: Typed | None = None) -> Response:
    """Render the page; what was typed and not taken stands in it."""
    context, words = context_of(request), words_of(request)
    store, today = context.store, day_of(context.now_ms())
    province = store.timetable(None)
    own = store.timetable(place.code)
    valid = province if place.center is None else together(province, own)
    typed = typed or Typed("")
    taken = typed.fields if typed.form == "week" else _week_fields(valid)
    person = request.state.person
    values = {
        "title": words("openings_title"),
        "place": place,
        "query": f"?{urlencode(place.query)}" if place.query else "",
        "centers": visible_centers(store, person),
        "may_province": place.center is not None and person.center is None and person.role is Role.ADMIN,
        "follows": province.week is not None,
        "source": _source(place, own, province),
        "week": _sentence(valid, today, words),
        "today": today_sentence(valid, context.now_ms(), words),
        "rows": [(number, fields_of(f"d{number}")) for number in range(1, DAYS_A_WEEK + 1)],
        "taken": taken,
        "typed": typed,
        "day_fields": fields_of("day"),
        "earliest": today,
        "name_chars": NAME_CHARS_MAX,
        "days": [
            (day, special, times(special.spans, words), day in own.days)
            for day, special in ahead(valid.days, today).items()
        ],
        "years": [] if valid.week is None else _years(valid, today, words),
        "undo": event_number(request.query_params.get("undo")),
        "minutes": words.many("minutes", MINUTES),
    }
    return page(request, "openings.html", values, status=422 if typed.form else 200)


def _source(place: Place, own: Timetable, province: Timetable) -> str:
    """Say where the week comes from that holds: from here, from the province, or there is none."""
    if own.week is not None:
        return "own"
    return "none" if place.center is None or province.week is None else "province"


def _week_fields(valid: Timetable) -> dict[str, str]:
    """Return what stands in the fields of the week: what holds, or else what is usual."""
    filled: dict[str, str] = {}
    for number, spans in enumerate(valid.week or USUAL, start=1):
        filled |= typed_as(f"d{number}", spans)
    return filled


def proposals(valid: Timetable, year: int, today: date) -> list[Proposal]:
    """Return the holidays of a year that are still to come and not among the days that hold."""
    return missing(year, valid.days, today)


def _years(valid: Timetable, today: date, words: Words) -> list[tuple[int, list[tuple[date, str, str]]]]:
    """Return, by year, the days that can be taken over: each with its name and what it will be."""
    found = []
    for year in range(today.year, today.year + YEARS):
        days = [
            (each.day, proposal_name(each, words), times(proposal_spans(each, valid), words))
            for each in proposals(valid, year, today)
        ]
        if days:
            found.append((year, days))
    return found


def proposal_name(proposal: Proposal, words: Words) -> str:
    """Name a day that is proposed."""
    return (
        proposal.name
        if proposal.instead is None
        else words("hours_worked_for", day=words.day(proposal.instead))
    )


def proposal_spans(proposal: Proposal, valid: Timetable) -> Spans:
    """Return when a day that is proposed is open: one that is worked as the day off would have been."""
    if proposal.instead is None or valid.week is None:
        return ()
    return valid.week[proposal.instead.weekday()]


def times(spans: Spans, words: Words) -> str:
    """Write the times of a day: 07:30–11:30, 13:30–17:00."""
    told = [words("hours_span", start=span.start, end=span.end) for span in spans]
    return ", ".join(told) or words("hours_closed")


def _sentence(valid: Timetable, today: date, words: Words) -> str:
    """Tell the week that today lies in."""
    told = [_stretch(each, words) for each in stretches(valid, today)]
    return words("hours_week", days="; ".join(told)) if told else words("hours_always")


def _stretch(stretch: Stretch, words: Words) -> str:
    open_at = times(stretch.spans, words)
    first, last = words.weekday(stretch.first), words.weekday(stretch.last)
    if stretch.name:
        day = words.day(stretch.first)
        return words("hours_special", weekday=first, day=day, name=stretch.name, times=open_at)
    if stretch.first == stretch.last:
        return words("hours_alone", weekday=first, times=open_at)
    if stretch.last - stretch.first == timedelta(days=1):
        return words("hours_pair", first=first, last=last, times=open_at)
    return words("hours_stretch", first=first, last=last, times=open_at)


def today_sentence(valid: Timetable, now_ms: int, words: Words) -> str:
    """Tell how it stands today; nothing where it is always open."""
    today = today_of(valid, now_ms)
    if today is None:
        return ""
    if today.kind == "until":
        return words("hours_until", end=today.end)
    now = words("hours_over") if today.kind == "over" else words("hours_closed_today")
    if today.opens is None:
        return f"{now} {words('hours_never')}"
    opens = today.opens
    return f"{now} " + words(
        "hours_opens", clock=words.clock(opens), weekday=words.weekday(opens), day=words.day(opens)
    )
