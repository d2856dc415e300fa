"""What msgspec must have seen of every message before a program has a second thread."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOOKS = """
import contextlib, sys
import msgspec
from server.protocol.messages import Batch, KioskConfig, Receipt, know_types
from server.protocol.record import Record
from server.protocol.survey import Survey

{first}
looks = []
sys.setprofile(lambda frame, event, _: looks.append(event) if frame.f_code.co_name == {name!r} else None)
for kind in (Batch, KioskConfig, Receipt, Record, Survey):
    with contextlib.suppress(msgspec.ValidationError):
        msgspec.json.decode(b"{{}}", type=kind)
sys.setprofile(None)
print(bool(looks))
"""
LOOKING = "get_class_annotations"
"""What msgspec calls when it looks at a type."""


@pytest.mark.parametrize(("first", "looks"), [("know_types()", "False"), ("", "True")])
def test_no_type_is_looked_at_when_messages_are_read(first: str, looks: str) -> None:
    """A program that has looked at all types looks at none later, when threads could do it at once."""
    program = LOOKS.format(first=first, name=LOOKING)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == looks
