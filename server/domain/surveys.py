"""A survey while it is being written: what a form has, what can be done with it, and what is still wrong.

A survey itself never changes (`server.protocol.survey`). A `Manuscript` does: it may be empty, too long or
half-translated, and says so beside each field. What has no faults becomes a survey that the contract takes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeVar, get_args

from server.protocol.survey import LEAST_OPTIONS, After, Group, Option, Question, QuestionKind, Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

TITLE_CHARS_MAX: Final = 60
QUESTION_CHARS_MAX: Final = 120
"""What every glass of a kiosk shows whole, in large text too; so for the next three."""
OPTION_CHARS_MAX: Final = 45
PROCEDURE_CHARS_MAX: Final = 50
WORD_CHARS_MAX: Final = 15
"""What cannot be broken over two lines, in signs."""
CODE_CHARS_MAX: Final = 64
QUESTIONS_MAX: Final = 20
OPTIONS_MAX: Final = 10
KINDS: Final[tuple[QuestionKind, ...]] = get_args(QuestionKind)
AFTERS: Final[tuple[After, ...]] = get_args(After)
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
ICONS: Final = (
    "smile",
    "guide",
    "clock",
    "chair",
    "paper",
    "money",
    "road",
    "star",
    "calendar",
    "heart",
    "person",
    "queue",
    "computer",
    "bulb",
)
"""The pictograms that kiosks can draw."""
WITH_OPTIONS: Final = frozenset({"one", "several", "number", "procedure"})
ID: Final = re.compile("[a-z][a-z0-9_]{0,31}")
BLANKS: Final = "\t\n\r\N{NO-BREAK SPACE}"
GAP: Final = re.compile(r"[\t\n\r ]+")
HIGHEST_DRAWN: Final = 0x2200
"""The kiosk's font has no signs from here on: no pictures, no letters of the far east."""

_Item = TypeVar("_Item")


class Fault(Enum):
    """What is wrong with a field of a manuscript."""

    EMPTY = "empty"
    LONG = "long"
    LONG_WORD = "long_word"
    LETTERS = "letters"
    NO_ENGLISH = "no_english"
    SAME = "same"
    NO_CODE = "no_code"
    FEW = "few"
    MANY = "many"
    SECOND_COMMENT = "second_comment"


