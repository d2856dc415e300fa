"""Visits through every branch of a survey: what is done at each question, after each face.

All of it with every question answered, every one skipped, each single one skipped; and so that every two
deeds at two questions meet, and each deed meets each face. Then whoever goes back to the faces, walks away,
comes after somebody who did, or writes a telephone number.
"""

from __future__ import annotations

import time
from functools import partial
from itertools import permutations, product
from typing import TYPE_CHECKING, Final

from tests.kiosk.stories import LONG
from tests.robot.pairwise import covering
from tests.robot.walker import ASKED_AFTER, Deed, Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FACES: Final = (1, 2, 3, 4, 5)
QUESTIONS: Final = tuple(question.id for question in LONG.questions[1:])
SILENCE_S_MAX: Final = 14.0
"""A silence of 10 s is noticed by then, and one of 5 s more is the end."""
Plan = tuple[int, "Mapping[str, Deed]"]
"""A face, and what is done at each question that follows it."""


def short_plans() -> list[Plan]:
    """Return four visits in which every deed is done at every question, after faces of every kind."""
    deeds = list(Deed)
    return [
        (face, {name: deeds[(visit + place) % len(deeds)] for place, name in enumerate(QUESTIONS)})
        for visit, face in enumerate((1, 3, 5, 2))
    ]


def plans() -> list[Plan]:
    """Return the visits of the whole, without those to the end of which nobody comes."""
    factors: dict[str, list[int | Deed]] = {name: [*Deed] for name in QUESTIONS}
    factors[""] = [*FACES]
    found: list[Plan] = []
    for row in covering(factors):
        face = row.pop("")
        if isinstance(face, int):
            found.append((face, {name: deed for name, deed in row.items() if isinstance(deed, Deed)}))
    for face in FACES:
        asked = [each.id for each in LONG.questions[1:] if face in ASKED_AFTER[each.after]]
        found += [(face, {}), (face, dict.fromkeys(asked, Deed.SKIP))]
        found += [(face, {name: Deed.SKIP}) for name in asked]
    return found


def stories() -> list[tuple[str, Callable[[Walker], None]]]:
    """Return the visits that do not go straight from face to thanks, each with its name."""
    found: list[tuple[str, Callable[[Walker], None]]] = []
    for first, then in permutations(FACES, 2):
        found.append((f"face {first}, then {then}", partial(choose_again, first=first, then=then)))
    for name, ending in product(("why", "trips", "more"), ("stay", "arrive", "")):
        found.append((f"silent at {name}, {ending or 'gone'}", partial(fall_silent, at=name, ending=ending)))
    return [*found, ("a telephone number", write_number)]


def choose_again(walker: Walker, first: int, then: int) -> None:
    """Answer what follows a face, go back to the faces and touch another; keep what was answered."""
    walker.rate(first)
    while walker.glass().name != "ask-trips":
        walker.do(walker.asked(), Deed.ANSWER)
    walker.choose_again(then)
    walker.keep_all()
    walker.end()


def fall_silent(walker: Walker, at: str, ending: str) -> None:
    """Answer up to a question, begin to answer it, and touch nothing until the kiosk asks."""
    walker.rate(2)
    while walker.glass().name != f"ask-{at}":
        walker.do(walker.asked(), Deed.ANSWER)
    if at == "why":
        walker.tick_more(walker.asked())
    elif at == "more":
        walker.write("toots")  # not finished: it counts for nothing
    walker.wait_for("still_there", SILENCE_S_MAX)
    if ending == "stay":
        walker.leave("stay")
        walker.keep_all()
        if at == "more":
            walker.now.comment = "Tốt"
        walker.end()
    elif ending == "arrive":
        walker.leave("arrive")
        walker.end()
    else:
        walker.wait_for("idle", SILENCE_S_MAX)
        walker.end("late")


def write_number(walker: Walker) -> None:
    """Write a telephone number: it is taken out before the citizen's eyes, and only then it goes."""
    walker.rate(4)
    while walker.glass().name != "ask-more":
        walker.do(walker.asked(), Deed.SKIP)
    walker.write("goij 0912345678")
    walker.touch("continue")
    time.sleep(1)
    if walker.glass().name != "ask-more":
        raise AssertionError("the number went before the citizen saw it taken out")
    walker.now.comment = "Gọi …"
    walker.leave("continue")
    walker.end()
