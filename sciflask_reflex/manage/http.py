"""What administration answers outside of the pages: tables to download, plots, and the two forms of looking as somebody else."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sciflask_reflex import audit, routes
from sciflask_reflex.db import writing
from sciflask_reflex.errors import NotFound, SciflaskError
from sciflask_reflex.http.forms import Form
from sciflask_reflex.http.origin import foreign
from sciflask_reflex.http.posting import Onward, Visitor, submit, visitor_of
from sciflask_reflex.identity import looking
from sciflask_reflex.identity.same_site import same_site
from sciflask_reflex.manage import csvfile, figures
from sciflask_reflex.manage.log import service as log
from sciflask_reflex.manage.moments import range_of
from sciflask_reflex.manage.queue import statistics
from sciflask_reflex.manage.usage import service as usage

NOTHING = "There is nothing here."
STRETCHES = {"hour": (3_600, 48), "day": (86_400, 30)}
Answer = Callable[[Mapping[str, str]], Response]


class Look(Form):
    """As whom an admin wants to look at the site."""

    owner_id: str = ""


def _for_admins(answer: Answer) -> Callable[[Request], Any]:
    """Let admins alone ask, from our own pages; to everybody else the address does not exist."""

    @wraps(answer)
    async def endpoint(request: Request) -> Response:
        visitor = await visitor_of(request)
        if not visitor.principal.is_admin or foreign(request.scope):
            return PlainTextResponse(NOTHING, 404)

        def as_this_admin() -> Response:
            with audit.acting(visitor.actor):
                return answer(request.query_params)

        try:
            response = await to_thread.run_sync(as_this_admin)
        except SciflaskError as refusal:
            response = PlainTextResponse(refusal.sentence, 404 if isinstance(refusal, NotFound) else 422)
        response.headers["cache-control"] = "no-store"
        return response

    return endpoint


def _file(name: str, lines: Any) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "x-content-type-options": "nosniff"}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@_for_admins
def usage_csv(query: Mapping[str, str]) -> Response:
    """Return one table of the figures of use."""
    by, between = usage.dimension(query.get("by", "month")), range_of(query.get("first", ""), query.get("last", ""))
    rows = usage.usage(by, between)
    with writing() as session:
        audit.record(session, "admin:usage:export", by=by, first=str(between.first), last=str(between.last))
    cells = ([getattr(row, name) for name in usage.COLUMNS] for row in rows)
    return _file(f"usage-by-{by}-{between.first}-{between.last}.csv", csvfile.lines((by, *usage.COLUMNS[1:]), cells))


@_for_admins
def log_csv(query: Mapping[str, str]) -> Response:
    """Return what a search in the audit log finds."""
    between = range_of(query.get("first", ""), query.get("last", ""), days=30)
    wanted = log.Wanted(between, query.get("person", "")[:200], query.get("tag", "")[:64], query.get("outcome", "")[:16])
    with writing() as session:
        audit.record(session, "admin:auditevent:export", tags=wanted.tag, first=str(between.first), last=str(between.last))
    header = ("id", "at", "actor", "subject", "tag", "thing", "outcome", "detail", "session", "network")
    rows = ([row.id, row.at.isoformat(), *[getattr(row, name) for name in header[2:]]] for row in log.every_event(wanted))
    return _file(f"audit-{between.first}-{between.last}.csv", csvfile.lines(header, rows))


@_for_admins
def throughput_json(query: Mapping[str, str]) -> Response:
    """Return the plot of what ended in each hour or day."""
    by = query.get("by", "hour")
    if by not in STRETCHES:
        raise NotFound("figure")
    seconds, back = STRETCHES[by]
    return JSONResponse(figures.throughput(statistics.throughput(seconds=seconds, back=back), by=by))


@_for_admins
def usage_json(query: Mapping[str, str]) -> Response:
    """Return the plot of one figure of use."""
    by, between = usage.dimension(query.get("by", "month")), range_of(query.get("first", ""), query.get("last", ""))
    measure = query.get("measure", "analyses")
    if measure not in figures.MEASURES:
        raise NotFound("figure")
    return JSONResponse(figures.usage(usage.usage(by, between), measure, is_time=by == "month"))


async def look(request: Request) -> Response:
    """Begin to look at the site as somebody else; only an admin's session can."""
    principal = (await visitor_of(request)).principal
    if not principal.is_admin and not principal.viewed_by:
        return PlainTextResponse(NOTHING, 404)
    return await submit(request, Look, routes.MANAGE, _look, signed_in=True)


async def stop(request: Request) -> Response:
    """Be oneself again. Without such a look it changes nothing."""
    return await submit(request, Form, routes.HOME, _stop, while_looking=True)


def _look(form: Look, visitor: Visitor) -> Onward:
    looking.start(visitor.token, form.owner_id[:32])
    return Onward(same_site(form.next, routes.PROFILE))


def _stop(form: Form, visitor: Visitor) -> Onward:
    return Onward(routes.MANAGE_FAILURES if looking.stop(visitor.token) else routes.HOME)


ROUTES = [
    Route(f"{routes.MANAGE_USAGE}.csv", usage_csv, methods=["GET"]),
    Route(f"{routes.MANAGE_LOG}.csv", log_csv, methods=["GET"]),
    Route(f"{routes.MANAGE_FIGURES}/throughput.json", throughput_json, methods=["GET"]),
    Route(f"{routes.MANAGE_FIGURES}/usage.json", usage_json, methods=["GET"]),
    Route(routes.AUTH_LOOK, look, methods=["POST"]),
    Route(routes.AUTH_LOOK_STOP, stop, methods=["POST"]),
]
