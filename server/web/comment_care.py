"""What is decided about a comment: its state, a note, and that its words are deleted for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from server.domain.comments import State, Wanted, read_wanted
from server.domain.fleet import reason_of
from server.web.access import asked_center
from server.web.comments import PATH, address, comment_page, comments_page, filters, own_comment, when
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.comments import Comment
    from server.domain.places import Center
    from server.store import Store

FORM_BYTES_MAX = 32 * 1024
"""A note, longer than it may be: it is told to be too long, not refused as a form."""


async def show_comment(request: Request) -> Response:
    """Show one comment, and what was decided about it. `GET /comments/one?center=CODE&comment=ID`."""
    found = await run_in_threadpool(_asked, request)
    if found is None:
        return await _back_to_list(request)
    return await run_in_threadpool(comment_page, request, found, {}, {})


def _asked(request: Request) -> Comment | None:
    """Return the comment that an address names, if it names one."""
    store, id_ = context_of(request).store, request.query_params.get("comment", "")
    center = asked_center(request, store)
    return own_comment(store, center, id_) if id_ else None


async def _back_to_list(request: Request) -> Response:
    center = await _center(request)
    return RedirectResponse(address(PATH, center, filters(request)), 303)


async def _center(request: Request) -> Center:
    return await run_in_threadpool(asked_center, request, context_of(request).store)


async def post_comment(request: Request) -> Response:
    """Set state and note. `POST /comments/one?center=CODE`: comment, step, state, note."""
    form = await read_form(request, bytes_max=FORM_BYTES_MAX)
    wanted, faults = read_wanted(form.get("state", ""), form.get("note", ""))
    return await _decide(request, form, wanted, faults)


async def post_undo(request: Request) -> Response:
    """Take the newest step back, by one more step. `POST /comments/undo?center=CODE`: comment, step."""
    return await _decide(request, await read_form(request), None, {})


async def _decide(
    request: Request, form: Mapping[str, str], wanted: Wanted | None, faults: Mapping[str, str]
) -> Response:
    """Take a step that a form asks for, or back to the step before, unless somebody was quicker."""
    center, id_ = await _center(request), form.get("comment", "")
    author = request.state.person.name
    if not id_:
        return await run_in_threadpool(comments_page, request, "nothing_named")

    def step(store: Store) -> tuple[Comment, Mapping[str, str]]:
        comment = own_comment(store, center, id_)
        last = comment.step.number if comment.step else 0
        if faults:
            return comment, faults
        if form.get("step") != str(last) or (wanted is None and not last):
            return comment, {"step": "changed_since"}
        store.add_comment_step(comment, wanted or _before(store, comment), author)
        return own_comment(store, center, id_), {}

    comment, wrong = await context_of(request).writer.run(step)
    if wrong:
        typed = {name: form[name] for name in ("state", "note") if name in form}
        return await run_in_threadpool(comment_page, request, comment, typed, wrong)
    more: dict[str, object] = {"center": center.code, "comment": comment.id, **filters(request)}
    if wanted is not None and comment.step is not None:
        more["undo"] = comment.step.number
    return went_well(f"{PATH}/one", "comment_saved" if wanted else "comment_undone", **more)


def _before(store: Store, comment: Comment) -> Wanted:
    """Return what held before the newest step."""
    earlier = store.comment_steps(comment.id)[:-1]
    return Wanted(earlier[-1].state, earlier[-1].note) if earlier else Wanted(State.NEW, "")


async def show_forgetting(request: Request) -> Response:
    """Ask before the words go for good. `GET /comments/forget?center=CODE&comment=ID`."""
    found = await run_in_threadpool(_asked, request)
    if found is None:
        return await _back_to_list(request)
    return await run_in_threadpool(_forgetting, request, found, "", {})


def _forgetting(request: Request, comment: Comment, typed: str, faults: Mapping[str, str]) -> Response:
    words = words_of(request)
    center = asked_center(request, context_of(request).store)
    values = {
        "title": words("comment_forget_title"),
        "center": center,
        "comment": comment,
        "when": when(comment, words),
        "typed": typed,
        "faults": faults,
        "back": address(f"{PATH}/one", center, {"comment": comment.id}),
    }
    return page(request, "comment_forget.html", values, status=422 if faults else 200)


async def forget(request: Request) -> Response:
    """Delete the words of a comment for good. `POST /comments/forget?center=CODE`: comment, reason."""
    form, center = await read_form(request), await _center(request)
    id_, typed = form.get("comment", ""), form.get("reason", "")
    author = request.state.person.name
    if not id_:
        return await run_in_threadpool(comments_page, request, "nothing_named")
    reason, fault = reason_of(typed)

    def go(store: Store) -> Comment:
        comment = own_comment(store, center, id_)
        if not fault:
            store.forget_comment(comment, author, reason)
        return comment

    comment = await context_of(request).writer.run(go)
    if fault:
        return await run_in_threadpool(_forgetting, request, comment, typed, {"reason": fault})
    return went_well(PATH, "comment_forgotten", center=center.code)
