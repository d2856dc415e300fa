"""Save a picture of every screen: `python -m tests.ui.gallery DIR [WxH …]`."""

from __future__ import annotations

import sys
from pathlib import Path

import tests.ui.conftest  # noqa: F401 - Kivy must be told of its window before it is imported
from tests.ui.driver import Booth
from tests.ui.tour import tour
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS, technicians

STILL_S = 2.0


def main(folder: Path, only: list[str]) -> None:
    """Save every view in every language and look on every glass."""
    folder.mkdir(parents=True, exist_ok=True)
    booth = Booth()
    booth.open(800, 480)
    for width, height, inches in GLASSES:
        name = f"{width}x{height}-{inches:g}in"
        if only and f"{width}x{height}" not in only:
            continue
        for lang in LANGUAGES:
            shown = [*tour(booth.app, lang), *technicians(booth.app, lang)]
            for look_name, look in LOOKS.items():
                shown += [(f"{view}-{look_name}", show) for view, show in tour(booth.app, lang, look)]
            for number, (view, show) in enumerate(shown):
                show()
                if not number:
                    booth.resize(width, height, inches)
                booth.wait(STILL_S, 0.1)
                booth.save(folder / f"{name}-{view}-{lang}.png")
    booth.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
