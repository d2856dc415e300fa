"""The tables of fields, procedures, dossiers and what centers report of their work, in SQL."""

from __future__ import annotations

DOSSIERS = """
-- Lists of the whole province. What is retired stays: figures name it.
create table field (
  id integer primary key check (id > 0),
  name text not null unique check (name <> ''),
  retired_ms {long}                  -- null: in use
) {strict};

create table procedure (
  code text primary key check (code <> ''),
  name text not null check (name <> ''),
  field integer not null references field (id),
  retired_ms {long}
) {strict};

alter table counter add column field integer references field (id);  -- null: any

-- The keys that make fingerprints of dossiers' codes. Short-lived: see server.domain.dossiers.
create table dossier_key (
  center integer not null references center (code),
  quarter text not null,             -- '2026-Q4'
  last_day integer not null,         -- of the quarter, since 1970-01-01
  key text not null,                 -- in hex; written over before the row is deleted
  primary key (center, quarter)
) {strict};

create table dossier_settings (
  center integer primary key references center (code),
  prefixes text not null             -- agencies whose codes count, with blanks between; '': all
) {strict};

-- A dossier without its code and without a day: nothing here leads to a citizen.
create table dossier (
  center integer not null references center (code),
  fingerprint text not null check (length(fingerprint) = 64),
  field integer not null references field (id),
  procedure text references procedure (code),
  outcome text not null check (outcome in ('early', 'on_time', 'late', 'open')),
  primary key (center, fingerprint)
) {strict};
create index aside_of_dossier on aside (words) where kind = 'dossier';

-- What centers report, each day by field. A later report of the same takes its place.
create table dossier_day (
  center integer not null references center (code),
  field integer not null references field (id),
  day integer not null,
  received {long} not null check (received >= 0),
  returned {long} not null check (returned >= 0),
  on_time {long} not null check (on_time >= 0),
  late {long} not null check (late >= 0),
  primary key (center, field, day),
  check (on_time + late <= returned)
) {strict};
create index dossier_day_by_day on dossier_day (center, day);

create table ticket_day (
  center integer not null references center (code),
  day integer not null,
  served {long} not null check (served >= 0),
  primary key (center, day)
) {strict};

create table complaint_month (
  center integer not null references center (code),
  month integer not null,            -- its first day
  received {long} not null check (received >= 0),
  on_time {long} not null check (on_time between 0 and received),
  dissatisfied {long} not null check (dissatisfied between 0 and received),
  primary key (center, month)
) {strict};
"""
