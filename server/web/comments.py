"""The Comments page: what citizens wrote, as far as it may be shown, and what the center makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.calendar import Kind, Period, clock_of
from server.domain.comments import NOTE_CHARS_MAX, State
from server.domain.staff import neat
from server.domain.themes import Model, Text
from server.web.access import ADMINS, KEEPERS, asked_center, visible_centers
from server.web.context import context_of
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.comments import Comment
    from server.domain.places import Center
    from server.domain.themes import Theme
    from server.store import Store
    from server.web.catalog import Words

PATH: Final = "/comments"
PAGE_LENGTH: Final = 20
"""Comments on one page."""
QUERY_CHARS_MAX: Final = 100
DIGITS_MAX: Final = 6
FILTERS: Final = ("state", "theme", "month", "q", "page")
"""What an address of the list may choose."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which comments are looked for: everything unless something is chosen. `page` counts from 1."""

    state: State | None = None
    theme: int | None = None
    month: Period | None = None
    q: str = ""
    page: int = 1

    def with_month(self, comment: Comment) -> bool:
        """Say whether a comment may be of the month."""
        return self.month is None or (comment.first <= self.month.last and self.month.first <= comment.last)


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment as a page has it: the names of its themes, and whether its notice is still there."""

    comment: Comment
    themes: Sequence[str]
    is_answered: bool


def filters(request: Request) -> dict[str, str]:
    """Return what an address chooses of the list, to be led back there."""
    query = request.query_params
    return {name: query[name] for name in FILTERS if query.get(name)}


def address(path: str, center: Center, more: Mapping[str, object]) -> str:
    """Write the address of a page about a center."""
    return f"{path}?{urlencode({'center': center.code, **more})}"


def asked(request: Request) -> Asked:
    """Read the address. What is mistyped is not found."""
    chosen = filters(request)
    try:
        month = Period.parse(chosen["month"]) if "month" in chosen else None
        state = State(chosen["state"]) if "state" in chosen else None
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    if month is not None and month.kind is not Kind.MONTH:
        raise HTTPException(404)
    theme = _number(chosen["theme"]) if "theme" in chosen else None
    q = neat(chosen.get("q", ""))[:QUERY_CHARS_MAX]
    return Asked(state, theme, month, q, _number(chosen.get("page", "1")))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX and int(text)):
        raise HTTPException(404)
    return int(text)


def own_comment(store: Store, center: Center, id_: str) -> Comment:
    """Return a comment of a center; to whoever asks for another one it is not found."""
    found = store.comment(id_)
    if found is None or found.center != center.code:
        raise HTTPException(404)
    return found


def may_keep(request: Request) -> bool:
    """Say whether whoever looks may decide about comments."""
    return request.state.person.role in KEEPERS


def when(comment: Comment, words: Words) -> str:
    """Say of which day a comment is, or of which days."""
    if comment.first == comment.last:
        return words("comment_of_day", day=words.day(comment.first))
    return words("comment_of_days", first=words.day(comment.first), last=words.day(comment.last))


def theme_name(theme: Theme, words: Words) -> str:
    """Return what a theme is called in the reader's language."""
    return theme.names.get(words.lang, theme.names["vi"])


async def show_comments(request: Request) -> Response:
    """Show what citizens of a center wrote. `GET /comments?center=CODE&state=&theme=&month=&q=&page=`."""
    return await run_in_threadpool(comments_page, request)


