"""Read a form with a file in it. A file that is too large is let go while it comes in, and the rest is read.

The whole of it is taken in up to a limit well beyond, so that the page can answer kindly, with what was
typed: a browser shows no answer that comes before it has sent everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from server.web.pages import FORM_BYTES_MAX, read_form

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

FIELDS_MAX: Final = 20
REST_BYTES_MAX: Final = 32_000_000
"""How much of a form that is too large is taken in and thrown away."""
MULTIPART: Final = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """What a form holds: its fields, and the bytes of its one file; none were chosen if it is empty.

    Of a file that `is_too_large` no byte is kept. `filename` is what the browser calls it.
    """

    fields: dict[str, str]
    file: bytes = b""
    is_too_large: bool = False
    filename: str = ""


class _TooLargeError(Exception):
    """The file has come to more bytes than it may have."""


async def read_upload(request: Request, name: str, bytes_max: int) -> Upload:
    """Return the fields of a form, and the file of this name. The fields must stand before the file.

    A form without files may come as any other form. Raises `HTTPException`: 400 for what is no form, 413.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != MULTIPART:
        return Upload(await read_form(request))
    parser = MultiPartParser(
        request.headers,
        _limited(request, bytes_max + FORM_BYTES_MAX),
        max_files=1,
        max_fields=FIELDS_MAX,
        max_part_size=FORM_BYTES_MAX,
    )
    # in memory, however large: what a file holds may be more than the disk is to know
    parser.spool_max_size = bytes_max + FORM_BYTES_MAX
    try:
        form = await parser.parse()
    except _TooLargeError:
        return Upload(_fields(parser.items), is_too_large=True)
    except (MultiPartException, ClientDisconnect):
        raise HTTPException(400) from None
    fields, sent = _fields(form.multi_items()), form.get(name)
    try:
        raw = await sent.read(bytes_max + 1) if isinstance(sent, UploadFile) else b""
    finally:
        await form.close()
    if len(raw) > bytes_max:
        return Upload(fields, is_too_large=True)
    return Upload(fields, raw, filename=(sent.filename or "") if isinstance(sent, UploadFile) else "")


def _fields(items: list[tuple[str, str | UploadFile]]) -> dict[str, str]:
    """Return what was typed; of a name that stands twice, the last."""
    return {name: value for name, value in items if isinstance(value, str)}


async def _limited(request: Request, bytes_max: int) -> AsyncGenerator[bytes]:
    """Yield the body up to a limit; read what is beyond it, and then say that it is too large."""
    came = 0
    async for chunk in request.stream():
        if came < bytes_max:
            yield chunk[: bytes_max - came]
        came += len(chunk)
        if came > REST_BYTES_MAX:
            raise HTTPException(413)
    if came > bytes_max:
        raise _TooLargeError
