"""Spoken prompts: which texts a kiosk can say, how the files are called, and the maker of those files.

`python -m kiosk prompts` has espeak-ng speak every text of the kiosk and of its survey into an OGG
file of the data folder. Whoever records a better voice puts it there under the same name, and it
stays: only files that we made are ever made again. `kiosk.ui.speech` plays what is there.
"""

from __future__ import annotations

import argparse
import gettext
import hashlib
import logging
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from kiosk import config as settings
from kiosk import keyfile
from kiosk.catalog import DOMAIN, LOCALE_DIR, SOURCE_LANGUAGE, languages, translator
from kiosk.config import PROMPTS
from kiosk.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from server.protocol.survey import Survey

    Runner = Callable[[Sequence[str]], None]

LOG = logging.getLogger("kiosk.prompts")

MANIFEST: Final = "made.sha256"
"""What we made ourselves, as sha256sum(1) writes and checks it."""
READABLE: Final = 0o644
"""Prompts are no secrets, and whoever makes them need not be the account that plays them."""
SLUG_CHARS_MAX: Final = 40
HASH_DIGITS: Final = 6
UNDETERMINED: Final = "und"
"""The folder of a language whose code has no plain letter."""
CROSSED_D: Final = {0x111: "d"}
"""A letter of its own, which does not come apart as those with marks do."""
COMMAND_S_MAX: Final = 60.0

VOICES: Final = {"en": "en-gb"}
"""The voice of a language, where it is not called as the language is."""
WORDS_A_MINUTE: Final = 140
"""Slower than espeak-ng's 175: for the elderly, and for a noisy hall."""
FOR_TECHNICIANS: Final = ("setup_", "technician_")
"""How the ids of words begin that are not for citizens."""
AS_SPOKEN: Final = str.maketrans({"/": " ", "·": ",", "…": "."})
"""Signs that a voice spells out, or runs across without a pause."""
PACKERS: Final = {
    "oggenc": ("oggenc", "--quiet", "--quality=3", "--output={ogg}", "{wav}"),
    "ffmpeg": ("ffmpeg", "-v", "error", "-y", "-i", "{wav}", "-c:a", "libvorbis", "-q:a", "3", "{ogg}"),
}
"""The programs that can make an OGG of a WAV; one of them is enough."""
ABSENT: Final = "{} is not installed; on Debian: apt-get install espeak-ng vorbis-tools"


def prompt_name(text: str, lang: str) -> str:
    """Return the file of a text, as `vi/rat-hai-long-b3ec4c.ogg`: readable, and of this very text."""
    words = _words(text)
    digest = hashlib.sha256(words.encode()).hexdigest()[:HASH_DIGITS]
    name = "-".join(part for part in (_slug(words), digest) if part)
    return f"{_slug(lang) or UNDETERMINED}/{name}.ogg"


def _words(text: str) -> str:
    """Return a text in one way of writing: where its lines may break is for the eye only."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _slug(text: str) -> str:
    """Return the first words of a text in plain letters."""
    apart = unicodedata.normalize("NFKD", text).casefold().translate(CROSSED_D)
    letters = (sign for sign in apart if not unicodedata.combining(sign))
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in letters).split()
    slug = "-".join(words)
    if len(slug) <= SLUG_CHARS_MAX:
        return slug
    return slug[: SLUG_CHARS_MAX + 1].rpartition("-")[0] or slug[:SLUG_CHARS_MAX]


def spoken_texts(survey: Survey | None, langs: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each text that a kiosk can say, once, with the language it is in: (language, text).

    Words that a language lacks are shown, and so are said, in the language they are borrowed from.
    Words with a gap to be filled (a name, a number) are not said.
    """
    yield from dict.fromkeys((lang, _words(text)) for lang, text in _texts(survey, tuple(langs)))


