"""An empty Kivy program, to compare the kiosk with: the same window, one Label, nothing else.

Run as `python -m tests.bench.empty 1280 800`. It says READY=1 at its first picture, as the kiosk does.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from kiosk import system
from kiosk.ui.window import prepare


def main(width: int, height: int) -> None:
    """Show a window until told to end."""
    prepare(width, height, windowed=False)
    from kivy.app import App  # noqa: PLC0415 - Kivy reads its settings when it is imported
    from kivy.clock import Clock  # noqa: PLC0415 - the same
    from kivy.core.window import Window  # noqa: PLC0415 - the same
    from kivy.uix.label import Label  # noqa: PLC0415 - the same

    class EmptyApp(App):  # type: ignore[misc] # Kivy has no types
        """One word on a black ground."""

        def build(self) -> Any:  # noqa: ANN401 - Kivy has no types
            """Make the word."""
            return Label(text="Hello")

        def on_start(self) -> None:
            """Tell of the first picture, once."""
            signal.signal(signal.SIGTERM, lambda *_: Clock.schedule_once(lambda _: self.stop(), -1))
            Window.bind(on_flip=tell)

    def tell(*_: object) -> None:
        Window.unbind(on_flip=tell)
        system.notify(os.environ, "READY=1")

    EmptyApp().run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
