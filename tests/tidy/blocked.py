"""Imports the named modules where the server's dependencies are missing, and prints what came along.

Run in an interpreter of its own, as `python -m tests.tidy.blocked kiosk.main …`: whoever has
imported a package already cannot be told that it is missing.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

MISSING_ON_A_KIOSK = frozenset(
    {
        "anyio",
        "argon2",
        "httptools",
        "jinja2",
        "multipart",
        "numpy",
        "psycopg",
        "pysqlite3",
        "python_multipart",
        "scipy",
        "starlette",
        "uvicorn",
        "uvloop",
        "vl_convert",
    }
)
WINDOW = frozenset({"kivy"})
"""Importing Kivy's window opens it, and nothing below the screens needs it."""


class Missing:
    """A finder that answers for packages that are not there, before anybody finds them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise `ModuleNotFoundError` for what a kiosk does not have, as if it were not installed."""
        del path, target
        if name.partition(".")[0] in MISSING_ON_A_KIOSK | WINDOW:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def main(names: list[str]) -> None:
    """Import each, then print every module of the server that is loaded, one a line."""
    sys.meta_path.insert(0, Missing())
    for name in names:
        importlib.import_module(name)
    sys.stdout.write("\n".join(sorted(name for name in sys.modules if name.partition(".")[0] == "server")))


if __name__ == "__main__":
    main(sys.argv[1:])
