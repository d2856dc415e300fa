"""ONE table: path, method, who may, handler. Nothing is reachable that is not in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from server.web import (
    account,
    alerts,
    audit,
    auth,
    centers,
    comment_care,
    comments,
    comparison,
    fields,
    figure_lists,
    figures,
    homecoming,
    indices,
    integrity,
    invitations,
    kiosk_api,
    kiosk_care,
    kiosk_settings,
    kiosks,
    ledger,
    lists,
    month_details,
    notices,
    officers,
    openapi,
    openings,
    overview,
    people,
    person,
    privacy,
    province,
    public,
    reports,
    roster,
    second_factor,
    sessions,
    survey_editor,
    surveys,
    suspects,
    themes,
)
from server.web.access import ADMINS, CARERS, EVERYBODY, KEEPERS, PROVERS, READERS, WATCHERS
from server.web.assets import static_file
from server.web.context import context_of
from server.web.list_kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Role

    Handler = Callable[[Request], Awaitable[Response]]

FORMS: Final = ("counters", "counters/remove", "code", "move", "pin")
"""Where the forms about kiosks are sent that have no page of their own."""


class Who(Enum):
    """Who may call a route."""

    ANYONE = auto()
    KIOSK = auto()
    """Whoever signs with an enrolled device's key; the handler checks the signature."""
    SIGNED_IN = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. Of those who are signed in, people with these `roles` may call it."""

    path: str
    method: str
    who: Who
    handler: Handler
    roles: frozenset[Role] = EVERYBODY


async def healthz(request: Request) -> Response:
    """Say that the server lives, and how many ratings it has on its disk. `GET /healthz`."""
    return JSONResponse({"ok": True, "ratings": context_of(request).store.record_count()})


def table() -> tuple[Rule, ...]:
    """Return every route there is."""
    return (
        Rule("/healthz", "GET", Who.ANYONE, healthz),
        *_of_the_contract(),
        *_of_the_public(),
        Rule("/static/{name:path}", "GET", Who.ANYONE, static_file),
        Rule("/sign-in", "GET", Who.ANYONE, auth.show_sign_in),
        Rule("/sign-in", "POST", Who.ANYONE, auth.sign_in),
        Rule("/sign-in/code", "GET", Who.ANYONE, auth.show_code),
        Rule("/sign-in/code", "POST", Who.ANYONE, auth.sign_in_with_code),
        Rule("/sign-out", "POST", Who.ANYONE, auth.sign_out),
        Rule("/invitation/{token}", "GET", Who.ANYONE, invitations.show_invitation),
        Rule("/invitation/{token}", "POST", Who.ANYONE, invitations.accept_invitation),
        Rule("/", "GET", Who.SIGNED_IN, auth.home),
        *_of_results(),
        *_of_comments(),
        *_of_reports(),
        *_of_kiosks(),
        *_of_watching(),
        *_of_staff(),
        *_of_surveys(),
        Rule("/audit", "GET", Who.SIGNED_IN, audit.show_audit, WATCHERS),
        *_of_openings("/openings", KEEPERS),
        *_of_openings("/openings/province", ADMINS),
        *_of_notices(),
        *_of_places(),
        *_of_figures(),
        *_of_people(),
        *_of_account(),
        *_of_lists(),
    )


def _of_the_contract() -> tuple[Rule, ...]:
    """Return what kiosks call."""
    return (
        Rule("/openapi.json", "GET", Who.ANYONE, openapi.get_openapi),
        Rule("/v1/enrolments", "POST", Who.ANYONE, kiosk_api.post_enrolment),
        Rule("/v1/successions", "POST", Who.KIOSK, homecoming.post_succession),
        Rule("/v1/readmissions", "POST", Who.KIOSK, homecoming.post_readmission),
        Rule("/v1/batches", "POST", Who.KIOSK, kiosk_api.post_batch),
        Rule("/v1/config", "GET", Who.KIOSK, kiosk_api.get_config),
    )


def _of_the_public() -> tuple[Rule, ...]:
    """Return what everybody may read."""
    return (
        Rule("/v1/checkpoints", "GET", Who.ANYONE, ledger.get_checkpoints),
        Rule("/so-cai", "GET", Who.ANYONE, ledger.show_ledger),
        Rule("/rieng-tu", "GET", Who.ANYONE, privacy.show_privacy),
        Rule("/cong-khai", "GET", Who.ANYONE, public.show_centers),
        # before the centers, which are numbers
        Rule("/cong-khai/du-lieu", "GET", Who.ANYONE, public.show_dictionary),
        Rule("/cong-khai/du-lieu/{file}", "GET", Who.ANYONE, public.get_data),
        Rule("/cong-khai/{code}", "GET", Who.ANYONE, public.show_center),
    )


def _of_results() -> tuple[Rule, ...]:
    """Return the routes of what citizens say, in figures."""
    return (
        Rule("/overview", "GET", Who.SIGNED_IN, overview.overview, READERS),
        Rule("/overview/suspicious", "GET", Who.SIGNED_IN, suspects.show_rules, READERS | WATCHERS),
        Rule("/comparison", "GET", Who.SIGNED_IN, comparison.show_comparison, READERS),
        Rule("/comparison/months", "GET", Who.SIGNED_IN, month_details.show_details, READERS),
        Rule("/indices", "GET", Who.SIGNED_IN, indices.show_indices, READERS),
        Rule("/province", "GET", Who.SIGNED_IN, province.show_province, WATCHERS),
    )


def _of_watching() -> tuple[Rule, ...]:
    """Return the routes of what is wrong, and of the proof that nothing is missing."""
    return (
        Rule("/alerts", "GET", Who.SIGNED_IN, alerts.show_alerts),
        Rule("/alerts/acknowledge", "GET", Who.SIGNED_IN, alerts.back_to_alerts),
        Rule("/alerts/acknowledge", "POST", Who.SIGNED_IN, alerts.acknowledge),
        Rule("/integrity", "GET", Who.SIGNED_IN, integrity.show_integrity, PROVERS),
        Rule("/integrity/evidence", "GET", Who.SIGNED_IN, integrity.back, WATCHERS),
        Rule("/integrity/evidence", "POST", Who.SIGNED_IN, integrity.send_evidence, WATCHERS),
    )


def _of_comments() -> tuple[Rule, ...]:
    """Return the routes of what citizens wrote, and of the themes by which it is found."""
    path = themes.PATH
    return (
        Rule("/comments", "GET", Who.SIGNED_IN, comments.show_comments, READERS),
        Rule("/comments/one", "GET", Who.SIGNED_IN, comment_care.show_comment, READERS),
        Rule("/comments/one", "POST", Who.SIGNED_IN, comment_care.post_comment, KEEPERS),
        Rule("/comments/undo", "POST", Who.SIGNED_IN, comment_care.post_undo, KEEPERS),
        Rule("/comments/forget", "GET", Who.SIGNED_IN, comment_care.show_forgetting, KEEPERS),
        Rule("/comments/forget", "POST", Who.SIGNED_IN, comment_care.forget, KEEPERS),
        Rule(path, "GET", Who.SIGNED_IN, themes.show_themes, ADMINS),
        Rule(path, "POST", Who.SIGNED_IN, themes.add_theme, ADMINS),
        Rule(f"{path}/ready", "POST", Who.SIGNED_IN, themes.take_ready_themes, ADMINS),
        Rule(f"{path}/change", "POST", Who.SIGNED_IN, themes.change_theme, ADMINS),
        Rule(f"{path}/switch", "POST", Who.SIGNED_IN, themes.switch_theme, ADMINS),
    )


def _of_reports() -> tuple[Rule, ...]:
    """Return the routes of reports: a center's, and the province's."""
    return (
        Rule("/reports", "GET", Who.SIGNED_IN, reports.show_reports, READERS),
        Rule("/reports/file", "GET", Who.SIGNED_IN, reports.get_report, READERS),
        Rule("/reports/province", "GET", Who.SIGNED_IN, reports.show_province_reports, WATCHERS),
        Rule("/reports/province/file", "GET", Who.SIGNED_IN, reports.get_province_report, WATCHERS),
    )


def _of_kiosks() -> tuple[Rule, ...]:
    """Return the routes of kiosks: enrolled, moved, revoked, set."""
    return (
        Rule("/kiosks", "GET", Who.SIGNED_IN, kiosks.show_kiosks),
        *(Rule(f"/kiosks/{each}", "GET", Who.SIGNED_IN, kiosks.back_to_kiosks, CARERS) for each in FORMS),
        Rule("/kiosks/counters", "POST", Who.SIGNED_IN, kiosks.add_counter, CARERS),
        Rule("/kiosks/counters/remove", "POST", Who.SIGNED_IN, kiosks.remove_counter, CARERS),
        Rule("/kiosks/code", "POST", Who.SIGNED_IN, kiosk_care.make_code, CARERS),
        Rule("/kiosks/device", "GET", Who.SIGNED_IN, kiosk_care.show_kiosk, CARERS),
        Rule("/kiosks/move", "POST", Who.SIGNED_IN, kiosk_care.move, CARERS),
        Rule("/kiosks/revoke", "GET", Who.SIGNED_IN, kiosk_care.show_revoking, CARERS),
        Rule("/kiosks/revoke", "POST", Who.SIGNED_IN, kiosk_care.revoke, CARERS),
        Rule("/kiosks/settings", "GET", Who.SIGNED_IN, kiosk_settings.show_settings, CARERS),
        Rule("/kiosks/settings", "POST", Who.SIGNED_IN, kiosk_settings.set_kiosks, CARERS),
        Rule("/kiosks/pin", "POST", Who.SIGNED_IN, kiosk_settings.set_pin, CARERS),
    )


def _of_staff() -> tuple[Rule, ...]:
    """Return the routes of officers, and of who sits where."""
    return (
        Rule("/officers", "GET", Who.SIGNED_IN, officers.show_officers, KEEPERS),
        Rule("/officers", "POST", Who.SIGNED_IN, officers.add_officer, KEEPERS),
        Rule("/officers/change", "POST", Who.SIGNED_IN, officers.change_officer, KEEPERS),
        Rule("/officers/leave", "POST", Who.SIGNED_IN, officers.officer_leaves, KEEPERS),
        Rule("/officers/return", "POST", Who.SIGNED_IN, officers.officer_returns, KEEPERS),
        Rule("/officers/photo", "GET", Who.SIGNED_IN, officers.show_photo),
        Rule("/officers/photo/remove", "POST", Who.SIGNED_IN, officers.remove_photo, KEEPERS),
        Rule("/roster", "GET", Who.SIGNED_IN, roster.show_roster, KEEPERS),
        Rule("/roster", "POST", Who.SIGNED_IN, roster.add_assignments, KEEPERS),
        Rule("/roster/remove", "POST", Who.SIGNED_IN, roster.remove_assignment, KEEPERS),
        Rule("/roster/copy", "POST", Who.SIGNED_IN, roster.copy_week, KEEPERS),
        Rule("/roster/clear", "POST", Who.SIGNED_IN, roster.clear_week, KEEPERS),
    )


def _of_surveys() -> tuple[Rule, ...]:
    """Return the routes of what kiosks ask."""
    return (
        Rule("/surveys", "GET", Who.SIGNED_IN, surveys.show_surveys, READERS),
        Rule("/surveys/one", "GET", Who.SIGNED_IN, surveys.show_survey, READERS),
        Rule("/surveys/ask", "GET", Who.SIGNED_IN, surveys.confirm_survey, ADMINS),
        Rule("/surveys/ask", "POST", Who.SIGNED_IN, surveys.ask_survey, ADMINS),
        Rule("/surveys/edit", "GET", Who.SIGNED_IN, survey_editor.show_editor, ADMINS),
        Rule("/surveys/edit", "POST", Who.SIGNED_IN, survey_editor.edit_survey, ADMINS),
    )


def _of_openings(path: str, roles: frozenset[Role]) -> tuple[Rule, ...]:
    """Return the routes of opening hours: a center's, or those of the province."""
    return (
        Rule(path, "GET", Who.SIGNED_IN, openings.show_openings, roles),
        Rule(f"{path}/week", "POST", Who.SIGNED_IN, openings.post_week, roles),
        Rule(f"{path}/forget", "POST", Who.SIGNED_IN, openings.post_forget, roles),
        Rule(f"{path}/days", "POST", Who.SIGNED_IN, openings.post_day, roles),
        Rule(f"{path}/days/remove", "POST", Who.SIGNED_IN, openings.post_day_removal, roles),
        Rule(f"{path}/holidays", "POST", Who.SIGNED_IN, openings.post_holidays, roles),
        Rule(f"{path}/undo", "POST", Who.SIGNED_IN, openings.post_undo, roles),
    )


