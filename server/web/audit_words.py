"""An event of the audit log in words: whom and what it names, and what was changed.

The log keeps ids, which stay what they mean for good. Here they become what people call things; an id that
nothing is called by any more is told as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from server.domain.alerts import Kind
from server.domain.audit import COMMAND_LINE, SERVER, Action
from server.domain.comments import State
from server.domain.fleet import limits
from server.domain.places import Role
from server.domain.quarter_figures import QUARTER

if TYPE_CHECKING:
    from server.domain.audit import Event
    from server.store import Store
    from server.web.catalog import Words

NAMED: Final = frozenset(
    {
        "asked",
        "assignments",
        "center",
        "changed",
        "counter",
        "did_en",
        "did_vi",
        "dissatisfied",
        "field",
        "fingerprints",
        "keys",
        "late",
        "name",
        "name_en",
        "new",
        "note_of_step",
        "notice",
        "on_time",
        "order",
        "photo",
        "prefixes",
        "procedures",
        "received",
        "returned",
        "role",
        "rows",
        "said_en",
        "said_vi",
        "same",
        "served",
        "shown",
        "state",
        "title",
        "words",
    }
)
"""Fields of which the catalogue knows a name; others, such as a day, are told as they are."""
SAID: Final = frozenset({"asked", "closed", "known", "no", "yes"})
"""Single words of the log of which the catalogue knows what they say."""
LISTS: Final = frozenset(
    {
        "complaints",
        "counters",
        "days",
        "dossier_codes",
        "dossiers",
        "fields",
        "officers",
        "people",
        "procedures",
        "roster",
        "tickets",
    }
)
"""Lists that are imported."""
ALERTS: Final = frozenset(each.value for each in Kind)
SETTINGS: Final = frozenset({"volume", *limits()})
STATES: Final = frozenset(state.value for state in State)
ROLES: Final = frozenset(role.value for role in Role)
WEEKDAYS: Final = frozenset(f"weekday_{number}" for number in range(1, 8))
ABOUT_PEOPLE: Final = frozenset(
    each.value
    for each in (
        Action.SET_UP,
        Action.ADD_PERSON,
        Action.SET_PASSWORD,
        Action.INVITE,
        Action.MAKE_LINK,
        Action.WITHDRAW_LINK,
        Action.CHANGE_ROLE,
        Action.BLOCK,
        Action.UNBLOCK,
        Action.END_SESSIONS,
        Action.SECOND_FACTOR_ON,
        Action.SECOND_FACTOR_OFF,
        Action.USE_RECOVERY_CODE,
    )
)
"""Whose subject is somebody's name for signing in, which may look like anything."""
AS_WRITTEN: Final = frozenset({"name", "name_en", "prefixes", "title", "words"}) | {
    f"{part}_{lang}" for part in ("said", "did") for lang in ("vi", "en")
}
"""Fields that somebody typed, in which nothing is an id."""

