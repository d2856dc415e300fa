"""The tables of opening hours and of notices, in SQL. `migrations` says in which step."""

from __future__ import annotations

OPENINGS = """
-- What was decided about opening hours: for a center, or for the whole province.
create table opening (
  place text primary key,            -- the center's code, or 'province'
  center integer unique references center (code),
  has_week integer not null check (has_week in (0, 1)),  -- a week without spans is closed all week
  check ((center is null) = (place = 'province'))
) {strict};

-- Minutes are since midnight in Vietnam; no span crosses it.
create table opening_span (
  place text not null references opening (place),
  weekday integer not null check (weekday between 1 and 7),
  start_min integer not null check (start_min >= 0),
  end_min integer not null check (end_min > start_min and end_min < 1440),
  primary key (place, weekday, start_min)
) {strict};

-- A day that differs. Without spans it is a holiday.
create table opening_day (
  place text not null references opening (place),
  day integer not null,              -- days since 1970-01-01
  name text not null check (length(name) > 0),
  primary key (place, day)
) {strict};

create table opening_day_span (
  place text not null,
  day integer not null,
  start_min integer not null check (start_min >= 0),
  end_min integer not null check (end_min > start_min and end_min < 1440),
  primary key (place, day, start_min),
  foreign key (place, day) references opening_day (place, day)
) {strict};

-- What citizens said and what the center did, as its kiosks tell it.
create table notice (
  id text primary key,
  center integer not null references center (code),
  position integer not null check (position > 0),
  said_vi text not null check (length(said_vi) > 0),
  did_vi text not null check (length(did_vi) > 0),
  said_en text not null,             -- '': not written in English
  did_en text not null,
  is_shown integer not null check (is_shown in (0, 1)),
  check ((said_en = '') = (did_en = '')),
  unique (center, position)
) {strict};
"""
