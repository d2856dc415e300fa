"""The privacy notice, for everybody: what a kiosk takes down, why, for how long, and what one may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.dossiers import KEY_GRACE
from server.domain.retention import COMMENTS_KEPT_MONTHS
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PARTS = ("taken", "never", "why", "who", "long", "rights")
"""The parts of the notice, in their order; each has a title and a text."""


async def show_privacy(request: Request) -> Response:
    """Show the notice. `GET /rieng-tu`."""
    words = words_of(request)
    kept = {"months": COMMENTS_KEPT_MONTHS, "days": KEY_GRACE.days}
    parts = [(words(f"privacy_{part}_title"), words(f"privacy_{part}_text", **kept)) for part in PARTS]
    return page(request, "privacy.html", {"title": words("privacy_title"), "parts": parts})