DEVICE: Final = r"[0-9a-f]{32}"
TOKEN: Final = re.compile(
    rf"(?<![\w-])(?:(?P<device>{DEVICE})|(?P<officer>\d+-cb\d+)|(?P<counter>\d{{5}}-\d+)|field (?P<field>\d+)"
    r"|comment (?P<comment>[0-9a-f]{16})|theme (?P<theme>\d+)"
    r"|(?P<day>\d{4}-\d{2}-\d{2})|(?P<week>\d{4}-W\d{2})|(?P<quarter>\d{4}-Q[1-4])"
    r"|(?P<center>\d{5})|(?P<province>province))(?![\w-])"
)
RATING: Final = re.compile(rf"({DEVICE}) (\d+)(?: [a-z]+)?")
REVOKED_SINCE: Final = re.compile(r"^\d+ ?")
"""The moment, in milliseconds, that comes before the reason why a device was revoked."""
PHRASES: Final = {
    "after_record": re.compile(r"after record (?P<number>\d+)"),
    "witness": re.compile(r"witness (?P<hash>[0-9a-f]{12})[0-9a-f]*"),
    "receipt": re.compile(r"it knows a receipt for (?P<known>\d+), here are (?P<here>\d+)"),
    "deletions": re.compile(r"(?P<count>\d+) deletions known since"),
    "older_than": re.compile(r"older than (?P<months>\d+) months"),
}
"""What the program itself notes, by the end of the id of how it is told."""
ENROLLED: Final = re.compile(rf"counter (\S+?)(?:, after ({DEVICE}))?(?:: (.*))?")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the log in a person's language; asks the store what things are called, each of them once."""

    store: Store
    words: Words
    asked: dict[tuple[str, str], str] = field(default_factory=dict)

    def author(self, event: Event) -> str:
        """Return who decided: a person by name, a program or a device in words."""
        if event.author in {SERVER, COMMAND_LINE}:
            return self.words("surveys_by_server" if event.author == SERVER else "surveys_by_command_line")
        device = re.fullmatch("device ([0-9a-f]{8})", event.author)
        return self.words("audit_device", device=device[1]) if device else event.author

    def subject(self, event: Event) -> str:
        """Return what it is about."""
        if event.action in ABOUT_PEOPLE:
            return event.subject
        if rating := RATING.fullmatch(event.subject):
            return self.words("audit_rating", device=rating[1][:8], number=self.words.number(int(rating[2])))
        first, _, rest = event.subject.partition(" ")
        if event.action == Action.IMPORT.value and first in LISTS:
            return f"{self.words(f'list_name_{first}')}: {self.spoken(rest)}"
        return self.spoken(event.subject).replace("..", "\N{EN DASH}")

    def lines(self, event: Event) -> list[tuple[str, list[str]]]:
        """Return the detail in lines: each with the parts of it that are a list of their own, mostly none."""
        if event.detail.startswith("{"):
            try:
                fields = msgspec.json.decode(event.detail, type=dict[str, tuple[object, object]])
            except msgspec.DecodeError:
                return [(event.detail, [])]
            return [self._line(name, *values) for name, values in fields.items() if any(values)]
        text = self._plain(event)
        return [(text, [])] if text else []

    def _plain(self, event: Event) -> str:
        """Return a detail that is one text: a reason, or a word of the log."""
        if event.detail in ROLES:
            return self.words(f"role_{event.detail}")
        if event.detail in SAID:
            return self.words(f"audit_says_{event.detail}")
        if event.action == Action.ACKNOWLEDGE_ALERT.value:
            return self._alert(event.detail)
        if event.action == Action.REVOKE.value:
            return REVOKED_SINCE.sub("", event.detail)
        if enrolled := ENROLLED.fullmatch(event.detail):
            counter, before, reason = enrolled.groups()
            after = self.words("audit_after_device", device=before[:8]) if before else ""
            return " · ".join(each for each in (self.spoken(counter), after, reason) if each)
        phrases = ((id_, pattern.fullmatch(event.detail)) for id_, pattern in PHRASES.items())
        return next(
            (self.words(f"audit_phrase_{id_}", **found.groupdict()) for id_, found in phrases if found),
            event.detail,
        )

    def _alert(self, detail: str) -> str:
        """Return what an alert was about: its kind, and the device if it names one."""
        kind, _, subject = detail.partition(" ")
        told = self.words(f"alert_kind_{kind}") if kind in ALERTS else kind
        return f"{told} · {self.spoken(subject)}" if subject else told

    def _line(self, name: str, before: object, after: object) -> tuple[str, list[str]]:
        """Return what a field was and is. Of a long list that is there or not, only how long it is."""
        known, now = (value if isinstance(value, list) else [] for value in (before, after))
        if len(known) + len(now) > 1 and not (known and now):
            told = {"field": self.name(name), "count": self.words.number(len(known) + len(now))}
            words = self.words
            text = words("audit_added", **told) if now else words("audit_removed", **told)
            return text, [self.told(each, name) for each in known + now]
        was, is_now = self.told(before, name), self.told(after, name)
        return self.words("audit_changed", field=self.name(name), before=was, after=is_now), []

    def name(self, field_: str) -> str:
        """Return what a field is called."""
        last = field_.rpartition(" ")[2]  # of a notice: its id and the part of it
        if last in NAMED:
            return self.words(f"audit_field_{last}")
        if field_ in QUARTER:
            return self.words(f"index_input_{field_}")
        if field_ in SETTINGS:
            return self.words(f"setting_name_{field_}")
        return self.words(field_) if field_ in WEEKDAYS else self.spoken(field_).removeprefix("counter ")

    def told(self, value: object, name: str) -> str:
        """Return a value as it is read; nothing is a dash."""
        part = name.rpartition(" ")[2]
        if isinstance(value, list):
            return "; ".join(self.told(each, name) for each in value) or "\N{EN DASH}"
        if value is None or value == "":
            return "\N{EN DASH}"
        if part == "order":
            return self.words.number(len(str(value).split()))
        if not isinstance(value, str):
            return self._number(value, part)
        if part == "role" and value in ROLES:
            return self.words(f"role_{value}")
        if part == "state" and value in STATES:
            return self.words(f"comment_state_{value}")
        if value in SAID:
            return self.words(f"audit_says_{value}")
        if part in AS_WRITTEN:
            return value
        return self.spoken(value).replace("closed |", f"{self.words('audit_says_closed')} |")

    def _number(self, value: object, part: str) -> str:
        """Return what is no text: a number, or one that is an id of a field or a center."""
        if part in {"center", "field"} and isinstance(value, int):
            return self.spoken(str(value) if part == "center" else f"field {value}")
        if isinstance(value, float) and not value.is_integer():
            return str(value).replace(".", self.words("decimal_mark"))
        return self.words.number(int(value)) if isinstance(value, int | float) else str(value)

    def spoken(self, text: str) -> str:
        """Return a text of the log with what things are called instead of their ids."""
        return TOKEN.sub(self._spoken, text)

    def _spoken(self, found: re.Match[str]) -> str:
        kind, id_ = found.lastgroup or "", found[found.lastgroup or 0]
        if (kind, id_) not in self.asked:
            self.asked[kind, id_] = self._called(kind, id_) or found[0]
        return self.asked[kind, id_]

    def _called(self, kind: str, id_: str) -> str | None:
        """Return what something is called; None if nothing is called so."""
        if kind == "device":
            return self.words("audit_device", device=id_[:8])
        if kind == "day":
            return _day(id_, self.words)
        if kind == "week":
            return self.words("audit_week", week=id_[6:], year=id_[:4])
        if kind == "quarter":
            return self.words("audit_quarter", quarter=id_[6:], year=id_[:4])
        if kind == "province":
            return self.words("audit_province")
        if kind == "officer":
            officer = self.store.officer(id_)
            return None if officer is None else officer.name
        if kind == "comment":
            return self.words("audit_comment", comment=id_[:8])
        if kind == "theme":
            return next((each.names["vi"] for each in self.store.themes() if str(each.id) == id_), None)
        if kind == "field":
            return next((each.name for each in self.store.fields() if str(each.id) == id_), None)
        center, _, number = id_.partition("-")
        name = self._center(center)
        return name and (self.words("audit_counter", number=number, center=name) if number else name)

    def _center(self, code: str) -> str | None:
        return next((each.name for each in self.store.centers() if str(each.code) == code), None)


def _day(iso: str, words: Words) -> str | None:
    try:
        return words.day(date.fromisoformat(iso))
    except ValueError:
        return None