def _texts(survey: Survey | None, langs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the same, some more than once."""
    ids = [name for name in _message_ids() if not name.startswith(FOR_TECHNICIANS)]
    source = translator(SOURCE_LANGUAGE)
    for lang in langs:
        say = translator(lang)
        own = [(SOURCE_LANGUAGE if say(name) == source(name) else lang, say(name)) for name in ids]
        yield from ((its_lang, text) for its_lang, text in own if "{" not in text)
        for question in survey.questions if survey is not None else ():
            for words in (question.text, *(option.text for option in question.options)):
                its_lang = lang if lang in words else next(iter(words))
                yield its_lang, words[its_lang]
            if question.kind == "number" and not question.options:
                yield from ((lang, str(number)) for number in range(question.most))
                yield lang, say("number_or_more").format(n=question.most)


def _message_ids() -> list[str]:
    """Return the ids of the catalogue."""
    found = gettext.translation(DOMAIN, LOCALE_DIR, languages=[SOURCE_LANGUAGE])
    # gettext has no public way to list them; ids of plurals are pairs, and have a gap for the number
    return [name for name in vars(found)["_catalog"] if name and isinstance(name, str)]


def run(
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    runner: Runner | None = None,
    tell: Callable[[str], None] = print,
) -> int:
    """Run `python -m kiosk prompts`; returns the exit code: 1 if some text has no prompt afterwards."""
    arguments = _parser().parse_args(argv)
    try:
        data_dir = settings.load(environ, arguments.config, data_dir=arguments.data_dir).data_dir
        prompts = list(_of_this_kiosk(data_dir))
        if arguments.list:
            for lang, text in prompts:
                tell(f"{prompt_name(text, lang)}\t{text}")
            return 0
        done = make(
            prompts, data_dir / PROMPTS, again=arguments.again, runner=runner or run_command, tell=tell
        )
    except (KioskError, OSError) as error:
        LOG.error("%s", error)  # noqa: TRY400 - the message says what to do, a traceback would hide it
        return 1
    tell(f"{done['made']} made, {done['kept']} kept, {done['failed']} failed, in {data_dir / PROMPTS}")
    return 1 if done["failed"] else 0


def make(
    prompts: Sequence[tuple[str, str]],
    folder: Path,
    *,
    again: bool,
    runner: Runner,
    tell: Callable[[str], None],
) -> Counter[str]:
    """Make the prompts that are missing, `again` also those that we made before; never others.

    Returns how many were `made`, `kept` and `failed`. Raises `KioskError`, `OSError`.
    """
    packer = _packer(runner)
    done: Counter[str] = Counter()
    ours = _manifest(folder)
    for number, (lang, text) in enumerate(prompts, start=1):
        path = folder / prompt_name(text, lang)
        there = _line(path.read_bytes(), path, folder) if path.exists() else ""
        if there and not (again and there in ours):
            done["kept"] += 1
            continue
        try:
            content = _ogg(lang, text, packer, runner)
        except subprocess.SubprocessError as error:
            tell(f"{number}/{len(prompts)}  {path.relative_to(folder)} is not made: {error}")
            done["failed"] += 1
            continue
        # the manifest first: what is lost to the power between the two is not taken for another's voice
        _write(folder / MANIFEST, _lines(ours | {_line(content, path, folder)}))
        _write(path, content)
        ours = ours - {there} | {_line(content, path, folder)}
        tell(f"{number}/{len(prompts)}  {path.relative_to(folder)}")
        done["made"] += 1
    if done["made"]:
        _write(folder / MANIFEST, _lines(ours))
    return done


def run_command(command: Sequence[str]) -> None:
    """Run a program to its end. Raises `FileNotFoundError`, `subprocess.SubprocessError`."""
    subprocess.run(command, check=True, capture_output=True, timeout=COMMAND_S_MAX)


def _ogg(lang: str, text: str, packer: str, runner: Runner) -> bytes:
    """Return a text as speech. Raises `subprocess.SubprocessError` where no voice speaks the language."""
    with TemporaryDirectory(prefix="nucuoi-") as scratch:
        words, wav, ogg = (Path(scratch) / name for name in ("words.txt", "speech.wav", "speech.ogg"))
        words.write_text(_words(text).translate(AS_SPOKEN), "utf-8")
        voice = VOICES.get(lang, lang)
        runner(["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE), "-f", str(words), "-w", str(wav)])
        runner([part.format(wav=wav, ogg=ogg) for part in PACKERS[packer]])
        return ogg.read_bytes()


def _packer(runner: Runner) -> str:
    """Return the packer that this machine has. Raises `KioskError` if it lacks what speech needs."""
    if not _is_here("espeak-ng", "--version", runner):
        raise KioskError(ABSENT.format("espeak-ng"))
    for packer, question in zip(PACKERS, ("--version", "-version"), strict=True):
        if _is_here(packer, question, runner):
            return packer
    raise KioskError(ABSENT.format("neither oggenc nor ffmpeg"))


def _is_here(program: str, question: str, runner: Runner) -> bool:
    try:
        runner([program, question])
    except FileNotFoundError:
        return False
    return True


def _of_this_kiosk(data_dir: Path) -> Iterator[tuple[str, str]]:
    """Return what the kiosk of this data folder can say. Raises `ConfigError` for damage."""
    owner = keyfile.identity(data_dir)
    told = keyfile.kept_config(data_dir, owner) if owner is not None else None
    if told is None:
        LOG.warning("no survey in %s yet: these are the kiosk's own words only", data_dir)
        return spoken_texts(None, languages())
    return spoken_texts(told.survey, told.languages)


def _manifest(folder: Path) -> set[str]:
    """Return the lines of the manifest: what we made, by content and name."""
    try:
        return set((folder / MANIFEST).read_text("utf-8").splitlines())
    except FileNotFoundError:
        return set()


def _line(content: bytes, path: Path, folder: Path) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {path.relative_to(folder)}"


def _lines(ours: set[str]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(ours)).encode()


def _write(path: Path, content: bytes) -> None:
    keyfile.write_durably(path, content)
    path.chmod(READABLE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kiosk prompts", description="Make the spoken prompts of this kiosk that are missing."
    )
    parser.add_argument("--config", type=Path, help="file of settings (TOML)")
    parser.add_argument("--data-dir", type=Path, help="folder of the kiosk's key, outbox and last config")
    parser.add_argument("--list", action="store_true", help="only say which file is to hold which text")
    parser.add_argument(
        "--again", action="store_true", help="make those again that were made here; never a recorded one"
    )
    return parser
