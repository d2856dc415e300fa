"""A citizen who touches what the kiosk says is there, and remembers it: the book must say the same.

The fingers are the X server's. What is expected comes from what was touched and from nothing of the kiosk's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from kiosk.visit import QUIET_S
from tests.robot.trouble import RobotError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.protocol.record import Answer
    from server.protocol.survey import Question, Survey
    from tests.robot.counter import Counter
    from tests.robot.words import Glass
    from tests.story.book import Kept

HOLD_S: Final = 0.03
BETWEEN_S: Final = 0.05
SETTLE_S: Final = QUIET_S + 0.05
"""The kiosk ignores what is touched right after the screen changed."""
LATE_S: Final = 1
"""How far a visit's duration, in whole seconds, may be from what the finger took."""
LOOK_S: Final = 0.3
"""How long the kiosk is given to draw another look."""
PAGES_MAX: Final = 6
METHODS: Final = ("telex", "vni", "plain")
"""The methods of typing, in the order in which a key turns them; each language begins with one of them."""
FIRST_METHOD: Final = {"vi": "telex", "en": "plain"}
MAIN: Final = "ask-overall"
ASKED_AFTER: Final = {"any": {1, 2, 3, 4, 5}, "low": {1, 2}, "high": {4, 5}}
"""After which faces a question follows."""
UNDER: Final = dict(zip("1234567890", "qwertyuiop", strict=True))
"""Where there is no row of digits, they are on a page of their own, in the places of these letters."""


class Deed(Enum):
    """What a citizen does at a question.

    `BACK`: to the question before and on again, then an answer. `CHANGE`: an answer, and from the next
    question back to give another.
    """

    ANSWER = "answer"
    SKIP = "skip"
    BACK = "back"
    CHANGE = "change"


@dataclass
class Touched:
    """What was touched in a visit; `sealed_s` is when it ended, `rated_s` when it began."""

    answers: dict[str, Answer] = field(default_factory=dict)
    comment: str = ""
    dossier: str = ""
    procedure: str = ""
    lang: str = "vi"
    flags: set[str] = field(default_factory=set)
    rated_s: float = 0.0
    sealed_s: float = 0.0


