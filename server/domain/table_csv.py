"""Tables as CSV: read however Excel wrote them in Vietnam, written so that Excel opens them rightly.

Read are UTF-8, UTF-16 with its mark ("Unicode text") and windows-1258, with commas, semicolons or tabs.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from io import StringIO
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

from server.domain.table import Cell, CellFault, Table, TableError, TableFault, gathered, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DELIMITERS: Final = "\t;,"
"""In the order in which they are believed, should a line have as many of each."""
TONES: Final = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
SHAPES: Final = ("", "\u0302", "\u0306", "\u031b")
"""Circumflex, breve and horn."""
VIETNAMESE: Final = frozenset(ascii_lowercase + chr(0x111)) | {
    unicodedata.normalize("NFC", vowel + shape + tone)
    for vowel in "aeiouy"
    for shape in SHAPES
    for tone in TONES
}
LOST: Final = re.compile(r"[^\W\d_]\?[^\W\d_]")
"""What programs write that have no letters for Vietnamese: a question mark within a word."""
GUARDED: Final = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet may take for a formula; an apostrophe before it says that it is none."""
EVALUATED: Final = re.compile(r"[=@]|\+(?![\d\s().-]*$)")
"""What a spreadsheet would evaluate: not a number, and not a telephone number."""
_QUOTED: Final = re.compile(r'[,;\t"\r\n]|^\s|\s$')


def read_csv(raw: bytes) -> Table:
    """Read a table. Raises `TableError`."""
    text = _decoded(raw)
    if any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in set(text)):
        raise TableError(TableFault.KIND)
    first, _, rest = text.partition("\n")
    if found := re.fullmatch(r"\"?sep=([,;\t])\"?\s*", first, re.IGNORECASE):
        return gathered(_lines(rest, found[1]))  # Excel does not show this line, nor count it
    return gathered(_lines(text, _delimiter(text)))


def write_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, decimal_mark: str = ".") -> bytes:
    """Write a table: UTF-8 with its mark, lines that end as in Windows, nothing that becomes a formula.

    Excel reads numbers with the decimal mark of its own language only.
    """
    lines = [",".join(_written(cell, decimal_mark) for cell in cells) for cells in (head, *rows)]
    return codecs.BOM_UTF8 + "".join(f"{line}\r\n" for line in lines).encode()


def _written(cell: Cell, decimal_mark: str) -> str:
    text = plain(cell) if isinstance(cell, str) else str(cell)
    if isinstance(cell, float):
        text = text.replace(".", decimal_mark)
    if isinstance(cell, str) and GUARDED.match(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _decoded(raw: bytes) -> str:
    """Return the text of a file. Raises `TableError`."""
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return raw.decode("utf-16")
        if raw.startswith(codecs.BOM_UTF8):
            return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(TableFault.ENCODING) from None
    if b"\0" in raw:  # UTF-16 that does not say so, or no text at all
        is_text = len(raw) % 2 == 0 and max(raw[::2].count(0), raw[1::2].count(0)) > len(raw) // 4
        raise TableError(TableFault.ENCODING if is_text else TableFault.KIND)
    try:
        text = raw.decode()
        is_sure = not raw.isascii()
    except UnicodeDecodeError:
        text, is_sure = _vietnamese(raw), False
    if "\N{REPLACEMENT CHARACTER}" in text or (not is_sure and LOST.search(text)):
        raise TableError(TableFault.ENCODING)
    return text


def _vietnamese(raw: bytes) -> str:
    """Return a text of windows-1258, which writes the marks of tones behind the letters.

    Raises `TableError` if it has letters that no Vietnamese word has: then it is something else.
    """
    try:
        text = unicodedata.normalize("NFC", raw.decode("cp1258"))
    except UnicodeDecodeError:
        raise TableError(TableFault.ENCODING) from None
    odd = {char for char in text.lower() if char.isalpha() or unicodedata.combining(char)} - VIETNAMESE
    if odd:
        raise TableError(TableFault.ENCODING)
    return text


def _delimiter(text: str) -> str:
    """Return what parts the columns: what stands most often in the first line that has anything."""
    is_quoted, found = False, dict.fromkeys(DELIMITERS, 0)
    for char in text.lstrip("\r\n"):
        if char == '"':
            is_quoted = not is_quoted
        elif not is_quoted and char in found:
            found[char] += 1
        elif not is_quoted and char in "\r\n":
            break
    return max(found, key=lambda each: found[each]) if any(found.values()) else ","


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str], dict[int, CellFault]]]:
    """Yield each line. Raises `TableError` where the quotes do not fit."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, start=1):
            faults = {
                column: CellFault.FORMULA
                for column, each in enumerate(cells)
                if EVALUATED.match(each.lstrip()) is not None
            }
            yield line, [_unguarded(each) for each in cells], faults
    except csv.Error:
        raise TableError(TableFault.BROKEN, line + 1) from None


def _unguarded(text: str) -> str:
    """Return a text without the apostrophe that kept it from being a formula."""
    return text[1:] if text.startswith("'") and GUARDED.match(text[1:]) else text
