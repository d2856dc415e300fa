"""The pages' words, numbers and order: complete, compiled, and written as Vietnamese is written."""

import gettext
import re
from collections.abc import Iterable
from datetime import date

import pytest
from babel.messages.pofile import read_po

from server.domain.alerts import Kind as AlertKind
from server.domain.audit import Action
from server.domain.calendar import Kind
from server.domain.changes import Verdict
from server.domain.comments import State
from server.domain.comparison import Order
from server.domain.control import Signal
from server.domain.credentials import NameFault, PasswordFault
from server.domain.dossier_figures import COMPLAINTS, WORK
from server.domain.dossier_figures import FAULTS as FIGURES_FAULTS
from server.domain.dossiers import Outcome
from server.domain.fields import FAULTS as FIELD_FAULTS
from server.domain.fleet import FAULTS, STUCK, limits
from server.domain.funnel import Zone
from server.domain.index_inputs import OF_INDICATORS, OF_RATIOS
from server.domain.lists import Fate, ListFault
from server.domain.months import Cut
from server.domain.notices import TEXTS
from server.domain.open_data import COLUMNS as OPEN_COLUMNS
from server.domain.opening_forms import SPANS_A_DAY
from server.domain.people import Refused, Standing
from server.domain.places import DeviceState, Role
from server.domain.proofs import ALARMS, REASONS, Chain
from server.domain.province import Basis, Finding
from server.domain.quarter_figures import FAULTS as QUARTER_FAULTS
from server.domain.quarter_figures import GROUPS as QUARTER_GROUPS
from server.domain.quarter_figures import QUARTER
from server.domain.roster import RosterFault
from server.domain.staff import StaffFault
from server.domain.statistics import Interval
from server.domain.surveys import AFTERS, GROUPS, ICONS, KINDS, Fault
from server.domain.table import TableFault
from server.store.seed import READY, lamdong
from server.web import audit_words, figure_lists, integrity
from server.web.access import Shelf
from server.web.catalog import LOCALE_DIR, Catalog, dictionary_order
from server.web.list_kinds import kinds
from server.web.pages import DONE, KNOWN_PROBLEMS, TEMPLATE_DIR
from server.web.privacy import PARTS
from server.web.province_charts import kind_of
from server.web.province_order import COLUMNS
from server.web.report_center import METHODS
from server.web.report_province import MORE_METHODS
from server.web.suspects import MORE, RULES

