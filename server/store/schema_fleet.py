"""The tables of the kiosks as machines, in SQL: where they went, how they are, how they are set.

Placeholders are those of `server.store.schema`.
"""

from __future__ import annotations

FLEET = """
-- Where a device went after it was enrolled. What is received from then on is judged by it, so rows are
-- never changed; the audit log tells the same.
create table device_move (
  device integer not null references device (no),
  since_ms {long} not null,
  counter text not null references counter (id),
  primary key (device, since_ms)
) {strict};
create index device_move_by_counter on device_move (counter);

-- The newest that each device said of itself. No part of the proof.
create table device_health (
  device integer primary key references device (no),
  boot text not null,                -- within one boot only what has a greater mono_ms counts
  mono_ms {long} not null,
  software text not null,
  recorded {long} not null check (recorded >= 0),  -- ratings it had made, received or not
  clock_ok integer not null check (clock_ok in (0, 1)),
  free_mb {long} not null check (free_mb >= 0),
  stuck text not null                -- the code of what stops it from sending; '' if nothing
) {strict};

-- How the kiosks of a center behave; without a row as the contract has it.
create table kiosk_settings (
  center integer primary key references center (code),
  pin_hash text not null,            -- Argon2id; '': nobody may service a machine at its screen
  volume integer not null check (volume between 0 and 100),
  thanks_s {real} not null check (thanks_s > 0 and thanks_s <= 60),
  repeat_s {real} not null check (repeat_s >= 0 and repeat_s <= 600),
  silence_s {real} not null check (silence_s >= 10 and silence_s <= 600),
  grace_s {real} not null check (grace_s >= 5 and grace_s <= 120),
  notice_after_s {real} not null check (notice_after_s >= 10 and notice_after_s <= 3600),
  notice_s {real} not null check (notice_s >= 5 and notice_s <= 120)
) {strict};
"""
