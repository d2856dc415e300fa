"""A survey while it is written: what buttons do, what is wrong, and that the rest is a survey."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalog import translator
from server.domain.indices import table
from server.domain.surveys import (
    CODE_CHARS_MAX,
    GROUPS,
    ICONS,
    KINDS,
    OPTION_CHARS_MAX,
    OPTIONS_MAX,
    PROCEDURE_CHARS_MAX,
    QUESTION_CHARS_MAX,
    QUESTIONS_MAX,
    TITLE_CHARS_MAX,
    WORD_CHARS_MAX,
    Fault,
    Manuscript,
    WrittenOption,
    WrittenQuestion,
    arranged,
    faults_of,
    manuscript_of,
    plain_words,
    settled,
    survey_of,
)
from server.protocol.survey import Option, Question, Survey, decode_survey, encode_survey
from server.store.seed import ready_surveys
from server.web.catalog import Catalog
from server.web.pages import TEMPLATE_DIR
from server.web.survey_form import FIELDS_MAX, FORM_BYTES_MAX, manuscript_from
from tests.server.hall import plain

TOP = Path(__file__).parents[2]
MAIN = WrittenQuestion("faces", "overall", "Thế nào?", "How was it?")
ONE = WrittenQuestion(
    "one", "when", "Khi nào?", "When?", options=(WrittenOption("A", "B"), WrittenOption("C", "D"))
)
NOTE = WrittenQuestion("comment", "note", "Góp ý?", "A word?")


def a_manuscript(*questions: WrittenQuestion) -> Manuscript:
    """Make a manuscript that asks these after its main question."""
    return settled(Manuscript("Thử", "Try", (MAIN, *questions)))


def fields_of(manuscript: Manuscript) -> dict[str, str]:
    """Return what a browser sends of a manuscript."""
    form = {"name.vi": manuscript.vi, "name.en": manuscript.en}
    for at, question in enumerate(manuscript.questions):
        for part in ("id", "kind", "vi", "en", "after", "most"):
            form[f"q{at}.{part}"] = str(getattr(question, part))
        form[f"q{at}.was"] = question.kind
        for number, option in enumerate(question.options):
            for part in ("vi", "en", "icon", "group", "code"):
                form[f"q{at}.o{number}.{part}"] = getattr(option, part)
    return form


@pytest.mark.parametrize("name", sorted(ready_surveys()))
def test_a_ready_made_survey_has_nothing_wrong(name: str) -> None:
    """What is ready-made can be written on and put into use as it is, byte for byte."""
    raw = ready_surveys()[name]
    manuscript = manuscript_of(decode_survey(raw))

    assert faults_of(manuscript) == {}
    assert encode_survey(survey_of(manuscript)) == raw
    assert encode_survey(survey_of(manuscript_from(fields_of(manuscript)))) == raw


def test_the_decree_asks_six_of_its_nine_indicators() -> None:
    """Each indicator has points for every answer of its question; what was not read in a source says so."""
    survey = decode_survey(ready_surveys()["decree61"])
    questions = {each.id: each for each in survey.questions}
    indicators = table("decree61").indicators

    assert [each.number for each in indicators] == list(range(1, 10))
    assert [each.number for each in indicators if each.question] == [1, 2, 3, 4, 6, 7]
    assert [each.number for each in indicators if not each.confirmed] == [7]
    for each in indicators:
        if each.question:
            question = questions[each.question]
            assert len(each.points) == (5 if question.kind == "faces" else len(question.options))
            assert {0, 1, 2} <= set(each.points)


LATIN = st.text("aáạđơ ợBcd?!1-", min_size=1, max_size=OPTION_CHARS_MAX).map(plain_words)
OPTIONS = st.builds(
    WrittenOption,
    LATIN,
    st.just("") | LATIN,
    st.sampled_from(["", *ICONS]),
    st.sampled_from(GROUPS),
    st.just("") | LATIN,
)
QUESTIONS = st.builds(
    WrittenQuestion,
    st.sampled_from(KINDS),
    st.sampled_from(["", "q1", "overall", "Không", "q3"]),
    LATIN,
    st.just("") | LATIN,
    st.sampled_from(["any", "low", "high"]),
    st.integers(1, 9),
    st.lists(OPTIONS, max_size=OPTIONS_MAX).map(tuple),
)
MANUSCRIPTS = st.builds(Manuscript, LATIN, st.just("") | LATIN, st.lists(QUESTIONS, max_size=8).map(tuple))


@given(MANUSCRIPTS.map(settled))
def test_what_has_no_faults_is_a_survey(manuscript: Manuscript) -> None:
    """The contract takes every manuscript that nothing is wrong with, and its text is the manuscript's."""
    if faults_of(manuscript):
        return
    survey = decode_survey(encode_survey(survey_of(manuscript)))

    assert [each.text["vi"] for each in survey.questions] == [each.vi for each in manuscript.questions]
    assert survey.main.kind == "faces"
    assert len({frozenset(each.text) for each in survey.questions}) == 1, "half of it in English"


