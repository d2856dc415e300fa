"""The rules of kiosks as machines: codes, numbers, PINs, settings."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from server.domain.fleet import (
    COUNTERS_MAX,
    KioskSettings,
    code_of,
    limits,
    next_number,
    number_of,
    pin_fault,
    reason_of,
    settings_of,
    volume_limits,
)
from server.protocol.messages import KioskConfig, Thresholds, normal_code


@given(st.binary(min_size=5, max_size=5), st.binary(min_size=5, max_size=5))
def test_each_chance_makes_a_code_of_its_own(one: bytes, other: bytes) -> None:
    """Forty random bits make eight signs that a kiosk reads back, and no two make the same."""
    code = code_of(one.hex())

    assert normal_code(f"{code[:4]}-{code[4:]}".lower()) == code
    assert (code == code_of(other.hex())) == (one == other)


def test_counters_are_numbered_from_one() -> None:
    """The least free number is proposed, until there are as many counters as can be."""
    assert next_number(set()) == 1
    assert next_number({1, 2, 4}) == 3
    assert next_number(range(1, COUNTERS_MAX + 1)) is None
    assert number_of("007", {1}) == (7, "")
    assert number_of("1", {1}) == (1, "counter_taken")


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("481516", ""),
        ("48151623", ""),
        ("48151", "pin_digits"),
        ("481516234", "pin_digits"),
        ("\u0664\u0668\u0661\u0665\u0661\u0666", "pin_digits"),
        ("123456", "pin_easy"),
        ("98765432", "pin_easy"),
        ("000000", "pin_easy"),
    ],
)
def test_a_pin_is_what_the_pad_of_a_kiosk_takes(pin: str, fault: str) -> None:
    """Six to eight digits, none of the first that anybody would try."""
    assert pin_fault(pin, pin) == fault


def test_a_pin_is_typed_twice_alike() -> None:
    """A slip of the finger must not lock everybody out."""
    assert pin_fault("481516", "481561") == "pin_differs"


def test_a_reason_is_a_line_of_words() -> None:
    """Blanks are put right, and too little or too much is no reason."""
    assert reason_of("  mất \n máy ") == ("mất máy", "")
    assert reason_of("x")[1] == reason_of("x" * 201)[1] == "reason"


def test_limits_are_those_of_the_contract() -> None:
    """Each threshold and the volume has the limits that kiosks read by."""
    assert set(limits()) == set(asdict(Thresholds()))
    assert (volume_limits().least, volume_limits().most) == (0, 100)
    assert KioskSettings().volume == 70


@given(st.sampled_from([*limits(), "volume"]), st.integers(0, 40000))
def test_whatever_is_taken_can_be_told(name: str, tenths: int) -> None:
    """Settings that a form yields are settings that a kiosk reads, and others are refused."""
    defaults = {each: f"{value:g}" for each, value in asdict(Thresholds()).items()} | {"volume": "70"}
    typed = f"{tenths / 10:g}".replace(".", ",")
    settings, faults = settings_of(defaults | {name: typed}, "")
    values = {"volume": 70, **asdict(Thresholds())} | {name: tenths / 10}
    if name == "volume" and not tenths % 10:
        values["volume"] = tenths // 10
    try:
        msgspec.convert({key: value for key, value in values.items() if key != "volume"}, Thresholds)
        msgspec.convert(values["volume"], _volume_type())
    except msgspec.ValidationError:
        assert (settings, list(faults)) == (None, [name])
    else:
        assert settings is not None
        assert {"volume": settings.volume, **asdict(settings.thresholds)} == values


def _volume_type() -> object:
    """Return the type of the volume, with its limits."""
    return next(each.type for each in msgspec.structs.fields(KioskConfig) if each.name == "volume")


@pytest.mark.parametrize("typed", ["", "x", "1,25", "-1", "1e2", "5,", ",5", "9" * 9, "nan"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    """Seconds are digits, and at most one more behind a comma or a point."""
    form = {each: f"{value:g}" for each, value in asdict(Thresholds()).items()} | {"volume": "70"}

    assert settings_of(form | {"thanks_s": typed}, "") == (None, {"thanks_s": "limits"})
