"""When a kiosk talks to its server, and what it makes of the answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.engine import (
    BACKOFF_CAP_S,
    BATCH_RECORDS_MAX,
    LATER_SHARE,
    RETRY_AFTER_MAX_S,
    STOPPED_RETRY_S,
    WISHES,
    AskBack,
    AskConfig,
    End,
    Engine,
    Event,
    Failed,
    Mended,
    Pace,
    Recorded,
    Remedy,
    Send,
    Settled,
    Succeed,
    Trouble,
    Wanted,
    Woke,
    backoff,
    decide,
    on,
)

PACE = Pace(send_after_s=30.0, heartbeat_s=600.0)
NOW = 1000.0
RESTING = Engine(PACE, due=NOW + 500)
RETRY = Trouble(Remedy.RETRY_LATER, "no_network")


def test_a_rating_is_sent_half_a_minute_later_and_never_because_of_the_touch() -> None:
    """A stored rating moves the next exchange to 30 s from now, and sends nothing by itself."""
    engine, actions = on(RESTING, Recorded(), NOW, 0.5)

    assert (engine.due, actions) == (NOW + 30, ())


def test_a_second_rating_does_not_put_off_the_first() -> None:
    """A busy counter cannot starve its own outbox."""
    engine, _ = on(RESTING, Recorded(), NOW, 0.5)
    engine, _ = on(engine, Recorded(), NOW + 29, 0.5)

    assert engine.due == NOW + 30


def test_a_technician_need_not_wait() -> None:
    """Who presses "send now" sees at once whether the server answers, whatever the pace or the trouble."""
    stopped = Engine(PACE, due=NOW + 3600, failures=3, stopped="device_revoked")
    for engine in (RESTING, stopped):
        assert on(engine, Wanted(), NOW, 0.5)[0].due == NOW


def test_when_it_is_time_the_oldest_are_sent() -> None:
    """A due engine asks for a batch, an early one for nothing."""
    assert on(RESTING, Woke(), NOW + 499, 0.5) == (RESTING, ())
    assert on(RESTING, Woke(), NOW + 500, 0.5)[1] == (Send(BATCH_RECORDS_MAX),)


def test_a_full_queue_is_sent_without_a_pause() -> None:
    """While records wait, the next batch follows at once."""
    engine, actions = on(RESTING, Settled(waiting=7), NOW, 0.5)

    assert (engine.due, actions) == (NOW, ())


@pytest.mark.parametrize(("chance", "after_s"), [(0.0, 480), (0.5, 600), (1.0, 720)])
def test_kiosks_do_not_speak_in_chorus(chance: float, after_s: float) -> None:
    """With nothing to send, the next sign of life comes after ten minutes, give or take a fifth."""
    engine, actions = on(RESTING, Settled(waiting=0), NOW, chance)

    assert engine.due == pytest.approx(NOW + after_s)
    assert actions == (AskConfig(),)


def test_trouble_is_met_with_patience() -> None:
    """Each failure in a row doubles the longest wait, up to a quarter of an hour; success forgets them."""
    waits = [backoff(failures, 1.0) for failures in range(1, 14)]

    assert waits[:3] == [4, 8, 16]
    assert waits[-1] == BACKOFF_CAP_S
    engine, _ = on(RESTING, Failed(RETRY), NOW, 0.5)
    assert (engine.failures, engine.due) == (1, NOW + 2)
    assert on(engine, Settled(0), NOW, 0.5)[0].failures == 0


def test_a_rating_does_not_hurry_a_link_in_trouble() -> None:
    """While the network is down, touching faces does not make the kiosk knock more often."""
    engine, _ = on(RESTING, Failed(RETRY), NOW, 1.0)

    assert on(engine, Recorded(), NOW, 0.5)[0] == engine


@pytest.mark.parametrize("asked_s", [1.0, 120.0, 3599.0])
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_a_kiosk_comes_when_the_server_asked_it_to(asked_s: float, chance: float) -> None:
    """Retry-After is a time of its own: no sooner, little later, after an hour at most."""
    engine, _ = on(RESTING, Failed(Trouble(Remedy.RETRY_LATER, "busy", asked_s)), NOW, chance)

    assert NOW + asked_s <= engine.due <= NOW + min(asked_s + asked_s * LATER_SHARE, RETRY_AFTER_MAX_S)


def test_a_mad_wish_does_not_silence_a_kiosk() -> None:
    """Whoever asks it to wait for years is heeded for an hour."""
    engine, _ = on(RESTING, Failed(Trouble(Remedy.RETRY_LATER, "busy", 1e9)), NOW, 0.5)

    assert engine.due == NOW + RETRY_AFTER_MAX_S


@pytest.mark.parametrize("asked_s", [0.0, 1.0])
def test_a_box_that_always_says_at_once_does_not_make_a_kiosk_hammer(asked_s: float) -> None:
    """A wish that comes again and again is no plan of a server: the kiosk's own backoff grows behind it."""
    engine = RESTING
    for _ in range(WISHES + 4):
        engine, _ = on(engine, Failed(Trouble(Remedy.RETRY_LATER, "busy", asked_s)), NOW, 1.0)

    assert engine.due - NOW == BACKOFF_CAP_S


