"""Comments that may be shown, what became of them, and themes, in SQL.

The page asks the tables of ratings by key only, for what was shown and is withheld now. The job at the
close of a day reads the comments that were never shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import Action, changed
from server.domain.calendar import day_of
from server.domain.comments import Comment, State, Step, Waiting, comment_releases
from server.domain.themes import Theme
from server.store.decisions import Decisions
from server.store.sql import to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from server.domain.comments import Showing, Wanted
    from server.store.sql import Row

ID_BYTES = 8
CLOSED = """
insert into comment_closing (one, day) values (1, :day) on conflict (one) do update set day = excluded.day
"""
WAITING = """
select r.center, r.day, a.device, a.seq, j.received_ms
from aside a
join journal j on j.device = a.device and j.seq = a.seq
join rating_now r on r.device = a.device and r.seq = a.seq
where a.kind = 'comment' and r.quarantine is null and r.day < :today
  and not exists (select 1 from comment_shown s where s.device = a.device and s.seq = a.seq)
"""
SHOWING = """
insert into comment_showing (id, center, first_day, last_day) values (:id, :center, :first, :last)
"""
SHOWN = "insert into comment_shown (id, showing, device, seq) values (:id, :showing, :device, :seq)"
COMMENTS = """
select s.id, b.center, b.first_day, b.last_day, a.words, n.notice,
  w.number, w.state, w.note, w.author, w.at_ms
from comment_showing b
join comment_shown s on s.showing = b.id
join aside a on a.device = s.device and a.seq = s.seq and a.kind = 'comment'
join rating_now r on r.device = s.device and r.seq = s.seq and r.quarantine is null
left join comment_step w on w.comment = s.id
  and w.number = (select max(x.number) from comment_step x where x.comment = s.id)
left join comment_answer n on n.comment = s.id
"""
STEP = """
insert into comment_step (comment, number, state, note, author, at_ms)
values (:comment, :number, :state, :note, :author, :at)
"""
ANSWER = """
insert into comment_answer (comment, notice) values (:comment, :notice)
on conflict (comment) do update set notice = excluded.notice
"""
THEMES = "select id, name_vi, name_en, words, retired_ms from theme "
THEME = """
insert into theme (id, name_vi, name_en, words, retired_ms) values (:id, :vi, :en, :words, :retired)
on conflict (id) do update set name_vi = excluded.name_vi, name_en = excluded.name_en,
  words = excluded.words, retired_ms = excluded.retired_ms
