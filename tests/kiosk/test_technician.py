"""Who may service a machine at its screen: five touches in a corner, and a PIN that nobody guesses."""

from __future__ import annotations

from functools import reduce
from itertools import chain, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from nacl.pwhash import argon2id

from kiosk.technician import (
    CLOSE_S,
    FREE_TRIES,
    KNOCKS,
    KNOCKS_S,
    NEVER,
    WAIT_S,
    WAIT_S_MAX,
    Answered,
    Closed,
    Door,
    Entered,
    Event,
    Gate,
    Knocked,
    Pad,
    Pressed,
    Waited,
    in_corner,
    pad_of,
    right_pin,
    step,
    wait_s_after,
)
from kiosk.writing import ERASE

PIN = "258036"


def knocked(gate: Gate | None = None, now: float = 0.0, count: int = KNOCKS) -> Gate:
    """Knock at the corner, three times a second."""
    for number in range(count):
        gate = step(gate or Gate(), Knocked(in_corner=True), now + number / 3)
    return gate or Gate()


def typed(gate: Gate, pin: str = PIN, now: float = 2.0) -> Gate:
    """Type a PIN, and say that it is complete."""
    return step(reduce(lambda at, sign: step(at, Pressed(sign), now), pin, gate), Entered(), now)


def refused(gate: Gate, times: int = 1) -> tuple[Gate, float]:
    """Type so many wrong PINs, each as soon as that is possible; return when that was as well."""
    now = 2.0
    for _ in range(times):
        now = max(now, gate.wait_until)
        gate = typed(step(gate, Knocked(in_corner=False), now), "000000", now)
        gate = step(gate, Answered(gate.tries, right=False), now)
    return gate, now


def test_five_touches_in_the_corner_ask_for_the_pin() -> None:
    """A technician who knows the corner is asked for the PIN at the fifth touch, and not at the fourth."""
    assert knocked(count=KNOCKS - 1).door is Door.SHUT
    assert knocked().door is Door.ASKING


def test_slow_touches_do_not() -> None:
    """Five touches that take longer than the time for them are a citizen's."""
    gate = Gate()
    for number in range(3 * KNOCKS):
        gate = step(gate, Knocked(in_corner=True), number * (KNOCKS_S / (KNOCKS - 1) + 0.01))

    assert gate.door is Door.SHUT


def test_a_touch_elsewhere_begins_anew() -> None:
    """Touches in the corner count only in a row: a palm all over the glass opens nothing."""
    gate = step(knocked(count=KNOCKS - 1), Knocked(in_corner=False), 1.5)

    assert step(gate, Knocked(in_corner=True), 1.6).door is Door.SHUT


@pytest.mark.parametrize(
    ("x", "y", "inside"), [(0, 480, True), (57, 423, True), (59, 470, False), (5, 5, False)]
)
def test_the_corner_is_small_and_above_at_the_left(x: float, y: float, inside: bool) -> None:  # noqa: FBT001 - a column of the table
    """The corner is 12 % of the shorter side of the glass, whatever lies there for citizens."""
    assert in_corner(x, y, 800, 480) is inside


def test_the_right_pin_opens() -> None:
    """The technician's screen opens with the right PIN, and forgets what was typed."""
    asking = typed(knocked())
    assert (asking.door, asking.pin) == (Door.CHECKING, PIN)

    gate = step(asking, Answered(asking.tries, right=True), 3.0)
    assert (gate.door, gate.pin, gate.wrong) == (Door.OPEN, "", 0)


def test_a_wrong_pin_asks_again() -> None:
    """A wrong PIN is told of and taken away, and the next may be typed at once."""
    gate, now = refused(knocked())

    assert (gate.door, gate.pin) == (Door.ASKING, "")
    assert pad_of(gate, now, has_pin=True) == Pad(wrong=True)
    assert pad_of(step(gate, Pressed("1"), now), now, has_pin=True) == Pad(digits=1)


def test_a_pin_of_five_digits_is_none() -> None:
    """A PIN has at least six digits, at most eight, and nothing but digits; the last may be taken back."""
    assert typed(knocked(), "12345").door is Door.ASKING
    assert [Pad(digits=count).is_complete for count in (0, 5, 6, 8)] == [False, False, True, True]
    assert typed(knocked(), "1234567890").pin == "12345678"
    assert typed(knocked(), "12x٣²34").pin == "1234"
    assert typed(knocked(), f"12399{ERASE}{ERASE}4").pin == "1234"


def test_wrong_pins_cost_time() -> None:
    """Three are free; then 30 s, a minute, two, and so on, and never more than a quarter of an hour."""
    waits = [wait_s_after(wrong) for wrong in range(1, FREE_TRIES + 8)]

    assert waits[: FREE_TRIES + 5] == [0, 0, 0, 30, 60, 120, 240, 480]
    assert set(waits[FREE_TRIES + 5 :]) == {WAIT_S_MAX}
    assert wait_s_after(10**9) == WAIT_S_MAX


def test_the_pad_tells_how_long_to_wait() -> None:
    """Who has to wait sees the seconds, and no key is felt until they are over."""
    gate, now = refused(knocked(), FREE_TRIES + 1)

    assert pad_of(gate, now + 0.5, has_pin=True) == Pad(wait_s=int(WAIT_S), wrong=True)
    assert step(gate, Pressed("1"), now + WAIT_S - 0.1).pin == ""
    assert step(gate, Pressed("1"), now + WAIT_S).pin == "1"