def test_a_batch_that_is_too_large_is_halved_and_grows_back() -> None:
    """413 halves the batch and tries at once; each receipt doubles it again; one is the least."""
    engine, _ = on(RESTING, Failed(Trouble(Remedy.SHRINK, "too_large")), NOW, 0.5)
    assert (engine.batch_max, engine.due) == (50, NOW)
    assert on(engine, Settled(3), NOW, 0.5)[0].batch_max == 100

    for _ in range(10):
        engine, _ = on(engine, Failed(Trouble(Remedy.SHRINK, "too_large")), NOW, 1.0)
    assert engine.batch_max == 1
    assert engine.due > NOW


def test_a_line_too_thin_for_a_batch_gets_a_smaller_one() -> None:
    """What did not arrive in time is tried again with half as much, down to a single rating."""
    engine = RESTING
    for most in (50, 25, 12, 6, 3, 1, 1):
        engine, _ = on(engine, Failed(Trouble(Remedy.RETRY_LATER, "timed_out")), NOW, 0.5)
        assert engine.batch_max == most
    assert on(engine, Failed(RETRY), NOW, 0.5)[0].batch_max == 1
    assert on(RESTING, Failed(RETRY), NOW, 0.5)[0].batch_max == BATCH_RECORDS_MAX


def test_a_believed_no_stops_sending_and_calls_a_human() -> None:
    """A revoked device asks again once an hour, says why it is stuck, and is healed by a receipt."""
    engine, _ = on(RESTING, Failed(Trouble(Remedy.CALL_HUMAN, "device_revoked")), NOW, 0.5)

    assert (engine.stopped, engine.due) == ("device_revoked", NOW + STOPPED_RETRY_S)
    assert on(engine, Settled(0), NOW, 0.5)[0].stopped == ""


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 511, 200, 302])
def test_what_nobody_signed_is_as_good_as_no_answer(status: int) -> None:
    """No proxy, portal or broken server can stop a kiosk: it tries again later."""
    assert decide(status, "x", believed=False).remedy is Remedy.RETRY_LATER


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, Remedy.CALL_HUMAN),
        (403, Remedy.CALL_HUMAN),
        (409, Remedy.CALL_HUMAN),
        (400, Remedy.RETRY_LATER),
        (422, Remedy.RETRY_LATER),
        (429, Remedy.RETRY_LATER),
        (503, Remedy.RETRY_LATER),
        (413, Remedy.SHRINK),
    ],
)
def test_the_decision_table(status: int, remedy: Remedy) -> None:
    """Every signed answer that is no receipt falls into one of three columns."""
    assert decide(status, "x", believed=True).remedy is remedy


def test_a_server_that_forgot_this_device_is_asked_to_take_it_in_again() -> None:
    """A restored server that signs "unknown device" is shown the enrolment at once, without a human."""
    trouble = decide(401, "unknown_device", believed=True)
    engine, actions = on(RESTING, Failed(trouble), NOW, 0.5)

    assert actions == (AskBack(),)
    assert engine.stopped == "unknown_device"
    assert decide(401, "unknown_device", believed=False).remedy is Remedy.RETRY_LATER


@pytest.mark.parametrize("end", End)
def test_a_chain_that_has_come_to_its_end_gets_a_successor(end: End) -> None:
    """What cannot be sent in this chain goes home in another one, at once and without a human."""
    _, actions = on(RESTING, Failed(Trouble(Remedy.SUCCEED, end.value)), NOW, 0.5)

    assert actions == (Succeed(end),)
    assert decide(409, "fork", believed=True) == Trouble(Remedy.SUCCEED, "fork")


def test_what_is_mended_again_and_again_becomes_no_storm() -> None:
    """Until a receipt shows that all is well, every mending is followed by a longer wait."""
    engine, waits = RESTING, []
    for _ in range(4):
        engine, _ = on(engine, Failed(Trouble(Remedy.SUCCEED, "fork")), NOW, 1.0)
        engine, actions = on(engine, Mended(), NOW, 1.0)
        assert (engine.stopped, actions) == ("", ())
        waits.append(engine.due - NOW)

    assert waits == [4, 8, 16, 32]


EVENTS = st.one_of(
    st.builds(Recorded),
    st.builds(Woke),
    st.builds(Settled, st.integers(0, 1000)),
    st.builds(Mended),
    st.builds(
        Failed,
        st.builds(
            Trouble,
            st.sampled_from(Remedy),
            st.sampled_from([end.value for end in End]),
            st.none() | st.floats(0, 1e12),
        ),
    ),
)


@given(st.lists(st.tuples(EVENTS, st.floats(0, 1000), st.floats(0, 1))))
def test_a_kiosk_never_falls_silent_and_never_hammers(story: list[tuple[Event, float, float]]) -> None:
    """Whatever happens, the next exchange lies within the hour, and a batch is never empty of room."""
    engine, now = Engine(PACE, due=0.0), 0.0
    for event, seconds, chance in story:
        now += seconds
        engine, _ = on(engine, event, now, chance)
        assert engine.due <= now + RETRY_AFTER_MAX_S
        assert 1 <= engine.batch_max <= BATCH_RECORDS_MAX