def _of_notices() -> tuple[Rule, ...]:
    """Return the routes of what citizens said and what a center did."""
    return (
        Rule("/notices", "GET", Who.SIGNED_IN, notices.show_notices, KEEPERS),
        Rule("/notices/edit", "GET", Who.SIGNED_IN, notices.show_notice, KEEPERS),
        Rule("/notices/edit", "POST", Who.SIGNED_IN, notices.post_notice, KEEPERS),
        Rule("/notices/move", "POST", Who.SIGNED_IN, notices.post_move, KEEPERS),
        Rule("/notices/switch", "POST", Who.SIGNED_IN, notices.post_switch, KEEPERS),
        Rule("/notices/remove", "POST", Who.SIGNED_IN, notices.post_removal, KEEPERS),
        Rule("/notices/undo", "POST", Who.SIGNED_IN, notices.post_undo, KEEPERS),
    )


def _of_places() -> tuple[Rule, ...]:
    """Return the routes of the tree of places, and of what citizens come for."""
    return (
        Rule("/centers", "GET", Who.SIGNED_IN, centers.show_centers, KEEPERS),
        Rule("/centers/rename", "POST", Who.SIGNED_IN, centers.rename_center, ADMINS),
        Rule("/centers/counters", "POST", Who.SIGNED_IN, centers.set_counter_fields, KEEPERS),
        Rule("/fields", "GET", Who.SIGNED_IN, fields.show_fields, ADMINS),
        Rule("/fields", "POST", Who.SIGNED_IN, fields.add_field, ADMINS),
        Rule("/fields/ready", "POST", Who.SIGNED_IN, fields.take_ready_fields, ADMINS),
        Rule("/fields/change", "POST", Who.SIGNED_IN, fields.change_field, ADMINS),
        Rule("/fields/switch", "POST", Who.SIGNED_IN, fields.switch_field, ADMINS),
        Rule("/fields/procedures", "POST", Who.SIGNED_IN, fields.add_procedure, ADMINS),
        Rule("/fields/procedures/change", "POST", Who.SIGNED_IN, fields.change_procedure, ADMINS),
        Rule("/fields/procedures/switch", "POST", Who.SIGNED_IN, fields.switch_procedure, ADMINS),
    )