WEB = TEMPLATE_DIR.parent
SAID = re.compile(r"""\b(?:t|words|self|other)(?:\.many)?\(\s*f?["']([a-z0-9_]*)([%{][^"']*)?["'](\s*~)?""")
"""A catalogue that is asked: `t("sign_in_title")`, `words.many("minutes"`, `t("kind_" ~ kind.value)`."""
MESSAGE = re.compile(r'"(interval_\w+)"')
"""The two ids that a function of the catalogue is handed."""
SPAN_FAULTS = {"half", "time", "order", "overlap"}
DAY_FAULTS = {"all_closed", "no_day", "past", "far", "full", "there", "no_week", "no_name", "long_name"}
HOURS_FAULTS = {"no_own", "no_year", "none_left", "too_many", "changed_since"}
NOTICE_FAULTS = {
    "missing",
    "long",
    "word",
    "both",
    "too_many",
    "incomplete",
    "enough_shown",
    "changed_since",
}
ALL_KINDS = (*kinds(), *figure_lists.kinds())
CUTS = [cut.value for cut in Cut]
ASKED = (*OF_RATIOS.values(), *OF_INDICATORS.values())
FILLED: dict[str, Iterable[object]] = {
    "compare_nothing_": CUTS,
    "compare_single_": CUTS,
    "compare_alike_": CUTS,
    "compare_title_": CUTS,
    "column_": [order.value for order in Order if order is not Order.NAME],
    "column_name_": CUTS,
    "reading_": ["share", "index", "shrunk", "rank", "zone", "silent"],
    "caution_": range(1, 5),
    "zone_": [zone.value for zone in Zone],
    "funnel_caption_": CUTS,
    "answers_": ["good", "better"],
    "answers_after_": ["low", "high"],
    "week_": ["low", "high"],
    "weekday_short_": range(1, 8),
    "kind_": [kind.value for kind in Kind],
    "report_title_": ["month", "quarter"],
    "report_look_": ["counter", "procedure"],
    "report_answer_": ["good", "better"],
    "report_method_": [f"{each}{more}" for each in {*METHODS, *MORE_METHODS} for more in ("", "_title")],
    "score_": range(1, 6),
    "weekday_": range(1, 8),
    "verdict_": [f"{verdict.value}{more}" for verdict in Verdict for more in ("", "_text")],
    "signal_": [signal.value for signal in Signal],
    "suspect_": [*RULES, *(f"{rule}_text" for rule in RULES)],
    "suspects_": MORE,
    "comment_state_": ["all", *(state.value for state in State)],
    "comment_fault_": ["nothing_named", "changed_since", "state_missing", "note_long", "note_odd"],
    "theme_": ["name_vi", "name_en"],
    "theme_fault_": [
        *("name_missing", "name_long", "name_odd", "name_taken"),
        *("words_missing", "words_many", "words_odd", "too_many", "nothing_named"),
    ],
    "privacy_": [f"{part}_{what}" for part in PARTS for what in ("title", "text")],
    "action_": [action.value for action in Action],
    "audit_field_": audit_words.NAMED,
    "audit_says_": audit_words.SAID,
    "audit_phrase_": audit_words.PHRASES,
    "shelf_": [shelf.value for shelf in Shelf],
    "state_": [state.value for state in DeviceState],
    "kiosk_fault_": FAULTS,
    "stuck_": [*STUCK, "other"],
    "setting_name_": ["volume", *limits()],
    "setting_help_": ["volume", *limits()],
    "month_": range(1, 13),
    "survey_ready_": READY,
    "survey_fault_": [fault.value for fault in Fault],
    "question_kind_": KINDS,
    "question_after_": AFTERS,
    "kiosk_group_": [group for group in GROUPS if group],
    "icon_": ICONS,
    "staff_fault_": [fault.value for fault in StaffFault],
    "roster_fault_": [fault.value for fault in RosterFault],
    "role_": [role.value for role in Role],
    "standing_": [standing.value for standing in Standing],
    "refused_": [refused.value for refused in Refused],
    "access_fault_": [
        *(f"name_{fault.value}" for fault in NameFault),
        *(f"password_{fault.value}" for fault in PasswordFault),
        "name_taken",
        "password_current_wrong",
        "password_differs",
        "role_missing",
        "scope_missing",
        "session_unnamed",
    ],
    "problem_": [f"{status}_{part}" for status in KNOWN_PROBLEMS for part in ("title", "text")],
    "done_": sorted(DONE),
    "hours_part_": range(1, SPANS_A_DAY + 1),
    "hours_source_": ["own", "province", "none"],
    "hours_province_source_": ["own", "none"],
    "hours_fault_": sorted(SPAN_FAULTS | DAY_FAULTS | HOURS_FAULTS),
    "province_finding_": [finding.value for finding in Finding],
    "province_kind_": sorted({kind_of(finding) for finding in Finding}),
    "province_column_": COLUMNS,
    "province_coverage_": [basis.value for basis in Basis],
    "province_change_": [verdict.value for verdict in Verdict],
    "province_method_": ["interval", "funnel", "rank", "change", "coverage", "silent", "absent"],
    "alert_": [kind.value for kind in AlertKind],
    "alert_kind_": [kind.value for kind in AlertKind],
    "public_verdict_": [verdict.value for verdict in Verdict],
    "public_rule_": ["months", "least", "compared", "never", "moves"],
    "public_means_": OPEN_COLUMNS,
    "public_unit_": OPEN_COLUMNS,
    "notice_text_": TEXTS,
    "field_fault_": FIELD_FAULTS,
    "figures_fault_": [*FIGURES_FAULTS, *QUARTER_FAULTS],
    "integrity_chain_": [each.value for each in Chain],
    "integrity_chain_text_": [each.value for each in Chain],
    "integrity_alarm_": [each.value for each in (*ALARMS, Action.RESTORED)],
    "integrity_do_": [each.value for each in (*ALARMS, Action.RESTORED)],
    "integrity_detail_": [name for _, name, _ in integrity.DETAILS],
    "integrity_fault_": ["busy", "large"],
    "quarantine_": [*REASONS, "other"],
    "figures_quarter_group_": QUARTER_GROUPS,
    "index_input_": sorted({*QUARTER, *(name for names in ASKED for name in names)}),
    "figures_column_": WORK,
    "figures_complaints_": COMPLAINTS,
    "notice_fault_": sorted(NOTICE_FAULTS),
    "list_name_": {kind.name for kind in ALL_KINDS},
    "list_import_": {kind.name for kind in ALL_KINDS if kind.apply is not None},
    "list_column_": {column.name for kind in ALL_KINDS for column in kind.columns},
    "list_help_": {column.name for kind in ALL_KINDS if kind.apply for column in kind.columns},
    "list_fault_": [fault.value for fault in ListFault],
    "list_error_": ["line", "column", "cell", "what"],
    "outcome_": [each.value for each in Outcome],
    "list_count_": [each.value for each in Fate],
    "list_row_": [each.value for each in Fate],
    "table_fault_": [
        *(fault.value for fault in TableFault),
        *("broken_at", "missing", "unknown", "gone", "no_file", "no_rows"),
    ],
}
"""What code and templates put behind the beginning of an id."""


