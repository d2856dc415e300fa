"""Signing in and out.

A session is 256 random bits in a cookie; the server keeps only their hash, for half a day or until
the person signs out. Whoever guesses is held back: after five wrong passwords in a
quarter of an hour, for one name or from one address, nobody is listened to for a while.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from server.domain.calendar import clock_of
from server.web.access import links_for
from server.web.context import context_of
from server.web.pages import page, problem_page, read_form, words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.store import Store
    from server.web.context import Context

HOME = "/"
SESSION_S = 12 * 3600
TOKEN_BYTES = 32
WRONG_MAX = {"sign-in": 5, "sign-in-name": 30, "sign-in-address": 60}
"""How many guesses are listened to within the window.

Few for one name from one address; more for a name from anywhere, or a stranger could keep its owner out
with a few guesses; more from an address, since a whole office may share one.
"""
WINDOW_MS = 15 * 60 * 1000
_MINUTE_MS = 60 * 1000


@dataclass(frozen=True, slots=True)
class Guess:
    """A name and a password on their way in, and from where they come."""

    name: str
    password: str
    address: str

    @property
    def subjects(self) -> tuple[tuple[str, str], ...]:
        """Under which headings a guess is counted. Names are hashed: some type a password there."""
        name = hashlib.sha256(self.name.encode()).hexdigest()
        return (
            ("sign-in", f"{name} {self.address}"),
            ("sign-in-name", name),
            ("sign-in-address", self.address),
        )


def cookie_name(context: Context) -> str:
    """Return the session cookie's name. `__Host-` binds it to this host, and browsers want TLS for it."""
    return "__Host-nucuoi" if context.https else "nucuoi"


def _hash(token: str) -> str:
    """Return what is kept of a session's token: it has 256 bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def safe_next(target: str) -> str:
    """Return where to go after signing in: a page of ours, or the start. Never another site."""
    plain = target.startswith("/") and not target.startswith("//") and "\\" not in target
    if not plain or any(unicodedata.category(char) == "Cc" for char in target):
        return HOME
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-in", "/sign-out")):
        return HOME
    return target


async def signed_in(request: Request) -> Person | None:
    """Return who is signed in, or None."""
    context = context_of(request)
    token = request.cookies.get(cookie_name(context))
    if not token:
        return None
    return await run_in_threadpool(context.store.session_person, _hash(token), context.now_ms())


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
        request.client.host if request.client else "",
    )
    now = context.now_ms()
    opens_ms = await context.writer.run(lambda store: _admit(store, guess, now))
    if opens_ms is not None:
        return _refuse_for_now(request, opens_ms, now)
    person = await run_in_threadpool(context.store.person, guess.name)
    kept = person.password_hash if person else None
    if not await context.passwords.verify(kept, guess.password) or person is None:
        return page(request, "sign_in.html", {"next": target, "name": guess.name, "wrong": True}, status=422)
    token = await _begin_session(request, person, guess, now)
    if token is None:
        return page(request, "sign_in.html", {"next": target, "name": guess.name, "wrong": True}, status=422)
    response = RedirectResponse(target, 303)
    response.set_cookie(
        cookie_name(context),
        token,
        max_age=SESSION_S,
        path="/",
        secure=context.https,
        httponly=True,
        samesite="lax",
    )
    return response


def _admit(store: Store, guess: Guess, now: int) -> int | None:
    """Count a guess before it is looked at, or return when the next one will be.

    Counted first, in the one transaction that also counts the others: so guesses that
    come all at once are not more than guesses that come one by one. A right one is taken back.
    """
    blocked = [_opens_ms(store, kind, subject, now) for kind, subject in guess.subjects]
    latest = max((moment for moment in blocked if moment is not None), default=None)
    if latest is None:
        for kind, subject in guess.subjects:
            store.note_attempt(kind, subject, now)
    return latest


def _opens_ms(store: Store, kind: str, subject: str, now: int) -> int | None:
    """Return from when on a subject is listened to again, to the minute; None if it is now."""
    since = now - WINDOW_MS + 1
    if store.attempts(kind, subject, since) < WRONG_MAX[kind]:
        return None
    later = range(since + _MINUTE_MS, now + 1, _MINUTE_MS)
    found = (moment for moment in later if store.attempts(kind, subject, moment) < WRONG_MAX[kind])
    return next(found, now + 1) + WINDOW_MS - 1


def _refuse_for_now(request: Request, opens_ms: int, now: int) -> Response:
    """Say when to try again."""
    minutes = -(-(opens_ms - now) // _MINUTE_MS)
    words = words_of(request)
    return problem_page(
        request,
        429,
        headers={"Retry-After": str(minutes * 60)},
        minutes=words.many("minutes", minutes),
        # a minute is added: "at 10:42" must not be too early at 10:42:10
        clock=words.clock(clock_of(opens_ms + _MINUTE_MS - 1)),
    )


async def _begin_session(request: Request, person: Person, guess: Guess, guessed_ms: int) -> str | None:
    """Keep a new session and return its token; a session that was there before ends.

    None if the password was replaced while it was being checked.
    """
    context = context_of(request)
    token = context.token(TOKEN_BYTES)
    earlier = request.cookies.get(cookie_name(context))
    outdated = context.passwords.outdated(person.password_hash)
    renewed = await context.passwords.hash(guess.password) if outdated else None
    expires_ms = context.now_ms() + SESSION_S * 1000

    def begin(store: Store) -> bool:
        now = store.person(person.name)
        if now is None or now.password_hash != person.password_hash:
            return False
        if renewed is not None:
            store.set_password(person.name, renewed)
        if earlier:
            store.end_session(_hash(earlier))
        (kind, subject), *others = guess.subjects
        store.forget_attempts(kind, subject)
        for kind, subject in others:
            store.forget_attempt(kind, subject, guessed_ms)
        store.start_session(_hash(token), person.id, expires_ms)
        return True

    return token if await context.writer.run(begin) else None


async def sign_out(request: Request) -> Response:
    """End the session for good: the cookie is worth nothing afterwards, wherever it was copied."""
    context = context_of(request)
    token = request.cookies.get(cookie_name(context))
    if token:
        await context.writer.run(lambda store: store.end_session(_hash(token)))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(
        cookie_name(context), path="/", secure=context.https, httponly=True, samesite="lax"
    )
    return response
