"""What the keys of a Vietnamese word become."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.telex import Method, compose, typed_as
from tests.kiosk.syllables import TELEX, VNI, syllables, typings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.kiosk.syllables import Syllable

KEYS = {Method.TELEX: TELEX, Method.VNI: VNI}
ROUND_TRIPS_MIN = 100_000

WORDS = """
tieengs=tiếng Vieetj=Việt dduowngf=đường dduongwf=đường duongwdf=đường DDuwowngf=Đường VIEETJ=VIỆT
nguwowif=người nguowif=người nguoiwf=người casn=cán cans=cán booj=bộ booj=bộ raats=rất nhieejt=nhiệt
nhieetj=nhiệt tinhf=tình camr=cảm own=ơn ownj=ợn caamr=cẩm hoaf=hòa hofa=hòa thuys=thúy thuyr=thủy
hoanf=hoàn hoanhf=hoành thuowr=thuở thuwowr=thuở huow=huơ khuya=khuya khuyur=khuỷu ngoeos=ngoéo
ngoaif=ngoài xoayr=xoảy quys=quý quyr=quỷ quas=quá quaanj=quận quoocs=quốc quyeets=quyết quyeenr=quyển
quynhf=quỳnh quaay=quây gif=gì ginf=gìn giaf=già giuwax=giữa gieengs=giếng gieets=giết giups=giúp
giayf=giày giowf=giờ cuar=của muaf=mùa muwa=mưa muaw=mưa chuwa=chưa chwa=chưa tw=tư thwowng=thương luaatj=luật
xuaan=xuân hoawcj=hoặc hoacjw=hoặc nghieeng=nghiêng khoong=không ddwowcj=được dduowcj=được ddooij=đội
thur=thủ tucj=tục toots=tốt laau=lâu chaamj=chậm ddois=đói vuif=vùi hoof=hồ sow=sơ giaays=giấy phieeus=phiếu
ruowuj=rượu huuw=hưu huwu=hưu yeeu=yêu ys=ý kieens=kiến thuees=thuế chuyeenj=chuyện huynhf=huỳnh tiengse=tiếng
tuaanf=tuần nuowcs=nước uwf=ừ wf=ừ uwowcs=ước awn=ăn aays=ấy oong=ông eem=êm motoj=một motjo=một datdj=đạt
gooongf=goòng mooocs=moóc xooong=xoong Ddawks=Đắk Kroong=Krông Juts=Jút
Tehr=Tẻh uwowo=uô photoo=photoo dd=đ DD=Đ asf=à asz=a awa=â
ass=as aaa=aa aas=ấ ddd=dd dddd=ddd www=www ww=w uoww=uow aww=aw eee=ee texxt=text dduowngff=đươngf ooo=oo
HDDND=HĐND NDD=NĐ QDD=QĐ UBND=UBND hddd=hdd duow=duơ duown=dươn duongf=duongf tiens=tiens
"""
VNI_WORDS = """
tie6ng1=tiếng tieng61=tiếng tieng16=tiếng d9u7o7ng2=đường d9uo7ng2=đường duong792=đường VIET65=VIỆT mot6=môt
mot65=một hoa2=hòa thuy1=thúy quy1=quý gi2=gì giua74=giữa luat65=luật hoac85=hoặc a11=a1 a66=a6 d99=d9 o77=o7
HD9ND=HĐND QD9=QĐ TT01=TT01 10h30=10h30 61=61 a10=a go6=gô wifi=wifi xoong=xoong aa=aa dd=dd as=as
thu7o73=thuở
"""
FOREIGN = """
text windows wifi email facebook google zalo website web wc internet online video radio photo data camera
download file laptop computer iphone android youtube gmail covid kiosk scanner print printer format smartphone
tiktok bluetooth app software server logo zoom marketing manager karaoke update QR PDF SMS GPS ATM USB CCCD
UBND TPHCM BHXH BHYT OK http dvc123 class swift clip street
"""


def pairs(table: str) -> list[tuple[str, str]]:
    """Read a table of keys and their words."""
    return [(keys, word) for keys, _, word in (each.partition("=") for each in table.split())]


def wrong(expected: Callable[[Syllable], str], case: Callable[[str], str]) -> tuple[int, list[str]]:
    """Type every syllable in every way; return how often, and what did not become what was expected."""
    count, failed = 0, []
    every = [(each, case(expected(each))) for each in syllables()]
    for method, keys in KEYS.items():
        for syllable, word in every:
            for typing in typings(syllable, keys):
                count += 1
                if compose(case(typing), method) != word:
                    failed.append(f"{typing} in {method.value}: {compose(case(typing), method)}, not {word}")
    return count, failed


def test_every_syllable_can_be_typed_in_every_way() -> None:
    """Over a hundred thousand typings, marks at their letter and at the end, give the syllable meant."""
    count, failed = wrong(lambda syllable: syllable.word, str)

    assert not failed, failed[:20]
    assert count >= ROUND_TRIPS_MIN


def test_capitals_are_kept() -> None:
    """What is typed in capitals stands in capitals."""
    _, failed = wrong(lambda syllable: syllable.word, str.upper)

    assert not failed, failed[:20]


def test_a_tone_in_the_wrong_place_is_noticed() -> None:
    """The check of the syllables can fail: with the newer place of the tone in oa and uy it does."""

    def newer(syllable: Syllable) -> str:
        open_pair = syllable.letters.endswith(("oa", "oe", "uy")) and not syllable.letters.endswith("quy")
        return syllable._replace(bearer=syllable.bearer + open_pair).word

    _, failed = wrong(newer, str)

    assert any("hòa, not hoà" in each for each in failed)
    assert all(re.search("not .*(o[àáảãạèéẻẽẹ]|u[ỳýỷỹỵ])$", each) for each in failed)


@pytest.mark.parametrize(("keys", "word"), pairs(WORDS))
def test_telex(keys: str, word: str) -> None:
    """Telex as it is typed every day: marks early and late, undone, in capitals, in place names."""
    assert compose(keys, Method.TELEX) == word


@pytest.mark.parametrize(("keys", "word"), pairs(VNI_WORDS))
def test_vni(keys: str, word: str) -> None:
    """VNI as it is typed every day; a digit that is no mark is a digit."""
    assert compose(keys, Method.VNI) == word


@pytest.mark.parametrize("word", FOREIGN.split())
def test_what_is_not_vietnamese_stays_as_typed(word: str) -> None:
    """Foreign words and abbreviations get no marks."""
    assert compose(word, Method.TELEX) == word
    assert compose(word, Method.VNI) == word


def test_the_tables_are_long_enough() -> None:
    """There are at least 80 common words and 40 that are not Vietnamese."""
    assert len(pairs(WORDS)) >= 80
    assert len(FOREIGN.split()) >= 40


@pytest.mark.parametrize("method", [Method.TELEX, Method.VNI])
def test_a_word_can_be_taken_apart_again(method: Method) -> None:
    """Every syllable leads to keys that write it, so that a finger can go on where it erased."""
    words = [each.word for each in syllables()]

    assert [word for word in words if compose(typed_as(word, method), method) != word] == []
    assert compose(typed_as("ĐƯỜNG", method), method) == "ĐƯỜNG"


def test_plain_typing_changes_nothing() -> None:
    """Without a method, keys are letters."""
    assert compose("tieengs", Method.PLAIN) == typed_as("tieengs", Method.PLAIN) == "tieengs"


def test_a_letter_that_came_with_its_mark_is_left_alone() -> None:
    """What a keyboard already wrote with marks is only normalised."""
    assert compose("tie\u0302\u0301ng", Method.TELEX) == "tiếng"
    assert compose("đs", Method.TELEX) == "đs"


@given(st.text(alphabet="aeiouydwsfrxjzbcghklmnpqtvAEODWS0123456789", max_size=14), st.sampled_from(Method))
def test_letters_are_neither_lost_nor_invented(keys: str, method: Method) -> None:
    """A word holds the typed letters in their order; only keys that can be marks may be missing."""
    word = compose(keys, method)
    bare = normalize("NFD", word.replace("đ", "d").replace("Đ", "D"))
    bare = "".join(sign for sign in bare if sign.isascii()).lower()
    marks = {Method.TELEX: "sfrxjzaeowd", Method.VNI: "0123456789", Method.PLAIN: ""}[method]
    left = iter(bare)
    now = next(left, "")
    for key in keys.lower():
        if now and (key == now or (key == "w" and now == "u" and method is Method.TELEX)):
            now = next(left, "")
        else:
            assert key in marks
    assert not now
    assert len(word) <= len(keys)


@given(st.text(max_size=30), st.sampled_from(Method))
def test_nothing_that_is_typed_breaks_it(keys: str, method: Method) -> None:
    """Any keys at all give a text in NFC."""
    assert is_normalized("NFC", compose(keys, method))
    assert isinstance(typed_as(keys, method), str)


@given(st.text(alphabet="aeiouydwsfrxjzbcghklmnpqtv0123456789", max_size=12), st.sampled_from(Method))
def test_small_and_capital_keys_give_the_same_word(keys: str, method: Method) -> None:
    """Whoever types in capitals gets the same word in capitals."""
    assert compose(keys.upper(), method) == compose(keys, method).upper()
