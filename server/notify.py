"""Messages to people who are not at the dashboard, by whatever apprise knows: e-mail, Telegram and more.

Addresses are secrets: they stand in a file of their own, and neither they nor what apprise says of them are
ever logged.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from server.errors import CommandError

if TYPE_CHECKING:
    from pathlib import Path

LOG = logging.getLogger("server.notify")
ADDRESSES_MAX: Final = 20


def addresses(file: Path) -> list[str]:
    """Return the addresses of a file: one a line, what follows a `#` at the beginning is a remark.

    Raises `CommandError`, which names the file and none of its lines.
    """
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"cannot read the addresses in {file}: {type(error).__name__}") from None
    return [line for line in lines if line and not line.startswith("#")][:ADDRESSES_MAX]


def send(urls: list[str], title: str, body: str) -> int:
    """Send a message to each address; says how many took it. Blocks, for seconds where somebody is silent."""
    import apprise  # noqa: PLC0415 - it brings much along, and who has no addresses needs none of it

    logging.getLogger("apprise").disabled = True  # it names addresses
    taken = 0
    for number, url in enumerate(urls, start=1):
        one = apprise.Apprise()
        if not one.add(url):
            LOG.warning("address %d is none that apprise knows", number)
        elif one.notify(title=title, body=body):
            taken += 1
        else:
            LOG.warning("address %d did not take a message", number)
    return taken