def _of_figures() -> tuple[Rule, ...]:
    """Return the routes of what centers report of their work."""
    return (
        Rule("/figures", "GET", Who.SIGNED_IN, figures.show_figures, KEEPERS),
        Rule("/figures/day", "POST", Who.SIGNED_IN, figures.post_day, KEEPERS),
        Rule("/figures/day/remove", "POST", Who.SIGNED_IN, figures.post_removal, KEEPERS),
        Rule("/figures/complaints", "POST", Who.SIGNED_IN, figures.post_complaints, KEEPERS),
        Rule("/figures/quarter", "POST", Who.SIGNED_IN, figures.post_quarter, KEEPERS),
        Rule("/figures/prefixes", "POST", Who.SIGNED_IN, figures.post_prefixes, KEEPERS),
    )


def _of_people() -> tuple[Rule, ...]:
    """Return the routes by which administrators let people in."""
    return (
        Rule("/people", "GET", Who.SIGNED_IN, people.show_people, ADMINS),
        Rule("/people/new", "GET", Who.SIGNED_IN, people.show_new_person, ADMINS),
        Rule("/people/new", "POST", Who.SIGNED_IN, people.invite, ADMINS),
        Rule("/people/person", "GET", Who.SIGNED_IN, person.show_person, ADMINS),
        Rule("/people/role", "POST", Who.SIGNED_IN, person.change_access, ADMINS),
        Rule("/people/block", "POST", Who.SIGNED_IN, person.block, ADMINS),
        Rule("/people/unblock", "POST", Who.SIGNED_IN, person.unblock, ADMINS),
        Rule("/people/link", "POST", Who.SIGNED_IN, person.make_link, ADMINS),
        Rule("/people/link/withdraw", "POST", Who.SIGNED_IN, person.withdraw_link, ADMINS),
        Rule("/people/second-factor", "POST", Who.SIGNED_IN, person.reset_second_factor, ADMINS),
        Rule("/people/sessions", "POST", Who.SIGNED_IN, person.end_sessions, ADMINS),
    )


