"""What can happen to a visit, and what a visit asks to be done. Plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.value import Value

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


class Look(Value, frozen=True):
    """How the citizen wants to see and hear this visit; everything goes back to normal after it."""

    contrast: bool = False
    large: bool = False
    low: bool = False
    listening: bool = False


class Chose(Value, frozen=True):
    """A finger lifted from a face: 1 is worst, 5 is best. `box`: it was a button of a box."""

    score: int
    box: bool = False


class Picked(Value, frozen=True):
    """A finger lifted from an option or a number, counted from 0."""

    option: int


class Typed(Value, frozen=True):
    """A sign of the keyboard on the screen."""

    sign: str


class Cleared(Value, frozen=True):
    """What was written is to go."""


class Wrote(Value, frozen=True):
    """The citizen writes with another method from here on."""

    method: Method


class Continued(Value, frozen=True):
    """Go on with what is given."""


class Skipped(Value, frozen=True):
    """Go on without an answer to this question."""


class WentBack(Value, frozen=True):
    """Ask the question before this one again; the first of all is the face."""


class Spoke(Value, frozen=True):
    """The citizen asked for another language."""

    lang: str


class Looked(Value, frozen=True):
    """The citizen asked to see or hear the screens another way."""

    look: Look


class Scanned(Value, frozen=True):
    """A scanner read something: the fingerprint of a dossier's code, or nothing that is one."""

    dossier: str


class Touched(Value, frozen=True):
    """The screen was touched where there is nothing to choose."""


class Stayed(Value, frozen=True):
    """I am still here, and go on."""


class Arrived(Value, frozen=True):
    """I am somebody else, and begin."""


class Ticked(Value, frozen=True):
    """Time passed."""


class Stored(Value, frozen=True):
    """The rating of visit `number` is on disk and will survive a power cut."""

    number: int


class Refused(Value, frozen=True):
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


class SaveDraft(Value, frozen=True):
    """Put the answers on disk at once; whatever happens next, they count.

    `comment` has no personal numbers left in it, `dossier` is the fingerprint of a code.
    """

    answers: Answers
    lang: str
    flags: tuple[str, ...] = ()
    procedure: str = ""
    comment: str = ""
    dossier: str = ""


class Seal(Value, frozen=True):
    """Turn the draft into a rating, and say `Stored` or `Refused` of this visit."""


Effect = SaveDraft | Seal
