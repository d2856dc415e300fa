"""Style sheets, scripts, pictures, fonts and the chart library, each under a name that holds its hash.

A name never changes its content, so browsers keep a file for good and a new version is seen
at once. Nothing is fetched from another server: the font comes from its wheel and the chart
library is what vl-convert carries.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import re
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import fontpkg_be_vietnam_pro
import vl_convert
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

STATIC_DIR = Path(__file__).parent / "static"
FONT_DIR = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
FONTS = ("BeVietnamPro-Regular.ttf", "BeVietnamPro-SemiBold.ttf", "BeVietnamPro-Bold.ttf")
URL_PREFIX = "/static/"
VEGA = "vega.js"
VEGA_SNIPPET = "window.vegaEmbed = vegaEmbed;"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
_HASH_CHARS = 16
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent, gzipped and not."""

    media_type: str
    raw: bytes
    packed: bytes


class Assets:
    """All files of the pages. The chart library is made when it is first asked for: it takes a second."""

    def __init__(self, plain: Iterable[tuple[str, bytes]]) -> None:
        """Give every file its name. A style sheet may name files that came before it."""
        self._lock = Lock()
        self._paths: dict[str, str] = {}
        self._found: dict[str, Asset] = {}
        for name, content in plain:
            self._add(name, content)
        # the library is a function of these two: its name can be told before it is made
        origin = f"{importlib.metadata.version('vl-convert-python')} {VEGA_SNIPPET}".encode()
        self._vega = _hashed(VEGA, origin)
        self._paths[VEGA] = URL_PREFIX + self._vega

    @classmethod
    def load(cls) -> Assets:
        """Read the files of this package and of the font's wheel."""
        fonts = [FONT_DIR / name for name in FONTS]
        own = sorted(STATIC_DIR.iterdir(), key=lambda file: (file.suffix == ".css", file.name))
        return cls((file.name, file.read_bytes()) for file in [*fonts, *own])

    def path(self, name: str) -> str:
        """Return the path under which a file is served."""
        return self._paths[name]

    def find(self, hashed: str) -> Asset | None:
        """Return the file of this hashed name. Blocks for a second when the chart library is made."""
        if hashed == self._vega:
            with self._lock:
                if hashed not in self._found:
                    self._found[hashed] = _asset(VEGA, vl_convert.javascript_bundle(VEGA_SNIPPET).encode())
        return self._found.get(hashed)

    def _add(self, name: str, content: bytes) -> None:
        """Take in one file; a style sheet learns the hashed names of what it names."""
        if name.endswith(".css"):
            text = re.sub(
                r'url\("([^":]+)"\)', lambda found: f'url("{self.path(found[1])}")', content.decode()
            )
            content = text.encode()
        hashed = _hashed(name, content)
        self._paths[name] = URL_PREFIX + hashed
        self._found[hashed] = _asset(name, content)


def _hashed(name: str, content: bytes) -> str:
    """Return a name with the content's hash in it."""
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:_HASH_CHARS]}.{suffix}"


def _asset(name: str, content: bytes) -> Asset:
    """Pack a file for sending."""
    return Asset(_TYPES[Path(name).suffix], content, gzip.compress(content, mtime=0))


async def static_file(request: Request) -> Response:
    """Serve a file, for good."""
    assets: Assets = request.app.state.context.assets
    asset = await run_in_threadpool(assets.find, request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=headers)
    return Response(asset.raw, media_type=asset.media_type, headers=headers)
