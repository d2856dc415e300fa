"""The tables of officers and of the roster, in SQL."""

from __future__ import annotations

STAFF = """
-- Whoever left stays: ratings name officers. Rows are never deleted, so that no id becomes another's.
create table officer (
  id text primary key,               -- '24823-cb7'
  center integer not null references center (code),
  number integer not null check (number > 0),
  name text not null check (name <> ''),
  title text not null,
  left_ms {long},                    -- null: serves here
  unique (center, number)
) {strict};

-- Apart from the officer: lists do not read it, and it can be deleted.
create table officer_photo (
  officer text primary key references officer (id),
  name text not null,                -- another one for another photo
  jpeg {blob} not null               -- made by the server; what was sent is not kept
) {strict};

-- One counter at a time: what overlaps is refused before it comes here, what begins at once is refused here.
create table assignment (
  officer text not null references officer (id),
  day integer not null,              -- of Vietnam, since 1970-01-01
  start_minute integer not null check (start_minute >= 0),
  end_minute integer not null check (end_minute > start_minute and end_minute <= 1440),
  counter text not null references counter (id),
  primary key (officer, day, start_minute)
) {strict};
create index assignment_by_counter on assignment (counter, day);
"""
