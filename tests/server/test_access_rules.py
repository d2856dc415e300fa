"""Who may change whose access, which code is taken, and which browser it was: rules without a book."""

from dataclasses import replace

import pyotp
import pytest

from server.domain.browsers import browser_of
from server.domain.people import Listed, Refused, Standing, may_look_after, needs_second_factor, refusal
from server.domain.places import Person, Role
from server.domain.second_factor import (
    digits_of,
    enrolment_address,
    recovery_code,
    recovery_hash,
    secret_of,
    step_of_code,
)
from server.web.sealing import seal, unseal
from tests.server.hall import BAO_LOC, DA_LAT

HEAD = Person(1, "head", "hash", Role.ADMIN, None)
OTHER = Person(2, "other", "hash", Role.ADMIN, None)
LOCAL = Person(3, "local", "hash", Role.ADMIN, BAO_LOC)
CLERK = Person(4, "clerk", "hash", Role.MANAGER, BAO_LOC)
SECRET = secret_of("00" * 20)
NOW_MS = 1_800_000_015_000


@pytest.mark.parametrize(
    ("admin", "target", "other_heads", "stays", "refused"),
    [
        (HEAD, CLERK, 0, False, None),
        (HEAD, HEAD, 5, False, Refused.ONESELF),
        (LOCAL, LOCAL, 5, False, Refused.ONESELF),
        (HEAD, OTHER, 1, False, None),
        (HEAD, OTHER, 0, False, Refused.LAST_ADMIN),
        (HEAD, OTHER, 0, True, None),
        (HEAD, replace(OTHER, blocked=True), 0, False, None),
        (HEAD, replace(OTHER, password_hash=""), 0, False, None),
        (HEAD, LOCAL, 0, False, None),
    ],
)
def test_somebody_can_always_let_people_in(
    admin: Person, target: Person, other_heads: int, *, stays: bool, refused: Refused | None
) -> None:
    """Nobody changes their own access, and the province keeps one administrator who may sign in."""
    assert refusal(admin, target, other_heads=other_heads, stays_head=stays) is refused


def test_an_administrator_looks_after_their_scope() -> None:
    """A center's administrator has that center's people, not those of the province."""
    assert [may_look_after(LOCAL, center) for center in (BAO_LOC, DA_LAT, None)] == [True, False, False]
    assert [may_look_after(HEAD, center) for center in (BAO_LOC, DA_LAT, None)] == [True, True, True]


@pytest.mark.parametrize("role", Role)
def test_who_administers_or_may_withhold_needs_a_second_factor(role: Role) -> None:
    """Only where it is required, and until it is on."""
    person = replace(CLERK, role=role)
    guarded = role in {Role.ADMIN, Role.REVIEWER}

    assert needs_second_factor(person, required=True) == guarded
    assert not needs_second_factor(person, required=False)
    assert not needs_second_factor(replace(person, second_factor=True), required=True)


def test_a_person_stands_in_one_way() -> None:
    """Active, invited or blocked: blocked says more than the rest."""
    for person, standing in [
        (CLERK, Standing.ACTIVE),
        (replace(CLERK, password_hash=""), Standing.INVITED),
        (replace(CLERK, password_hash="", blocked=True), Standing.BLOCKED),
    ]:
        assert Listed(person, None, None).standing is standing


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(steps: int, *, taken: bool) -> None:
    """The code before and the code after are taken too; the log of steps tells which one it was."""
    now = NOW_MS // 30_000
    code = pyotp.TOTP(SECRET).generate_otp(now + steps)

    assert step_of_code(SECRET, code, NOW_MS) == (now + steps if taken else None)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [("123 456", "123456"), ("12345", ""), ("1234567", ""), ("12345a", ""), ("١٢٣٤٥٦", ""), ("", "")],
)
def test_a_code_is_six_digits(typed: str, digits: str) -> None:
    """Spaces are forgiven; digits of another script are no code."""
    assert digits_of(typed) == digits
    assert step_of_code(SECRET, typed, NOW_MS) is None


def test_an_app_takes_the_secret() -> None:
    """The square says whose account it is, and where."""
    assert enrolment_address(SECRET, "Lan & Co").startswith(
        "otpauth://totp/N%E1%BB%A5%20C%C6%B0%E1%BB%9Di:Lan"
    )
    assert pyotp.parse_uri(enrolment_address(SECRET, "lan")).name == "lan"


def test_a_recovery_code_is_typed_as_one_likes() -> None:
    """Small letters and a missing hyphen are forgiven; another person's code or key is another hash."""
    code = recovery_code("0123456789")

    assert code == "AERU-KZ4J"
    assert recovery_hash(b"key", 1, code) == recovery_hash(b"key", 1, " aeru kz4j")
    hashes = {recovery_hash(key, person, code) for key in (b"key", b"other") for person in (1, 2)}
    assert len(hashes) == 4


def test_a_sealed_secret_is_not_in_the_book() -> None:
    """Only the server's key opens it."""
    sealed = seal(bytes(32), SECRET, "11" * 24)

    assert SECRET not in sealed
    assert unseal(bytes(32), sealed) == SECRET


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36",
            "Chrome, Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36 Edg/143.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; like Mac OS X) Version/19.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Linux; Android 16; SM-A556) Chrome/143.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_plain_words(agent: str, browser: str) -> None:
    """One recognises one's own by browser and system; what nobody knows stays unnamed."""
    assert browser_of(agent) == browser
