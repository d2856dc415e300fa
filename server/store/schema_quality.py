"""Suspicious ratings, whose figures are told apart, in SQL. `migrations` says in which step."""

from __future__ import annotations

QUALITY = """
-- Suspicious ratings by day, and what was published of them: as center_day and release have the others.
create table suspect_day (
  center integer not null references center (code),
  day integer not null,
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  shown1 {long} not null, shown2 {long} not null, shown3 {long} not null,
  shown4 {long} not null, shown5 {long} not null,
  less1 {long} not null, less2 {long} not null, less3 {long} not null, less4 {long} not null,
  less5 {long} not null,
  taken1 {long} not null, taken2 {long} not null, taken3 {long} not null, taken4 {long} not null,
  taken5 {long} not null,
  primary key (center, day),
  check (shown1 <= n1 and shown2 <= n2 and shown3 <= n3 and shown4 <= n4 and shown5 <= n5),
  check (less1 <= n1 and less2 <= n2 and less3 <= n3 and less4 <= n4 and less5 <= n5),
  check (taken1 <= less1 and taken2 <= less2 and taken3 <= less3 and taken4 <= less4 and taken5 <= less5),
  check (taken1 <= shown1 and taken2 <= shown2 and taken3 <= shown3 and taken4 <= shown4 and taken5 <= shown5)
) {strict};

create table suspect_release (
  id {serial},
  center integer not null references center (code),
  first_day integer not null,
  last_day integer not null check (last_day >= first_day),
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  check (abs(n1 + n2 + n3 + n4 + n5) >= 5),
  check (n1 >= 0 and n2 >= 0 and n3 >= 0 and n4 >= 0 and n5 >= 0
    or n1 <= 0 and n2 <= 0 and n3 <= 0 and n4 <= 0 and n5 <= 0)
) {strict};
create index suspect_release_by_center on suspect_release (center, first_day, last_day);
create index suspect_day_pending on suspect_day (center)
  where n1 + n2 + n3 + n4 + n5 > shown1 + shown2 + shown3 + shown4 + shown5;
create index suspect_day_correction on suspect_day (center)
  where less1 + less2 + less3 + less4 + less5 > taken1 + taken2 + taken3 + taken4 + taken5;

-- How far each device had come when ratings began to be flagged: what was counted before stays as it was.
create table unflagged (
  device integer primary key references device (no),
  seq {long} not null check (seq > 0)
) {strict};
insert into unflagged (device, seq) select no, seq from device where seq > 0;
"""