def comments_page(request: Request, fault: str = "") -> Response:
    """Render the list, with what was wrong with a form that was sent; blocks."""
    store, words = context_of(request).store, words_of(request)
    center, wanted = asked_center(request, store), asked(request)
    every = store.comments(center.code)
    themes = [each for each in store.themes() if each.is_active]
    found = _found(every, themes, wanted)
    of_state = [each for each in found if wanted.state in {None, each.state}]
    pages = max(1, -(-len(of_state) // PAGE_LENGTH))
    if wanted.page > pages:
        raise HTTPException(404)
    here = of_state[(wanted.page - 1) * PAGE_LENGTH : wanted.page * PAGE_LENGTH]
    chosen = filters(request)
    values = {
        "title": words("comments_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "rows": _shown(store, center, here, themes, words),
        "when": when,
        "is_empty": not every,
        "n": len(of_state),
        "wanted": wanted,
        "chosen": _chosen(wanted, themes, words),
        "pages": pages,
        "tabs": _tabs(center, chosen, found),
        "steps": {
            name: address(PATH, center, {**chosen, "page": number})
            for name, number in (("prev", wanted.page - 1), ("next", wanted.page + 1))
            if 1 <= number <= pages
        },
        "is_filtered": bool(chosen.keys() - {"page"}),
        "here": {"center": center.code, **chosen},
        "link": lambda comment: address(f"{PATH}/one", center, {"comment": comment.id, **chosen}),
        "themes": [(each.id, theme_name(each, words)) for each in themes],
        "months": _months(every),
        "may_theme": request.state.person.role in ADMINS and request.state.person.center is None,
        "fault": fault,
        "clock_of": clock_of,
    }
    return page(request, "comments.html", values, status=422 if fault else 200)


def _chosen(wanted: Asked, themes: Sequence[Theme], words: Words) -> list[str]:
    """Say what is looked for, for paper and for whoever does not see the form."""
    return [
        *([words(f"comment_state_{wanted.state.value}")] if wanted.state else []),
        *(theme_name(each, words) for each in themes if each.id == wanted.theme),
        *([words.period(wanted.month)] if wanted.month else []),
        *([words("comments_chosen_words", words=wanted.q)] if wanted.q else []),
    ]


def _found(every: Sequence[Comment], themes: Sequence[Theme], wanted: Asked) -> list[Comment]:
    """Return the comments that are looked for, of any state."""
    found = [each for each in every if wanted.with_month(each)]
    if wanted.theme is None and not wanted.q:
        return found
    model, looked_for = Model.of(each for each in themes if each.id == wanted.theme), Text.of(wanted.q)
    kept = []
    for each in found:
        text = Text.of(each.words)
        if wanted.q and not text.has(looked_for):
            continue
        if wanted.theme is None or model.themes_of(text):
            kept.append(each)
    return kept


def _shown(
    store: Store, center: Center, comments: Sequence[Comment], themes: Sequence[Theme], words: Words
) -> list[Shown]:
    model, notices = Model.of(themes), {each.id for each in store.notices(center.code)}
    names = {each.id: theme_name(each, words) for each in themes}
    return [
        Shown(
            each,
            [names[theme] for theme in sorted(model.themes_of(Text.of(each.words)))],
            each.notice in notices,
        )
        for each in comments
    ]


def _tabs(center: Center, chosen: Mapping[str, str], found: Sequence[Comment]) -> list[tuple[str, str, int]]:
    """Return the states with an address each, and how many comments are in it; the first is all of them."""
    rest = {name: text for name, text in chosen.items() if name not in {"state", "page"}}
    tabs = [("all", address(PATH, center, rest), len(found))]
    for state in State:
        n = sum(each.state is state for each in found)
        tabs.append((state.value, address(PATH, center, {**rest, "state": state.value}), n))
    return tabs


def _months(every: Sequence[Comment]) -> list[Period]:
    """Return the months that comments are of, the newest first."""
    days = {day for each in every for day in (each.first, each.last)}
    months = {Period.around(Kind.MONTH, day) for day in days}
    return sorted(months, key=lambda month: month.first, reverse=True)


def comment_page(
    request: Request, comment: Comment, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Response:
    """Render the page of one comment, with what was typed and what was wrong with it; blocks."""
    store, words = context_of(request).store, words_of(request)
    center = asked_center(request, store)
    themes = [each for each in store.themes() if each.is_active]
    (shown,) = _shown(store, center, [comment], themes, words)
    steps = store.comment_steps(comment.id)
    last = steps[-1].number if steps else 0
    chosen = filters(request)
    values = {
        "title": words("comment_title"),
        "center": center,
        "shown": shown,
        "comment": comment,
        "when": when(comment, words),
        "steps": [(each, clock_of(each.at_ms)) for each in reversed(steps)],
        "last": last,
        "can_undo": last and request.query_params.get("undo") == str(last),
        "states": list(State),
        "typed": {"state": comment.state.value, "note": comment.note, **typed},
        "faults": faults,
        "chars": NOTE_CHARS_MAX,
        "back": address(PATH, center, chosen),
        "more": f"?{urlencode({'center': center.code, **chosen})}",
        "may_keep": may_keep(request),
    }
    return page(request, "comment.html", values, status=422 if faults else 200)
