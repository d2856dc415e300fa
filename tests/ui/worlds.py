"""The screens, languages and machines that tests and the gallery go through."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.events import Look
from kiosk.ui.scenes import Scene, Setup, SetupState
from kiosk.ui.theme import NORMAL
from kiosk.visit import Stage, Visit
from server.protocol.messages import KioskConfig, Officer, Place
from server.protocol.survey import decode_survey
from server.store.seed import lamdong, smile_survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.ui.app import KioskApp

LANGUAGES: Final = ("vi", "en")
LOOKS: Final = {
    "contrast": Look(contrast=True),
    "large": Look(large=True),
    "low": Look(low=True),
    "large-low": Look(large=True, low=True),
    "all": Look(contrast=True, large=True, low=True, listening=True),
}
"""The looks that a citizen may ask for, by the name of their pictures."""
GLASSES: Final = (
    (800, 480, 7.0),
    (1024, 600, 10.1),
    (1280, 800, 10.1),
    (800, 1280, 10.1),
    (1920, 1080, 15.6),
    (1080, 1920, 15.6),
    (1920, 1080, 21.5),
    (1080, 1920, 21.5),
)
"""Width and height in pixels, and the diagonal in inches."""

SURVEY: Final = decode_survey(smile_survey())
"""The survey that every new installation asks."""
QUESTION: Final = SURVEY.main.text
PLACES: Final = sorted((center.name for center in lamdong()), key=len)
PLACE: Final = "Phường 1 Bảo Lộc"
LONGEST_PLACE: Final = PLACES[-1]
"""The center with the longest name in the province."""


def a_config(
    *,
    center: str = PLACE,
    officers: int = 1,
    languages: tuple[str, ...] = LANGUAGES,
) -> KioskConfig:
    """Make the config of a counter."""
    people = [
        Officer(id="o1", name="Cán bộ Trực Quầy", title="Chuyên viên Tư pháp – Hộ tịch"),
        Officer(id="o2", name="Cán bộ Hỗ Trợ", title="Chuyên viên"),
    ]
    return KioskConfig(
        v=1,
        device="0" * 32,
        issued_at="2026-01-05T01:00:00Z",
        center=Place(id="c1", name=center),
        counter=Place(id="q3", name="3"),
        survey=SURVEY,
        survey_hash="0" * 12,
        languages=list(languages),
        officers=people[:officers],
    )


def a_scene(**changes: object) -> Scene:
    """Make what the question screen shows."""
    return Scene(a_config(**changes))  # type: ignore[arg-type] # passed on as it was named


def a_visit(stage: Stage = Stage.IDLE, lang: str = "vi", since: float = 0.0, look: Look = NORMAL) -> Visit:
    """Make a visit at this stage."""
    return Visit(stage, since=since, lang=lang, look=look)


def setups() -> Iterator[Setup]:
    """Yield every state of an enrolment."""
    for state in SetupState:
        detail = {
            SetupState.ENROLLED: "7F3A-09C4-11D2-E05B",
            SetupState.DAMAGED: "/var/lib/nucuoi/config.json",
            SetupState.DISK_REFUSES: "[Errno 28] No space left on device: '/var/lib/nucuoi/device.key'",
        }
        yield Setup(state, server="https://nucuoi.lamdong.gov.vn", detail=detail.get(state, ""))


def visits(app: KioskApp, lang: str, look: Look = NORMAL) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the name of every view of a citizen in this look, and what shows it."""
    scene = a_scene()
    yield "idle-longest", partial(app.show, a_visit(lang=lang, look=look), a_scene(center=LONGEST_PLACE))
    for stage in (Stage.IDLE, Stage.STORING, Stage.THANKS, Stage.SORRY):
        yield stage.name.lower(), partial(app.show, a_visit(stage, lang, look=look), scene)


def views(app: KioskApp, lang: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the name of every view in the normal look, and what shows it."""
    yield from visits(app, lang)
    for setup in setups():
        yield f"setup-{setup.state.name.lower()}", partial(_setup, app, setup, lang)


def _setup(app: KioskApp, setup: Setup, lang: str) -> None:
    """Show a state of an enrolment in a language."""
    app._setup_lang = lang  # noqa: SLF001 - the pill that sets it has a test of its own
    app.show_setup(setup)