def test_numbers_are_written_as_one_writes_them_here() -> None:
    """Vietnamese uses a comma for decimals and a point for thousands, and never rounds up to all."""
    vi, en = Catalog.load().languages["vi"], Catalog.load().languages["en"]

    assert (vi.number(12431), en.number(12431)) == ("12.431", "12,431")
    assert (vi.percent(0.9418, 1), en.percent(0.9418, 1)) == ("94,2%", "94.2%")
    assert (vi.percent(0.997), vi.percent(0.9999), vi.percent(0.0001)) == (
        "99,7%",
        "99,9%",
        "0,1%",
    )
    assert (vi.percent(0), vi.percent(1)) == ("0%", "100%")
    assert vi.between(Interval(0.5, 0.5)) == "50%"
    assert vi.day(date(2026, 11, 3)) == "03/11/2026"


def test_names_stand_as_in_a_dictionary() -> None:
    """Centers are listed as Vietnamese is: đ after d, ơ after o, and tones only where all else is equal."""
    right = [
        "Phường 1 Bảo Lộc",
        "Phường 2 Bảo Lộc",
        "Xã Ba",
        "Xã Bà",
        "Xã Bá",
        "Xã Bạ",
        "Xã Bá Tân",
        "Xã Dân",
    ]
    right += [
        "Xã Di Linh",
        "Xã Đạ Huoai",
        "Xã Đạ Tẻh",
        "Xã Đông Giang",
        "Xã Hòa Bắc",
        "Xã Hồng Sơn",
        "Xã Hơn",
    ]

    assert sorted(set(right), key=dictionary_order) == right
    names = sorted((center.name for center in lamdong()), key=dictionary_order)
    assert names.index("Xã D\u2019Ran") < names.index("Xã Đông Giang") < names.index("Xã Hồng Sơn")


def _said() -> set[str]:
    """Find every id that code and templates ask a catalogue for."""
    found = {f"done_{name}" for name in DONE}
    for file in [*WEB.rglob("*.py"), *WEB.rglob("*.html")]:
        text = file.read_text("utf-8")
        for name, gap, joined in SAID.findall(text):
            found |= {f"{name}{value}" for value in FILLED[name]} if gap or joined else {name}
    found |= {f"done_{name}" for name in DONE}
    return found | set(MESSAGE.findall((WEB / "catalog.py").read_text("utf-8")))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_word_of_the_pages_is_there_and_no_other(lang: str) -> None:
    """Each id that code and templates use has words in each language, and no words lie unused."""
    said, written = _said(), set(_written(lang))
    assert len(said) > 90

    assert said - written == set()
    assert written - said == set()


def _written(lang: str) -> dict[str, tuple[str, ...]]:
    """Return every message of a catalogue as it is written, with its plural forms."""
    with (LOCALE_DIR / lang / "LC_MESSAGES" / "server.po").open("rb") as file:
        catalog = read_po(file)
    found: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        name = message.id if isinstance(message.id, str) else message.id[0]
        forms = message.string if isinstance(message.string, list | tuple) else [message.string or ""]
        if name:
            found[name] = tuple(forms)
    return found


def test_no_words_are_missing() -> None:
    """Both languages have every message, and the same values find their place in it."""
    vi, en = _written("vi"), _written("en")

    assert vi.keys() == en.keys()
    for name, forms in vi.items():
        places = {frozenset(re.findall(r"{(\w+)}", form)) for form in (*forms, *en[name]) if form}
        assert all([*forms, *en[name]]), name
        assert len(places) == 1, name


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_compiled_words_are_the_written_ones(lang: str) -> None:
    """What is shown is what stands in the catalogue that people read."""
    with (LOCALE_DIR / lang / "LC_MESSAGES" / "server.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for name, forms in _written(lang).items():
        shown = (compiled.gettext(name), *(compiled.ngettext(name, name, n) for n in (1, 2)))
        assert {form for form in shown if form != name} == set(forms)
