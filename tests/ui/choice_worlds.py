"""Questions with options, for tests and pictures: those of the ready-made surveys, and harder ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from kiosk.ui.scenes import Scene
from kiosk.ui.theme import NORMAL
from kiosk.visit import Stage, Visit
from server.protocol.survey import Option, Question, Survey, decode_survey
from server.store.seed import cheerful_survey, smile_survey
from tests.ui.worlds import PLACE, a_config

if TYPE_CHECKING:
    from kiosk.events import Answers, Look

SMILE: Final = decode_survey(smile_survey())
CHEERFUL: Final = decode_survey(cheerful_survey())

LONG_NAMES: Final = (
    ("Cấp bản sao trích lục hộ tịch, bản sao Giấy khai sinh", "Copies of extracts from civil status records"),
    (
        "Đăng ký khai sinh có yếu tố nước ngoài tại khu vực biên giới",
        "Birth registration with a foreign element",
    ),
    ("Chứng thực chữ ký trong các giấy tờ, văn bản", "Certifying signatures on papers and documents"),
    ("Đăng ký kết hôn", "Marriage registration"),
    ("Xác nhận tình trạng hôn nhân", "Certificate of marital status"),
    ("Cấp Giấy chứng nhận quyền sử dụng đất lần đầu", "First certificate of land use rights"),
    ("Đăng ký biến động đất đai, tài sản gắn liền với đất", "Registering changes of land and property on it"),
    ("Trợ cấp xã hội hằng tháng cho người cao tuổi", "Monthly social allowance for older people"),
    ("Đăng ký thành lập hộ kinh doanh", "Registering a household business"),
    ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Building permit for a private house"),
)
"""Names of procedures, Vietnamese and English, up to 60 characters long."""
PROCEDURE: Final = Question(
    id="procedure",
    kind="procedure",
    text={
        "vi": "Hôm nay Ông/Bà đến làm thủ tục nào trong các thủ tục dưới đây?",
        "en": "Which of these procedures did you come for today?",
    },
    options=[
        Option(text={"vi": vi, "en": en}, code=f"1.0000{number:02}")
        for number, (vi, en) in enumerate(LONG_NAMES)
    ],
)
COUNT: Final = Question(
    id="count",
    kind="number",
    text={"vi": "Ông/Bà đã đến trung tâm mấy lần?", "en": "How many times have you come here?"},
)
TICKED: Final = Question(
    id="ticked",
    kind="several",
    text={"vi": "Ông/Bà biết đến dịch vụ này qua đâu?", "en": "How did you hear of this service?"},
    options=[
        Option(text={"vi": "Loa phường", "en": "Loudspeakers"}),
        Option(text={"vi": "Zalo, Facebook", "en": "Zalo, Facebook"}),
        Option(text={"vi": "Người quen", "en": "Friends"}),
        Option(text={"vi": "Cổng dịch vụ công", "en": "Public service portal"}),
        Option(text={"vi": "Cán bộ khu phố", "en": "Neighbourhood staff"}),
    ],
)
LONG: Final = structs.replace(
    SMILE.questions[1],
    text={
        "vi": ("Ông/Bà muốn nói thêm điều gì với chúng tôi về lần phục vụ hôm nay, " * 2)[:119] + "?",
        "en": ("What would you like to tell us about the way we served you today, " * 2)[:119] + "?",
    },
    options=[
        structs.replace(each, text=dict(zip(("vi", "en"), LONG_NAMES[number], strict=True)))
        for number, each in enumerate(SMILE.questions[1].options)
    ],
)
"""The longest that is promised: a question of 120 signs, reasons of up to 60."""


def a_survey(*questions: Question) -> Survey:
    """Make a survey that asks these questions after the face."""
    return Survey(v=1, name={"vi": "Thử"}, questions=[SMILE.main, *questions])


SURVEYS: Final = {
    "why": (SMILE, 1),
    "trips": (CHEERFUL, 3),
    "on_time": (CHEERFUL, 4),
    "procedure": (a_survey(PROCEDURE, COUNT), 1),
    "count": (a_survey(COUNT, TICKED), 1),
    "ticked": (a_survey(COUNT, TICKED), 2),
    "long": (a_survey(LONG), 1),
}
"""The survey and the place of every question with options, by name."""


def a_scene(name: str, center: str = PLACE) -> Scene:
    """Make a scene whose survey has this question."""
    return Scene(structs.replace(a_config(center=center), survey=SURVEYS[name][0]))


def a_visit(name: str, lang: str = "vi", look: Look = NORMAL, answers: Answers = ()) -> Visit:
    """Make a visit that has come to this question."""
    return Visit(Stage.ASKING, since=0.0, lang=lang, look=look, at=SURVEYS[name][1], answers=answers)
