"""Whatever happens to a visit in whatever order: what always holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import (
    Arrived,
    Chose,
    Cleared,
    Continued,
    Event,
    Look,
    Looked,
    Picked,
    Refused,
    SaveDraft,
    Scanned,
    Skipped,
    Spoke,
    Stayed,
    Stored,
    Ticked,
    Touched,
    Typed,
    WentBack,
    Wrote,
)
from kiosk.telex import Method
from kiosk.visit import Stage
from tests.kiosk.stories import LONG, ONE_TAP, somebody

if TYPE_CHECKING:
    from server.protocol.survey import Survey

EVENTS = st.one_of(
    st.builds(Chose, st.integers(1, 5), st.booleans()),
    st.builds(Picked, st.integers(-1, 4)),
    st.builds(Typed, st.sampled_from([*"aows0912 .", "\b"])),
    st.sampled_from(
        [Cleared(), Continued(), Skipped(), WentBack(), Touched(), Stayed(), Arrived(), Wrote(Method.VNI)]
    ),
    st.builds(Spoke, st.sampled_from(["vi", "en", "xx"])),
    st.builds(Looked, st.builds(Look, st.booleans(), st.booleans(), st.booleans(), st.booleans())),
    st.builds(Scanned, st.sampled_from(["", "c" * 64])),
    st.builds(Ticked),
    st.builds(Stored, st.integers(0, 5)),
    st.builds(Refused, st.integers(0, 5)),
)
STORY = st.lists(st.tuples(EVENTS, st.floats(0, 30)), max_size=40)


@given(STORY, st.sampled_from([LONG, ONE_TAP]))
def test_nobody_is_thanked_without_a_stored_rating(story: list[tuple[Event, float]], survey: Survey) -> None:
    """Whatever happens in whatever order, nothing breaks, and thanks follow `Stored` only."""
    citizen = somebody(survey, notices=2)
    for event, seconds in story:
        before = citizen.visit
        citizen.does(event, every_s=seconds)
        if citizen.stage is Stage.THANKS and before.stage is not Stage.THANKS:
            assert event == Stored(citizen.visit.number)
            assert before.stage in {Stage.STORING, Stage.SORRY}


@given(STORY)
def test_a_visit_makes_one_rating(story: list[tuple[Event, float]]) -> None:
    """However wildly it is touched, each visit begins one draft, is sealed once, and never without a face."""
    citizen = somebody()
    for event, seconds in story:
        number, before = citizen.visit.number, len(citizen.effects)
        citizen.does(event, every_s=seconds)
        new = citizen.effects[before:]
        assert citizen.visit.number - number in ({0, 1} if new else {0})
        assert all(dict(each.answers).get("overall") for each in new if isinstance(each, SaveDraft))
    assert citizen.seals <= citizen.visit.number


@given(STORY)
def test_every_visit_comes_to_an_end(story: list[tuple[Event, float]]) -> None:
    """From wherever a story leaves the screen, time alone leads back to the question, and all is counted."""
    citizen = somebody()
    for event, seconds in story:
        citizen.does(event, every_s=seconds)
    citizen.does(*[Ticked()] * 8, every_s=60)

    assert citizen.stage is Stage.IDLE
    assert citizen.seals == citizen.visit.number
