"""What a record is worth, whatever its bytes and its clock say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from server.domain.intake import DAY_UNSURE, Circumstances, Sender, judge
from server.protocol.record import Carried, CarriedRecord, encode_record
from server.protocol.survey import Option, Question, Survey
from tests.protocol.test_record import a_record

SURVEY = Survey(v=1, name={"vi": "x"}, questions=[Question("overall", "faces", {"vi": "x"})])
RECEIVED_MS = int(datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC).timestamp() * 1000)
KNOWN = Circumstances(
    seq=1,
    sender=Sender("a" * 32, "24823-1", 24823),
    surveys={"0123456789ab": SURVEY},
    received_ms=RECEIVED_MS,
    boot="00000000",
    mono_ms=60_000,
)


def a_body(**changes: object) -> bytes:
    """Return the bytes of a rating."""
    usual: dict[str, object] = {
        "made_at": "2026-11-22T03:00:00Z",
        "mono_ms": 10_000,
        "answers": {"overall": 4},
    }
    return encode_record(a_record(**(usual | changes)))


def test_a_good_record_counts() -> None:
    """Its score is the answer to the main question."""
    judged = judge(a_body(), KNOWN)

    assert (judged.score, judged.quarantine) == (4, None)


def test_the_true_time_comes_from_the_clock_that_only_goes_forward() -> None:
    """Fifty seconds before it was received, whatever the kiosk's calendar says."""
    assert judge(a_body(made_at="1970-01-01T00:00:00Z"), KNOWN).made_ms == RECEIVED_MS - 50_000


def test_an_uptime_that_cannot_be_true_is_not_believed() -> None:
    """A kiosk that claims to run since before there were centers gets another day, not one of 1966."""
    ancient = replace(KNOWN, mono_ms=2**53 - 1)

    assert judge(a_body(), ancient).made_ms == RECEIVED_MS - 24 * 3600 * 1000


def test_a_body_that_two_readers_could_read_two_ways_does_not_count() -> None:
    """The same key twice is quarantined: the journal keeps it, and nobody has to choose."""
    twice = a_body().replace(b'"answers":{"overall":4}', b'"answers":{"overall":1},"answers":{"overall":5}')

    assert judge(twice, KNOWN).quarantine == "not_canonical"


def test_after_a_restart_the_calendar_is_believed_if_it_can_be_true() -> None:
    """From another boot the kiosk's date counts, but not one that cannot be true."""
    other = "11111111"
    day_before = judge(a_body(boot=other), KNOWN).made_ms

    assert day_before == RECEIVED_MS - 24 * 3600 * 1000
    for wrong in ("2036-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-02-30T00:00:00Z"):
        assert judge(a_body(boot=other, made_at=wrong), KNOWN).made_ms == RECEIVED_MS
    assert judge(a_body(boot=other, clock_ok=False), KNOWN).made_ms == RECEIVED_MS


def test_a_day_that_nobody_can_tell_is_marked() -> None:
    """What counts on the day of its receipt says so; a wrong calendar alone makes no day unsure."""
    other = "11111111"
    unsure = {"boot": other, "made_at": "2036-01-01T00:00:00Z", "flags": ["repeat"]}

    assert judge(a_body(**unsure), KNOWN).flags == ("repeat", DAY_UNSURE)
    assert judge(a_body(boot=other, clock_ok=False), KNOWN).flags == (DAY_UNSURE,)
    assert judge(a_body(boot=other, clock_ok=False, answers={}), KNOWN).flags == (DAY_UNSURE,)
    assert judge(a_body(boot=other), KNOWN).flags == ()
    assert judge(a_body(made_at="2036-01-01T00:00:00Z", clock_ok=False), KNOWN).flags == ()
    assert judge(b"rubbish", KNOWN).flags == ()


def test_a_procedure_is_the_one_that_was_chosen() -> None:
    """A record cannot claim a procedure that its answers do not name."""
    what = Question("what", "procedure", {"vi": "x"}, [Option({"vi": "x"}, code="2.000815")])
    asked = replace(
        KNOWN, surveys={"0123456789ab": Survey(v=1, name={"vi": "x"}, questions=[SURVEY.main, what])}
    )
    chosen = {"overall": 4, "what": 0}

    assert judge(a_body(answers=chosen, procedure="2.000815"), asked).quarantine is None
    for wrong in ({"answers": chosen}, {"answers": chosen, "procedure": "1.1"}, {"procedure": "2.000815"}):
        assert judge(a_body(**wrong), asked).quarantine == "wrong_procedure"


def test_a_revocation_holds_from_its_moment_on() -> None:
    """What came in the millisecond before counts, what came in that millisecond does not."""
    for since, reason in ((RECEIVED_MS + 1, None), (RECEIVED_MS, "revoked")):
        known = replace(KNOWN, sender=replace(KNOWN.sender, revoked_ms=since))

        assert judge(a_body(), known).quarantine == reason
        assert judge(a_body(), known.pardoned()).quarantine is None


OLD = Sender("b" * 32, "24823-2", 24823)


def carried(body: bytes, device: str = OLD.device, inner_seq: int = 1, seq: int = 1) -> bytes:
    """Return the bytes of a record that brings another one home."""
    inner = Carried(device, inner_seq, "c" * 64, body.decode())
    return encode_record(CarriedRecord(v=1, seq=seq, carried=inner, salt="0" * 16))


def test_a_carried_record_is_judged_as_if_its_own_device_had_sent_it() -> None:
    """It stands at that device's counter and under that device's number, and says which rating it is."""
    known = replace(KNOWN, seq=7, ancestors={OLD.device: OLD})
    judged = judge(carried(a_body(counter="24823-2", seq=3), inner_seq=3, seq=7), known)

    assert (judged.score, judged.quarantine, judged.sender) == (4, None, OLD)
    assert judged.carries == (OLD.device, 3, "c" * 64)
    assert judge(carried(a_body(seq=3), inner_seq=3, seq=7), known).quarantine == "wrong_counter"
    assert judge(carried(a_body(counter="24823-2"), inner_seq=3, seq=7), known).quarantine == "wrong_seq"


def test_only_a_devices_own_past_is_believed() -> None:
    """What is no rating of an earlier device of the same kiosk names no rating, so it cannot displace one."""
    good = a_body(counter="24823-2")
    revoked = replace(KNOWN.sender, revoked_ms=1)
    ours = replace(KNOWN, ancestors={OLD.device: OLD})
    for body, known, reason in (
        (carried(good), KNOWN, "not_ours"),
        (carried(good, seq=2), ours, "wrong_seq"),
        (carried(good), replace(ours, sender=revoked), "revoked"),
        (carried(good).replace(b'{"v":1,', b'{"v": 1,', 1), ours, "not_canonical"),
    ):
        judged = judge(body, known)
        assert (judged.quarantine, judged.carries) == (reason, None)
    assert judge(carried(b"no rating"), ours).quarantine == "unreadable"


@given(st.binary(max_size=300))
def test_any_bytes_are_judged(body: bytes) -> None:
    """Whatever a device sends, the answer is a judgement, never a failure."""
    assert judge(body, KNOWN).quarantine is not None


@given(st.integers(0, len(a_body()) - 1), st.integers(0, 255))
def test_a_record_with_any_byte_changed_is_judged(spot: int, byte: int) -> None:
    """A damaged rating either still counts or is quarantined; it never stops the book."""
    body = a_body()
    judged = judge(body[:spot] + bytes([byte]) + body[spot + 1 :], KNOWN)

    assert (judged.score is None) == (judged.quarantine is not None)
