"""What a citizen writes: the finished text, and the word that is just being typed.

Pure. Every key of the on-screen keyboard gives a new `Writing`. Letters and digits are the keys of a
word until a space, a mark or a new line finishes it; a finished word never changes its look again.
A digit that the word cannot take as a tone or a mark stands in it as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unicodedata import category, normalize

from msgspec.structs import replace

from kiosk.telex import compose, typed_as
from kiosk.value import Value

if TYPE_CHECKING:
    from kiosk.telex import Method

COMMENT_CHARS_MAX: Final = 500
"""How long a comment may be, in code points of NFC."""
KEYS_MAX: Final = 64
"""A word of more keys is none; the next key begins another. It bounds the work of a key."""
ERASE: Final = "\b"
"""The sign that takes back."""
SENTENCE_ENDS: Final = (".", "?", "!")
NOT_WRITTEN: Final = ("C", "M", "Zl", "Zp")
"""Unicode categories that no key of ours writes: controls, marks without a letter, odd breaks."""


class Writing(Value, frozen=True):
    """A comment while it is written: finished text (NFC), raw keys of the word after it, their method."""

    method: Method
    done: str = ""
    keys: str = ""

    @property
    def text(self) -> str:
        """What is to be shown and kept, in NFC."""
        return normalize("NFC", self.done + compose(self.keys, self.method))


def typed(writing: Writing, sign: str) -> Writing:
    """Return what stands there after one sign, which is one character or `ERASE`.

    A sign that is none of a text, or that would make the text longer than `COMMENT_CHARS_MAX`,
    changes nothing.
    """
    if sign == ERASE:
        return _erased(writing)
    if len(sign) != 1 or (sign != "\n" and category(sign).startswith(NOT_WRITTEN)):
        return writing
    if not sign.isalnum():
        longer = replace(writing, done=normalize("NFC", writing.text + sign), keys="")
    elif len(writing.keys) >= KEYS_MAX:
        longer = replace(writing, done=writing.text, keys=sign)
    else:
        longer = replace(writing, keys=writing.keys + sign)
    return longer if len(longer.text) <= COMMENT_CHARS_MAX else writing


def cleared(writing: Writing) -> Writing:
    """Return an empty writing by the same method."""
    return Writing(writing.method)


def with_method(writing: Writing, method: Method) -> Writing:
    """Return the same text, whose next word is typed by this method."""
    return Writing(method, done=writing.text)


def starts_sentence(writing: Writing) -> bool:
    """Tell whether the next letter begins a sentence: at the start, on a new line, after ". ", "? ", "! "."""
    text = writing.text
    before = text.rstrip()
    return not before or text.endswith("\n") or (text != before and before.endswith(SENTENCE_ENDS))


def _erased(writing: Writing) -> Writing:
    """Take back the last visible letter; the word goes on from what is left, as if typed just so.

    What is left of a word may be no word of its own keys ("tex" of "text" would get a tone); then
    it is finished.
    """
    if not writing.keys:
        return replace(writing, done=writing.done[:-1])
    left = compose(writing.keys, writing.method)[:-1]
    for keys in (writing.keys[:-1], typed_as(left, writing.method)):
        if compose(keys, writing.method) == left:
            return replace(writing, keys=keys)
    return replace(writing, done=normalize("NFC", writing.done + left), keys="")
