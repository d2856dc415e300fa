"""The table of files that were looked at and not yet taken, in SQL."""

from __future__ import annotations

IMPORTS = """
-- One of a person at a time, for an hour; the job that forgets sessions forgets it too.
create table import_offer (
  person integer primary key references person (id),
  id text not null unique,
  kind text not null,
  place text not null,               -- a center's code, or 'province'
  raw {blob} not null,               -- the table of the file, as JSON
  expires_ms {long} not null
) {strict};
"""