def _of_account() -> tuple[Rule, ...]:
    """Return the routes by which everybody looks after their own account."""
    return (
        Rule("/account", "GET", Who.SIGNED_IN, account.show_account),
        Rule("/account/password", "POST", Who.SIGNED_IN, account.change_password),
        Rule("/account/sessions/end", "POST", Who.SIGNED_IN, account.end_session),
        Rule("/account/sessions/end-others", "POST", Who.SIGNED_IN, account.end_other_sessions),
        Rule("/account/second-factor", "GET", Who.SIGNED_IN, second_factor.show_second_factor),
        Rule("/account/second-factor", "POST", Who.SIGNED_IN, second_factor.begin),
        Rule("/account/second-factor/confirm", "POST", Who.SIGNED_IN, second_factor.confirm),
        Rule("/account/second-factor/off", "POST", Who.SIGNED_IN, second_factor.turn_off),
    )


def _of_lists() -> tuple[Rule, ...]:
    """Return the routes by which lists go out as files and come in again, for each of them."""
    return tuple(
        Rule(page.path, page.method, Who.SIGNED_IN, page.handler, page.roles)
        for kind in (*kinds(), *figure_lists.kinds())
        for page in lists.pages_of(kind)
    )


def routes() -> list[Route]:
    """Return the table as Starlette takes it: one route a path, so that a 405 names every method there is."""
    by_path: dict[str, dict[str, Handler]] = {}
    for rule in table():
        handler = _for_the_signed_in(rule) if rule.who is Who.SIGNED_IN else rule.handler
        by_path.setdefault(rule.path, {})[rule.method] = handler
    return [Route(path, _by_method(handlers), methods=list(handlers)) for path, handlers in by_path.items()]


def _by_method(handlers: Mapping[str, Handler]) -> Handler:
    """Call the handler of the request's method. A HEAD is a GET whose body nobody sends."""

    async def chosen(request: Request) -> Response:
        return await handlers["GET" if request.method == "HEAD" else request.method](request)

    return chosen


def _for_the_signed_in(rule: Rule) -> Handler:
    """Send strangers to the sign-in page first; the handler finds the person in `request.state`.

    To whoever has another role there is no such page. The second factor, where needed, is set up first.
    """

    async def guarded(request: Request) -> Response:
        signed_in = await sessions.signed_in(request)
        if signed_in is None:
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(asked, safe='')}", 303)
        request.state.person = signed_in
        if second_factor.must_set_up(request, signed_in, rule.path):
            return RedirectResponse(second_factor.SECOND_FACTOR, 303)
        if signed_in.role not in rule.roles:
            raise HTTPException(404)
        return await rule.handler(request)

    return guarded
