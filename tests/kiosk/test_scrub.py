"""What is taken out of a comment, and what stays."""

from __future__ import annotations

from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.scrub import scrub

NO_AT = {0xFF20: None, 0xFE6B: None}


def wide(text: str) -> str:
    """Return the text in full-width signs."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


GOES = [
    # phones
    ("gọi 0912345678 nhé", "gọi … nhé"),
    ("gọi 0912.345.678.", "gọi …."),
    ("7.30 - 11.30, 0912345678", "7.30 - 11.30, …"),
    ("09.10 12.20 345", "…"),
    ("09:12:34:56:78", "…"),
    ("09 12 15 20 25", "…"),
    ("0912 345 678", "…"),
    ("0912-345-678", "…"),
    ("09 1234 5678", "…"),
    ("09.12.34.56.78", "…"),
    ("0 9 1 2 3 4 5 6 7 8", "…"),
    ("+84912345678", "…"),
    ("+84 912 345 678", "…"),
    ("+84 (0) 912 345 678", "…"),
    ("(+84) 912 345 678", "…"),
    ("84912345678", "…"),
    ("0084 912 345 678", "…"),
    ("02633822123", "…"),
    ("0263 3822 123", "…"),
    ("(0263) 3.822.123 ạ", "… ạ"),
    ("sđt:0912345678", "sđt:…"),
    ("SĐT0912345678", "SĐT…"),
    ("0912345678 1 giờ sau", "… 1 giờ sau"),
    ("0912345678 hoặc 0987654321", "… hoặc …"),
    ("quầy 5 0912345678", "quầy 5 …"),
    ("23/11/2026 0912345678", "23/11/2026 …"),
    ("23-11-2026 10:30 0912345678", "23-11-2026 10:30 …"),
    ("10:30-11:30 250123456", "10:30-11:30 …"),
    ("phí 150.000 đ, gọi 0912345678", "phí 150.000 đ, gọi …"),
    (wide("0912345678"), "…"),
    ("٠٩١٢٣٤٥٦٧٨", "…"),
    *((f"gọi 0912{by}345{by}678.", "gọi ….") for by in ("/", "_", ",", ":", "*", "\n", ", ", " / ", " " * 5)),
    *((f"09{by}12{by}34{by}56{by}78", "…") for by in ("/", "_", ",", ":", "*", "\n")),
    ("0912\n345678", "…"),
    ("+84/912/345/678", "…"),
    ("0912\u00a0345\u2009678", "…"),
    ("0912\u200b345\u200b678", "…"),
    ("0912–345–678", "…"),
    # identity numbers and accounts
    ("CCCD 001099012345 của tôi", "CCCD … của tôi"),
    ("001 099 012 345", "…"),
    ("045.099.001.234", "…"),
    ("0010-9901-2345", "…"),
    ("CMND 250123456", "CMND …"),
    ("CMND250123456", "CMND…"),
    ("250 123 456", "…"),
    ("250     123     456", "…"),
    ("2 5 0 1 2 3 4 5 6", "…"),
    ("hộ chiếu B1234567", "hộ chiếu …"),
    ("C12345678.", "…."),
    ("phòng 101 102 103, gọi 0912345678", "phòng 101 102 103, gọi …"),
    ("250.123.456", "…"),
    ("STK 19031234567890", "STK …"),
    ("STK 1903 1234 5678 90", "STK …"),
    ("thẻ 9704 3612 3456 7890", "thẻ …"),
    ("số 123456789 và 123456789012", "số … và …"),
    ("H36.12.05-261123-0042", "H…"),
    # e-mails
    ("thư a.b+c@gmail.com.", "thư …."),
    ("TEN@CO-QUAN.GOV.VN", "…"),
    ("ten@localhost", "…"),
    ("ten @ gmail.com", "…"),
    ("ten" + wide("@") + "gmail" + wide(".") + "com", "…"),
    ("thưđiệntử@gmail.com", "…"),
]
STAYS = """
phí 200.000 đ
nộp 1.500.000 đồng
nộp 1,500,000 VND
nộp 1 500 000 đồng
đất 150.000.000 đồng
đất 150.000.000
đất 150000000 đồng
nhà 10.000.000.000 đồng
vay 123.456.789 đ
vay 123.456.789₫
hết 200k
phí 15.000 20.000 30.000 đồng
5000 10000 15000
hết 2,5 triệu
ngày 23/11/2026
ngày 23-11-2026
ngày 23.11.2026
ngày 01-02-2026 10:30
ngày 2026-11-23 10:30:15
hẹn 23/11 đến 30/11/26
lúc 8h30-11h30, 13h30-17h
lúc 07:30 - 11:30
lúc 07:30:15
7.30 - 11.30 - 13.30
07.30 - 11.30 13.30-17.00
07.30, 11.30, 13.30
đợi 8 giờ 30 phút
quầy 12
quầy 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
quầy 1 2 3 4 5 6 7 8 9
quầy số 03 phòng 105
quầy 1 2 3 4 5 6 7 8 9 10
phòng 101 102 103
phòng 101, 205, 309
quầy 01, 02, 03, 04, 05, 06
năm 2020-2025
năm 2022 2023 2024
tháng 03/2025, 04/2025
tháng 01/2024, 2025
các năm 2024 - 2025 - 2026
sinh năm 1950
Nghị định 61/2018/NĐ-CP
Quyết định 766/QĐ-TTg ngày 23/6/2022
Luật 91/2025/QH15
120 hồ sơ trong tháng 11/2026
thủ tục 1.004227
thủ tục 1.004227.000.00.00.H36
đường dây nóng 1900 1234 hoặc 1022
đợi 15-20 phút
gặp @ quầy 5
được 5/5 điểm, 99,5%
Cán bộ rất nhiệt tình, cảm ơn!
""".strip().splitlines()


@pytest.mark.parametrize(("text", "left"), GOES)
def test_personal_numbers_go(text: str, left: str) -> None:
    """A phone, an identity number, an account, a dossier's code or an e-mail leaves only its mark."""
    assert scrub(text) == left


