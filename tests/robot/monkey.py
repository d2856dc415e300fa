"""Somebody without any sense at the glass: a thousand touches a minute, of every kind, and keys.

The same seed, the same touches, as far as the kiosk shows the same.
"""

from __future__ import annotations

import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nacl.pwhash import argon2id
from PIL import Image

from kiosk.visit import QUIET_S
from server.protocol.messages import Notice, Officer, Thresholds
from tests.robot.ledger import Ledger, Sample
from tests.robot.trouble import RobotError

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tests.robot.counter import Counter

TOUCHES_A_MINUTE: Final = 1000
SAMPLE_EVERY_S: Final = 1.0
TELL_EVERY_S: Final = 10.0
REST_EVERY_S: Final = 180.0
REST_S: Final = 27.0
"""How long it lets go now and then: the kiosk asks whether anybody is there, seals, and shows a notice."""
CALM_S_MAX: Final = 100.0
"""By then a kiosk that nobody touches has sealed the last visit, and closed a pad that was left open."""
NEAR_PX: Final = 12
CORNER_PX: Final = 20
DOSSIER: Final = "H36.12.05-251123-0001"
KEYS: Final = (
    *("Escape", "Tab", "Return", "BackSpace", "space", "Menu", "Super_L", "Print", "Home", "a", "w", "z"),
    *("1", "2", "3", "4", "5", "KP_1", "KP_5", "F1", "F3", "F5", "F10", "F11", "F12"),
)
CHORDS: Final = (
    *(("F4", "Alt_L"), ("q", "Control_L"), ("c", "Control_L"), ("e", "Control_L"), ("w", "Control_L")),
    *(("Tab", "Alt_L"), ("F10", "Shift_L"), ("F1", "Control_L"), ("Escape", "Control_L", "Shift_L")),
)
TIMES: Final = Thresholds(thanks_s=0.5, repeat_s=10, silence_s=10, grace_s=5, notice_after_s=10, notice_s=5)


def decided() -> dict[str, object]:
    """Return all that a center can decide, so that all of it is on the glass."""
    photo = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(photo, "JPEG")
    officer = Officer(id="o1", name="Cán bộ Trực Quầy", title="Chuyên viên", photo=photo.getvalue())
    words = {"vi": "Ông/Bà mong có thêm ghế ngồi.", "en": "You asked for more seats."}
    done = {"vi": "Chúng tôi đã đặt thêm ghế.", "en": "We have put more seats."}
    return {
        "thresholds": TIMES,
        "officers": [officer],
        "notices": [Notice(said=words, did=done), Notice(said=done, did=words)],
        "pin_hash": argon2id.str(b"73519", opslimit=1, memlimit=8192).decode(),
        "dossier_key": "5a" * 32,
    }


