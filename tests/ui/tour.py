"""Every screen that a citizen can come to, in the order of a visit: for the layout test and the gallery."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import structs
from msgspec.structs import replace

from kiosk.telex import Method
from kiosk.ui.scenes import Scene
from kiosk.ui.theme import NORMAL
from kiosk.visit import Stage, Visit
from kiosk.writing import Writing
from server.protocol.hours import Hours, Span
from server.protocol.messages import Notice
from server.protocol.survey import decode_survey
from server.store.seed import cheerful_survey, smile_survey
from tests.ui.worlds import a_config, a_photo, a_visit, visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.events import Look
    from kiosk.ui.app import KioskApp

SMILE: Final = decode_survey(smile_survey())
CHEERFUL: Final = decode_survey(cheerful_survey())
PRAISE: Final = "Cán bộ rất nhiệt tình, cảm ơn!"
NOTICE: Final = Notice(
    said={"vi": "Sáng thứ Hai phải chờ lâu", "en": "Long waits on Monday mornings"},
    did={
        "vi": "Mở thêm một quầy và một hàng ghế vào sáng thứ Hai",
        "en": "One more counter and more chairs on Monday mornings",
    },
)
HOURS: Final = Hours(week=[[Span("07:30", "11:30"), Span("13:30", "17:00")]] * 5 + [[], []])


def tour(app: KioskApp, lang: str, look: Look = NORMAL) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the name of every view of a visit in this language and look, and what shows it."""
    yield from visits(app, lang, look)
    config = structs.replace(a_config(photo=a_photo()), notices=[NOTICE], hours=HOURS)
    smile = Scene(structs.replace(config, survey=SMILE))
    cheerful = Scene(structs.replace(config, survey=CHEERFUL))
    here = a_visit(Stage.ASKING, lang, look=look)

    def at(place: int, **changes: object) -> Visit:
        return replace(here, at=place, **changes)

    written = Writing(Method.TELEX, done=PRAISE)
    shown = {
        "why": (at(1), smile),
        "why-chosen": (at(1, answers=(("overall", 4), ("why", (0, 5)))), smile),
        "attitude": (at(1), cheerful),
        "trips": (at(3), cheerful),
        "on-time": (at(4, answers=(("overall", 4), ("on_time", 1))), cheerful),
        "comment": (at(2), smile),
        "comment-written": (at(2, writing=written), smile),
        "comment-scrubbed": (at(2, writing=replace(written, done="Xin gọi …"), scrubbed=True), smile),
        "notice": (a_visit(Stage.NOTICE, lang, look=look), smile),
        "resting": (a_visit(Stage.RESTING, lang, look=look), smile),
        "still-there": (a_visit(Stage.STILL_THERE, lang, look=look), smile),
    }
    for name, (visit, scene) in shown.items():
        yield name, partial(app.show, visit, scene)
