"""Alerts in words: what is wrong and where to look, never a figure of ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.alerts import OF_MACHINES, SERVER, Kind
from server.domain.calendar import clock_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.alerts import Alert, Cause
    from server.web.catalog import Words

SIGNS = 8
"""So many signs of a device's id are told."""


def what(alert: Alert, words: Words) -> str:
    """Say what is wrong, in one sentence."""
    cause = alert.cause
    day = ""
    if cause.kind in {Kind.FALL, Kind.SILENT} and alert.mark:
        day = "/".join(reversed(alert.mark.split("-")))
    elif cause.kind is Kind.QUIET:
        heard = clock_of(int(alert.mark))
        day = f"{words.clock(heard)} {words.day(heard.date())}"
    return words(f"alert_{cause.kind.value}", device=cause.subject[:SIGNS], day=day)


def address(cause: Cause) -> str:
    """Return where to look."""
    if cause.center == SERVER:
        return "/so-cai"
    return f"{'/kiosks' if cause.kind in OF_MACHINES else '/overview'}?center={cause.center}"


def message(
    alerts: Sequence[Alert], names: Mapping[int, str], public_url: str, words: Words
) -> tuple[str, str]:
    """Return the title and the text of a message about alerts."""
    lines = [
        f"- {names.get(each.cause.center, words('alerts_server'))}: {what(each, words)}"
        f" {public_url}{address(each.cause)}"
        for each in alerts
    ]
    lines.append(f"{words('alerts_message_foot')} {public_url}/alerts")
    return words.many("alerts_message_title", len(alerts)), "\n".join(lines)


def trial_message(public_url: str, words: Words) -> tuple[str, str]:
    """Return the title and the text of a message that only shows whether messages arrive."""
    return words("alerts_test_title"), words("alerts_test_text", address=public_url)
