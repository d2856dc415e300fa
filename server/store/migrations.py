"""The schema, as an ordered list of steps. Add at the end; never edit a step that has shipped.

The text is the same for both engines but for what `server.store.schema`, where the tables of the book are,
leaves to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.store.schema import ASIDE_FROZEN, BOOK, FROZEN, PROJECTION, PROJECTION_FROZEN, RELEASES, frozen
from server.store.schema_alerts import ALERTS
from server.store.schema_comments import COMMENTS, STEPS_FROZEN
from server.store.schema_dossiers import DOSSIERS
from server.store.schema_fleet import FLEET
from server.store.schema_imports import IMPORTS
from server.store.schema_months import HABITS, MONTHS
from server.store.schema_openings import OPENINGS
from server.store.schema_people import ACCESS
from server.store.schema_province import PROVINCE
from server.store.schema_quality import QUALITY
from server.store.schema_quarters import QUARTERS
from server.store.schema_staff import STAFF

if TYPE_CHECKING:
    from server.store.sql import Guard


@dataclass(frozen=True, slots=True)
class Step:
    """One migration. The name is what an installed database remembers."""

    name: str
    sql: str
    guards: tuple[Guard, ...] = ()


PLACES = """
create table center (
  code integer primary key,          -- of the national list of administrative units
  name text not null,
  kind text not null,
  lat {real} not null,
  lon {real} not null
) {strict};

create table counter (
  id text primary key,               -- '24823-1'
  center integer not null references center (code),
  number integer not null check (number > 0),
  unique (center, number)
) {strict};

create table survey (
  hash text primary key,             -- immutable once shown: ratings name it
  raw {blob} not null,
  position integer not null unique   -- the greatest is the one asked now
) {strict};
"""

PEOPLE = """
create table person (
  id {serial},
  name text not null unique,
  password_hash text not null,
  role text not null check (role in ('manager', 'reviewer', 'technician', 'admin')),
  center integer references center (code)  -- null: the whole province
) {strict};

create table session (
  token_hash text primary key,       -- the token itself is only in the cookie
  person integer not null references person (id),
  expires_ms {long} not null
) {strict};

-- Wrong passwords and codes, so that guessing is slowed down across processes too.
create table attempt (
  id {serial},
  kind text not null,
  subject text not null,
  at_ms {long} not null
) {strict};
create index attempt_by_subject on attempt (kind, subject, at_ms);
"""

STEPS = (
    Step("0001_places", PLACES),
    Step("0002_book", BOOK, frozen(*FROZEN) + ASIDE_FROZEN),
    Step("0003_projection", PROJECTION + RELEASES, frozen(*PROJECTION_FROZEN, "release")),
    Step("0004_people", PEOPLE),
    Step("0005_fleet", FLEET, frozen("device_move")),
    Step("0006_staff", STAFF),
    Step("0007_openings", OPENINGS),
    Step("0009_access", ACCESS),
    Step("0010_imports", IMPORTS),
    Step("0011_dossiers", DOSSIERS),
    Step("0012_months", MONTHS + HABITS, frozen("month_figure", "hour_figure", "answer_figure")),
    Step("0014_province", PROVINCE),
    Step("0015_comments", COMMENTS, frozen("comment_showing", "comment_shown") + STEPS_FROZEN),
    Step("0016_alerts", ALERTS),
    Step("0017_flags", QUALITY, frozen("suspect_release", "unflagged")),
    Step("0018_quarters", QUARTERS),
)
