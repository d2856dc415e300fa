"""The rules about words: comments, words for citizens, and places that only one machine has.

What is looked for is put together from halves, so that these files do not break their own rules.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.tidy.source import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tidy.source import Source

UNFINISHED = re.compile(r"\b(" + "TO" + "DO|FIX" + "ME|X" + r"XX)\b")

NOQA = re.compile(r"#\s*(ruff:\s*)?" + r"noqa\b(?P<rest>.*)", re.IGNORECASE)
IGNORE = re.compile(r"#\s*type:\s*" + r"ignore\b(?P<rest>.*)")
CODE_AND_REASON = {
    NOQA: re.compile(r":\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*\s+(-|–|#)\s*\w.{3,}"),
    IGNORE: re.compile(r"\[[a-z-]+(,\s*[a-z-]+)*\]\s*(-|–|#)\s*\w.{3,}"),
}

ELSEWHERE = re.compile(
    "|".join(
        re.escape(first + second)
        for first, second in (
            ("pypi", ".org"),
            ("python", "hosted.org"),
            ("registry.", "npmjs"),
            ("npmjs", ".com"),
            ("deb.", "debian"),
            ("debian", ".org"),
            ("/work/", "main"),
            ("/work/", "steering"),
            ("/work/", "shared"),
            ("/work/", ".library"),
            ("/opt/", "wheels"),
            ("/root/", "."),
            ("farm-", "bench"),
            ("farm-", "studio"),
        )
    ),
    re.IGNORECASE,
)

LETTERS = re.compile("[àáãạảăằắẵặẳâầấẫậẩèéẽẹẻêềếễệểìíĩịỉòóõọỏôồốỗộổơờớỡợởùúũụủưừứữựửỳýỹỵỷđ]", re.IGNORECASE)
VIETNAMESE_ALLOWED: dict[str, str] = {}
"""Files whose Vietnamese is data and not words for a screen, each with its reason."""
PRODUCT = re.compile("Nụ Cười", re.IGNORECASE)
"""The product's name is the same in every language, so it needs no catalogue."""
NOT_SHOWN = {
    ".kv": re.compile(r"#[^\n]*"),
    ".html": re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL),
}


def unfinished(source: Source) -> Iterator[Finding]:
    """Keep what is left to do in an issue with an owner, never in a file."""
    for line, text in source.lines:
        if UNFINISHED.search(text):
            yield Finding(source.path, line, "is unfinished; finish it or open an issue")


def silenced(source: Source) -> Iterator[Finding]:
    """Let whoever silences a checker say which complaint, and why: `- reason` after the code."""
    for line, comment in source.comments:
        for silencer, wanted in CODE_AND_REASON.items():
            found = silencer.search(comment)
            if found and not wanted.match(found["rest"]):
                yield Finding(source.path, line, "silences a checker without a code and a reason")


def places_elsewhere(source: Source) -> Iterator[Finding]:
    """Let no file depend on where it was written: no registry's host, no machine's path."""
    for line, text in source.lines:
        found = ELSEWHERE.search(text)
        if found:
            yield Finding(
                source.path, line, f"names {found.group()}, which is of one machine or one registry"
            )


def words_outside_catalogues(source: Source) -> Iterator[Finding]:
    """Keep what a citizen or a manager reads in a catalogue, never in code."""
    if not source.path.startswith(("kiosk/", "server/")) or source.path in VIETNAMESE_ALLOWED:
        return
    shown = source.strings if source.is_python else _shown_lines(source)
    for line, text in shown:
        if LETTERS.search(PRODUCT.sub("", text)):
            yield Finding(source.path, line, f"has words outside the catalogues: {text.strip()[:40]}")


def _shown_lines(source: Source) -> Iterator[tuple[int, str]]:
    """Return the lines of a layout or a page without its comments, under their own numbers."""
    for ending, comment in NOT_SHOWN.items():
        if source.path.endswith(ending):
            shown = comment.sub(lambda found: "\n" * found.group().count("\n"), source.text)
            yield from enumerate(shown.splitlines(), start=1)
