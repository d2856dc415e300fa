"""Every text that a kiosk can say has one file, ours or the center's own voice."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import keyfile
from kiosk.catalog import languages
from kiosk.config import PROMPTS
from kiosk.prompts import (
    MANIFEST,
    PACKERS,
    SLUG_CHARS_MAX,
    make,
    prompt_name,
    run,
    run_command,
    spoken_texts,
)
from server.protocol.messages import Enrolled, KioskConfig
from server.protocol.survey import Option, Question, Survey
from tests.protocol import golden
from tests.protocol.test_golden import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RIGHT = "Rất hài lòng"
WRONG = "Không hài lòng"
SURVEY = Survey(
    v=1,
    name={"vi": "Phiếu"},
    questions=[
        Question(id="overall", kind="faces", text={"vi": "Ông/Bà có hài lòng không?", "en": "Satisfied?"}),
        Question(
            id="what",
            kind="several",
            text={"vi": "Điều gì tốt?", "en": "What was good?"},
            options=[Option({"vi": "Nhanh", "en": "Quick"}), Option({"vi": "Chỉ có tiếng Việt"})],
        ),
        Question(id="trips", kind="number", text={"vi": "Mấy lần?", "en": "How many trips?"}, most=2),
    ],
)


class Studio:
    """Stands for the programs of a machine: it records what they were told, and writes what they would."""

    def __init__(self, *programs: str, mute: str = "") -> None:
        self.programs = programs
        self.mute = mute
        self.said: list[tuple[str, str]] = []
        self.packed: list[str] = []

    def __call__(self, command: Sequence[str]) -> None:
        """Run a command."""
        if command[0] not in self.programs:
            raise FileNotFoundError(command[0])
        match list(command):
            case ["espeak-ng", "-v", voice, "-s", _, "-f", words, "-w", wav]:
                if voice == self.mute:
                    raise subprocess.CalledProcessError(1, command)
                text = Path(words).read_text("utf-8")
                self.said.append((voice, text))
                Path(wav).write_text(text, "utf-8")
            case ["oggenc", _, _, out, wav]:
                self._pack("oggenc", Path(wav), Path(out.removeprefix("--output=")))
            case ["ffmpeg", *_, "-i", wav, "-c:a", _, _, _, out]:
                self._pack("ffmpeg", Path(wav), Path(out))
            case _:
                assert command[1] in {"--version", "-version"}

    def _pack(self, program: str, wav: Path, ogg: Path) -> None:
        self.packed.append(program)
        ogg.write_bytes(f"take {len(self.packed)}: ".encode() + wav.read_bytes())


def a_studio(mute: str = "") -> Studio:
    """Make a machine that has all it needs."""
    return Studio("espeak-ng", "oggenc", mute=mute)


def ignore(_: str) -> None:
    """Hear what is told, and do nothing."""


def made(
    folder: Path, studio: Callable[[Sequence[str]], None], *texts: str, again: bool = False
) -> list[int]:
    """Make Vietnamese prompts; return how many were made, kept and failed."""
    done = make([("vi", text) for text in texts], folder, again=again, runner=studio, tell=ignore)
    return [done["made"], done["kept"], done["failed"]]


@pytest.fixture(name="enrolled")
def _enrolled(tmp_path: Path) -> Path:
    """Return the folder of a machine that was enrolled."""
    answer = msgspec.json.decode(sample("enrolled")["text"], type=Enrolled)
    keyfile.write_durably(tmp_path / keyfile.KEY_FILE, golden.KIOSK.hex().encode())
    membership = keyfile.Membership("https://example.vn", answer.server_key, answer.enrolment)
    keyfile.keep_membership(tmp_path, membership, answer.config)
    return tmp_path


def test_a_name_is_readable_and_never_changes() -> None:
    """The name is the language, the first words in plain letters, and six digits of the text's hash."""
    digits = hashlib.sha256(RIGHT.encode()).hexdigest()[:6]

    assert prompt_name(RIGHT, "vi") == f"vi/rat-hai-long-{digits}.ogg" == "vi/rat-hai-long-b3ec4c.ogg"
    assert prompt_name("Điều gì tốt?", "vi").startswith("vi/dieu-gi-tot-")


def test_the_way_it_is_written_does_not_matter() -> None:
    """A text whose marks stand apart, or whose words are kept on one line, is the same text to the ear."""
    assert prompt_name(unicodedata.normalize("NFD", RIGHT), "vi") == prompt_name(RIGHT, "vi")
    assert prompt_name(RIGHT.replace(" ", "\N{NO-BREAK SPACE}") + "\n", "vi") == prompt_name(RIGHT, "vi")


def test_texts_that_begin_alike_have_two_files() -> None:
    """What the shortened words cannot tell apart, the hash does; so do marks and signs."""
    start = "Ông/Bà có hài lòng với lần phục vụ của chúng tôi "
    texts = [start + "hôm nay?", start + "hôm qua?", "má", "mà", "ma", "ma?"]

    assert len({prompt_name(text, "vi") for text in texts}) == len(texts)