@given(MANUSCRIPTS.map(settled))
def test_a_form_brings_back_what_it_showed(manuscript: Manuscript) -> None:
    """Whatever is typed, the page that comes back has it; only ids that nobody could have are left out."""
    back = manuscript_from(fields_of(manuscript))

    assert fields_of(back) == {
        name: "" if name.endswith(".id") and value == "Không" else value
        for name, value in fields_of(manuscript).items()
    }


@given(MANUSCRIPTS.map(settled), st.from_regex(r"(add|up|down|drop|more)(\.[0-9]{1,2}){0,2}", fullmatch=True))
def test_no_button_breaks_a_manuscript(manuscript: Manuscript, command: str) -> None:
    """Whatever is pressed, the main question stays first, and nothing grows over its limit."""
    after = arranged(manuscript, command)

    assert after.questions[0].vi == manuscript.questions[0].vi
    assert after.questions[0].kind == "faces"
    assert len(after.questions) <= QUESTIONS_MAX
    assert all(len(each.options) <= OPTIONS_MAX for each in after.questions)


@pytest.mark.parametrize(
    ("command", "ids"),
    [
        ("up.2", ["overall", "note", "when"]),
        ("down.1", ["overall", "note", "when"]),
        ("up.1", ["overall", "when", "note"]),
        ("down.2", ["overall", "when", "note"]),
        ("drop.1", ["overall", "note"]),
        ("drop.0", ["overall", "when", "note"]),
        ("up.0", ["overall", "when", "note"]),
        ("add", ["overall", "when", "", "note"]),
        ("drop.9", ["overall", "when", "note"]),
        ("drop.x", ["overall", "when", "note"]),
        ("nonsense", ["overall", "when", "note"]),
    ],
)
def test_questions_are_added_moved_and_removed(command: str, ids: list[str]) -> None:
    """Every question but the main one moves; a new one comes before the comment that ends a survey."""
    assert [each.id for each in arranged(a_manuscript(ONE, NOTE), command).questions] == ids


def test_options_are_added_moved_and_removed() -> None:
    """Options move within their question, and a question keeps as many as its kind needs."""
    manuscript = a_manuscript(ONE)

    assert [each.vi for each in arranged(manuscript, "down.1.0").questions[1].options] == ["C", "A"]
    assert [each.vi for each in arranged(manuscript, "up.1.1").questions[1].options] == ["C", "A"]
    assert [each.vi for each in arranged(manuscript, "more.1").questions[1].options] == ["A", "C", ""]
    assert [each.vi for each in arranged(manuscript, "drop.1.0").questions[1].options] == ["C", ""]
    for command in ("up.1.0", "down.1.1", "drop.1.7", "more.0", "drop.7.0"):
        assert arranged(manuscript, command) == manuscript


def test_there_are_no_more_than_can_be_asked() -> None:
    """A survey has at most twenty questions, a question at most ten options."""
    manuscript = a_manuscript(ONE)
    for _ in range(30):
        manuscript = arranged(arranged(manuscript, "add"), "more.1")

    assert len(manuscript.questions) == QUESTIONS_MAX
    assert len(manuscript.questions[1].options) == OPTIONS_MAX


