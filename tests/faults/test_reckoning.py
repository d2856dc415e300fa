"""The comparison itself: it sees what is lost, doubled, changed or made up."""

from __future__ import annotations

import pytest

from server.protocol.record import Answer, Record
from tests.faults.kiosk_script import Citizen, number_of
from tests.faults.reckoning import Lived, read_paper, reckon
from tests.story.book import Kept


def a_record(number: int, answers: dict[str, Answer] | None = None, quarantine: str = "") -> Kept:
    """Return what the server has of a citizen's rating."""
    citizen = Citizen(number)
    record = Record(
        v=1,
        seq=1,
        survey="0" * 12,
        counter="1",
        lang="vi",
        made_at=citizen.made_at,
        boot="0" * 8,
        mono_ms=1,
        answers=answers or citizen.answers,
        salt="0" * 16,
    )
    return Kept(record, {"comment": citizen.comment} if citizen.comment else {}, quarantine)


def a_life(*, thanked: int, ratings: int, cut: bool = False, sorry: frozenset[int] = frozenset()) -> Lived:
    """Return a life whose first citizens were thanked."""
    return Lived(1, ratings, frozenset(range(1, thanked + 1)), sorry, cut=cut)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 86_399, 123_456])
def test_a_record_says_whose_it_is(number: int) -> None:
    """The time of a record is the number of its citizen, and nothing else is."""
    assert number_of(Citizen(number).made_at) == number


def test_what_was_thanked_for_and_is_there_once_is_well() -> None:
    """Five thanks, five ratings: nothing is lost, doubled or wrong."""
    tally = reckon([a_life(thanked=5, ratings=5)], [a_record(number) for number in range(1, 6)])

    assert tally.is_clean
    assert tally.ratings == 5


def test_a_rating_that_is_missing_is_lost() -> None:
    """Thanks without a rating on the server are told."""
    assert reckon([a_life(thanked=3, ratings=3)], [a_record(1), a_record(3)]).lost == 1


def test_a_rating_that_is_there_twice_is_doubled() -> None:
    """A rating that counts twice is told, whoever was thanked."""
    assert reckon([a_life(thanked=2, ratings=2)], [a_record(1), a_record(2), a_record(2)]).doubled == 1


def test_only_whoever_stood_there_may_have_been_kept_without_thanks() -> None:
    """After a kill one rating may be stored that nobody read thanks for, and only the one that was begun."""
    cut = a_life(thanked=1, ratings=3, cut=True)

    assert reckon([cut], [a_record(1), a_record(2)]).is_clean
    assert reckon([cut], [a_record(1), a_record(3)]).found
    assert reckon([cut], [a_record(1), a_record(2), a_record(3)]).found
    assert reckon([a_life(thanked=1, ratings=3)], [a_record(1), a_record(2)]).found


def test_an_apology_leaves_it_open_whether_the_rating_is_kept() -> None:
    """Whoever read an apology may be counted, but once."""
    sorry = a_life(thanked=1, ratings=2, sorry=frozenset({2}))

    assert reckon([sorry], [a_record(1)]).is_clean
    assert reckon([sorry], [a_record(1), a_record(2)]).is_clean
    assert reckon([sorry], [a_record(1), a_record(2), a_record(2)]).doubled == 1


@pytest.mark.parametrize(
    "wrong",
    [a_record(1, {"overall": 5}), a_record(1, quarantine="unreadable")],
    ids=["changed", "quarantined"],
)
def test_a_rating_says_what_its_citizen_did(wrong: Kept) -> None:
    """A rating that came with other answers, or does not count, is told."""
    assert reckon([a_life(thanked=1, ratings=1)], [wrong]).found


def test_whom_an_apology_interrupted_is_thanked_for_what_they_gave() -> None:
    """A rating that was stored at the second try says what was given until then."""
    life = Lived(2, 1, frozenset({2}), frozenset({2}))

    assert reckon([life], [a_record(2, {"overall": 3})]).is_clean
    assert reckon([life], []).lost == 1


def test_a_rating_that_nobody_gave_is_told() -> None:
    """The server has nothing that no citizen touched."""
    assert reckon([a_life(thanked=1, ratings=1)], [a_record(1), a_record(7)]).found


def test_a_line_that_a_kill_cut_short_was_read_by_nobody() -> None:
    """Thanks and apologies count when they are whole; one may read both."""
    thanked, sorry = read_paper("THANKS 1\nSORRY 2\nTHANKS 2\nSORRY 3\nTHANKS 1")

    assert thanked == {1, 2}
    assert sorry == {2, 3}
