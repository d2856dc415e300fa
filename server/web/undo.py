"""Taking a change back: the audit log has what there was before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

from server.domain.audit import undone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.audit import Action
    from server.store import Store

DIGITS_MAX: Final = 15


def event_number(text: str | None) -> int | None:
    """Read the number of an event as an address or a form has it; None if it is none."""
    plain = text is not None and text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
    return int(text) if plain and text else None


def before_event(
    store: Store, number: int, action: Action, subject: str, now: Mapping[str, str]
) -> dict[str, str] | None:
    """Return what there was before a change of `subject`, told in lines as `now` is.

    None where something that it changed has been changed again since. What is no change of this subject is
    not found.
    """
    found = store.newest_events(number + 1, 1)
    if not found or (found[0].id, found[0].action, found[0].subject) != (number, action.value, subject):
        raise HTTPException(404)
    return undone(now, found[0].detail)
