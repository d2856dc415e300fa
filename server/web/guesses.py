"""Guesses at passwords and codes: whoever guesses is held back, and told until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.calendar import clock_of
from server.web.pages import problem_page, words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.store import Store

    Subjects = tuple[tuple[str, str], ...]
    """Under which headings a guess is counted, the narrowest first: its kind, and whose or from where."""

WRONG_MAX: Final = {
    "sign-in": 5,
    "sign-in-name": 30,
    "sign-in-address": 60,
    "code": 5,
    "code-person": 10,
}
"""How many guesses are listened to within the window.

Few for one name from one address; more for a name from anywhere, or a stranger could keep its owner out
with a few guesses; more from an address, since a whole office may share one. Codes are few for a person from
anywhere too: who guesses at them knows the password.
"""
WINDOW_MS: Final = 15 * 60 * 1000
_MINUTE_MS: Final = 60 * 1000


def admit(store: Store, subjects: Subjects, now: int) -> int | None:
    """Count a guess before it is looked at, or return when the next one will be.

    Counted first, in the one transaction that also counts the others: so guesses that
    come all at once are not more than guesses that come one by one. A right one is taken back.
    """
    blocked = [_opens_ms(store, kind, subject, now) for kind, subject in subjects]
    latest = max((moment for moment in blocked if moment is not None), default=None)
    if latest is None:
        for kind, subject in subjects:
            store.note_attempt(kind, subject, now)
    return latest


def forgive(store: Store, subjects: Subjects, guessed_ms: int) -> None:
    """Take back a guess that was right, and those before it under the narrowest heading."""
    (kind, subject), *others = subjects
    store.forget_attempts(kind, subject)
    for kind, subject in others:
        store.forget_attempt(kind, subject, guessed_ms)


def refuse_for_now(request: Request, opens_ms: int, now: int) -> Response:
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


def _opens_ms(store: Store, kind: str, subject: str, now: int) -> int | None:
    """Return from when on a subject is listened to again, to the minute; None if it is now."""
    since = now - WINDOW_MS + 1
    if store.attempts(kind, subject, since) < WRONG_MAX[kind]:
        return None
    later = range(since + _MINUTE_MS, now + 1, _MINUTE_MS)
    found = (moment for moment in later if store.attempts(kind, subject, moment) < WRONG_MAX[kind])
    return next(found, now + 1) + WINDOW_MS - 1
