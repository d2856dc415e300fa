"""The kiosks as machines: codes, counters' numbers, how a machine is, and how a center sets its machines.

What is read from a form is checked here; a fault is the name of its words, `kiosk_fault_<name>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import asdict, fields

from server.protocol.messages import CODE_ALPHABET, CODE_CHARS, KioskConfig, Thresholds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from server.domain.places import Device

CODE_BYTES: Final = 5
"""What a one-time code is made of: 40 random bits, five to a sign."""
CODE_LIVES_MS: Final = 15 * 60 * 1000
COUNTERS_MAX: Final = 99
"""The greatest number of a counter."""
QUIET_MS: Final = 30 * 60 * 1000
"""After so long without a word somebody should look: a kiosk says something every ten minutes."""
FREE_MB_LOW: Final = 500
PIN_DIGITS: Final = range(6, 9)
REASON_CHARS: Final = range(3, 201)
VOLUME: Final[int] = next(each.default for each in fields(KioskConfig) if each.name == "volume")
"""In percent, where nobody decided otherwise."""
DIGITS_MAX: Final = 6
FAULTS: Final = (
    "counter_number",
    "counter_taken",
    "counter_used",
    "counter_missing",
    "device_missing",
    "stands_there",
    "revoked",
    "reason",
    "pin_digits",
    "pin_easy",
    "pin_differs",
    "limits",
)
"""What can be wrong with a form, each with words of its own."""
STUCK: Final = ("fork", "device_revoked", "unknown_device", "bad_signature", "bad_enrolment")
"""Why a kiosk may have stopped sending, as far as there are words for it."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The newest that a device said of itself; `recorded` are the ratings it had made by then."""

    software: str
    recorded: int
    clock_ok: bool
    free_mb: int
    stuck: str


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A device as a machine at a counter. `seen_ms` is 0 if nothing ever came from it.

    `is_past`: it became another device, or was revoked. A device that two machines had may still be one.
    """

    device: Device
    seen_ms: int
    is_past: bool
    condition: Condition | None = None

    @property
    def waiting(self) -> int:
        """How many ratings it had not yet sent when it last said something."""
        return 0 if self.condition is None else max(0, self.condition.recorded - self.device.seq)

    def is_quiet(self, now_ms: int) -> bool:
        """Say whether nothing came from it for too long."""
        return now_ms - self.seen_ms > QUIET_MS


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the greatest that a setting may be; `above`: the least itself may not."""

    least: float
    most: float
    above: bool = False

    def hold(self, value: float) -> bool:
        """Say whether a value is within."""
        return (self.least < value if self.above else self.least <= value) and value <= self.most


@dataclass(frozen=True, slots=True)
class KioskSettings:
    """How the kiosks of a center behave. `pin_hash` is an Argon2id string or empty, `volume` in percent."""

    volume: int = VOLUME
    thresholds: Thresholds = Thresholds()
    pin_hash: str = ""

    def told(self) -> dict[str, object]:
        """Return what the audit log may tell of them: all but the PIN."""
        return {"volume": self.volume, **asdict(self.thresholds)}


def code_of(random: str) -> str:
    """Return the one-time code of `CODE_BYTES` random bytes, given in hex."""
    number = int(random, 16)
    return "".join(CODE_ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_CHARS)))


def next_number(taken: Collection[int]) -> int | None:
    """Return the least free number for a counter; None: there are as many as can be."""
    return next((number for number in range(1, COUNTERS_MAX + 1) if number not in taken), None)


def number_of(typed: str, taken: Collection[int]) -> tuple[int, str]:
    """Return the number of a new counter, and what is wrong with it, if anything is."""
    number = _whole(typed)
    if number is None or not 1 <= number <= COUNTERS_MAX:
        return 0, "counter_number"
    return (number, "counter_taken") if number in taken else (number, "")


def pin_fault(pin: str, again: str) -> str:
    """Say what is wrong with a technician's PIN that was typed twice."""
    if len(pin) not in PIN_DIGITS or not (pin.isascii() and pin.isdecimal()):
        return "pin_digits"
    if len(set(pin)) == 1 or pin in "0123456789" or pin in "9876543210":
        return "pin_easy"
    return "" if pin == again else "pin_differs"


def reason_of(typed: str) -> tuple[str, str]:
    """Return a reason in one line, and what is wrong with it."""
    reason = " ".join(typed.split())
    return reason, "" if len(reason) in REASON_CHARS else "reason"


def limits() -> dict[str, Limits]:
    """Return the limits of each threshold in seconds, as the contract has them."""
    return _limits(Thresholds)


def volume_limits() -> Limits:
    """Return the limits of the volume in percent, as the contract has them."""
    return _limits(KioskConfig)["volume"]


def settings_of(form: Mapping[str, str], pin_hash: str) -> tuple[KioskSettings | None, dict[str, str]]:
    """Return the settings that a form holds, or else what is wrong with each of its fields."""
    faults, values = {}, {}
    volume = _whole(form.get("volume", ""))
    if volume is None or not volume_limits().hold(volume):
        faults["volume"] = "limits"
    for name, limit in limits().items():
        seconds = _seconds(form.get(name, ""))
        if seconds is None or not limit.hold(seconds):
            faults[name] = "limits"
        else:
            values[name] = seconds
    if faults or volume is None:
        return None, faults
    return KioskSettings(volume, Thresholds(**values), pin_hash), {}


def _limits(kind: type[msgspec.Struct]) -> dict[str, Limits]:
    """Return the limits of each number in a message."""
    found = {}
    for field in fields(kind):
        told = msgspec.inspect.type_info(field.type)
        if isinstance(told, msgspec.inspect.FloatType | msgspec.inspect.IntType) and told.le is not None:
            least = told.ge if told.gt is None else told.gt
            found[field.name] = Limits(least or 0, told.le, above=told.gt is not None)
    return found


def _whole(typed: str) -> int | None:
    """Return a whole number that was typed; None: it is none."""
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS_MAX else None


def _seconds(typed: str) -> float | None:
    """Return seconds that were typed, with a comma or a point; None: it is no number."""
    whole, mark, tenths = typed.strip().replace(",", ".").partition(".")
    seconds, part = _whole(whole), _whole(tenths)
    if seconds is None or (mark and (part is None or len(tenths) != 1)):
        return None
    return seconds + (part or 0) / 10
