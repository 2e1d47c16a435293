"""Private links: the files behind one, for anybody who has it, and the link itself for its owner."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.routing import Route

from sciflask_reflex.api.files import everything, one_file, packers
from sciflask_reflex.api.problems import Forbidden, told
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.who import Asker, reader
from sciflask_reflex.errors import SciflaskError, Unavailable
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.identity.principal import ONLY_LOOKING
from sciflask_reflex.shares import opening, service

router = APIRouter(tags=["shares"])


@router.get("/shares/{share_id}/link", include_in_schema=False)
async def link(share_id: str, asker: Annotated[Asker, Depends(reader)]) -> JSONResponse:
    """Tell the owner's own page the whole address of a link, so that it never becomes state."""
    if asker.principal.viewed_by:
        raise Forbidden(ONLY_LOOKING)
    found = await run(service.address, share_id, owner_id=asker.owner_id)
    return JSONResponse({"address": found}, headers={"cache-control": "no-store"})


def _answered(act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Tell errors as the API does; every link that leads nowhere gives the same answer."""

    async def answer(request: Request) -> Response:
        try:
            return await act(request)
        except SciflaskError as error:
            return told(error)
        except OperationalError:
            return told(Unavailable("The database does not answer. Try again in a minute."))

    return answer


async def _one(request: Request) -> Response:
    shared = await run(opening.open_link, request.path_params["token"])
    name, who = request.path_params["name"], network_of(client_ip(request.scope))
    return await run(one_file, request, shared.analysis_id, name, shared.owner_id, who=who)


async def _all(request: Request) -> Response:
    shared = await run(opening.open_link, request.path_params["token"])
    return await to_thread.run_sync(everything, request, shared.analysis_id, shared.owner_id, limiter=packers())


ROUTES = [
    Route("/r/{token}/files/{name}", _answered(_one), methods=["GET", "HEAD"]),
    Route("/r/{token}/bundle.zip", _answered(_all), methods=["GET", "HEAD"]),
]