@pytest.mark.parametrize("text", STAYS)
def test_other_numbers_stay(text: str) -> None:
    """Prices, days, hours, counters, years and decrees are what a comment is about."""
    assert scrub(text) == text


def test_the_tables_are_long_enough() -> None:
    """At least 60 cases are tried."""
    assert len(GOES) + len(STAYS) >= 60


def test_the_mark_can_be_chosen() -> None:
    """A mark is never longer than what it stands for, and may not look like a number."""
    assert scrub("gọi 0912345678", "***") == "gọi ***"
    assert scrub("a@b", "[đã xóa]") == "[đã"
    assert scrub("12 0912345678 34", "") == "12  34"
    for mark in ("0", wide("5"), "@", wide("@")):
        with pytest.raises(ValueError, match="looks like a number"):
            scrub("x", mark)


def test_the_text_comes_back_in_nfc() -> None:
    """Marks that came apart are put together, whether or not something was taken out."""
    assert scrub("Ca\u0301n bo\u0323\u0302 0912345678") == "Cán bộ …"


NUMBERS = st.text(alphabet="0123456789842 .-()+@/:,_*hđk\u0301x\n\uff10", max_size=60)


@given(st.one_of(NUMBERS, st.text(max_size=80)), st.sampled_from(["…", "", "***"]))
def test_scrubbing_twice_is_scrubbing_once(text: str, mark: str) -> None:
    """What was scrubbed has nothing left to scrub, is in NFC and no longer than before."""
    once = scrub(text, mark)

    assert scrub(once, mark) == once
    assert is_normalized("NFC", once)
    assert len(once) <= len(normalize("NFC", text))


PHONES = st.sampled_from(" .-_/,:*").flatmap(
    lambda by: st.from_regex(rf"(\+84|0)[35789]([{by}]?[0-9]){{8}}", fullmatch=True)
)


@given(
    PHONES,
    st.sampled_from(["", "gọi ", "Quầy 5: ", "(", "\n"]),
    st.sampled_from(["", " nhé", ".", ", cảm ơn", ")", "\n"]),
)
def test_no_phone_stays(phone: str, before: str, after: str) -> None:
    """A phone goes however its digits are grouped and whatever stands around it."""
    left = scrub(before + phone + after)

    assert sum(sign.isdigit() for sign in left) <= sum(sign.isdigit() for sign in before)
    assert left.endswith(after)


@given(
    st.text(
        alphabet=st.characters(exclude_categories=("Nd", "No", "Cs")).filter(lambda c: c != "@"), max_size=40
    )
)
def test_words_are_never_touched(text: str) -> None:
    """A text without digits and e-mails is left as it is."""
    assert scrub(text.translate(NO_AT)) == normalize("NFC", text.translate(NO_AT))
