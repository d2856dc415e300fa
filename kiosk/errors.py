"""What can go wrong on a kiosk, as a tree.

    KioskError
    ├── ConfigError       the settings or the config on disk cannot be used
    ├── DiskError         the disk refused: nobody may be thanked
    ├── OutboxError       the outbox is of another device, or no outbox at all
    └── AlreadyRunningError  another kiosk program holds this data folder

Trouble that is expected in a day's work (no network, a wrong code) is not here:
it is a value, see `kiosk.engine.Trouble`.
"""

from __future__ import annotations


class KioskError(Exception):
    """Anything this program raises on purpose. The message says what to do about it."""


class ConfigError(KioskError):
    """The settings or the stored config cannot be used."""


class DiskError(KioskError):
    """The disk refused to keep or to give back a rating."""


class OutboxError(KioskError):
    """The outbox on disk does not belong to this device, or is no outbox."""


class AlreadyRunningError(KioskError):
    """Another kiosk program already uses this data folder."""
