"""What befalls a world, by chance: each seed has its own few kinds of trouble, and trouble ends."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from server.protocol.survey import encode_survey
from tests.kiosk.stories import ONE_TAP
from tests.simulation import disks
from tests.simulation.network import Weather
from tests.simulation.people import come

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.province import Province

TROUBLE_S: Final = 1800.0
"""How long there is trouble."""
VISITS_MAX: Final = 12
"""Citizens of a kiosk."""
MONTHS_S: Final = 100 * 86400.0
"""Longer than a kiosk keeps what was received."""


@dataclass(frozen=True, slots=True)
class Mischief:
    """How often something of a kind befalls a world with it, at most."""

    kind: str
    most: int
    do: Callable[[Province], None]


def plan(province: Province) -> None:
    """Put on the calendar what will befall this world: in some few kinds of trouble, in some nearly all."""
    world, chance = province.world, province.world.chance
    for kiosk in list(province.kiosks):
        come(province, kiosk, VISITS_MAX, TROUBLE_S)
    likelihood = chance.choice([0.2, 0.4, 0.8])
    for each in MISCHIEF:
        if world.happens(likelihood):
            for _ in range(chance.randint(1, each.most)):
                world.later(chance.uniform(0, TROUBLE_S), partial(each.do, province))
    world.later(TROUBLE_S, lambda: make_peace(province))


def change_weather(province: Province) -> None:
    """Let the network become another one."""
    chance = province.world.chance
    rates = {each.name: chance.choice([0.0, 0.0, 0.05, 0.3]) for each in fields(Weather)}
    if chance.random() < 0.2:
        rates["away"] = 1.0
    province.network.weather = Weather(**rates)
    province.world.tell(
        "network", ", ".join(f"{name} {rate}" for name, rate in rates.items() if rate) or "fair"
    )


def kill_kiosk(province: Province) -> None:
    """Let a kiosk's program die, with or without the machine."""
    province.any_kiosk().die_and_return()


def make_kiosks_frail(province: Province) -> None:
    """Let a kiosk's program die by chance at any of its steps from here on."""
    province.any_kiosk().mortality = 0.02


def kill_server(province: Province) -> None:
    """Let the server's program die."""
    if province.server.life is not None:
        province.server.die_and_return()


def make_server_frail(province: Province) -> None:
    """Let the server's program die by chance at any of its steps from here on."""
    province.server.mortality = 0.05


def back_up(province: Province) -> None:
    """Keep a copy of the book, and lose the book some time later."""
    province.server.back_up()
    province.world.later(province.world.chance.uniform(0, TROUBLE_S / 2), lambda: restore(province))


def restore(province: Province) -> None:
    """Put an older book back, as long as there is trouble."""
    if province.world.now < TROUBLE_S:
        province.server.restore()
        disks.book_was_lost(province)


def fill_server(province: Province) -> None:
    """Let the server's disk be full for a while."""
    province.server.fill_disk()


def fill_kiosk(province: Province) -> None:
    """Let a kiosk's disk be full for a while."""
    kiosk = province.any_kiosk()
    kiosk.disk_is_full = True
    province.world.tell(kiosk.name, "disk is full")

    def empty() -> None:
        kiosk.disk_is_full = False

    province.world.later(province.world.chance.uniform(1, 900), empty)


def put_kiosk_clock(province: Province) -> None:
    """Let a kiosk's clock jump: by a little, by years, or back before there were kiosks."""
    kiosk = province.any_kiosk()
    kiosk.clock_wrong_s = province.world.chance.choice(
        [-60.0, 60.0, -86400.0, 86400.0 * 400, -86400.0 * 9000]
    )
    province.world.tell(kiosk.name, f"clock is wrong by {kiosk.clock_wrong_s:.0f} s")


def put_server_clock(province: Province) -> None:
    """Let the server's clock jump, by some minutes or some days."""
    server = province.server
    server.clock_wrong_s = province.world.chance.choice([-300.0, 300.0, -86400.0, 86400.0, 0.0])
    province.world.tell("server", f"clock is wrong by {server.clock_wrong_s:.0f} s")


def ask_anew(province: Province) -> None:
    """Ask citizens another survey from now on; a book that is put back will not know it."""
    province.server.add_survey(encode_survey(replace(ONE_TAP, name={"vi": f"{province.world.now:.0f}"})))


def let_months_pass(province: Province) -> None:
    """Let the calendar go on by more than kiosks keep what was received."""
    province.world.calendar_s += MONTHS_S
    province.world.tell("world", "months pass")


def make_peace(province: Province) -> None:
    """End all trouble: what is dead begins, the network is fair, disks have room, clocks are right."""
    province.world.tell("world", "peace")
    province.network.weather = Weather()
    province.server.mortality = 0.0
    province.server.clock_wrong_s = 0.0
    province.server.start()
    for kiosk in province.kiosks:
        kiosk.mortality, kiosk.clock_wrong_s, kiosk.disk_is_full = 0.0, 0.0, False
        kiosk.start()


MISCHIEF: Final = (
    Mischief("weather", 6, change_weather),
    Mischief("weather", 2, change_weather),
    Mischief("kiosk killed", 4, kill_kiosk),
    Mischief("kiosk frail", 2, make_kiosks_frail),
    Mischief("server killed", 4, kill_server),
    Mischief("server frail", 1, make_server_frail),
    Mischief("server restored", 3, back_up),
    Mischief("server's disk full", 3, fill_server),
    Mischief("kiosk's disk full", 3, fill_kiosk),
    Mischief("kiosk's clock", 3, put_kiosk_clock),
    Mischief("server's clock", 3, put_server_clock),
    Mischief("survey", 3, ask_anew),
    Mischief("months", 1, let_months_pass),
    Mischief("clone", 2, disks.clone),
    Mischief("outbox damaged", 2, disks.damage),
    Mischief("kiosk's disk put back", 2, disks.put_back),
)
