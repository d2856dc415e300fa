"""Signing in and out: a name and a password, and a code from whoever has a second factor.

Whoever guesses is held back (`server.web.guesses`). A stranger learns nothing from what is answered, nor from
how long it takes: not which names there are, nor who is blocked or only invited.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from server.domain.second_factor import digits_of, recovery_hash, step_of_code
from server.web import sessions
from server.web.access import links_for
from server.web.context import context_of
from server.web.guesses import admit, forgive, refuse_for_now
from server.web.pages import page, read_form
from server.web.sealing import recovery_key, unseal
from server.web.sessions import CODE, TOKEN_BYTES, signed_in

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.store import Store
    from server.web.context import Context
    from server.web.guesses import Subjects

HOME = "/"


@dataclass(frozen=True, slots=True)
class Guess:
    """A name and a password on their way in, and from where they come."""

    name: str
    password: str
    address: str

    @property
    def subjects(self) -> Subjects:
        """Under which headings a guess is counted. Names are hashed: some type a password there."""
        name = hashlib.sha256(self.name.encode()).hexdigest()
        return (
            ("sign-in", f"{name} {self.address}"),
            ("sign-in-name", name),
            ("sign-in-address", self.address),
        )


def safe_next(target: str) -> str:
    """Return where to go after signing in: a page of ours, or the start. Never another site."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    if not plain or any(unicodedata.category(char) == "Cc" for char in target):
        return HOME
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-in", "/sign-out")):
        return HOME
    return target


async def home(request: Request) -> Response:
    """Send a reader who opens the bare address to where they can begin."""
    return RedirectResponse(links_for(request.state.person)[0].path, 303)


async def show_sign_in(request: Request) -> Response:
    """Show the form; whoever is signed in already goes on."""
    target = safe_next(request.query_params.get("next", HOME))
    if await signed_in(request):
        return RedirectResponse(target, 303)
    return page(request, "sign_in.html", {"next": target, "name": "", "wrong": False})


async def sign_in(request: Request) -> Response:
    """Check a name and a password, and begin a session."""
    context = context_of(request)
    form = await read_form(request)
    target = safe_next(form.get("next", HOME))
    guess = Guess(
        unicodedata.normalize("NFC", form.get("name", "").strip()),
        form.get("password", ""),
        sessions.address_of(request),
    )
    now = context.now_ms()
    opens_ms = await context.writer.run(lambda store: admit(store, guess.subjects, now))
    if opens_ms is not None:
        return refuse_for_now(request, opens_ms, now)
    person = await run_in_threadpool(context.store.person, guess.name)
    # nobody's price is paid for whoever may not sign in: blocked and invited people look like strangers
    kept = person.password_hash or None if person and not person.blocked else None
    right = await context.passwords.verify(kept, guess.password)
    begun = await _begin_session(request, person, guess, now) if right and person else None
    if begun is None:
        return page(request, "sign_in.html", {"next": target, "name": guess.name, "wrong": True}, status=422)
    token, waits = begun
    response = RedirectResponse(f"/sign-in/code?next={quote(target, safe='')}" if waits else target, 303)
    sessions.give_cookie(request, response, token)
    return response


async def _begin_session(
    request: Request, person: Person, guess: Guess, guessed_ms: int
) -> tuple[str, bool] | None:
    """Keep a new session; returns its token, and whether it waits for a code.

    None if the password was replaced, or the person blocked, while it was being checked.
    """
    context = context_of(request)
    token = context.token(TOKEN_BYTES)
    outdated = context.passwords.outdated(person.password_hash)
    renewed = await context.passwords.hash(guess.password) if outdated else None

    def begin(store: Store) -> bool | None:
        now = store.person_of_id(person.id)
        if now is None or now.blocked or now.password_hash != person.password_hash:
            return None
        if renewed is not None:
            store.renew_hash(person.name, renewed)
        forgive(store, guess.subjects, guessed_ms)
        sessions.start(store, request, person, token, CODE if now.second_factor else "")
        return now.second_factor

    waits = await context.writer.run(begin)
    return None if waits is None else (token, waits)


async def show_code(request: Request) -> Response:
    """Ask for the code of the second factor. `GET /sign-in/code`."""
    if await signed_in(request, CODE) is None:
        return RedirectResponse("/sign-in", 303)
    return page(request, "sign_in_code.html", {"next": _next_of(request), "wrong": False})


async def sign_in_with_code(request: Request) -> Response:
    """Check the code, and let the session begin that waited for it. `POST /sign-in/code`."""
    context = context_of(request)
    typed = (await read_form(request)).get("code", "")
    target = _next_of(request)
    person = await signed_in(request, CODE)
    if person is None:
        return RedirectResponse("/sign-in", 303)
    now = context.now_ms()
    subjects = (("code", f"{person.id} {sessions.address_of(request)}"), ("code-person", str(person.id)))
    token = context.token(TOKEN_BYTES)

    def work(store: Store) -> tuple[int | None, bool]:
        opens_ms = admit(store, subjects, now)
        waiting = store.session_person(sessions.session_hash(request), now, CODE)
        if opens_ms is not None or waiting is None or not _takes(store, context, waiting, typed, now):
            return opens_ms, False
        forgive(store, subjects, now)
        sessions.start(store, request, waiting, token)
        return None, True

    opens_ms, right = await context.writer.run(work)
    if opens_ms is not None:
        return refuse_for_now(request, opens_ms, now)
    if not right:
        return page(request, "sign_in_code.html", {"next": target, "wrong": True}, status=422)
    response = RedirectResponse(target, 303)
    sessions.give_cookie(request, response, token)
    return response


def _takes(store: Store, context: Context, person: Person, typed: str, now: int) -> bool:
    """Take a code, of the app or on paper, in the open transaction: each is good once."""
    factor = store.factor(person.id)
    if factor is None or not factor.on:
        return False
    if digits_of(typed):
        step = step_of_code(unseal(context.signing_seed, factor.sealed), typed, now)
        return step is not None and store.take_step(person.id, step)
    code = recovery_hash(recovery_key(context.signing_seed), person.id, typed)
    return store.take_recovery_code(person, code, now)


def _next_of(request: Request) -> str:
    return safe_next(request.query_params.get("next", HOME))


async def sign_out(request: Request) -> Response:
    """End the session for good: the cookie is worth nothing afterwards, wherever it was copied."""
    kept = sessions.session_hash(request)
    if kept:
        await context_of(request).writer.run(lambda store: store.end_session(kept))
    response = RedirectResponse("/sign-in", 303)
    sessions.take_cookie(request, response)
    return response
