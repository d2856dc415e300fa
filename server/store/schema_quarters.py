"""The table of what centers tell once a quarter, in SQL."""

from __future__ import annotations

QUARTERS = """
-- What the official indices need and no list has. What was not told has no row.
create table quarter_figure (
  center integer not null references center (code),
  quarter text not null,             -- '2026-Q4'
  name text not null check (name <> ''),
  count {long} not null check (count >= 0),
  primary key (center, quarter, name)
) {strict};
"""
