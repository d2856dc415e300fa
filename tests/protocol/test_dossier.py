"""How the code of a dossier is read, and what is kept of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.dossier import SCAN_CHARS_MAX, fingerprint, normal_dossier

NEW, OLD, OURS = "H56.14-240823-0001", "000.17.22.H56-210531-0001", "H36.12.05-261123-0042"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (NEW, NEW),
        (OLD, OLD),
        (OURS, OURS),
        ("H36-261123-0042", "H36-261123-0042"),
        ("H36.12.05.001-261123-123456", "H36.12.05.001-261123-123456"),
        ("H36.12-280229-0001", "H36.12-280229-0001"),
        ("  h36.12.05-261123-0042\r\n", OURS),
        ("H36.12.05 - 261123 - 0042", OURS),
        ("H36 .12.05-26 1123-0042", OURS),
        ("H36.12.05–261123—0042", OURS),
        ("H36.12.05−261123\u20100042", OURS),
        ("".join(chr(ord(sign) + 0xFEE0) for sign in OURS), OURS),
        ("H36.12.05\u200b-261123-0042", OURS),
        # within something else
        ("https://dichvucong.example/tra-cuu?ma=H36.12.05-261123-0042&x=1", OURS),
        ("https://dichvucong.example/h36.12.05-261123-0042.html", OURS),
        ("https://dichvucong.example/ho-so-H36.12.05-261123-0042", OURS),
        ("https://dichvucong.example/?ma=H36.12.05%2D261123%2d0042", OURS),
        ("ma_ho_so=000.17.22.H56-210531-0001;ngay=23/11/2026", OLD),
        ("Mã hồ sơ: H36.12.05 - 261123 - 0042 - Hộ tịch", OURS),
        ("H36.12.05-261123-0042|Hộ tịch|23/11/2026", OURS),
        ("(H36.12.05-261123-0042).", OURS),
        ("H36.12.05-261123-0042 H36.12.05-261123-0042", OURS),
        ("H36.12.05-261123-0042 H36.12.05-261323-0043", OURS),
        # none
        ("H56-14-240823-1", ""),
        ("H56.14-241323-0001", ""),
        ("H56.14-240230-0001", ""),
        ("H36.12-270229-0001", ""),
        ("H56.14-240800-0001", ""),
        ("H56.14-240823-001", ""),
        ("H56.14-240823-0000001", ""),
        ("H56.1-240823-0001", ""),
        ("H56.14.15.16.17-240823-0001", ""),
        ("56.14-240823-0001", ""),
        ("00.17.22.H56-210531-0001", ""),
        ("H56.14-24O823-0001", ""),
        ("XH56.14-240823-0001", ""),
        ("H56.14-240823-0001-2", ""),
        ("x=1000.17.22.H56-210531-0001", ""),
        ("H36.12.05-261123-0042 H36.12.05-261123-0043", ""),
        ("8934563138165", ""),
        ("https://dichvucong.example/", ""),
        ("", ""),
        (" " * SCAN_CHARS_MAX + OURS, ""),
    ],
)
def test_a_code_is_found_or_is_none(text: str, code: str) -> None:
    """A scan is one way to write a code, holds the only one, or says nothing."""
    assert normal_dossier(text) == code


@pytest.mark.parametrize(
    ("prefixes", "text", "code"),
    [
        (["H36"], OURS, OURS),
        (["H36.12"], OURS, OURS),
        (["H36.12.05"], OURS, OURS),
        ([" h36.12.05 "], OURS, OURS),
        (["G01", "H36"], OURS, OURS),
        (["H36.1"], OURS, ""),
        (["H36.12.05.001"], OURS, ""),
        (["H36"], NEW, ""),
        (["H56"], OLD, OLD),
        (["H56.22"], OLD, OLD),
        (["000.00.22.H56"], OLD, OLD),
        (["000.00.00.H36"], OURS, OURS),
        (["H36"], f"{NEW} {OURS}", OURS),
        ([], NEW, NEW),
    ],
)
def test_only_dossiers_of_the_wanted_agencies_are_taken(prefixes: list[str], text: str, code: str) -> None:
    """A prefix names whole levels of an agency, in the old order or in the new one."""
    assert normal_dossier(text, prefixes) == code


@given(st.one_of(st.text(max_size=60), st.text(alphabet="H36.12-0 5%=&/", max_size=60)))
def test_what_was_normal_stays_so(text: str) -> None:
    """No text breaks it, and a normalised code is its own."""
    code = normal_dossier(text)

    assert normal_dossier(code) == code


@given(
    st.from_regex(
        r"H36(\.[0-9]{2,3}){0,3}-26(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])-[0-9]{4,6}", fullmatch=True
    )
)
def test_every_spelling_of_a_code_is_the_same(code: str) -> None:
    """Small letters, spaces, other dashes and an address around it change nothing."""
    for text in (code, code.lower(), f" {code.replace('-', ' – ')} ", f"https://x.example/?ma={code}&b=2"):
        assert normal_dossier(text) == code


def test_a_fingerprint_is_the_standard_one() -> None:
    """It equals the HMAC-SHA256 of RFC 4231, cases 1 and 6."""
    assert (
        fingerprint("0b" * 20, "Hi There")
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    )
    assert (
        fingerprint("aa" * 131, "Test Using Larger Than Block-Size Key - Hash Key First")
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    )
    assert fingerprint("0b" * 20, OURS) != fingerprint("0c" * 20, OURS)


@pytest.mark.parametrize("key", ["", "00", "zz" * 16, "0b" * 15])
def test_a_fingerprint_needs_a_secret(key: str) -> None:
    """Without a real key there is none, for codes can be guessed."""
    with pytest.raises(ValueError, match=r"too short|fromhex"):
        fingerprint(key, OURS)