@dataclass(frozen=True, slots=True)
class WrittenOption:
    """One choice of a question, as it was typed."""

    vi: str = ""
    en: str = ""
    icon: str = ""
    group: Group = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """One question, as it was typed. Options are kept too while the kind has none: it may change back."""

    kind: QuestionKind
    id: str = ""
    vi: str = ""
    en: str = ""
    after: After = "any"
    most: int = 3
    options: tuple[WrittenOption, ...] = ()

    @property
    def option_most(self) -> int:
        """How many signs an option may have."""
        return PROCEDURE_CHARS_MAX if self.kind == "procedure" else OPTION_CHARS_MAX

    @property
    def asked(self) -> tuple[WrittenOption, ...]:
        """The options that the kind has; a number without any words has none."""
        if self.kind not in WITH_OPTIONS:
            return ()
        if self.kind == "number" and not any(each.vi or each.en for each in self.options):
            return ()
        return self.options


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A survey, as it was typed: its name, and its questions, the main one first."""

    vi: str
    en: str
    questions: tuple[WrittenQuestion, ...]


@dataclass(frozen=True, slots=True)
class KeptSurvey:
    """A survey of the server's: since when (UTC milliseconds) it was last asked, and who decided that.

    `asked_ms` is None if it never was asked here, only learned from a kiosk.
    """

    hash: str
    raw: bytes
    asked_ms: int | None
    author: str


def manuscript_of(survey: Survey) -> Manuscript:
    """Return a survey as something to write on."""
    questions = (
        WrittenQuestion(
            each.kind,
            each.id,
            each.text.get("vi", ""),
            each.text.get("en", ""),
            each.after,
            each.most,
            tuple(
                WrittenOption(
                    option.text.get("vi", ""),
                    option.text.get("en", ""),
                    option.icon,
                    option.group,
                    option.code,
                )
                for option in each.options
            ),
        )
        for each in survey.questions
    )
    return settled(Manuscript(survey.name.get("vi", ""), survey.name.get("en", ""), tuple(questions)))


def settled(manuscript: Manuscript) -> Manuscript:
    """Give it what every survey has: a main question of faces, and as many options as kinds need."""
    main, *others = manuscript.questions or (WrittenQuestion("faces"),)
    main = replace(main, kind="faces", after="any")
    return replace(manuscript, questions=tuple(_with_room(each) for each in (main, *others)))


def _with_room(question: WrittenQuestion) -> WrittenQuestion:
    """Give a question an option for each number, or the fewest options of its kind."""
    blank = (WrittenOption(),) * OPTIONS_MAX
    if question.kind == "number":
        return replace(question, options=(question.options + blank)[: question.most + 1])
    least = LEAST_OPTIONS.get(question.kind, 0)
    missing = max(0, least - len(question.options))
    return replace(question, options=question.options + blank[:missing])


def arranged(manuscript: Manuscript, command: str, kind: QuestionKind = "one") -> Manuscript:
    """Return it as a button leaves it: `add`, `more.2`, `up.2`, `down.2.0`, `drop.2`; others change nothing.

    Numbers name a question, and an option of it, from 0. The main question stays where it is. A new question
    of this `kind` comes before the comment that ends a survey.
    """
    verb, *places = command.split(".")
    numbers = [int(each) for each in places if each.isascii() and each.isdigit() and len(each) < len("999")]
    questions = manuscript.questions
    match verb, numbers:
        case "add", [] if len(questions) < QUESTIONS_MAX:
            changed = _added(questions, kind)
        case "more", [at] if 0 < at < len(questions) and len(questions[at].options) < OPTIONS_MAX:
            longer = replace(questions[at], options=(*questions[at].options, WrittenOption()))
            changed = (*questions[:at], longer, *questions[at + 1 :])
        case (("up" | "down" | "drop"), [at]) if 0 < at < len(questions):
            changed = (questions[0], *_moved(questions[1:], verb, at - 1))
        case (("up" | "down" | "drop"), [at, option]) if at < len(questions):
            one = replace(questions[at], options=_moved(questions[at].options, verb, option))
            changed = (*questions[:at], one, *questions[at + 1 :])
        case _:
            return manuscript
    return settled(replace(manuscript, questions=changed))


def _added(questions: tuple[WrittenQuestion, ...], kind: QuestionKind) -> tuple[WrittenQuestion, ...]:
    """Put a new question at the end, or before the comment there."""
    end = len(questions) - (questions[-1].kind == "comment" and kind != "comment")
    return (*questions[:end], WrittenQuestion(kind), *questions[end:])


def _moved(row: tuple[_Item, ...], verb: str, at: int) -> tuple[_Item, ...]:
    """Take one of a row away, or let it change places with its neighbour, if it has one there."""
    other = at - 1 if verb == "up" else at + 1
    if at >= len(row) or (verb != "drop" and not 0 <= other < len(row)):
        return row
    items = list(row)
    if verb == "drop":
        del items[at]
    else:
        items[at], items[other] = items[other], items[at]
    return tuple(items)


def plain_words(text: str) -> str:
    """Return a text as it is kept: composed, on one line, without signs that nobody sees.

    Only spaces that hold words together on a line stay what they are.
    """
    composed = unicodedata.normalize("NFC", text)
    seen = (char if char.isprintable() or char in BLANKS else "" for char in composed)
    return GAP.sub(" ", "".join(seen)).strip()


def faults_of(manuscript: Manuscript) -> dict[str, Fault]:
    """Return what is wrong, by the name of the field; nothing if the manuscript can be asked.

    Fields are `name.vi`, `q2.en`, `q2.kind`, `q2.o0.code`; `q2.options` are those of a question together.
    """
    found: dict[str, Fault] = {}
    texts = list(_texts(manuscript))
    english = any(en for _, _, en, _ in texts)
    for name, vi, en, most in texts:
        for lang, text, missing in (("vi", vi, Fault.EMPTY), ("en", en, Fault.NO_ENGLISH)):
            if fault := _fault_of(text, most, missing if lang == "vi" or english else None):
                found[f"{name}.{lang}"] = fault
    if len(manuscript.questions) > QUESTIONS_MAX:
        found["questions"] = Fault.MANY
    for at, question in enumerate(manuscript.questions):
        found |= {
            f"q{at}.{name}": fault
            for name, fault in _faults_within(question).items()
            if f"q{at}.{name}" not in found
        }
        if question.kind == "comment" and any(each.kind == "comment" for each in manuscript.questions[:at]):
            found[f"q{at}.kind"] = Fault.SECOND_COMMENT
    return found


def _texts(manuscript: Manuscript) -> Iterator[tuple[str, str, str, int]]:
    """Yield every text that would be shown: its name, in both languages, and how long it may be."""
    yield "name", manuscript.vi, manuscript.en, TITLE_CHARS_MAX
    for at, question in enumerate(manuscript.questions):
        yield f"q{at}", question.vi, question.en, QUESTION_CHARS_MAX
        for number, option in enumerate(question.asked):
            yield f"q{at}.o{number}", option.vi, option.en, question.option_most


def _fault_of(text: str, most: int, missing: Fault | None) -> Fault | None:
    """Say what is wrong with a text; `missing` if there is none."""
    if not text:
        return missing
    if len(text) > most:
        return Fault.LONG
    if any(len(word) > WORD_CHARS_MAX for word in text.split(" ")):
        return Fault.LONG_WORD
    return None if all(_drawn(char) for char in text) else Fault.LETTERS


def _drawn(char: str) -> bool:
    """Say whether a kiosk can draw a sign: Latin letters with marks, digits, common signs."""
    if char.isalpha():
        return unicodedata.name(char, "").startswith(("LATIN ", "FEMININE ", "MASCULINE "))
    return ord(char) < HIGHEST_DRAWN and not unicodedata.category(char).startswith("M")


def _faults_within(question: WrittenQuestion) -> dict[str, Fault]:
    """Say what is wrong with the options of a question."""
    found: dict[str, Fault] = {}
    seen: set[tuple[str, str]] = set()
    if len(question.asked) < LEAST_OPTIONS.get(question.kind, 0):
        found["options"] = Fault.FEW
    if len(question.asked) > OPTIONS_MAX:
        found["options"] = Fault.MANY
    for number, option in enumerate(question.asked):
        said = option.vi.casefold(), option.group if question.kind == "several" else ""
        if option.vi and said in seen:
            found[f"o{number}.vi"] = Fault.SAME
        seen.add(said)
        if question.kind == "procedure" and not option.code:
            found[f"o{number}.code"] = Fault.NO_CODE
        elif question.kind == "procedure" and len(option.code) > CODE_CHARS_MAX:
            found[f"o{number}.code"] = Fault.LONG
    return found


def survey_of(manuscript: Manuscript) -> Survey:
    """Return the survey that a manuscript without faults is. A question without an id of its own gets one."""
    taken = {each.id for each in manuscript.questions}
    used: set[str] = set()
    questions = []
    for question in manuscript.questions:
        id_ = question.id
        if not ID.fullmatch(id_) or id_ in used:
            id_ = next(name for name in map("q{}".format, range(1, 99)) if name not in taken | used)
        used.add(id_)
        questions.append(_question(question, id_))
    return Survey(v=1, name=_words(manuscript.vi, manuscript.en), questions=questions)


def _question(question: WrittenQuestion, id_: str) -> Question:
    return Question(
        id=id_,
        kind=question.kind,
        text=_words(question.vi, question.en),
        options=[
            Option(
                text=_words(option.vi, option.en),
                icon=option.icon,
                group=option.group if question.kind == "several" else "",
                code=option.code if question.kind == "procedure" else "",
            )
            for option in question.asked
        ],
        after=question.after,
        most=question.most if question.kind == "number" else 3,
    )


def _words(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi} | ({"en": en} if en else {})
