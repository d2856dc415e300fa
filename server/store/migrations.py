"""The schema, as an ordered list of steps. Add at the end; never edit a step that has shipped.

The text is the same for both engines but for `{blob}` (bytes), `{long}` (64 bits) and `{strict}`
(what makes SQLite keep to its types). Constraints live here first: code only
translates what they refuse.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One migration. The name is what an installed database remembers."""

    name: str
    sql: str


PLACES = """
create table center (
  code integer primary key,          -- of the national list of administrative units
  name text not null,
  kind text not null,
  lat real not null,
  lon real not null
) {strict};

create table counter (
  id text primary key,               -- '24823-1'
  center integer not null references center (code),
  number integer not null check (number > 0),
  unique (center, number)
) {strict};

create table survey (
  hash text primary key,             -- immutable once shown: ratings name it
  raw {blob} not null,
  position integer not null unique   -- the greatest is the one asked now
) {strict};
"""

BOOK = """
create table device (
  no integer primary key,            -- short, since every rating repeats it
  id text not null unique,
  public_key text not null,
  counter text not null references counter (id),
  state text not null check (state in ('active', 'revoked', 'forked')),
  enrolment text not null,           -- exact text: its hash anchors the chain
  enrolment_signature text not null,
  seq integer not null check (seq >= 0),
  head text not null,
  seen_ms {long} not null
) {strict};

create table enrolment_code (
  code_hash text primary key,        -- the code itself is never stored
  counter text not null references counter (id),
  expires_ms {long} not null,
  device text references device (id) -- set when a kiosk spends it
) {strict};

-- The book. Rows are appended and never changed.
create table journal (
  device integer not null references device (no),
  seq {long} not null check (seq > 0),
  head {blob} not null,
  body {blob} not null,              -- the bytes the kiosk made; never re-serialised
  received_ms {long} not null,
  boot text not null,                -- of the batch it came in, with mono_ms: recovers the true time
  mono_ms {long} not null,
  primary key (device, seq)
) {strict};

create table aside (
  device integer not null,
  seq {long} not null,
  kind text not null,
  salt text not null,
  words text not null,
  primary key (device, seq, kind),
  foreign key (device, seq) references journal (device, seq)
) {strict};

-- The newest head that each device signed: proves how far its chain had come.
create table signed_head (
  device integer primary key references device (no),
  seq {long} not null,
  head text not null,
  nonce text not null,
  boot text not null,
  mono_ms {long} not null,
  body_hash text not null,
  signature text not null
) {strict};

-- A record that contradicts the journal: a cloned disk. Kept for a human, never counted.
create table fork (
  id integer primary key,
  device integer not null references device (no),
  seq {long} not null,
  body {blob} not null,
  received_ms {long} not null,
  unique (device, seq, body)         -- a clone tries again every hour
) {strict};
"""

PROJECTION = """
-- What the journal means. A function of journal and surveys: it can be built again.
create table rating (
  device integer not null,
  seq {long} not null,
  center integer not null references center (code),
  counter text not null,
  officer text not null,
  survey text not null,
  day integer not null,              -- days since 1970-01-01, in Vietnam
  score integer check (score between 1 and 5),
  lang text not null,
  flags text not null,
  quarantine text,                   -- why it does not count; null: it counts
  primary key (device, seq),
  foreign key (device, seq) references journal (device, seq),
  check (score is not null or quarantine is not null)
) {strict};

create table answer (
  device integer not null,
  seq {long} not null,
  question text not null,
  choice integer not null,
  primary key (device, seq, question, choice),
  foreign key (device, seq) references rating (device, seq)
) {strict};

-- Exact, kept in the transaction that appends to the journal; shown_1..5 of it have been released.
create table center_day (
  center integer not null references center (code),
  day integer not null,
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  shown1 {long} not null, shown2 {long} not null, shown3 {long} not null,
  shown4 {long} not null, shown5 {long} not null,
  primary key (center, day),
  check (shown1 <= n1 and shown2 <= n2 and shown3 <= n3 and shown4 <= n4 and shown5 <= n5)
) {strict};

-- What was published, in steps of at least five ratings; see server.domain.disclosure.
create table release (
  id integer primary key,
  center integer not null references center (code),
  first_day integer not null,
  last_day integer not null check (last_day >= first_day),
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  check (n1 + n2 + n3 + n4 + n5 >= 5)
) {strict};
create index release_by_center on release (center, first_day, last_day);
create index center_day_pending on center_day (center)
  where n1 + n2 + n3 + n4 + n5 > shown1 + shown2 + shown3 + shown4 + shown5;
"""

PEOPLE = """
create table person (
  id integer primary key,
  name text not null unique,
  password_hash text not null,
  role text not null check (role in ('manager', 'reviewer', 'technician', 'admin')),
  center integer references center (code)  -- null: the whole province
) {strict};

create table session (
  token_hash text primary key,       -- the token itself is only in the cookie
  person integer not null references person (id),
  expires_ms {long} not null
) {strict};

-- Wrong passwords and codes, so that guessing is slowed down across processes too.
create table attempt (
  id integer primary key,
  kind text not null,
  subject text not null,
  at_ms {long} not null
) {strict};
create index attempt_by_subject on attempt (kind, subject, at_ms);
"""

STEPS = (
    Step("0001_places", PLACES),
    Step("0002_book", BOOK),
    Step("0003_projection", PROJECTION),
    Step("0004_people", PEOPLE),
)
