"""Which kind of table a file is, by its bytes: the one function that reads what somebody sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.table import BYTES_MAX, TableError, TableFault
from server.domain.table_csv import read_csv
from server.domain.table_xlsx import read_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.domain.table import Table

ZIP: Final = b"PK"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How Office files of the last century begin, and those of this one that have a password."""
LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
OTHERS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")
SHEET_NAMES: Final = (".xls", ".xlsb", ".ods", ".numbers", ".et")
"""Spreadsheets that Excel can save as .xlsx."""


def read_table(raw: bytes, name: str) -> Table:
    """Read a file that somebody sent; `name` only helps to say what is wrong. Raises `TableError`."""
    try:
        return _reader(raw)(raw)
    except TableError as error:
        if error.fault is TableFault.KIND and name.lower().endswith(SHEET_NAMES):
            raise TableError(TableFault.OLD) from None
        raise


def _reader(raw: bytes) -> Callable[[bytes], Table]:
    """Return what reads a file that begins so. Raises `TableError`."""
    if len(raw) > BYTES_MAX:
        raise TableError(TableFault.HEAVY)
    if not raw.strip():
        raise TableError(TableFault.EMPTY)
    if raw.startswith(OLE):
        raise TableError(TableFault.LOCKED if LOCKED in raw else TableFault.OLD)
    if raw.startswith(ZIP):
        return read_xlsx
    if raw.startswith(OTHERS) or raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"[")):
        raise TableError(TableFault.KIND)  # "Excel" of many programs is a web page in truth
    return read_csv
