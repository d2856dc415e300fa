"""What every plain value of the kiosk is made of."""

from __future__ import annotations

from msgspec import Struct


class Value(Struct, frozen=True):
    """A plain value: its fields are set once, and two with the same fields are equal.

    A dataclass would do the same, and costs forty times as much when it is defined: a kiosk defines a hundred
    of them before its first picture.
    """
