"""Commands by which people decide: withhold, reinstate, revoke, forget. Each is an event of the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.commands.opening import writing
from server.domain.audit import AUTHOR_CHARS_MAX, REASON_CHARS_MAX
from server.errors import CommandError

if TYPE_CHECKING:
    import argparse

    from server.config import Config
    from server.store import Store


def withhold(config: Config, arguments: argparse.Namespace) -> int:
    """Let a rating count no more."""
    with writing(config) as store:
        device, author, reason = _asked(store, arguments)
        with store.transaction():
            store.withhold(device, arguments.seq, author, reason)
    print("Withheld. The figures follow together with at least four others.")
    return 0


def reinstate(config: Config, arguments: argparse.Namespace) -> int:
    """Let a rating count again."""
    with writing(config) as store:
        device, author, reason = _asked(store, arguments)
        with store.transaction():
            store.reinstate(device, arguments.seq, author, reason)
    print("Reinstated. It becomes visible as any other rating does.")
    return 0


def revoke(config: Config, arguments: argparse.Namespace) -> int:
    """Let what a device sends from now on count no more."""
    with writing(config) as store:
        device, author, reason = _asked(store, arguments)
        with store.transaction():
            store.revoke(device, author, reason)
        earlier = _earlier(store, device)
    print("Revoked. What it sends is kept and does not count; a new kiosk needs a new code.")
    if earlier:
        print("It may still have the keys of the devices that it was before:", *earlier)
    return 0


def forget(config: Config, arguments: argparse.Namespace) -> int:
    """Delete what travelled beside a rating."""
    with writing(config) as store:
        device, author, reason = _asked(store, arguments)
        with store.transaction():
            count = store.forget_aside(device, arguments.seq, arguments.kind, author, reason)
    print(f"Deleted in {count} places. Backups made before still have it until they are pruned.")
    return 0


def _earlier(store: Store, device: str) -> list[str]:
    """Return the devices that a kiosk was before and that still count, the newest first."""
    found: list[str] = []
    known = store.device(device)
    while known is not None and (known := store.device(known.before)) is not None:
        if known.revoked_ms is None:
            found.append(known.id[:8])
    return found


def _asked(store: Store, arguments: argparse.Namespace) -> tuple[str, str, str]:
    """Return the whole id of the device, the author and the reason. Raises `CommandError`."""
    author, reason = arguments.author.strip(), arguments.reason.strip()
    if not 0 < len(author) <= AUTHOR_CHARS_MAX or not 0 < len(reason) <= REASON_CHARS_MAX:
        raise CommandError(
            f"an author has 1 to {AUTHOR_CHARS_MAX} characters, a reason 1 to {REASON_CHARS_MAX}"
        )
    found = [each.id for each in store.devices() if each.id.startswith(arguments.device)]
    if len(found) != 1 or not arguments.device:
        raise CommandError(f"{len(found)} devices begin with {arguments.device!r}; say more of the id")
    return found[0], author, reason