"""


class Comments(Decisions):
    """The verbs of `Store` about comments and themes."""

    def release_comments(self, today: date, token: Callable[[int], str]) -> int:
        """Make visible the comments that have become due, once a day; says how many they were."""
        closed = self.one("select day from comment_closing")
        if closed is not None and closed["day"] >= to_days(today):
            return 0
        self.write(CLOSED, day=to_days(today))
        by_center: dict[int, list[Waiting]] = {}
        for row in self.ask(WAITING, today=to_days(today)):
            came = day_of(row["received_ms"])
            waiting = Waiting((row["device"], row["seq"]), to_date(row["day"]), came)
            by_center.setdefault(row["center"], []).append(waiting)
        shown = 0
        for center, waiting_here in by_center.items():
            for showing in comment_releases(waiting_here, today):
                self._show(center, showing, token)
                shown += len(showing.keys)
        return shown

    def _show(self, center: int, showing: Showing, token: Callable[[int], str]) -> None:
        id_ = token(ID_BYTES)
        self.write(SHOWING, id=id_, center=center, first=to_days(showing.first), last=to_days(showing.last))
        self.write_many(
            SHOWN,
            [
                {"id": token(ID_BYTES), "showing": id_, "device": device, "seq": seq}
                for device, seq in sorted(showing.keys)
            ],
        )

    def comments(self, center: int) -> list[Comment]:
        """Return what may be shown of a center, the newest days first; of equal days in a random order."""
        rows = self.ask(
            COMMENTS + "where b.center = :center order by b.last_day desc, b.first_day desc, s.id",
            center=center,
        )
        return [_comment(row) for row in rows]

    def comment(self, id_: str) -> Comment | None:
        """Return one comment that may be shown."""
        row = self.one(COMMENTS + "where s.id = :id", id=id_)
        return None if row is None else _comment(row)

    def comment_steps(self, id_: str) -> list[Step]:
        """Return what was decided about a comment, in order."""
        rows = self.ask(
            "select number, state, note, author, at_ms from comment_step where comment = :id order by number",
            id=id_,
        )
        return [_step(row) for row in rows]

    def add_comment_step(self, comment: Comment, wanted: Wanted, author: str) -> None:
        """Decide about a comment; nothing happens if nothing is new.

        The log tells the state, and of the note only that it is another one: a note may have to be deleted
        together with the words that it is about, and nothing is ever deleted from the log.
        """
        if (wanted.state, wanted.note) == (comment.state, comment.note):
            return
        number = 1 + (comment.step.number if comment.step else 0)
        self.write(
            STEP,
            comment=comment.id,
            number=number,
            state=wanted.state.value,
            note=wanted.note,
            author=author,
            at=self.now_ms(),
        )
        before = {"state": comment.state.value, "note_of_step": number - 1}
        other = wanted.note != comment.note
        after = {"state": wanted.state.value, "note_of_step": number if other else number - 1}
        self.note(Action.SET_COMMENT, f"comment {comment.id}", changed(before, after), author=author)

    def answer_comment(self, comment: Comment, notice: str, author: str) -> None:
        """Let a notice be the answer to a comment."""
        if notice == comment.notice:
            return
        self.write(ANSWER, comment=comment.id, notice=notice)
        detail = changed({"notice": comment.notice or None}, {"notice": notice})
        self.note(Action.ANSWER_COMMENT, f"comment {comment.id}", detail, author=author)

    def forget_comment(self, comment: Comment, author: str, reason: str) -> None:
        """Delete the words of a comment, every copy of them, and what was noted about it."""
        row = self.one(
            "select d.id, s.seq from comment_shown s join device d on d.no = s.device where s.id = :id",
            id=comment.id,
        )
        if row is not None:
            self.forget_aside(row["id"], row["seq"], "comment", author, reason)

    def themes(self) -> list[Theme]:
        """Return every theme in the order in which they came, those that are retired too."""
        return [
            Theme(
                row["id"],
                {"vi": row["name_vi"], "en": row["name_en"]},
                tuple(row["words"].split("\n")),
                row["retired_ms"],
            )
            for row in self.ask(THEMES + "order by id")
        ]

    def add_themes(self, themes: Iterable[Theme]) -> None:
        """Write the themes that a new installation begins with, if there is none yet."""
        if self.one(THEMES + "limit 1") is None:
            for theme in themes:
                self._write_theme(theme)

    def add_theme(self, theme: Theme, author: str) -> Theme:
        """Write a theme under the next number, which none had before."""
        row = self.one("select max(id) as last from theme")
        new = Theme(1 + ((row and row["last"]) or 0), theme.names, theme.phrases)
        self._write_theme(new)
        self.note(Action.ADD_THEME, f"theme {new.id}", changed({}, new.told), author=author)
        return new

    def change_theme(self, before: Theme, after: Theme, author: str) -> None:
        """Give a theme other names or words; nothing happens if nothing is new."""
        if before.told != after.told:
            self._write_theme(Theme(before.id, after.names, after.phrases, before.retired_ms))
            detail = changed(before.told, after.told)
            self.note(Action.CHANGE_THEME, f"theme {before.id}", detail, author=author)

    def retire_theme(self, theme: Theme, at_ms: int | None, author: str) -> None:
        """Let a theme be used no more from a moment on, or again (None)."""
        if theme.is_active == (at_ms is not None):
            self._write_theme(Theme(theme.id, theme.names, theme.phrases, at_ms))
            how = Action.RETIRE_THEME if at_ms is not None else Action.RETURN_THEME
            self.note(how, f"theme {theme.id}", author=author)

    def _write_theme(self, theme: Theme) -> None:
        self.write(
            THEME,
            id=theme.id,
            vi=theme.names["vi"],
            en=theme.names["en"],
            words="\n".join(theme.phrases),
            retired=theme.retired_ms,
        )


def _step(row: Row) -> Step:
    return Step(row["number"], State(row["state"]), row["note"], row["author"], row["at_ms"])


def _comment(row: Row) -> Comment:
    return Comment(
        row["id"],
        row["center"],
        to_date(row["first_day"]),
        to_date(row["last_day"]),
        row["words"],
        None if row["number"] is None else _step(row),
        row["notice"] or "",
    )
