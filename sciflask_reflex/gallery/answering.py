"""What lessons answer beside their pages: made for whoever asks, not too often, in a thread, and kept by nobody."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sciflask_reflex.errors import Invalid, NotFound, SciflaskError, TooOften, Unavailable
from sciflask_reflex.gallery.drawing import drawn
from sciflask_reflex.gate import CROWD, TOO_FAST
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.identity.buckets import Buckets
from sciflask_reflex.identity.limits import network_of

Answer = Callable[[Mapping[str, str]], Response]
STATUSES: tuple[tuple[type[SciflaskError], int], ...] = ((NotFound, 404), (Invalid, 422), (TooOften, 429), (Unavailable, 503))

_buckets = Buckets()


def answering(path: str, answer: Answer, *, per_minute: float = 60) -> Route:
    """Return a route where ``answer`` makes a response out of the query; a SciflaskError becomes its sentence."""

    async def endpoint(request: Request) -> Response:
        network, query = network_of(client_ip(request.scope)), dict(request.query_params)
        try:
            if not _buckets.take((path, network), per_minute, people=CROWD):
                raise TooOften(TOO_FAST, 5)
            response = await drawn(network, lambda: answer(query))
        except SciflaskError as refusal:
            response = PlainTextResponse(refusal.sentence, _status(refusal))
            if isinstance(refusal, TooOften):
                response.headers["retry-after"] = str(refusal.retry_after_s)
        response.headers["cache-control"] = "no-store"
        return response

    return Route(path, endpoint, methods=["GET"])


def _status(refusal: SciflaskError) -> int:
    return next((status for kind, status in STATUSES if isinstance(refusal, kind)), 409)
