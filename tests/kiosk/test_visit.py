"""What a citizen can do at the kiosk, and what comes of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.visit import (
    LANGUAGE_S,
    QUIET_S,
    SORRY_S,
    STORING_S_MAX,
    THANKS_STAY_S,
    Chose,
    Event,
    Refused,
    Rules,
    SaveDraft,
    Seal,
    Spoke,
    Stage,
    Stored,
    Ticked,
    Touched,
    Visit,
    idle,
    step,
)
from server.protocol.survey import Question, Survey

SURVEY = Survey(v=1, name={"vi": "Thử"}, questions=[Question("overall", "faces", {"vi": "Thế nào?"})])
RULES = Rules(SURVEY, ("vi", "en"), thanks_s=5.0, repeat_s=10.0)
START = idle(RULES, now=0.0)
NOW = 100.0


def at(stage: Stage, since: float = 0.0) -> Visit:
    """Return a visit at this stage."""
    return replace(START, stage=stage, since=since)


def test_a_tap_is_on_disk_before_anyone_is_thanked() -> None:
    """A face leads to a draft and its seal, and the thanks wait for the disk."""
    visit, effects = step(START, Chose(4), NOW, RULES)

    assert effects == (SaveDraft((("overall", 4),), "vi", ()), Seal())
    assert visit.stage is Stage.STORING
    assert step(visit, Stored(1), NOW, RULES)[0].stage is Stage.THANKS


def test_ten_fingers_count_once() -> None:
    """While one rating is being stored, and while its thanks stand, no other begins."""
    visit, _ = step(START, Chose(4), NOW, RULES)

    assert step(visit, Chose(1), NOW, RULES) == (visit, ())
    thanks, _ = step(visit, Stored(1), NOW, RULES)
    assert step(thanks, Chose(1), NOW + 1, RULES) == (thanks, ())


def test_a_touch_meant_for_the_screen_before_is_ignored() -> None:
    """A touch within 350 ms of a new screen changes nothing; just after them it counts."""
    fresh = at(Stage.IDLE, since=NOW)

    assert step(fresh, Chose(5), NOW + QUIET_S - 0.01, RULES) == (fresh, ())
    assert step(fresh, Chose(5), NOW + QUIET_S + 0.01, RULES)[0].stage is Stage.STORING


def test_the_thanks_end_by_themselves() -> None:
    """After five seconds the question is back for the next citizen."""
    thanks = at(Stage.THANKS, since=NOW)

    assert step(thanks, Ticked(), NOW + 4.9, RULES)[0] is thanks
    assert step(thanks, Ticked(), NOW + 5.0, RULES)[0].stage is Stage.IDLE


def test_the_thanks_can_be_touched_away_but_not_at_once() -> None:
    """A touch ends the thanks after two seconds, not before: they are the cool-down."""
    thanks = at(Stage.THANKS, since=NOW)

    assert step(thanks, Touched(), NOW + THANKS_STAY_S - 0.1, RULES)[0] is thanks
    assert step(thanks, Touched(), NOW + THANKS_STAY_S, RULES)[0].stage is Stage.IDLE


def test_a_rating_right_after_another_counts_and_says_so() -> None:
    """A rating sooner than ten seconds after the last carries the flag `repeat`, a later one does not."""
    again = replace(idle(RULES, now=NOW + 2), rated_at=NOW)

    _, (soon, _) = step(again, Chose(1), NOW + 9.9, RULES)
    _, (later, _) = step(again, Chose(1), NOW + 10.0, RULES)
    assert isinstance(soon, SaveDraft)
    assert isinstance(later, SaveDraft)
    assert (soon.flags, later.flags) == (("repeat",), ())


def test_a_refusing_disk_is_admitted() -> None:
    """Whoever could not be recorded is told so, and the next citizen gets the question."""
    sorry, effects = step(at(Stage.STORING), Refused(0), NOW, RULES)

    assert (sorry.stage, effects) == (Stage.SORRY, ())
    assert step(sorry, Ticked(), NOW + SORRY_S, RULES)[0].stage is Stage.IDLE


def test_a_disk_that_does_not_answer_is_admitted_and_may_still_answer() -> None:
    """After ten seconds of waiting the citizen is told; if the disk answers then, they are thanked."""
    storing = at(Stage.STORING, since=NOW)

    sorry, _ = step(storing, Ticked(), NOW + STORING_S_MAX, RULES)
    assert sorry.stage is Stage.SORRY
    assert step(sorry, Stored(0), NOW + 11, RULES)[0].stage is Stage.THANKS


def test_the_language_goes_back_after_each_visit() -> None:
    """One citizen's English does not meet the next one."""
    english, _ = step(START, Spoke("en"), NOW, RULES)
    assert english.lang == "en"

    visit, effects = step(english, Chose(3), NOW + 1, RULES)
    assert effects[0] == SaveDraft((("overall", 3),), "en", ())
    visit, _ = step(visit, Stored(1), NOW, RULES)
    assert visit.lang == "en"
    assert step(visit, Ticked(), NOW + 5, RULES)[0].lang == "vi"


