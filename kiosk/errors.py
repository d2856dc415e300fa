"""What can go wrong on a kiosk, as a tree.

    KioskError
    ├── ConfigError       the settings or the config on disk cannot be used
    ├── DiskError         the disk refused: nobody may be thanked
    ├── OutboxError       the outbox is of another device, or its chain has ended
    ├── DamagedError      the outbox's file is not what was written: it must be mended
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
    """The outbox on disk does not belong to this device, or nothing more can be sent in its chain."""


class DamagedError(KioskError):
    """The file of the outbox is no longer what was written: nobody may be thanked before it is mended."""


class AlreadyRunningError(KioskError):
    """Another kiosk program already uses this data folder."""
