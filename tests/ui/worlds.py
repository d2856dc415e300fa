"""The screens, languages and machines that tests and the gallery go through."""

from __future__ import annotations

from functools import cache, partial
from io import BytesIO
from typing import TYPE_CHECKING, Final

from msgspec import structs
from msgspec.structs import replace
from PIL import Image, ImageDraw

from kiosk.events import Look
from kiosk.ui.scenes import Scene, Setup, SetupState
from kiosk.ui.theme import NORMAL
from kiosk.visit import Stage, Visit
from server.protocol.messages import KioskConfig, Officer, Place
from server.protocol.survey import Question, decode_survey
from server.store.seed import lamdong, smile_survey
from tests import glasses

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
GLASSES: Final = glasses.GLASSES
"""Those of `tests.glasses`, for whoever takes the rest of a world from here."""

SURVEY: Final = decode_survey(smile_survey())
"""The survey that every new installation asks."""
QUESTION: Final = SURVEY.main.text
KIND: Final = Question(
    id="kind",
    kind="faces",
    text={
        "vi": "Ông/Bà thấy thái độ phục vụ của chúng tôi thế nào?",
        "en": "Are you satisfied with the way we treated you?",
    },
)
FACES_TWICE: Final = structs.replace(SURVEY, questions=[SURVEY.main, KIND, *SURVEY.questions[1:]])
"""The same with one more question that is answered with a face."""
CODE: Final = "7F3A09C4"
"""What a technician has typed when the kiosk asks its server."""
PHOTO_PX: Final = 300
PLACES: Final = sorted((center.name for center in lamdong()), key=len)
PLACE: Final = "Phường 1 Bảo Lộc"
LONGEST_PLACE: Final = PLACES[-1]
"""The center with the longest name in the province."""


def a_config(
    *,
    center: str = PLACE,
    officers: int = 1,
    languages: tuple[str, ...] = LANGUAGES,
    photo: bytes = b"",
) -> KioskConfig:
    """Make the config of a counter."""
    people = [
        Officer(id="o1", name="Cán bộ Trực Quầy", title="Chuyên viên Tư pháp – Hộ tịch", photo=photo),
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


@cache
def a_photo() -> bytes:
    """Paint somebody whom nobody knows, as a JPEG."""
    side = PHOTO_PX
    picture = Image.new("RGB", (side, side), "#9FC3CE")
    brush = ImageDraw.Draw(picture)
    brush.ellipse((72, 40, 228, 250), fill="#2B211D")
    brush.rectangle((126, 170, 174, 240), fill="#E2B18F")
    brush.ellipse((96, 62, 204, 202), fill="#F0C4A2")
    brush.pieslice((88, 44, 212, 176), 180, 360, fill="#2B211D")
    brush.ellipse((30, 222, 270, 460), fill="#F7F7F2")
    brush.polygon(((126, 226), (174, 226), (150, 262)), fill="#E2B18F")
    brush.polygon(((143, 262), (157, 262), (162, 300), (138, 300)), fill="#A8322D")
    for x in (128, 172):
        brush.ellipse((x - 7, 126, x + 7, 140), fill="#34231A")
    brush.arc((126, 138, 174, 178), 20, 160, fill="#A2483B", width=5)
    file = BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()


def a_scene(**changes: object) -> Scene:
    """Make what the question screen shows."""
    return Scene(a_config(**changes))  # type: ignore[arg-type] # passed on as it was named


def a_visit(stage: Stage = Stage.IDLE, lang: str = "vi", since: float = 0.0, look: Look = NORMAL) -> Visit:
    """Make a visit at this stage."""
    return Visit(stage, since=since, lang=lang, look=look)


MORE_FACES: Final = (
    ("faces-again", 0, (("main", 4),)),
    ("faces-more", 1, (("main", 4),)),
    ("faces-answered", 1, (("main", 4), ("kind", 2))),
)
"""The name, the place and the answers of every view of a further question of faces."""


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
    yield "idle-photo", partial(app.show, a_visit(lang=lang, look=look), a_scene(photo=a_photo()))
    for name, place, answers in MORE_FACES:
        visit = replace(a_visit(Stage.ASKING, lang, look=look), at=place, answers=answers)
        config = structs.replace(a_config(), survey=FACES_TWICE)
        yield name, partial(app.show, visit, Scene(config))
    for stage in (Stage.IDLE, Stage.STORING, Stage.THANKS, Stage.SORRY):
        yield stage.name.lower(), partial(app.show, a_visit(stage, lang, look=look), scene)


def technicians(app: KioskApp, lang: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the name of every view of an enrolment, and what shows it."""
    for setup in setups():
        yield f"setup-{setup.state.name.lower()}", partial(_setup, app, setup, lang)


def _setup(app: KioskApp, setup: Setup, lang: str) -> None:
    """Show a state of an enrolment in a language."""
    app.setup.typed["code"] = CODE if setup.state in {SetupState.WORKING, SetupState.WRONG_CODE} else ""
    app._setup_lang = lang  # noqa: SLF001 - the pill that sets it has a test of its own
    app.show_setup(setup)