def test_a_language_that_nobody_uses_goes_back() -> None:
    """Somebody touches English and walks away: half a minute later the question is Vietnamese again."""
    english, _ = step(START, Spoke("en"), NOW, RULES)

    assert step(english, Ticked(), NOW + LANGUAGE_S - 1, RULES)[0].lang == "en"
    assert step(english, Ticked(), NOW + LANGUAGE_S, RULES)[0].lang == "vi"


def test_nobody_is_thanked_for_somebody_elses_rating() -> None:
    """A disk that answers so late that the next citizen has rated thanks nobody for the first."""
    first, _ = step(START, Chose(1), NOW, RULES)
    sorry, _ = step(first, Ticked(), NOW + STORING_S_MAX, RULES)
    waiting, _ = step(sorry, Ticked(), NOW + 40, RULES)
    second, _ = step(waiting, Chose(5), NOW + 50, RULES)

    assert step(second, Stored(1), NOW + 51, RULES) == (second, ())
    assert step(second, Refused(1), NOW + 51, RULES) == (second, ())
    assert step(second, Stored(2), NOW + 51, RULES)[0].stage is Stage.THANKS


def test_a_language_nobody_offers_is_not_spoken() -> None:
    """Only the languages of the center can be chosen."""
    assert step(START, Spoke("xx"), NOW, RULES) == (START, ())


def test_whoever_glances_at_the_screen_learns_nothing() -> None:
    """After the tap, the visit is the same whatever was chosen: no screen can tell a score."""
    visits = {step(START, Chose(score), NOW, RULES)[0] for score in range(1, 6)}

    assert len(visits) == 1


EVENTS = st.one_of(
    st.builds(Chose, st.integers(1, 5)),
    st.builds(Touched),
    st.builds(Ticked),
    st.builds(Spoke, st.sampled_from(["vi", "en", "xx"])),
    st.builds(Stored, st.integers(0, 5)),
    st.builds(Refused, st.integers(0, 5)),
)


@given(st.lists(st.tuples(EVENTS, st.floats(0, 30))))
def test_nobody_is_thanked_without_a_stored_rating(story: list[tuple[Event, float]]) -> None:
    """Whatever happens in whatever order, nothing breaks, and thanks follow `Stored` only."""
    visit, now = START, 0.0
    for event, seconds in story:
        now += seconds
        before = visit
        visit, effects = step(visit, event, now, RULES)
        if visit.stage is Stage.THANKS and before.stage is not Stage.THANKS:
            assert event == Stored(visit.number)
        if effects:
            assert isinstance(event, Chose)
            assert before.stage is Stage.IDLE


@given(st.lists(st.tuples(EVENTS, st.floats(0, 30))))
def test_every_visit_comes_to_an_end(story: list[tuple[Event, float]]) -> None:
    """From wherever a story leaves the screen, time alone leads back to the question."""
    visit, now = START, 0.0
    for event, seconds in story:
        now += seconds
        visit, _ = step(visit, event, now, RULES)
    for _ in range(4):
        now += 60
        visit, _ = step(visit, Ticked(), now, RULES)

    assert visit.stage is Stage.IDLE
