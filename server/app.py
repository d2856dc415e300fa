"""The server's web application: a value, built from what it is given."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from server.alerting import Post
from server.errors import BusyError
from server.jobs import work_by_the_clock
from server.web import pages, problems
from server.web.catalog import SOURCE_LANGUAGE
from server.web.context import context_of
from server.web.problems import Refusal
from server.web.routes import routes
from server.web.security import API_PREFIX, HEADERS, SameSiteForms, SecurityHeaders, SoundRequests

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from server.web.context import Context

LOG = logging.getLogger("server")
NAMED_CHARS_MAX = 100
"""What a line of the log repeats of a method or an address."""


def create_app(context: Context) -> Starlette:
    """Build the application around its context. It owns no thread and opens no file."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        work = work_by_the_clock(
            context.writer, context.now_ms, context.signing_seed, token=context.token, post=_post(context)
        )
        job = asyncio.create_task(work)
        yield
        job.cancel()
        await asyncio.wait([job])

    app = Starlette(
        routes=routes(),
        middleware=[
            Middleware(SecurityHeaders, https=context.https),
            Middleware(SoundRequests),
            Middleware(SameSiteForms, public_url=context.public_url),
        ],
        exception_handlers={
            Refusal: _refused,
            HTTPException: _http_problem,
            BusyError: _busy,
            Exception: _failed,
        },
        lifespan=lifespan,
    )
    # an address that is not in the table is not found; to redirect would repeat whatever Host was sent
    app.router.redirect_slashes = False
    app.state.context = context
    return app


def _post(context: Context) -> Post | None:
    """Return who is told of alerts, in the language of the pages."""
    if context.alert_file is None:
        return None
    return Post(context.alert_file, context.public_url, context.catalog.languages[SOURCE_LANGUAGE])


async def _refused(request: Request, error: Exception) -> Response:
    """Answer with the problem that a handler named."""
    refusal = error if isinstance(error, Refusal) else Refusal("internal")
    return problems.answer(refusal, context_of(request).signing_seed)


async def _http_problem(request: Request, error: Exception) -> Response:
    """Answer an address or a method that is not in the table."""
    if not _is_api(request) or not isinstance(error, HTTPException):
        return await pages.answer_http_problem(request, error)
    code = "method_not_allowed" if error.status_code == 405 else "not_found"  # noqa: PLR2004 - HTTP
    answer = await _refused(request, Refusal(code))
    answer.headers.update(error.headers or {})
    return answer


async def _busy(request: Request, error: Exception) -> Response:
    """Ask to come back later."""
    if _is_api(request):
        return await _refused(request, Refusal("busy", retry_after_s=5))
    return await pages.answer_busy(request, error)


async def _failed(request: Request, error: Exception) -> Response:
    """Admit a fault of ours, in the log with its reason and to the caller without."""
    named = [text[:NAMED_CHARS_MAX] for text in (request.method, request.scope["path"])]
    LOG.error("%s %r failed", *named, exc_info=error)
    if _is_api(request):
        answer = await _refused(request, Refusal("internal"))
    else:
        answer = pages.problem_page(request, 500)
    answer.headers.update(HEADERS)  # this handler runs outside of the middleware
    return answer


def _is_api(request: Request) -> bool:
    # not `request.url`, which is made of the Host that was sent
    return str(request.scope["path"]).startswith(API_PREFIX)
