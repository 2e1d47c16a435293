"""CSV that is made while it is sent: of a table of stored rows, narrowed as the address says. Nothing is stored, little is held in memory."""

import logging
from asyncio import timeout
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from pipeline.toolkit import ParameterError, StoredRows, Wish
from sciflask_reflex.api.downloads import HEADERS, attachment, media_type
from sciflask_reflex.api.problems import told
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, TooOften
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.http.slots import place_for_table

ROWS = "x-sciflask-rows"
"""The header that says how many rows come, without the header line: what has no size and no digest can be counted."""
SENT_BYTES = 64 * 1024
IDLE_SECONDS = 60.0
"""How long so few bytes may take to leave: a kilobyte a second."""
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

    def __init__(self, pieces: Iterator[bytes], headers: Mapping[str, str], name: str, who: str) -> None:
        super().__init__(_pieces(pieces), headers=headers, media_type=media_type(name))
        self.who = who

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; or say that too many are being sent."""
        with ExitStack() as place:
            try:
                place.enter_context(place_for_table(self.who, client_ip(scope)))
            except TooOften as full:
                await told(full)(scope, receive, send)
                return
            try:
                await super().__call__(scope, receive, _awaited(send))
            except FileNotFoundError:  # the result was deleted meanwhile: the missing end says so
                log.info("%s was deleted while it was being sent", scope["path"])
                raise ClientDisconnect from None
            except TimeoutError:
                log.info("Nothing of %s was taken for long", scope["path"])
                raise ClientDisconnect from None


def _headers(rows: StoredRows, wish: Wish, name: str) -> dict[str, str]:
    own = {"content-disposition": attachment(name), "accept-ranges": "none", "x-accel-buffering": "no", ROWS: str(rows.count(wish))}
    return HEADERS | own


async def _pieces(made: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Yield what is made, a little at a time, so that a slow line shows that something is still taken."""
    while (piece := await to_thread.run_sync(next, made, None, limiter=makers())) is not None:
        for start in range(0, len(piece), SENT_BYTES):
            yield piece[start : start + SENT_BYTES]


def _awaited(send: Send) -> Send:
    """Return a channel that ends when nothing is taken from it for long: whoever has a place must use it."""

    async def within(message: Message) -> None:
        async with timeout(IDLE_SECONDS):
            await send(message)

    return within


def made_csv(request: Request, rows: StoredRows, name: str, *, who: str) -> Response:
    """Return the CSV of the rows that the address leaves; only its head, if that was asked for.

    Raises:
        Invalid: If the address asks for what the rows cannot be narrowed by.
        TooOften: If as many are being counted or sent already as somebody may have at once.
    """
    wish = wish_of(rows, dict(request.query_params))
    with place_for_table(who, client_ip(request.scope)):  # counting may read every row
        headers = _headers(rows, wish, name)
    if request.method == "HEAD":
        head = Response(headers=headers, media_type=media_type(name))
        del head.headers["content-length"]  # it would say that nothing comes
        return head
    return Made(rows.csv(wish), headers, name, who)
