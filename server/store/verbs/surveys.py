"""What the store knows of surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from server.domain.audit import COMMAND_LINE, SERVER

if TYPE_CHECKING:
    from server.domain.surveys import KeptSurvey


class SurveyVerbs(Protocol):
    """The verbs of `Store` about surveys."""

    def add_survey(self, raw: bytes, author: str = COMMAND_LINE, detail: str = "asked") -> str:
        """Keep a survey for good; the newest one added is the one that is asked. Returns its hash.

        One that was asked before is asked again. `detail` is what the audit log says of it.
        """

    def learn_survey(self, raw: bytes, author: str = SERVER) -> str:
        """Keep a survey that was asked once, but not now, and judge what waited for it. Returns its hash."""

    def unknown_surveys(self, device: str) -> list[str]:
        """Return surveys that ratings of this kiosk name and nobody here knows: `WANT_MAX` at most."""

    def current_survey(self) -> bytes | None:
        """Return the bytes of the survey that is asked now."""

    def kept_surveys(self) -> list[KeptSurvey]:
        """Return every survey there is, the one asked now first, then the others, the last asked first."""