@given(st.text(), st.text())
def test_any_text_has_a_file_within_the_folder(text: str, lang: str) -> None:
    """No text and no language, however odd, leads out of the folder or to a name that a disk refuses."""
    name = prompt_name(text, lang)

    assert re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+\.ogg", name)
    folder, _, file = name.partition("/")
    assert len(folder) <= SLUG_CHARS_MAX
    assert len(file) <= SLUG_CHARS_MAX + len("-123456.ogg")


def test_all_that_a_citizen_can_be_shown_can_be_said() -> None:
    """Faces, thanks, apology, questions and options are said in each language; no text is said twice."""
    texts = list(spoken_texts(SURVEY, ["vi", "en"]))

    assert len(set(texts)) == len(texts)
    assert {
        ("vi", RIGHT),
        ("en", "Very satisfied"),
        ("vi", "Cảm ơn Ông/Bà!"),
        ("en", "Thank you!"),
        ("vi", "Điều gì tốt?"),
        ("en", "What was good?"),
        ("vi", "Nhanh"),
        ("en", "Quick"),
        ("vi", "1"),
        ("vi", "2 trở lên"),
        ("en", "0"),
    } <= set(texts)
    assert ("vi", "2") not in texts


def test_what_is_for_the_technician_is_not_said() -> None:
    """The set-up of a kiosk has no voice, and neither have words with a gap to be filled."""
    texts = [text for _, text in spoken_texts(SURVEY, ["vi", "en"])]

    assert "Set up this kiosk" not in texts
    assert not [text for text in texts if "{" in text]


def test_borrowed_words_are_said_in_their_own_language() -> None:
    """An option that has no English is shown in Vietnamese, and no English voice garbles it."""
    texts = set(spoken_texts(SURVEY, ["en"]))

    assert ("vi", "Chỉ có tiếng Việt") in texts
    assert ("en", "Chỉ có tiếng Việt") not in texts


def test_a_language_without_a_catalogue_borrows_the_kiosks_words() -> None:
    """A language that only a survey speaks says its own questions, and the rest in Vietnamese."""
    survey = Survey(v=1, name={"kho": "x"}, questions=[Question("q", "faces", {"kho": "A word", "vi": "Từ"})])
    texts = set(spoken_texts(survey, ["kho"]))

    assert {("kho", "A word"), ("vi", RIGHT)} <= texts
    assert {lang for lang, _ in texts} == {"kho", "vi"}


def test_what_is_missing_is_made(tmp_path: Path) -> None:
    """The first run makes every prompt, the second none, and whoever plays them may read them."""
    assert made(tmp_path, a_studio(), RIGHT, WRONG) == [2, 0, 0]
    assert made(tmp_path, a_studio(), RIGHT, WRONG) == [0, 2, 0]

    file = tmp_path / prompt_name(RIGHT, "vi")
    assert file.read_bytes() == f"take 1: {RIGHT}".encode()
    assert file.stat().st_mode & 0o777 == 0o644
    assert not list(tmp_path.rglob("*.new"))


def test_a_recorded_voice_is_never_overwritten(tmp_path: Path) -> None:
    """A center's own file stays, whether it was there first or took the place of ours."""
    first, second = (tmp_path / prompt_name(text, "vi") for text in (RIGHT, WRONG))
    first.parent.mkdir(parents=True)
    first.write_bytes(b"a voice")
    made(tmp_path, a_studio(), RIGHT, WRONG)
    second.write_bytes(b"another voice")

    assert made(tmp_path, a_studio(), RIGHT, WRONG, again=True) == [0, 2, 0]
    assert (first.read_bytes(), second.read_bytes()) == (b"a voice", b"another voice")


def test_what_we_made_can_be_made_again(tmp_path: Path) -> None:
    """`--again` renews our files, and the manifest names exactly what there is."""
    studio = a_studio()
    made(tmp_path, studio, RIGHT, WRONG)

    assert made(tmp_path, studio, RIGHT, WRONG, again=True) == [2, 0, 0]
    files = sorted(tmp_path.rglob("*.ogg"))
    assert files[0].read_bytes().startswith((b"take 3", b"take 4"))
    assert sorted((tmp_path / MANIFEST).read_text("utf-8").splitlines()) == sorted(
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(tmp_path)}" for file in files
    )


def test_signs_are_not_spelled_out(tmp_path: Path) -> None:
    """The voice hears a pause for a dot in the middle, and no stroke between two words."""
    studio = a_studio()
    made(tmp_path, studio, "Ông/Bà · cảm ơn…")

    assert studio.said == [("vi", "Ông Bà , cảm ơn.")]


