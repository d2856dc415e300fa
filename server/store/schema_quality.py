"""Suspicious ratings, whose figures are told apart, in SQL. `migrations` says in which step."""

from __future__ import annotations

from server.store.schema import stream

UNFLAGGED = """
-- How far each device had come when ratings began to be flagged: what was counted before stays as it was.
create table unflagged (
  device integer primary key references device (no),
  seq {long} not null check (seq > 0)
) {strict};
insert into unflagged (device, seq) select no, seq from device where seq > 0;
"""
QUALITY = stream("suspect_day", "suspect_release") + UNFLAGGED
