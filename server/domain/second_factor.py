"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and codes on paper for a lost phone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

import pyotp

STEP_S: Final = 30
DRIFT_STEPS: Final = 1
"""A phone's clock may be half a minute off."""
SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 8
RECOVERY_BYTES: Final = 5
CODE_DIGITS: Final = 6
ISSUER: Final = "Nụ Cười"


def secret_of(random_hex: str) -> str:
    """Return random bytes as an app takes a secret, in base 32."""
    return base64.b32encode(bytes.fromhex(random_hex)).decode()


def enrolment_address(secret: str, name: str) -> str:
    """Return what the square code says to an app."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of_code(secret: str, typed: str, now_ms: int) -> int | None:
    """Return the step of time that a code belongs to, if it is one of about now.

    The caller remembers the step: a code is taken once, and none that is older than one that was taken.
    """
    code = digits_of(typed)
    now = now_ms // 1000 // STEP_S
    totp = pyotp.TOTP(secret)
    fitting = [
        step
        for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
        if hmac.compare_digest(totp.generate_otp(step), code)
    ]
    return fitting[-1] if fitting else None


def digits_of(typed: str) -> str:
    """Return a code as an app shows it, without the spaces that people type; empty if it is none."""
    code = "".join(typed.split())
    return code if code.isascii() and code.isdigit() and len(code) == CODE_DIGITS else ""


def recovery_code(random_hex: str) -> str:
    """Return random bytes as a code for paper: `ABCD-EFGH`."""
    code = secret_of(random_hex)
    return f"{code[:4]}-{code[4:]}"


def recovery_hash(key: bytes, person: int, typed: str) -> str:
    """Return what is kept of a recovery code. `key` is the server's own: the book alone does not open it."""
    code = "".join(char for char in typed.upper() if char.isalnum())
    return hmac.new(key, f"recovery {person} {code}".encode(), hashlib.sha256).hexdigest()
