"""What can happen to a visit, and what a visit asks to be done. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiosk.telex import Method

Given = int | tuple[int, ...]
"""An answer: a score, a number or an option; or the options that were chosen of several."""
Answers = tuple[tuple[str, Given], ...]
"""The answers of a visit by question, in the order of the survey."""

REPEAT: Final = "repeat"
"""Flag: it followed the last rating at this kiosk too soon."""
LATE: Final = "late"
"""Flag: nobody touched the screen any more, and what was given was counted."""
BUTTON_BOX: Final = "box"
"""Flag: the face was a button of a box."""
LISTENED: Final = "listened"
"""Flag: the questions were read out."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the citizen wants to see and hear this visit; everything goes back to normal after it."""

    contrast: bool = False
    large: bool = False
    low: bool = False
    listening: bool = False


@dataclass(frozen=True, slots=True)
class Chose:
    """A finger lifted from a face: 1 is worst, 5 is best. `box`: it was a button of a box."""

    score: int
    box: bool = False


@dataclass(frozen=True, slots=True)
class Picked:
    """A finger lifted from an option or a number, counted from 0."""

    option: int


@dataclass(frozen=True, slots=True)
class Typed:
    """A sign of the keyboard on the screen."""

    sign: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was written is to go."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """The citizen writes with another method from here on."""

    method: Method


@dataclass(frozen=True, slots=True)
class Continued:
    """Go on with what is given."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Go on without an answer to this question."""


@dataclass(frozen=True, slots=True)
class WentBack:
    """Ask the question before this one again; the first of all is the face."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """The citizen asked for another language."""

    lang: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The citizen asked to see or hear the screens another way."""

    look: Look


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scanner read something: the fingerprint of a dossier's code, or nothing that is one."""

    dossier: str


@dataclass(frozen=True, slots=True)
class Touched:
    """The screen was touched where there is nothing to choose."""


@dataclass(frozen=True, slots=True)
class Stayed:
    """I am still here, and go on."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """I am somebody else, and begin."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The rating of visit `number` is on disk and will survive a power cut."""

    number: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The disk refused the rating of visit `number`, or a part of it."""

    number: int


Hand = (
    Chose
    | Picked
    | Typed
    | Cleared
    | Wrote
    | Continued
    | Skipped
    | WentBack
    | Spoke
    | Looked
    | Scanned
    | Touched
    | Stayed
    | Arrived
)
"""What a citizen does."""
Event = Hand | Ticked | Stored | Refused


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Put the answers on disk at once; whatever happens next, they count.

    `comment` has no personal numbers left in it, `dossier` is the fingerprint of a code.
    """

    answers: Answers
    lang: str
    flags: tuple[str, ...] = ()
    procedure: str = ""
    comment: str = ""
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """Turn the draft into a rating, and say `Stored` or `Refused` of this visit."""


Effect = SaveDraft | Seal
