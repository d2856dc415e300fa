"""What a month is told as by counter, officer and procedure, in SQL. `migrations` says in which step."""

from __future__ import annotations

MONTHS = """
-- How far the tables of a month were published. A month with ratings has a row.
create table month_issue (
  center integer not null references center (code),
  month integer not null,            -- its first day: days since 1970-01-01
  issue integer not null check (issue >= 0),             -- 0: nothing was published yet
  waits integer not null check (waits in (0, 1)),        -- something changed since
  primary key (center, month)
) {strict};
create index month_that_waits on month_issue (month) where waits = 1;

-- Ratings that nothing tells apart: exact, kept in the transaction that appends to the journal. They are in
-- the issues from `since` on, and no more from `until` on (0: they count); see server.domain.months.
create table bundle (
  center integer not null,
  month integer not null,
  day integer not null,
  counter text not null,
  officer text not null,
  procedure text not null,
  since integer not null check (since > 0),
  until integer not null check (until = 0 or until > since),
  n1 {long} not null check (n1 >= 0), n2 {long} not null check (n2 >= 0), n3 {long} not null check (n3 >= 0),
  n4 {long} not null check (n4 >= 0), n5 {long} not null check (n5 >= 0),
  primary key (center, day, counter, officer, procedure, since, until),
  foreign key (center, month) references month_issue (center, month)
) {strict};

create table month_figure (
  center integer not null,
  month integer not null,
  issue integer not null check (issue > 0),
  cut text not null check (cut in ('counter', 'officer', 'procedure')),
  key text not null,
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  primary key (center, month, issue, cut, key),
  foreign key (center, month) references month_issue (center, month),
  check (n1 >= 0 and n2 >= 0 and n3 >= 0 and n4 >= 0 and n5 >= 0 and n1 + n2 + n3 + n4 + n5 >= 5)
) {strict};
"""

HABITS = """
-- When citizens came, and what they answered; exact, kept in the transaction that appends to the journal.
create table month_hour (
  center integer not null,
  month integer not null,
  weekday integer not null check (weekday between 1 and 7),
  hour integer not null check (hour between 0 and 23),
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  primary key (center, month, weekday, hour),
  foreign key (center, month) references month_issue (center, month)
) {strict};

create table month_answer (
  center integer not null,
  month integer not null,
  survey text not null,
  question text not null,
  choice integer not null,           -- -1: how many answered at all
  n {long} not null,
  primary key (center, month, survey, question, choice),
  foreign key (center, month) references month_issue (center, month)
) {strict};

-- The same as they were published with an issue of the month's tables.
create table hour_figure (
  center integer not null,
  month integer not null,
  issue integer not null check (issue > 0),
  weekday integer not null,
  hour integer not null,
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  primary key (center, month, issue, weekday, hour),
  foreign key (center, month) references month_issue (center, month),
  check (n1 + n2 + n3 + n4 + n5 >= 5)
) {strict};

create table answer_figure (
  center integer not null,
  month integer not null,
  issue integer not null check (issue > 0),
  survey text not null,
  question text not null,
  choice integer not null,
  n {long} not null check (n > 0 and (choice >= 0 or n >= 5)),
  primary key (center, month, issue, survey, question, choice),
  foreign key (center, month) references month_issue (center, month)
) {strict};
"""