@pytest.mark.parametrize(
    ("manuscript", "found"),
    [
        (settled(Manuscript("", "", ())), {"name.vi": Fault.EMPTY, "q0.vi": Fault.EMPTY}),
        (replace(a_manuscript(), vi="a" * (TITLE_CHARS_MAX + 1)), {"name.vi": Fault.LONG}),
        (replace(a_manuscript(), vi=("từng chữ một " * 9)[:TITLE_CHARS_MAX].strip()), {}),
        (a_manuscript(replace(NOTE, vi="Góp ý " + "a" * (WORD_CHARS_MAX + 1))), {"q1.vi": Fault.LONG_WORD}),
        (a_manuscript(replace(NOTE, vi="Góp ý " + "a" * WORD_CHARS_MAX)), {}),
        (
            a_manuscript(replace(ONE, options=(ONE.options[0], WrittenOption("một hai " * 6, "C")))),
            {"q1.o1.vi": Fault.LONG},
        ),
        (
            a_manuscript(
                replace(ONE, kind="procedure", options=(WrittenOption("một hai " * 6, "C", code="1"),))
            ),
            {},
        ),
        (a_manuscript(replace(NOTE, vi="a" * (QUESTION_CHARS_MAX + 1))), {"q1.vi": Fault.LONG}),
        (a_manuscript(replace(NOTE, vi="Góp ý \N{GRINNING FACE}?")), {"q1.vi": Fault.LETTERS}),
        (a_manuscript(replace(NOTE, en="Слово?")), {"q1.en": Fault.LETTERS}),
        (a_manuscript(replace(NOTE, vi="Tiê\u0302\u0301ng?")), {"q1.vi": Fault.LETTERS}),
        (a_manuscript(replace(NOTE, vi="“Góp ý” – 5 × 3 %, ’á’…")), {}),
        (a_manuscript(replace(NOTE, en="")), {"q1.en": Fault.NO_ENGLISH}),
        (a_manuscript(NOTE, NOTE), {"q2.kind": Fault.SECOND_COMMENT}),
        (
            a_manuscript(replace(ONE, options=(WrittenOption("A", "B"),))),
            {"q1.o1.vi": Fault.EMPTY, "q1.o1.en": Fault.NO_ENGLISH},
        ),
        (
            a_manuscript(replace(ONE, options=(WrittenOption("A", "B"), WrittenOption("a", "C")))),
            {"q1.o1.vi": Fault.SAME},
        ),
        (
            a_manuscript(
                replace(
                    ONE,
                    kind="several",
                    options=(WrittenOption("A", "B", group="good"), WrittenOption("A", "B")),
                )
            ),
            {},
        ),
        (
            a_manuscript(replace(ONE, kind="procedure", options=(WrittenOption("A", "B"),))),
            {"q1.o0.code": Fault.NO_CODE},
        ),
        (
            a_manuscript(replace(ONE, kind="procedure", options=(WrittenOption("A", "B", code="1" * 65),))),
            {"q1.o0.code": Fault.LONG},
        ),
        (a_manuscript(replace(ONE, kind="number", most=1, options=())), {}),
        (
            a_manuscript(replace(ONE, kind="number", most=2)),
            {"q1.o2.vi": Fault.EMPTY, "q1.o2.en": Fault.NO_ENGLISH},
        ),
        (Manuscript("Thử", "Try", (MAIN, replace(ONE, options=()))), {"q1.options": Fault.FEW}),
        (Manuscript("Thử", "Try", (MAIN, *[replace(ONE, id="")] * QUESTIONS_MAX)), {"questions": Fault.MANY}),
        (
            Manuscript(
                "Thử",
                "Try",
                (
                    MAIN,
                    replace(ONE, options=tuple(WrittenOption(f"{n}", "x") for n in range(OPTIONS_MAX + 1))),
                ),
            ),
            {"q1.options": Fault.MANY},
        ),
    ],
)
def test_what_is_wrong_stands_beside_its_field(manuscript: Manuscript, found: dict[str, Fault]) -> None:
    """Each fault is told by the field it is in; what can be asked has none."""
    assert faults_of(manuscript) == found


def test_a_survey_need_not_speak_english() -> None:
    """Where no field has English, none is missing, and the survey has one language."""
    plain = replace(a_manuscript(replace(NOTE, en="")), en="")
    plain = replace(plain, questions=(replace(MAIN, en=""), *plain.questions[1:]))

    assert faults_of(plain) == {}
    assert [list(each.text) for each in survey_of(plain).questions] == [["vi"], ["vi"]]


