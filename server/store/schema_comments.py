"""The tables of comments that may be shown, of what became of them, and of themes, in SQL.

`migrations` says in which step. The words themselves are in `aside`, and only there.
"""

from __future__ import annotations

from server.store.sql import Guard

COMMENTS = """
create index aside_comment on aside (device, seq) where kind = 'comment';

-- Which comments became visible together; see server.domain.comments. Ids are random: they tell no order.
create table comment_showing (
  id text primary key,
  center integer not null references center (code),
  first_day integer not null,        -- days since 1970-01-01
  last_day integer not null check (last_day >= first_day)
) {strict};
create index comment_showing_by_center on comment_showing (center, last_day);

create table comment_shown (
  id text primary key,
  showing text not null references comment_showing (id),
  device integer not null,
  seq {long} not null,
  unique (device, seq),
  foreign key (device, seq) references journal (device, seq)
) {strict};
create index comment_shown_by_showing on comment_shown (showing);

-- The day up to which days are closed for comments.
create table comment_closing (
  one integer primary key check (one = 1),
  day integer not null
) {strict};

-- What was decided about a comment; the newest step holds. They go when the comment's words go.
create table comment_step (
  comment text not null references comment_shown (id),
  number integer not null check (number > 0),
  state text not null check (state in ('new', 'doing', 'done')),
  note text not null,
  author text not null,
  at_ms {long} not null,
  primary key (comment, number)
) {strict};

-- Which notice answers a comment. A notice may be deleted; then there is none.
create table comment_answer (
  comment text primary key references comment_shown (id),
  notice text not null
) {strict};

create table theme (
  id integer primary key check (id > 0),
  name_vi text not null check (length(name_vi) > 0),
  name_en text not null check (length(name_en) > 0),
  words text not null check (length(words) > 0),  -- a phrase on each line
  retired_ms {long}
) {strict};
"""
STEPS_FROZEN = (Guard("comment_step_keeps", "comment_step", "update", "rows are never changed"),)
