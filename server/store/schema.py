"""The tables of the book, in SQL: journal, proof, projection, releases. `migrations` says in which step.

`{blob}` (bytes), `{long}` (64 bits), `{real}` (64 bits too), `{serial}` (a key that the database counts up)
and `{strict}` (what makes SQLite keep to its types) differ between engines, and so do guards.
Constraints live here first: code only translates what they refuse.
"""

from __future__ import annotations

from server.store.sql import Guard

BOOK = """
create table device (
  no {serial},                       -- short, since every rating repeats it
  id text not null unique,
  public_key text not null,
  counter text not null references counter (id),
  state text not null check (state in ('active', 'revoked', 'forked')),
  enrolment text not null,           -- exact text: its hash anchors the chain
  enrolment_signature text not null,
  seq integer not null check (seq >= 0),
  head text not null,
  entry text not null,               -- the newest entry of the journal's own chain
  before text not null,              -- the device whose successor it is; '' if none
  revoked_ms {long},                 -- records received from then on do not count
  seen_ms {long} not null
) {strict};

create table enrolment_code (
  code_hash text primary key,        -- the code itself is never stored
  counter text not null references counter (id),
  expires_ms {long} not null,
  device text references device (id) -- set when a kiosk spends it
) {strict};

create index device_by_before on device (before) where before <> '';

-- The book. Rows are appended and never changed.
create table journal (
  device integer not null references device (no),
  seq {long} not null check (seq > 0),
  head {blob} not null,
  body {blob} not null,              -- the bytes the kiosk made; never re-serialised
  received_ms {long} not null,
  boot text not null,                -- of the batch it came in, with mono_ms: recovers the true time
  mono_ms {long} not null,
  entry {blob} not null,             -- chains what the server added: protocol.checkpoint.next_entry
  primary key (device, seq)
) {strict};

-- May be deleted, by law; the audit log then says so.
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
  id {serial},
  device integer not null references device (no),
  seq {long} not null,
  body {blob} not null,
  received_ms {long} not null,
  unique (device, seq, body)         -- a clone tries again every hour
) {strict};

-- What was decided, one event after another; see server.domain.audit.
create table audit (
  id integer primary key check (id > 0),
  at_ms {long} not null,
  author text not null,
  action text not null,
  subject text not null,
  detail text not null,
  hash {blob} not null               -- over the hash before and this event
) {strict};
create index audit_by_subject on audit (subject, action);

-- How far the log has come: without it nobody would miss its last events.
create table audit_head (
  one integer primary key check (one = 1),
  id integer not null,
  hash {blob} not null
) {strict};

-- What the server signed of the whole book, and who had moved since the one before.
create table checkpoint (
  number integer primary key check (number > 0),
  hash text not null unique,         -- of the payload: a kiosk names it as its witness
  payload text not null,
  signature text not null,
  made_ms {long} not null
) {strict};

create table checkpoint_head (
  number integer not null references checkpoint (number),
  device integer not null references device (no),
  seq {long} not null,
  head text not null,
  entry text not null,
  primary key (number, device)
) {strict};
create index checkpoint_head_by_device on checkpoint_head (device, number);
"""

PROJECTION = """
-- What the journal means. A function of journal, surveys and decisions: it can be built again.
-- A decision adds a version; the newest one is what the rating is worth (rating_now).
create table rating (
  device integer not null,
  seq {long} not null,
  version integer not null check (version >= 0),
  center integer not null references center (code),
  counter text not null,
  officer text not null,
  survey text not null,
  day integer not null,              -- days since 1970-01-01, in Vietnam
  score integer check (score between 1 and 5),
  lang text not null,
  flags text not null,               -- the kiosk's words, and 'day_unsure'
  quarantine text,                   -- why it does not count; null: it counts
  cause integer not null,            -- the audit event that made this version; 0: its arrival
  primary key (device, seq, version),
  foreign key (device, seq) references journal (device, seq),
  check ((version = 0) = (cause = 0)),
  check (score is not null or quarantine is not null)
) {strict};

create table answer (
  device integer not null,
  seq {long} not null,
  question text not null,
  choice integer not null,
  primary key (device, seq, question, choice),
  foreign key (device, seq) references journal (device, seq)
) {strict};

-- Which record first brought a rating of an earlier device; its own copy, if it comes, counts no more.
create table carried (
  device integer not null references device (no),
  seq {long} not null,
  head {blob} not null,
  by_device integer not null,
  by_seq {long} not null,
  primary key (device, seq, head),
  foreign key (by_device, by_seq) references journal (device, seq)
) {strict};

create index rating_of_unknown_survey on rating (survey) where quarantine = 'unknown_survey';
create index rating_that_waits on rating (device, survey) where quarantine = 'unknown_survey';
create index rating_that_does_not_count on rating (quarantine) where quarantine is not null;
create view rating_now as select * from rating
  where version = (select max(x.version) from rating x where x.device = rating.device and x.seq = rating.seq);
"""

PROJECTION_FROZEN = ("rating", "answer", "carried")
"""Tables of the projection whose rows are never changed; building it again makes the tables anew."""
FROZEN = ("journal", "fork", "audit", "checkpoint", "checkpoint_head")
"""Tables whose rows are never changed and never deleted."""

ASIDE_FROZEN = (
    Guard("aside_keeps", "aside", "update", "rows are never changed"),
    Guard(
        "aside_stays",
        "aside",
        "delete",
        "a deletion is first written into the audit log",
        unless="exists (select 1 from audit a join device d on d.no = old.device"
        " where a.action = 'forget_aside' and a.subject = d.id || ' ' || old.seq || ' ' || old.kind)",
    ),
    Guard("device_stays", "device", "delete", "rows are never deleted"),
)

STREAM = """
-- Exact, kept in the transaction that appends to the journal. n1..5 ratings have counted, shown1..5 of them
-- were released; less1..5 were withheld since, taken1..5 of them were taken out by a release of a correction.
-- None of these ever goes down.
create table DAYS (
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

-- What was published, in steps of at least five ratings; see server.domain.disclosure.
create table RELEASES (
  id {serial},
  center integer not null references center (code),
  first_day integer not null,
  last_day integer not null check (last_day >= first_day),
  n1 {long} not null, n2 {long} not null, n3 {long} not null, n4 {long} not null, n5 {long} not null,
  -- a correction has none above 0, every other release none below
  check (abs(n1 + n2 + n3 + n4 + n5) >= 5),
  check (n1 >= 0 and n2 >= 0 and n3 >= 0 and n4 >= 0 and n5 >= 0
    or n1 <= 0 and n2 <= 0 and n3 <= 0 and n4 <= 0 and n5 <= 0)
) {strict};
create index RELEASES_by_center on RELEASES (center, first_day, last_day);
create index DAYS_pending on DAYS (center)
  where n1 + n2 + n3 + n4 + n5 > shown1 + shown2 + shown3 + shown4 + shown5;
create index DAYS_correction on DAYS (center)
  where less1 + less2 + less3 + less4 + less5 > taken1 + taken2 + taken3 + taken4 + taken5;
"""


def stream(days: str, releases: str) -> str:
    """Return the tables of ratings that are told together: their days, and what was published of them."""
    return STREAM.replace("DAYS", days).replace("RELEASES", releases)


RELEASES = stream("center_day", "release")


def frozen(*tables: str) -> tuple[Guard, ...]:
    """Return the guards that keep whoever errs, us too, from changing or deleting rows."""
    return tuple(
        Guard(f"{table}_{name}", table, verb, f"rows are never {done}")
        for table in tables
        for name, verb, done in (("keeps", "update", "changed"), ("stays", "delete", "deleted"))
    )
