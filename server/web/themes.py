"""Themes of comments as a page: the words by which they are found. For admins of the province."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.themes import (
    NAME_CHARS_MAX,
    PHRASE_CHARS_MAX,
    PHRASES_MAX,
    THEMES_MAX,
    WORDS_CHARS_MAX,
    Theme,
    read_theme,
)
from server.store.seed import ready_themes
from server.web.comments import theme_name
from server.web.context import context_of
from server.web.fields import for_the_province
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.store import Store

    Deed = Callable[[Store, Mapping[str, str]], Mapping[str, str]]
    """Does what a form asks for, or says what is wrong with each of its fields."""

PATH: Final = "/comments/themes"
FORM_BYTES_MAX: Final = 64 * 1024
DIGITS_MAX: Final = 6


def theme_of(store: Store, typed: str) -> Theme:
    """Return the theme of a number; any other is not found."""
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS_MAX else 0
    found = next((each for each in store.themes() if each.id == number), None)
    if found is None:
        raise HTTPException(404)
    return found


async def show_themes(request: Request) -> Response:
    """Show every theme, or one to be changed. `GET /comments/themes?theme=NUMBER`."""
    for_the_province(request)
    return await run_in_threadpool(_page, request, {}, {})


def _page(request: Request, form: Mapping[str, str], faults: Mapping[str, str]) -> Response:
    """Show the page, after a form that was not taken with what was typed."""
    store, words = context_of(request).store, words_of(request)
    number = form.get("changes", "") or request.query_params.get("theme", "")
    edited = theme_of(store, number) if number else None
    known = (
        {}
        if edited is None
        else {
            "name_vi": edited.names["vi"],
            "name_en": edited.names["en"],
            "words": "\n".join(edited.phrases),
        }
    )
    themes = store.themes()
    values = {
        "title": words("themes_title"),
        "themes": [each for each in themes if each.is_active],
        "retired": [each for each in themes if not each.is_active],
        "name": lambda theme: theme_name(theme, words),
        "edited": edited,
        "typed": {name: form.get(name, known.get(name, "")) for name in ("name_vi", "name_en", "words")},
        "faults": faults,
        "limits": {
            "name": NAME_CHARS_MAX,
            "words": WORDS_CHARS_MAX,
            "phrase": PHRASE_CHARS_MAX,
            "phrases": PHRASES_MAX,
        },
    }
    return page(request, "themes.html", values, status=422 if faults else 200)


async def _decide(request: Request, done: str, deed: Deed) -> Response:
    """Do what a form asks for in one transaction; a fault shows the page again."""
    for_the_province(request)
    form = await read_form(request, bytes_max=FORM_BYTES_MAX)
    faults = await context_of(request).writer.run(lambda store: deed(store, form))
    if faults:
        return await run_in_threadpool(_page, request, form, faults)
    return went_well(PATH, done)


async def add_theme(request: Request) -> Response:
    """Add a theme. `POST /comments/themes`: name_vi, name_en, words."""
    author = request.state.person.name

    def add(store: Store, form: Mapping[str, str]) -> Mapping[str, str]:
        known = store.themes()
        theme, faults = read_theme(form, known)
        if not faults and len(known) >= THEMES_MAX:
            faults = {"name_vi": "too_many"}
        if not faults:
            store.add_theme(theme, author)
        return faults

    return await _decide(request, "theme_added", add)


async def change_theme(request: Request) -> Response:
    """Give a theme other names or words. `POST /comments/themes/change`: changes, name_vi, name_en, words."""
    author = request.state.person.name

    def change(store: Store, form: Mapping[str, str]) -> Mapping[str, str]:
        if not form.get("changes"):
            return {"entry": "nothing_named"}
        before = theme_of(store, form["changes"])
        after, faults = read_theme(form, store.themes(), before.id)
        if not faults:
            store.change_theme(before, after, author)
        return faults

    return await _decide(request, "theme_changed", change)


async def switch_theme(request: Request) -> Response:
    """Retire a theme, or use it again. `POST /comments/themes/switch`: entry, on."""
    author, now = request.state.person.name, context_of(request).now_ms()

    def switch(store: Store, form: Mapping[str, str]) -> Mapping[str, str]:
        if not form.get("entry"):
            return {"entry": "nothing_named"}
        store.retire_theme(theme_of(store, form["entry"]), None if form.get("on") else now, author)
        return {}

    return await _decide(request, "theme_switched", switch)


async def take_ready_themes(request: Request) -> Response:
    """Begin with the ready-made themes, where there is none yet. `POST /comments/themes/ready`."""
    author = request.state.person.name

    def take(store: Store, _form: Mapping[str, str]) -> Mapping[str, str]:
        for theme in [] if store.themes() else ready_themes():
            store.add_theme(theme, author)
        return {}

    return await _decide(request, "themes_taken", take)
