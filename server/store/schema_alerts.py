"""The tables of alerts, in SQL: what was raised, who has seen it, and whether a message was sent."""

from __future__ import annotations

ALERTS = """
create table alert (
  id {serial},
  kind text not null,
  center integer not null,           -- 0: the server itself
  subject text not null,             -- a device, or '' for the center itself
  mark text not null,                -- which occurrence of the cause
  raised_ms {long} not null,
  seen_ms {long} not null,           -- 0: nobody has acknowledged it
  seen_by text not null,
  taken_ms {long} not null,          -- when a server began to send it; 0: none has
  sent_ms {long} not null,           -- 0: not yet
  unique (kind, center, subject, mark)
) {strict};
create index alert_by_time on alert (raised_ms);
create index alert_open on alert (center) where seen_ms = 0;

-- Which days were judged by the charts: once, whichever server comes first.
create table alert_day (
  day integer primary key
) {strict};
"""