def test_words_are_kept_on_one_line_and_composed() -> None:
    """What is pasted from elsewhere loses what nobody sees, and nothing else."""
    assert plain_words("  Tie\u0302\u0301ng\n Vie\u0323\u0302t\u200b\u202e\u00a0A ") == "Tiếng Việt\u00a0A"


def test_a_question_of_another_kind_is_another_question() -> None:
    """An id says what is counted together: it stays with its kind, and a new question gets a new one."""
    form = fields_of(a_manuscript(ONE, NOTE)) | {"q1.kind": "several", "q2.id": "overall"}
    survey = survey_of(manuscript_from(form))

    assert [each.id for each in survey.questions] == ["overall", "q1", "q2"]


def test_what_no_page_sends_is_not_taken() -> None:
    """Kinds, rules, groups and numbers that do not exist become the usual ones."""
    form = fields_of(a_manuscript(ONE)) | {
        "q1.kind": "secret",
        "q1.after": "never",
        "q1.most": "99",
        "q1.o0.group": "bad",
        "q0.kind": "comment",
    }
    manuscript = manuscript_from(form)

    assert manuscript.questions[0].kind == "faces"
    assert (manuscript.questions[1].kind, manuscript.questions[1].after, manuscript.questions[1].most) == (
        "one",
        "any",
        3,
    )
    assert manuscript.questions[1].options[0].group == ""


def test_the_largest_survey_fits_into_a_form() -> None:
    """No survey that the fields let somebody write is refused for its size, written on or put into use."""
    option = WrittenOption(
        "ệ" * PROCEDURE_CHARS_MAX, "ệ" * PROCEDURE_CHARS_MAX, "calendar", "better", "ệ" * CODE_CHARS_MAX
    )
    question = WrittenQuestion(
        "procedure",
        "q" * 32,
        "ệ" * QUESTION_CHARS_MAX,
        "ệ" * QUESTION_CHARS_MAX,
        options=(option,) * OPTIONS_MAX,
    )
    manuscript = Manuscript("ệ" * TITLE_CHARS_MAX, "ệ" * TITLE_CHARS_MAX, (question,) * QUESTIONS_MAX)
    form = fields_of(manuscript) | {"do": "preview", "new": "procedure"}
    made = {"made": encode_survey(survey_of(manuscript)).decode(), "seen": "0" * 12}

    assert len(form) <= FIELDS_MAX
    assert len(urlencode(form)) <= FORM_BYTES_MAX
    assert len(urlencode(made)) <= FORM_BYTES_MAX


def test_pages_know_the_pictures_that_kiosks_draw() -> None:
    """The icons that an editor offers are those of the kiosk, and each is drawn on pages too."""
    source = (TOP / "kiosk/ui/widgets/pictograms.py").read_text("utf-8")
    drawn = re.findall(r'^    "(\w+)": _\w+,$', source, re.MULTILINE)
    symbols = re.findall(r'id="icon-(\w+)"', (TEMPLATE_DIR / "pictograms.html").read_text("utf-8"))

    assert list(ICONS) == drawn
    assert symbols == [*ICONS, "other"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_preview_says_what_the_kiosk_says(lang: str) -> None:
    """Buttons, faces and titles of the preview have the kiosk's own words."""
    pages, kiosk = Catalog.load().languages[lang], translator(lang)

    for name in ("back", "skip", "continue", "done", "group_good", "group_better"):
        assert pages(f"kiosk_{name}") == plain(kiosk(name))
    assert pages("kiosk_number_or_more", n=3) == kiosk("number_or_more").format(n=3)
    assert pages("kiosk_comment") == kiosk("comment_placeholder")
    faces = [plain(kiosk(f"face_{score}")) for score in range(1, 6)]
    assert [plain(pages(f"score_{score}")) for score in range(1, 6)] == faces


def test_other_languages_are_written_on_in_vietnamese() -> None:
    """A survey without Vietnamese opens with empty Vietnamese fields, which then are asked for."""
    survey = Survey(
        v=1,
        name={"fr": "Essai"},
        questions=[
            Question("overall", "faces", {"fr": "Comment?"}),
            Question("when", "one", {"fr": "Quand?"}, [Option({"fr": "A"}), Option({"fr": "B"})]),
        ],
    )

    assert set(faults_of(manuscript_of(survey))) == {"name.vi", "q0.vi", "q1.vi", "q1.o0.vi", "q1.o1.vi"}
