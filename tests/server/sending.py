"""What a form is that a test sends, and what it must leave in the audit log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.server.furnished import WHO
from tests.server.hall import BAO_LOC, Hall
from tests.server.pictures import MULTIPART, form_with

if TYPE_CHECKING:
    from server.domain.places import Person
    from tests.server.hall import Reply

Told = Callable[[Hall], Mapping[str, object]]
"""Reads out of the book what an event tells of it."""
HERE: Final = str(BAO_LOC)


@dataclass(frozen=True)
class Leaves:
    """An event that must be left. A `detail` that is read out of the book is read before and after."""

    action: str
    subject: str
    detail: str | Told = ""


@dataclass(frozen=True)
class File:
    """A file that a form has, in which of its fields."""

    field: str
    name: str
    raw: bytes


@dataclass(frozen=True)
class Sent:
    """A form that is sent, by whom, and the events that it leaves, in order.

    `first` are forms that are sent before. A form that leaves no event says `why`, and which `tables` it may
    change all the same. One that `takes` a file away changes nothing besides its event.
    """

    form: Mapping[str, str] | Callable[[Hall], Mapping[str, str]] = field(default_factory=dict)
    events: tuple[Leaves, ...] = ()
    by: str = WHO
    query: str = ""
    file: File | None = None
    first: tuple[tuple[str, Sent], ...] = ()
    why: str = ""
    tables: frozenset[str] = frozenset()
    takes: bool = False

    def fields(self, hall: Hall) -> Mapping[str, str]:
        """Return what is typed."""
        return self.form(hall) if callable(self.form) else self.form


def one(action: str, subject: str, detail: str | Told = "", **form: str) -> Sent:
    """Return a form that leaves one event."""
    return Sent(form, (Leaves(action, subject, detail),))


def person(hall: Hall, name: str) -> Person:
    """Return somebody who is in the book."""
    found = hall.store.person(name)
    assert found is not None
    return found


def send(hall: Hall, path: str, sent: Sent, cookies: dict[str, str], center: int = BAO_LOC) -> Reply:
    """Send a form as its page does."""
    address = f"{path}?center={center}" + (f"&{sent.query}" if sent.query else "")
    fields = dict(sent.fields(hall))
    if sent.file is None:
        return hall.post(address, fields, cookies=cookies)
    body = form_with(fields, sent.file.raw, sent.file.name, sent.file.field)
    return hall.send("POST", address, body, cookies=cookies, content_type=MULTIPART)