class Monkey:
    """Touches one kiosk, listens to what it says, and watches its memory."""

    def __init__(self, counter: Counter, size: tuple[int, int], chance: random.Random) -> None:
        self._counter, self._screen, self._size, self._chance = counter, counter.screen, size, chance
        self._heard_bytes = 0
        self.ledger = Ledger()
        self.samples: list[Sample] = []
        self.touches = 0
        self.played_s = 0.0
        self._deeds: dict[Callable[[], None], float] = {
            self._tap: 30,
            self._aim: 40,
            self._double: 8,
            self._drag: 6,
            self._other_button: 5,
            self._wheel: 4,
            self._key: 4,
            self._chord: 1.5,
            self._hold: 0.8,
            self._scan: 0.3,
            self._close: 0.3,
            self._knock: 0.1,
        }

    def play(self, seconds: float, tell: Callable[[str], None] = lambda _: None) -> None:
        """Play for so long, without the rests; then let the kiosk come to an end with the last visit."""
        due_touch, due_sample, due_tell = 0.0, 0.0, TELL_EVERY_S
        deeds, weights = list(self._deeds), list(self._deeds.values())
        rests, began = 0, time.monotonic()
        while (now := time.monotonic() - began - rests * REST_S) < seconds:
            if now >= (rests + 1) * REST_EVERY_S:
                self._still(REST_S)
                rests += 1
                continue
            if now >= due_sample:
                self._sample()
                due_sample += SAMPLE_EVERY_S
            if now >= due_tell:
                tell(self.told(now))
                due_tell += TELL_EVERY_S
            if now < due_touch:
                time.sleep(due_touch - now)
            self._chance.choices(deeds, weights)[0]()
            due_touch = self.touches * 60 / TOUCHES_A_MINUTE
            self.listen()
        self.played_s = now
        self._calm()
        self._sample()

    def told(self, now: float) -> str:
        """Return how it stands."""
        ledger = self.ledger
        return (
            f"{now:5.0f} s  {self.touches:6d} touches  {ledger.screens:5d} screens  {ledger.begun:4d} begun  "
            f"{ledger.stored:4d} stored  {self.samples[-1].memory_mb:6.1f} MB  {len(ledger.findings)} faults"
        )

    def listen(self) -> None:
        """Hear what the kiosk has said since."""
        with (self._counter.folder / "words").open("rb") as log:
            log.seek(self._heard_bytes)
            *lines, _ = log.read().split(b"\n")  # the last is not finished yet
        for line in lines:
            self._heard_bytes += len(line) + 1
            self.ledger.hear(line.decode("utf-8", "replace"))
        if self._counter.kiosk.poll() is not None:
            raise RobotError(f"the kiosk has ended with code {self._counter.kiosk.returncode}")

    def _sample(self) -> None:
        """Note the memory."""
        self.listen()
        status = Path(f"/proc/{self._counter.kiosk.pid}/status").read_text("utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        self.samples.append(Sample(self.ledger.screens, int(line.split()[1]) / 1024))

    def _still(self, seconds: float) -> None:
        """Touch nothing for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(SAMPLE_EVERY_S)
            self._sample()

    def _calm(self) -> None:
        """Skip what is still asked, and touch nothing until there is no visit any more."""
        end = time.monotonic() + CALM_S_MAX
        while True:
            self.listen()
            if "skip" in self.ledger.glass.targets:
                self._touch(self.ledger.glass.targets["skip"])
            if self.ledger.glass.name in {"idle", "notice"} and self.ledger.begun == self.ledger.stored:
                return
            if time.monotonic() > end:
                raise RobotError(f"{self.ledger.glass.name} stays for ever", self._screen.picture())
            time.sleep(QUIET_S + 0.1)

    # what it does

    def _anywhere(self) -> tuple[int, int]:
        width, height = self._size
        return self._chance.randrange(width), self._chance.randrange(height)

    def _somewhere(self) -> tuple[int, int]:
        """Choose a kind of thing on the glass, and one of that kind: else it would type all day long."""
        kinds: dict[str, list[tuple[int, int]]] = {}
        for name, place in self.ledger.glass.targets.items():
            kinds.setdefault(name.partition("_")[0], []).append(place)
        return self._chance.choice(self._chance.choice(list(kinds.values()))) if kinds else self._anywhere()

    def _touch(self, place: tuple[int, int], hold_s: float = 0.015, button: int = 1) -> None:
        self._screen.press(*place, button)
        time.sleep(hold_s)
        self._screen.release(button)
        self.touches += 1

    def _tap(self) -> None:
        self._touch(self._anywhere())

    def _aim(self) -> None:
        """Touch near something that can be touched."""
        x, y = self._somewhere()
        near = (self._chance.randint(-NEAR_PX, NEAR_PX) for _ in range(2))
        self._touch((max(0, x + next(near)), max(0, y + next(near))))

    def _double(self) -> None:
        place = self._somewhere()
        self._touch(place)
        time.sleep(0.01)
        self._touch(place)

    def _hold(self) -> None:
        self._touch(self._anywhere(), hold_s=self._chance.uniform(0.3, 0.9))

    def _drag(self) -> None:
        """Slide from somewhere to somewhere else."""
        start, end = self._somewhere(), self._chance.choice((self._somewhere(), self._anywhere()))
        self._screen.press(*start)
        for step in (0.25, 0.5, 0.75, 1.0):
            self._screen.move(*(round(a + (b - a) * step) for a, b in zip(start, end, strict=True)))
            time.sleep(0.005)
        self._screen.release()
        self.touches += 1

    def _other_button(self) -> None:
        self._touch(self._somewhere(), button=self._chance.choice((2, 3)))

    def _wheel(self) -> None:
        self._touch(self._anywhere(), hold_s=0.002, button=self._chance.choice((4, 5, 6, 7)))

    def _key(self) -> None:
        self._screen.key(self._chance.choice(KEYS))

    def _chord(self) -> None:
        self._screen.key(*self._chance.choice(CHORDS))

    def _scan(self) -> None:
        self._screen.type(self._chance.choice((DOSSIER, "https://example.invalid/?id=12", "1234")))

    def _close(self) -> None:
        self._screen.ask_to_close()

    def _knock(self) -> None:
        """Knock as a technician does, and with luck find the pad."""
        for _ in range(5):
            self._touch((self._chance.randrange(CORNER_PX), self._chance.randrange(CORNER_PX)), hold_s=0.02)
            time.sleep(0.03)
