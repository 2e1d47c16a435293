"""CSV that is made while it is sent: of a table of stored rows, narrowed as the address says. Nothing is stored, little is held in memory."""

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from pipeline.toolkit import ParameterError, StoredRows, Wish
from sciflask_reflex.api.downloads import HEADERS, attachment, media_type
from sciflask_reflex.api.problems import told
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, TooOften
from sciflask_reflex.http.slots import TABLES

ROWS = "x-sciflask-rows"
"""The header that says how many rows come, without the header line: what has no size and no digest can be counted."""
log = logging.getLogger(__name__)
_limiters: dict[str, CapacityLimiter] = {}


def makers() -> CapacityLimiter:
    """Return the limit of pieces made at once, so that making leaves room for everybody else."""
    return _limiters.setdefault("make", CapacityLimiter(2))


def wish_of(rows: StoredRows, given: Mapping[str, str]) -> Wish:
    """Return what an address wishes.

    Raises:
        Invalid: If it cannot be had; one sentence for each query parameter.
    """
    try:
        return rows.wish(given)
    except ParameterError as error:
        raise Invalid(LOOK_AGAIN, error.fields) from error


class Made(StreamingResponse):
    """A CSV that is made piece by piece in threads, each when the one before has left; somebody may have a few of them at once."""

    def __init__(self, rows: StoredRows, wish: Wish, name: str, who: str) -> None:
        super().__init__(_pieces(rows.csv(wish)), headers=_headers(rows, wish, name), media_type=media_type(name))
        self.who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; or say that too many are being sent."""
        with ExitStack() as place:
            try:
                place.enter_context(TABLES.take(self.who))
            except TooOften as full:
                await told(full)(scope, receive, send)
                return
            try:
                await super().__call__(scope, receive, send)
            except FileNotFoundError:  # the result was deleted meanwhile: the missing end says so
                log.info("%s was deleted while it was being sent", scope["path"])
                raise ClientDisconnect from None


def _headers(rows: StoredRows, wish: Wish, name: str) -> dict[str, str]:
    own = {"content-disposition": attachment(name), "accept-ranges": "none", "x-accel-buffering": "no", ROWS: str(rows.count(wish))}
    return HEADERS | own


async def _pieces(made: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await to_thread.run_sync(next, made, b"", limiter=makers()):
        yield piece


def made_csv(request: Request, rows: StoredRows, name: str, *, who: str) -> Response:
    """Return the CSV of the rows that the address leaves; only its head, if that was asked for.

    Raises:
        Invalid: If the address asks for what the rows cannot be narrowed by.
    """
    wish = wish_of(rows, dict(request.query_params))
    if request.method == "HEAD":
        head = Response(headers=_headers(rows, wish, name), media_type=media_type(name))
        del head.headers["content-length"]  # it would say that nothing comes
        return head
    return Made(rows, wish, name, who)