def test_a_language_without_a_voice_is_told_and_left_to_be_recorded(enrolled: Path) -> None:
    """The other languages are made all the same, no file is left half, and the exit code says so."""
    told: list[str] = []

    assert run(["--data-dir", str(enrolled)], {}, runner=a_studio(mute="en-gb"), tell=told.append) == 1
    assert not list((enrolled / PROMPTS).glob("en/*"))
    assert list((enrolled / PROMPTS).glob("vi/*.ogg"))
    assert [line for line in told if "is not made" in line]
    assert re.search(r"\d+ made, 0 kept, \d+ failed", told[-1])


@pytest.mark.parametrize("programs", [(), ("oggenc",), ("espeak-ng",)])
def test_a_machine_without_the_programs_is_told_which(
    enrolled: Path, programs: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever lacks espeak-ng or a packer reads the names of the packages, and no file is made."""
    assert run(["--data-dir", str(enrolled)], {}, runner=Studio(*programs), tell=ignore) == 1

    assert "apt-get install espeak-ng vorbis-tools" in caplog.text
    assert not (enrolled / PROMPTS).exists()


def test_either_packer_will_do(tmp_path: Path) -> None:
    """Where oggenc is missing, ffmpeg packs the prompts."""
    studio = Studio("espeak-ng", "ffmpeg")

    assert made(tmp_path, studio, RIGHT) == [1, 0, 0]
    assert studio.packed == ["ffmpeg"]


def test_the_words_of_this_kiosks_survey_are_made(enrolled: Path) -> None:
    """An enrolled kiosk says its own survey, in the languages of its center, and counts what it made."""
    owner = keyfile.identity(enrolled)
    assert owner is not None
    config = keyfile.kept_config(enrolled, owner)
    assert isinstance(config, KioskConfig)
    told: list[str] = []

    assert run(["--data-dir", str(enrolled)], {}, runner=a_studio(), tell=told.append) == 0
    for lang, text in spoken_texts(config.survey, config.languages):
        assert (enrolled / PROMPTS / prompt_name(text, lang)).exists()
    count = len(told) - 1
    assert told[-2].startswith(f"{count}/{count}  ")
    assert told[-1].startswith(f"{count} made, 0 kept, 0 failed")


def test_those_who_record_voices_get_a_table(enrolled: Path) -> None:
    """`--list` prints file and text of every prompt, needs no programs and makes nothing."""
    table: list[str] = []

    assert run(["--data-dir", str(enrolled), "--list"], {}, runner=Studio(), tell=table.append) == 0
    assert f"{prompt_name(RIGHT, 'vi')}\t{RIGHT}" in table
    assert not (enrolled / PROMPTS).exists()


def test_a_new_machine_can_already_say_the_kiosks_own_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Before its enrolment a kiosk has no survey: it is told, and the other words are listed."""
    table: list[str] = []

    assert run(["--list"], {"NUCUOI_KIOSK_DATA_DIR": str(tmp_path)}, tell=table.append) == 0
    assert len(table) == len(list(spoken_texts(None, languages())))
    assert "no survey" in caplog.text


def test_a_damaged_machine_makes_nothing(enrolled: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Damage is told, as everywhere."""
    (enrolled / keyfile.MEMBERSHIP_FILE).write_bytes(b"{}")

    assert run(["--data-dir", str(enrolled)], {}, runner=a_studio(), tell=ignore) == 1
    assert keyfile.MEMBERSHIP_FILE in caplog.text


@pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("oggenc")),
    reason="NOT PROVEN HERE: apt-get install espeak-ng vorbis-tools",
)
@pytest.mark.parametrize("packer", PACKERS)
def test_a_real_voice_speaks_both_languages(tmp_path: Path, packer: str) -> None:
    """The real programs make an OGG Vorbis of speech, and a longer text makes a longer file."""
    if not shutil.which(packer):
        pytest.skip(f"{packer} is not here; the other packer is enough")

    def only_this(command: Sequence[str]) -> None:
        if command[0] in PACKERS and command[0] != packer:
            raise FileNotFoundError(command[0])
        run_command(command)

    done = make(
        [("vi", RIGHT), ("vi", RIGHT * 5), ("en", "Very satisfied")],
        tmp_path,
        again=False,
        runner=only_this,
        tell=ignore,
    )

    short, long, english = (
        (tmp_path / prompt_name(text, lang)).read_bytes()
        for lang, text in (("vi", RIGHT), ("vi", RIGHT * 5), ("en", "Very satisfied"))
    )
    assert done["made"] == 3
    for content in (short, long, english):
        assert content.startswith(b"OggS")
        assert b"vorbis" in content[:64]
    assert len(long) > 2 * len(short)
    assert len(short) < 40_000


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="NOT PROVEN HERE: apt-get install espeak-ng")
def test_a_voice_that_there_is_not_is_no_crash(tmp_path: Path) -> None:
    """The real espeak-ng refuses a language that it does not speak, and that is a count and no end."""
    done = make([("zz", "word")], tmp_path, again=False, runner=run_command, tell=ignore)

    assert (done["made"], done["failed"]) == (0, 1)
    assert not list(tmp_path.rglob("*.ogg"))
