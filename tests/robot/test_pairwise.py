"""Every two values of two factors meet, and it is noticed where they do not."""

from __future__ import annotations

import pytest

from tests.robot import looks
from tests.robot.branches import QUESTIONS, plans, short_plans
from tests.robot.pairwise import covering, missing
from tests.robot.walker import ASKED_AFTER, Deed

SMALL = {"a": "123", "b": "xy", "c": "pq", "d": "12345"}


def test_every_pair_meets() -> None:
    """Nothing is missing, and there are hardly more rows than the two longest factors need."""
    rows = covering(SMALL)

    assert missing(SMALL, rows) == set()
    assert 15 <= len(rows) <= 18
    assert covering(SMALL) == rows


def test_a_row_left_out_is_noticed() -> None:
    """Each of the first rows brings a pair that no other has."""
    rows = covering(SMALL)

    for number in range(10):
        assert missing(SMALL, rows[:number] + rows[number + 1 :])


def test_all_looks_are_paired() -> None:
    """Every two of language, glass, theme, size of text, reach, listening and typing meet in a visit."""
    told = [
        {tool: tool in row.tools for tool in looks.TOOLS}
        | {"glass": row.glass, "lang": row.lang, "method": row.method}
        for row in looks.rows()
    ]

    assert missing(looks.factors(), told) == set()
    assert sum(len(rows) for _, rows in looks.by_glass()) == len(told) <= 20


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_deed_is_done_at_every_question_after_every_kind_of_face(name: str) -> None:
    """Each question is answered, skipped, gone back from and answered anew after each face it follows."""
    after = ASKED_AFTER[{"sorry": "low", "praise": "high"}.get(name, "any")]
    done = {(face, deeds.get(name, Deed.ANSWER)) for face, deeds in plans()}

    assert {(face, deed) for face in after for deed in Deed} <= done
    assert len({deeds[name] for _, deeds in short_plans()}) == len(Deed)
