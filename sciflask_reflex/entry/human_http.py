"""Where a browser fetches the work that shows that somebody is there."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sciflask_reflex import routes
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.identity import human
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.identity.visit import in_thread

PER_MINUTE = 10
CROWD = 20
"""People who may share one network."""
TOO_FAST = "Too many checks were asked for from your network. Wait a minute, then reload the page."

_buckets = Buckets()


async def challenge(request: Request) -> Response:
    """Hand out a new challenge; nothing is kept of it."""
    if not _buckets.take(("human", network_of(client_ip(request.scope))), PER_MINUTE, people=CROWD):
        return JSONResponse({"detail": TOO_FAST}, 429, {"retry-after": "60", "cache-control": "no-store"})
    return JSONResponse(await in_thread(human.challenge), headers={"cache-control": "no-store"})


ROUTES = [Route(routes.AUTH_HUMAN, challenge, methods=["GET"])]
