"""The audit log: what people and the program decided, as a chain of events that nobody can shorten unseen.

Ratings have chains of their own, made by the kiosks. What is decided here at the server (who may sign in,
which device belongs, which rating is withheld) has none, so each event names the hash of the one before.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST: Final = "0" * 64
"""What the first event names as the one before it."""
AUTHOR_CHARS_MAX = 64
REASON_CHARS_MAX = 500
SERVER: Final = "server"
"""The author of what the program does by itself."""
COMMAND_LINE: Final = "command line"
"""The author of a command, if nobody is named."""


class Action(Enum):
    """What can be decided. A name stays what it means for good: the log is never written anew."""

    SET_UP = "set_up"
    ADD_PERSON = "add_person"
    SET_PASSWORD = "set_password"  # noqa: S105 - the name of an action
    MAKE_CODE = "make_code"
    ENROL = "enrol"
    SUCCEED = "succeed"
    READMIT = "readmit"
    REVOKE = "revoke"
    FORK = "fork"
    WITHHOLD = "withhold"
    REINSTATE = "reinstate"
    ADD_SURVEY = "add_survey"
    FORGET_ASIDE = "forget_aside"
    BACK_UP = "back_up"
    RESTORED = "restored"
    WENT_BACK = "went_back"
    SET_HOURS = "set_hours"
    SET_NOTICES = "set_notices"
    ADD_COUNTER = "add_counter"
    REMOVE_COUNTER = "remove_counter"
    MOVE = "move"
    SET_KIOSKS = "set_kiosks"
    SET_PIN = "set_pin"
    ADD_OFFICER = "add_officer"
    CHANGE_OFFICER = "change_officer"
    OFFICER_LEFT = "officer_left"
    OFFICER_BACK = "officer_back"
    SET_PHOTO = "set_photo"
    REMOVE_PHOTO = "remove_photo"
    ASSIGN = "assign"
    UNASSIGN = "unassign"
    COPY_WEEK = "copy_week"
    CLEAR_WEEK = "clear_week"
    INVITE = "invite"
    MAKE_LINK = "make_link"
    WITHDRAW_LINK = "withdraw_link"
    CHANGE_ROLE = "change_role"
    BLOCK = "block"
    UNBLOCK = "unblock"
    END_SESSIONS = "end_sessions"
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    USE_RECOVERY_CODE = "use_recovery_code"
    IMPORT = "import"
    ADD_FIELD = "add_field"
    CHANGE_FIELD = "change_field"
    RETIRE_FIELD = "retire_field"
    RETURN_FIELD = "return_field"
    ADD_PROCEDURE = "add_procedure"
    CHANGE_PROCEDURE = "change_procedure"
    RETIRE_PROCEDURE = "retire_procedure"
    RETURN_PROCEDURE = "return_procedure"
    TAKE_PROCEDURES = "take_procedures"
    RENAME_CENTER = "rename_center"
    SET_COUNTER_FIELDS = "set_counter_fields"
    DESTROY_DOSSIER_KEYS = "destroy_dossier_keys"
    SET_DOSSIER_PREFIXES = "set_dossier_prefixes"
    TAKE_DOSSIERS = "take_dossiers"
    TAKE_TICKETS = "take_tickets"
    TAKE_COMPLAINTS = "take_complaints"
    TAKE_DOSSIER_CODES = "take_dossier_codes"
    REMOVE_FIGURES = "remove_figures"
    SET_COMMENT = "set_comment"
    ANSWER_COMMENT = "answer_comment"
    ADD_THEME = "add_theme"
    CHANGE_THEME = "change_theme"
    RETIRE_THEME = "retire_theme"
    RETURN_THEME = "return_theme"
    ACKNOWLEDGE_ALERT = "acknowledge_alert"
    TAKE_QUARTER_FIGURES = "take_quarter_figures"
    EXPORT_EVIDENCE = "export_evidence"


DECISIONS: Final = frozenset({Action.WITHHOLD, Action.REINSTATE})
"""What changes whether a single rating counts; the subject is `rating_subject`."""


class Event(Struct, frozen=True):
    """One line of the log. `id` is dense from 1, `at_ms` the server's clock (UTC milliseconds).

    `subject` says what it is about: a device, a rating, a survey, a person; `detail` is the reason.
    """

    id: int
    at_ms: int
    author: str
    action: str
    subject: str
    detail: str


class Kept(Struct, frozen=True):
    """An event as it lies in the log, with the hash that the log has come to behind it."""

    event: Event
    hash: str


def next_hash(previous: str, event: Event) -> str:
    """Return the hash of the log after one more event, in hex."""
    return hashlib.sha256(bytes.fromhex(previous) + msgspec.json.encode(event)).hexdigest()


def changed(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """Return the detail of an event that changed something: each field that differs, before and after.

    It is JSON; a field that one of them lacks is null there.
    """
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return msgspec.json.encode({name: [before.get(name), after.get(name)] for name in names}).decode()


def undone(now: Mapping[str, str], detail: str) -> dict[str, str] | None:
    """Return what there was before a change of texts (the detail of `changed`), all else as it is now.

    None if something that it changed is not as it left it any more, or if nothing in it was changed.
    """
    fields = msgspec.json.decode(detail, type=dict[str, tuple[str | None, str | None]])
    if not fields or any(now.get(name) != after for name, (_, after) in fields.items()):
        return None
    before = {name: earlier for name, (earlier, _) in fields.items()}
    return {name: text for name, text in {**now, **before}.items() if text is not None}


def by_device(device: str) -> str:
    """Return how a device is named as an author."""
    return f"device {device[:8]}"


def rating_subject(device: str, seq: int) -> str:
    """Return how a rating is named as a subject."""
    return f"{device} {seq}"


def aside_subject(device: str, seq: int, kind: str) -> str:
    """Return how an aside is named as a subject."""
    return f"{device} {seq} {kind}"


def log_fault(kept: Iterable[Kept], head: tuple[int, str]) -> str:
    """Say where the log is not the one that was written, if it is not. `head` is its last id and hash."""
    number, current = 0, FIRST
    for each in kept:
        number += 1
        if each.event.id != number:
            return f"audit event {number} is missing"
        current = next_hash(current, each.event)
        if each.hash != current:
            return f"audit event {number} is not the one that was written"
    if head != (number, current):
        return f"audit event {number + 1} is missing: the log had come to {head[0]}"
    return ""
