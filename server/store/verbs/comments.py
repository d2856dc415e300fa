"""The verbs of `Store` about comments and themes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from server.domain.comments import Comment, Step, Wanted
    from server.domain.themes import Theme


class CommentVerbs(Protocol):
    """What citizens wrote, as far as it may be shown, and what became of it."""

    def release_comments(self, today: date, token: Callable[[int], str]) -> int:
        """Make visible the comments that have become due, once a day; says how many they were.

        `token` returns so many random bytes as hex: the order in which comments are shown is theirs.
        """

    def comments(self, center: int) -> list[Comment]:
        """Return what may be shown of a center, the newest days first; of equal days in a random order."""

    def comment(self, id_: str) -> Comment | None:
        """Return one comment that may be shown."""

    def comment_steps(self, id_: str) -> list[Step]:
        """Return what was decided about a comment, in order."""

    def add_comment_step(self, comment: Comment, wanted: Wanted, author: str) -> None:
        """Decide about a comment; nothing happens if nothing is new."""

    def answer_comment(self, comment: Comment, notice: str, author: str) -> None:
        """Let a notice be the answer to a comment."""

    def forget_comment(self, comment: Comment, author: str, reason: str) -> None:
        """Delete the words of a comment, every copy of them, and what was noted about it."""

    def themes(self) -> list[Theme]:
        """Return every theme in the order in which they came, those that are retired too."""

    def add_themes(self, themes: Iterable[Theme]) -> None:
        """Write the themes that a new installation begins with, if there is none yet."""

    def add_theme(self, theme: Theme, author: str) -> Theme:
        """Write a theme under the next number, which none had before."""

    def change_theme(self, before: Theme, after: Theme, author: str) -> None:
        """Give a theme other names or words; nothing happens if nothing is new."""

    def retire_theme(self, theme: Theme, at_ms: int | None, author: str) -> None:
        """Let a theme be used no more from a moment on, or again (None)."""
