"""axe-core in a page: what of WCAG 2.2 AA, and of what is good practice, a page does not keep.

axe runs beside the page and not in it, so the page's strict policy stays what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
CONTRAST: Final = ("color-contrast", "link-in-text-block")
"""The rules whose answer depends on the colours."""
_ALL: Final[dict[str, Any]] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": TAGS},
    # new in WCAG 2.2, and off where nobody asks for it
    "rules": {"target-size": {"enabled": True}},
}
_COLOURS: Final[dict[str, Any]] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": CONTRAST},
}


def violations(page: Page, *, colours_only: bool = False) -> list[str]:
    """Return what is wrong with the page that is shown: how bad, which rule, where, and why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = _COLOURS if colours_only else _ALL
    found = page.evaluate("options => axe.run(document, options).then(told => told.violations)", options)
    return [
        f"{each['impact']} {each['id']} at {node['target']}: {node.get('failureSummary', '')}"
        f" {node['html'][:160]}"
        for each in found
        for node in each["nodes"]
    ]