def test_closing_the_pad_saves_no_wait() -> None:
    """The wait stands when the pad is closed and opened again, also while a PIN is being checked."""
    gate, now = refused(knocked(), FREE_TRIES)
    asked = typed(gate, "000000", now)
    back = knocked(step(asked, Closed(), now), now + 1)

    assert back.door is Door.ASKING
    assert step(back, Pressed("1"), now + WAIT_S - 0.1).pin == ""
    assert step(back, Answered(asked.tries, right=True), now + 3).door is Door.ASKING


def test_an_answer_for_another_pin_is_not_believed() -> None:
    """An answer that comes late opens nothing for the PIN that was typed after it."""
    first = typed(knocked())
    second = typed(knocked(step(first, Closed(), 3), 4), "000000", 6)

    assert step(second, Answered(first.tries, right=True), 7).door is Door.CHECKING


def test_success_forgives() -> None:
    """After the right PIN the next mistake is free again."""
    gate, now = refused(knocked(), FREE_TRIES + 2)
    right = typed(gate, PIN, gate.wait_until)
    opened = step(right, Answered(right.tries, right=True), now + 100)

    assert (opened.wrong, opened.wait_until) == (0, NEVER)


@pytest.mark.parametrize("door", [Door.ASKING, Door.CHECKING, Door.OPEN])
def test_it_closes_by_itself(door: Door) -> None:
    """A minute without a touch closes whatever is open; before the pad only its keys count as one."""
    gate = replace(knocked(), door=door, touched_at=10.0)

    assert step(gate, Waited(), 10 + CLOSE_S - 0.1).door is door
    assert step(gate, Waited(), 10 + CLOSE_S).door is Door.SHUT
    touched = step(step(gate, Knocked(in_corner=False), 60), Waited(), 60 + CLOSE_S - 0.1)
    assert touched.door is (Door.OPEN if door is Door.OPEN else Door.SHUT)


def test_no_pin_is_written_into_a_log() -> None:
    """What was typed does not stand in the words that a gate is printed with, nor in what the pad is told."""
    gate = typed(knocked(), "73914682")

    assert "73914682" not in repr(gate) + repr(pad_of(gate, 2, has_pin=True))


def test_a_pin_is_checked_against_its_hash() -> None:
    """The PIN of the config's Argon2id string is right, any other is wrong, and no other text opens."""
    pin_hash = argon2id.str(
        PIN.encode(), opslimit=argon2id.OPSLIMIT_MIN, memlimit=argon2id.MEMLIMIT_MIN
    ).decode()

    assert right_pin(pin_hash, PIN)
    assert not right_pin(pin_hash, "258037")
    for no_hash in ("", "plain", "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA", "x" * 160):
        assert not right_pin(no_hash, PIN)
        assert not right_pin(no_hash, "")


EVENTS = st.one_of(
    st.builds(Knocked, st.booleans()),
    st.just(Knocked(in_corner=True)),
    st.builds(Pressed, st.sampled_from([*"025836", ERASE, "x"])),
    st.sampled_from([Entered(), Closed(), Waited()]),
)
MOVES = st.tuples(EVENTS, st.floats(0, 90))
KNOCK = [(Knocked(in_corner=True), 0.1)] * KNOCKS
TYPE = [*((Pressed(sign), 0.1) for sign in PIN), (Entered(), 0.1)]
PARTS = st.one_of(st.lists(MOVES, max_size=8), st.just(KNOCK), st.just(TYPE), st.just([*KNOCK, *TYPE]))
TRIPS = st.lists(PARTS, max_size=12).map(lambda parts: list(chain.from_iterable(parts)))
"""What fingers may do, some of it just right."""


def outcome(trip: list[tuple[Event, float]]) -> tuple[list[Gate], list[str]]:
    """Let a machine with `PIN` live through a trip; return its gates, and the PINs it had checked."""
    gate, now, gates, checked = Gate(), 0.0, [Gate()], list[str]()
    for event, after in trip:
        now += after
        gate = step(gate, event, now)
        gates.append(gate)
        if gate.door is Door.CHECKING:
            checked.append(gate.pin)
            gate = step(gate, Answered(gate.tries, right=gate.pin == PIN), now + 0.2)
            gates.append(gate)
    return gates, checked


@given(TRIPS)
@example([*KNOCK, *TYPE])
def test_nothing_else_opens_it(trip: list[tuple[Event, float]]) -> None:
    """It never opens without five touches in the corner and then the right PIN, whatever fingers do."""
    gates, checked = outcome(trip)

    for before, after in pairwise(gates):
        if after.door is Door.OPEN and before.door is not Door.OPEN:
            assert before.door is Door.CHECKING
            assert before.pin == PIN
    if any(gate.door is not Door.SHUT for gate in gates):
        corner = [event for event, _ in trip if event == Knocked(in_corner=True)]
        assert len(corner) >= KNOCKS
    if any(gate.door is Door.OPEN for gate in gates):
        assert PIN in checked


@given(st.lists(st.floats(0, 400), max_size=80))
def test_guesses_are_few(pauses: list[float]) -> None:
    """Who tries wrong PINs without end gets no more of them checked than the waits allow."""
    gate, now, checked = knocked(), 2.0, 0
    for pause in pauses:
        now += pause
        gate = step(gate, Knocked(in_corner=True), now)
        gate = typed(gate, "000000", now)
        if gate.door is Door.CHECKING:
            checked += 1
            gate = step(gate, Answered(gate.tries, right=False), now)

    allowed = next(count for count in range(100) if sum(map(wait_s_after, range(1, count + 1))) > now)
    assert checked <= allowed
