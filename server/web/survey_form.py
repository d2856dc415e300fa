"""A manuscript of a survey as the fields of a form, there and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from server.domain.surveys import (
    AFTERS,
    CODE_CHARS_MAX,
    GROUPS,
    ID,
    KINDS,
    OPTIONS_MAX,
    PROCEDURE_CHARS_MAX,
    QUESTION_CHARS_MAX,
    QUESTIONS_MAX,
    TITLE_CHARS_MAX,
    Manuscript,
    WrittenOption,
    WrittenQuestion,
    plain_words,
    settled,
)
from server.protocol.survey import NUMBER_MOST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS_MAX: Final = 10 + QUESTIONS_MAX * (7 + OPTIONS_MAX * 5)
"""How many fields the largest survey has."""
LETTER_BYTES_MAX: Final = 9
"""A Vietnamese letter as a form sends it: three bytes, each as %xx."""
LETTERS_MAX: Final = (
    2 * TITLE_CHARS_MAX
    + QUESTIONS_MAX * 2 * QUESTION_CHARS_MAX
    + QUESTIONS_MAX * OPTIONS_MAX * (2 * PROCEDURE_CHARS_MAX + CODE_CHARS_MAX)
)
FORM_BYTES_MAX: Final = LETTERS_MAX * LETTER_BYTES_MAX + FIELDS_MAX * 64
"""The largest survey there can be, each of its letters in three bytes, with the names of its fields."""

_Choice = TypeVar("_Choice", bound=str)


def manuscript_from(form: Mapping[str, str]) -> Manuscript:
    """Read a manuscript. What no page of ours sends counts as not sent; what was typed is kept as it is."""
    questions: list[WrittenQuestion] = []
    while len(questions) < QUESTIONS_MAX and f"q{len(questions)}.vi" in form:
        questions.append(_question(form, f"q{len(questions)}"))
    return settled(Manuscript(_text(form, "name.vi"), _text(form, "name.en"), tuple(questions)))


def _question(form: Mapping[str, str], name: str) -> WrittenQuestion:
    """Read one question. An id belongs to a kind: a question of another kind is another question."""
    options: list[WrittenOption] = []
    while len(options) < OPTIONS_MAX and f"{name}.o{len(options)}.vi" in form:
        options.append(_option(form, f"{name}.o{len(options)}"))
    kind = one_of(KINDS, form.get(f"{name}.kind", ""), "one")
    id_ = form.get(f"{name}.id", "")
    most = form.get(f"{name}.most", "")
    known = WrittenQuestion(
        kind,
        vi=_text(form, f"{name}.vi"),
        en=_text(form, f"{name}.en"),
        after=one_of(AFTERS, form.get(f"{name}.after", ""), "any"),
        options=tuple(options),
    )
    if most in map(str, range(1, NUMBER_MOST + 1)):
        known = replace(known, most=int(most))
    return replace(known, id=id_ if ID.fullmatch(id_) and form.get(f"{name}.was") == kind else "")


def _option(form: Mapping[str, str], name: str) -> WrittenOption:
    return WrittenOption(
        _text(form, f"{name}.vi"),
        _text(form, f"{name}.en"),
        form.get(f"{name}.icon", "")[:32],
        one_of(GROUPS, form.get(f"{name}.group", ""), ""),
        _text(form, f"{name}.code"),
    )


def _text(form: Mapping[str, str], name: str) -> str:
    return plain_words(form.get(name, ""))


def one_of(known: Sequence[_Choice], given: str, otherwise: _Choice) -> _Choice:
    """Return which of the known choices was given, or another one if none was."""
    return next((each for each in known if each == given), otherwise)
