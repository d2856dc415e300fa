"""The apology: the disk refused the answer, and nobody is thanked for what is not stored."""

from __future__ import annotations

from typing import Final

from kiosk.catalog import translator
from kiosk.ui.screens.message import Message, MessageScreen
from kiosk.ui.widgets.face import SORRY

CODE: Final = "DISK-1"
"""What a citizen can read out to a technician: the disk did not take a rating."""


class SorryScreen(MessageScreen):
    """What happened, what the citizen can do instead, and a code for the technician."""

    def __init__(self) -> None:
        super().__init__(SORRY)

    def show(self, lang: str) -> None:
        """Apologise in this language."""
        say = translator(lang)
        self.tell(Message(say("sorry_title"), say("sorry_body"), say("technician_code").format(code=CODE)))