class Walker:
    """Goes from screen to screen of one kiosk. `visits` are those that it made, in order."""

    def __init__(self, counter: Counter, survey: Survey) -> None:
        self._screen, self._words = counter.screen, counter.words
        self._questions = {f"ask-{each.id}": each for each in survey.questions}
        self._choices = 0
        self._touched_s = 0.0
        self._method = METHODS[0]
        self.visits: list[Touched] = []
        self.now = Touched()

    # whole visits

    def visit(self, face: int, deeds: Mapping[str, Deed]) -> None:
        """Touch a face and do one thing at each question that follows; read the thanks."""
        self.rate(face)
        while (glass := self.glass()).name in self._questions:
            question = self._questions[glass.name]
            self.do(question, deeds.get(question.id, Deed.ANSWER))
        self.end()

    def rate(self, face: int) -> None:
        """Touch a face of the first screen."""
        self.arrive()
        self.now.answers = {"overall": face}
        self.leave(f"face_{face}")
        self.now.rated_s = self._touched_s

    def pressed(self, face: int, *flags: str) -> None:
        """Take a visit for begun by a button that stands for a face."""
        self.now.answers, self.now.rated_s = {"overall": face}, time.monotonic()
        self.now.flags |= set(flags)
        if not self._has_left("idle", 5):
            raise RobotError("the button was not taken for a face", self._screen.picture())

    def arrive(self) -> Glass:
        """Wait for the first screen, and until it takes fingers."""
        glass = self._words.wait_for("idle")
        time.sleep(SETTLE_S)
        return glass

    def speak(self, lang: str) -> None:
        """Touch a language of the first screen."""
        self.touch(f"lang_{lang}")
        time.sleep(LOOK_S)
        self.now.lang, self._method = lang, FIRST_METHOD[lang]

    def look(self, tool: str) -> None:
        """Touch a tool of the first screen."""
        self.touch(f"tool_{tool}")
        time.sleep(LOOK_S)
        if tool == "listening":
            self.now.flags.add("listened")

    def end(self, *flags: str) -> None:
        """Take the visit for over: what was touched last, or not any more, has sealed it."""
        self.now.flags |= set(flags)
        self.now.sealed_s = self._touched_s
        self.visits.append(self.now)
        self.now, self._method = Touched(), METHODS[0]
        self._words.wait_for("idle")

    def wait_for(self, name: str, within_s: float) -> None:
        """Wait for a screen, and until it takes fingers."""
        self._words.wait_for(name, within_s=within_s)
        time.sleep(SETTLE_S)

    # one question

    def asked(self) -> Question:
        """Return the question that is asked."""
        return self._questions[self.glass().name]

    def do(self, question: Question, deed: Deed) -> None:
        """Do one thing at the question that is asked, and leave it."""
        match deed:
            case Deed.SKIP:
                self._note(question, None)
                self.leave("skip")
            case Deed.ANSWER:
                self.answer(question)
            case Deed.BACK:
                self.leave("back")
                self.go_on()
                self.answer(question)
            case Deed.CHANGE:
                if question.kind == "comment":
                    self.write("do")
                    self.leave("back")
                    self.go_on()
                    self.write("i.")  # what was written is still there
                    self.now.comment = "Doi."
                    self.leave("continue")
                else:
                    self.answer(question)
                    self.leave("back")
                    self.answer(question)

    def answer(self, question: Question) -> None:
        """Give an answer, each time another, and go on."""
        self._choices += 1
        match question.kind:
            case "faces":
                score = 1 + self._choices % 5
                self._note(question, score)
                self.leave(f"face_{score}")
            case "comment":
                self.write("toots.")
                self.now.comment = "Tốt."
                self.leave("continue")
            case "several":
                self.tick_more(question)
                self.go_on()
            case _:
                count = question.most + 1 if question.kind == "number" else len(question.options)
                option = self._choices % count
                self._note(question, option)
                self.leave(self.find(f"option_{option}"))

    def tick_more(self, question: Question) -> None:
        """Touch two options of several: the one is chosen or taken back, and so is the other."""
        before = self.now.answers.get(question.id, [])
        ticked = set(before) if isinstance(before, list) else set()
        for option in sorted((self._choices + step) % len(question.options) for step in (0, 1)):
            ticked ^= {option}
            self.touch(self.find(f"option_{option}"))
        self._note(question, sorted(ticked) or None)

    def _note(self, question: Question, answer: Answer | None) -> None:
        """Remember an answer, or that there is none."""
        self.now.answers.pop(question.id, None)
        if question.kind == "comment":
            self.now.comment = ""
        elif answer is not None:
            self.now.answers[question.id] = answer
        if question.kind == "procedure":
            self.now.procedure = question.options[answer].code if isinstance(answer, int) else ""

    def choose_again(self, face: int) -> None:
        """Go back to the faces and touch another: what is not asked after it falls away."""
        while self.glass().name != MAIN:
            self.leave("back")
        self.now.answers["overall"] = face
        for question in self._questions.values():
            if face not in ASKED_AFTER[question.after]:
                self._note(question, None)
        self.leave(f"face_{face}")

    def keep_all(self) -> None:
        """Go on to the end with what is there."""
        while self.glass().name in self._questions:
            self.go_on()

    # fingers

    def glass(self) -> Glass:
        """Return what can be touched now."""
        return self._words.glass()

    def go_on(self) -> None:
        """Leave the screen with what is given, or without an answer."""
        before = self.glass()
        for _ in range(PAGES_MAX):
            glass = self.glass()
            self.touch("continue" if "continue" in glass.targets else "skip")
            if self._has_left(before.name, 1.0):
                return
        raise RobotError(f"{before.name} cannot be left")

    def find(self, target: str) -> str:
        """Turn the pages of a question until an option is on the glass; return its name."""
        for _ in range(PAGES_MAX):
            glass = self.glass()
            if target in glass.targets:
                return target
            here = [int(name[7:]) for name in glass.targets if name.startswith("option_")]
            self.touch("continue" if int(target[7:]) > max(here) else "back")
            time.sleep(SETTLE_S)
        raise RobotError(f"there is no {target} on {self.glass().name}")

    def leave(self, target: str) -> None:
        """Touch something that leads to another screen, and wait until that takes fingers."""
        name = self.glass().name
        self.touch(target)
        if not self._has_left(name, 20):
            raise RobotError(f"{target} did not lead on from {name}", self._screen.picture())

    def _has_left(self, name: str, within_s: float) -> bool:
        """Wait for another screen, and until it takes fingers."""
        end = time.monotonic() + within_s
        while self.glass().name == name:
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        time.sleep(SETTLE_S)
        return True

    def touch(self, target: str) -> None:
        """Put a finger on something and lift it."""
        self._touch(self.glass(), target)

    def _touch(self, glass: Glass, target: str) -> None:
        """Touch something where it was when the kiosk last said so."""
        place = glass.targets.get(target)
        if place is None:
            raise RobotError(f"there is no {target} on {glass.name}", self._screen.picture())
        self._touched_s = self._screen.tap(*place, hold_s=HOLD_S)
        time.sleep(BETWEEN_S)

    def write(self, keys: str) -> None:
        """Touch keys of the keyboard on the screen, by what stands on them; capitals come by themselves."""
        letters = self.glass()  # the page of digits comes and goes without a word
        for sign in keys:
            name = "key_space" if sign == " " else f"key_{sign}"
            if name in letters.targets:
                self._touch(letters, name)
                continue
            self._touch(letters, "key_digits")
            self._touch(letters, f"key_{UNDER.get(sign, sign)}")
            if self._method != "vni":  # where a digit is a mark, letters come back by themselves
                self._touch(letters, "key_digits")

    def type_by(self, method: str) -> None:
        """Touch the key of the methods until this one is in force."""
        while self._method != method:
            self.touch("key_method")
            self._method = METHODS[(METHODS.index(self._method) + 1) % len(METHODS)]
            time.sleep(LOOK_S)  # digits may have come or gone


def differences(touched: Sequence[Touched], book: Sequence[Kept]) -> list[str]:
    """Say where the book is not what was touched: no more, no less, in order. Pure."""
    found = [] if len(touched) == len(book) else [f"{len(touched)} visits, {len(book)} records"]
    for number, (mine, theirs) in enumerate(zip(touched, book, strict=False), 1):
        record = theirs.record
        took = [flag for flag in record.flags if flag.startswith("took:")]
        asides = {"comment": mine.comment, "dossier": mine.dossier}
        pairs = {
            "answers": (mine.answers, record.answers),
            "procedure": (mine.procedure, record.procedure),
            "language": (mine.lang, record.lang),
            "flags": (sorted(mine.flags), sorted(set(record.flags) - set(took))),
            "asides": ({kind: words for kind, words in asides.items() if words}, theirs.asides),
            "place in the chain": (number, record.seq),
            "quarantine": ("", theirs.quarantine),
        }
        found += [
            f"visit {number}: {what} {one} but {other}"
            for what, (one, other) in pairs.items()
            if one != other
        ]
        lasted, told = int(mine.sealed_s - mine.rated_s), int(took[0][5:]) if took else 0
        if abs(lasted - told) > LATE_S:
            found.append(f"visit {number}: it took {lasted} s but {told} s")
    return found
