"""What `migrations.PEOPLE` had not yet: invitations, the second factor, what a session is."""

from __future__ import annotations

ACCESS = """
-- People are never deleted: the audit log names them, and nobody may come to be taken for somebody else.
alter table person add column blocked_ms {long};        -- null: may sign in
alter table person add column last_sign_in_ms {long};   -- null: never yet

alter table session add column started_ms {long} not null default 0;
alter table session add column address text not null default '';
alter table session add column browser text not null default '';  -- in plain words
-- 'code': the password was right, the second factor is still asked for
alter table session add column waits text not null default '' check (waits in ('', 'code'));
create index session_by_person on session (person);

-- One link at most; it is gone once it was used, withdrawn or replaced.
create table invitation (
  person integer primary key references person (id),
  token_hash text not null unique,   -- the token itself is only in the link
  expires_ms {long} not null
) {strict};

create table second_factor (
  person integer primary key references person (id),
  sealed text not null,              -- the secret, closed with the server's key
  on_ms {long},                      -- null: not yet confirmed with a code
  last_step {long} not null          -- codes of this step of time and before were taken
) {strict};

create table recovery_code (
  person integer not null references second_factor (person),
  code_hash text not null,
  used_ms {long},
  primary key (person, code_hash)
) {strict};
"""
