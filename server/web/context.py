"""What every handler may reach, made once when the app is built. No handler knows a global.

Randomness and the clock are in here, so that a test hands in its own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from server.web.assets import Assets
from server.web.catalog import Catalog
from server.web.memory import Memory
from server.web.pages import environment
from server.web.passwords import Passwords
from server.web.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jinja2 import Environment
    from starlette.requests import Request

    from server.store import Store
    from server.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Context:
    """The server's parts, for handlers. `store` is for reading; writes go through `writer`."""

    store: Store
    writer: Writer
    now_ms: Callable[[], int]
    token: Callable[[int], str]
    public_url: str
    signing_seed: bytes
    templates: Environment
    assets: Assets
    catalog: Catalog
    passwords: Passwords
    turns: Turns
    second_factor_required: bool
    alert_file: Path | None = None
    """The file of addresses that alerts are sent to."""
    darkroom: Lock = field(default_factory=Lock)
    """Whoever decodes a photo holds it: one takes much memory, and many at once would take all."""
    memory: Memory = field(default_factory=Memory)
    """What the public pages have worked out: whoever asks for it again costs next to nothing."""
    press: Lock = field(default_factory=Lock)
    """Whoever sets a report or makes evidence of the whole book holds it: one at a time in this process."""

    @property
    def https(self) -> bool:
        """Whether browsers reach this server over TLS."""
        return self.public_url.startswith("https://")


def make_context(
    *,
    store: Store,
    writer: Writer,
    now_ms: Callable[[], int],
    token: Callable[[int], str],
    public_url: str,
    signing_seed: bytes,
    passwords: Passwords | None = None,
    turns: Turns | None = None,
    second_factor_required: bool = False,
    alert_file: Path | None = None,
) -> Context:
    """Put a context together. `token` returns so many random bytes as hex.

    Unless the second factor is required it is offered to everybody.
    """
    assets = Assets.load()
    return Context(
        store=store,
        writer=writer,
        now_ms=now_ms,
        token=token,
        public_url=public_url,
        signing_seed=signing_seed,
        templates=environment(assets.path),
        assets=assets,
        catalog=Catalog.load(),
        passwords=passwords or Passwords(),
        turns=turns or Turns(time.monotonic),
        second_factor_required=second_factor_required,
        alert_file=alert_file,
    )


def context_of(request: Request) -> Context:
    """Return the context of the app that a request came to."""
    context = request.app.state.context
    assert isinstance(context, Context)  # noqa: S101 # the composition root put it there
    return context
