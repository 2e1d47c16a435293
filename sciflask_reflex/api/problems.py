"""Every error as an RFC 9457 problem document. This is the API's web boundary: nothing else here may catch everything."""

import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute

from sciflask_reflex.errors import Invalid, NotAllowed, NotFound, Refused, SciflaskError, SignInNeeded, TooLarge, TooOften, Unavailable
from sciflask_reflex.http.asgi import PROBLEM_JSON, problem_body
from sciflask_reflex.identity.acts import denied
from sciflask_reflex.jobs.faults import record_soon

logger = logging.getLogger(__name__)

STATUS: tuple[tuple[type[SciflaskError], int], ...] = (
    (Invalid, 422),
    (NotFound, 404),
    (SignInNeeded, 401),
    (TooLarge, 413),
    (TooOften, 429),
    (NotAllowed, 403),
    (Refused, 409),
    (Unavailable, 503),
)
WORDS = {404: "There is nothing here.", 405: "This address does not take that method."}


class ProblemDocument(BaseModel):
    """What every error looks like (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(description="A sentence for a person.")
    fields: dict[str, str] | None = Field(None, description="One sentence for each field that cannot be accepted.")
    findings: list[dict[str, Any]] | None = Field(None, description="What the data check found.")


class Forbidden(Refused):
    """Raised when it is known who asks, and the answer is no."""


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> Response:
    """Return an answer that says what went wrong."""
    return Response(problem_body(status, detail, **more), status, headers, media_type=PROBLEM_JSON)


def status_of(error: SciflaskError) -> int:
    """Return the HTTP status that stands for an error."""
    if isinstance(error, Forbidden):
        return 403
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def told(error: SciflaskError) -> Response:
    """Return the answer that tells a person's error."""
    status = status_of(error)
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="sciflask"'
    if isinstance(error, TooOften):
        headers["retry-after"] = str(error.retry_after_s)
    if isinstance(error, Invalid) and error.fields:
        more["fields"] = error.fields
    if findings := getattr(error, "findings", None):
        more["findings"] = [item if isinstance(item, dict) else item.as_dict() for item in findings]
    if status >= 500:
        logger.error("%s: %s", type(error).__name__, error.sentence)
    return problem(status, error.sentence, headers, **more)


async def _told(request: Request, error: SciflaskError) -> Response:
    denied(f"{request.method} {request.url.path}", error)
    return told(error)


async def _malformed(request: Request, error: RequestValidationError) -> Response:
    """Say what is wrong with a request; the values themselves are not repeated."""
    fields = {".".join(str(part) for part in item["loc"][1:])[:200] or "body": item["msg"] for item in error.errors()[:50]}
    return problem(422, "The request does not have the expected form.", fields=fields)


async def _http(request: Request, error: HTTPException) -> Response:
    detail = WORDS.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers = {"allow": ", ".join(sorted(_allowed(request))) or headers.get("Allow", "")}
    return problem(error.status_code, detail, headers)


def _allowed(request: Request) -> set[str]:
    """Return every method that the address takes; the framework only knows those of the first route that fits."""
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return {method for route in request.app.state.routes if route.path_regex.match(path) for method in route.methods}


async def _no_database(request: Request, error: OperationalError | PoolTimeout) -> Response:
    return told(Unavailable("The database does not answer. Try again in a minute."))


async def _unexpected(request: Request, error: Exception) -> Response:
    if isinstance(error, ClientDisconnect):  # the answer ends without its end; nobody here did anything wrong
        return problem(400, "The connection broke off.")
    logger.error("%s %s failed.", request.method, request.url.path, exc_info=error)
    record_soon(error, "API")
    return problem(500, "Something went wrong on our side. It has been written down; please try again later.")


def install(app: FastAPI, routes: list[BaseRoute]) -> None:
    """Make every error of an app with these routes a problem document."""
    app.state.routes = routes
    handlers: tuple[tuple[type[Exception], Callable[..., Any]], ...] = (
        (SciflaskError, _told),
        (RequestValidationError, _malformed),
        (HTTPException, _http),
        (OperationalError, _no_database),
        (PoolTimeout, _no_database),
        (Exception, _unexpected),
    )
    for kind, handler in handlers:
        app.exception_handler(kind)(handler)
