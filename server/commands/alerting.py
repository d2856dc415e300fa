"""The command about alerts: whether messages arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server import notify
from server.errors import CommandError
from server.web.alert_words import trial_message
from server.web.catalog import SOURCE_LANGUAGE, Catalog

if TYPE_CHECKING:
    import argparse

    from server.config import Config


def alert(config: Config, _arguments: argparse.Namespace) -> int:
    """Send a message to every address, to see whether it arrives."""
    if config.alert_addresses is None:
        raise CommandError("the setting alert_file names no file of addresses")
    urls = notify.addresses(config.alert_addresses)
    words = Catalog.load().languages[SOURCE_LANGUAGE]
    taken = notify.send(urls, *trial_message(config.url, words))
    print(f"{taken} of {len(urls)} addresses took the message")
    return 0 if taken == len(urls) > 0 else 1
