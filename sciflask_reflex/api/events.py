"""``GET /analyses/{id}/events``: the truth first, then the truth again whenever it changes, until the analysis has ended."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from sciflask_reflex.analyses import service
from sciflask_reflex.api.hints import HINTS
from sciflask_reflex.api.schemas import AnalysisView
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.views import analysis_view
from sciflask_reflex.api.who import Asker, reader
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.http.slots import Slots
from sciflask_reflex.models import FINAL

POLL_SECONDS = 5.0
"""After so long without a hint the database is asked anyway: hints may get lost, and the broker may be down."""
LEAST_SECONDS = 0.1
STREAMS = Slots(total=500, each=10, sentence="You are watching too many analyses at once. Close some of the streams.")
HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}

router = APIRouter(tags=["analyses"])


def _message(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"


async def _truth(request: Request, analysis_id: str) -> AnalysisView:
    """Ask again who is asking, too: a revoked token must not listen on."""
    asker = await reader(request)
    return analysis_view(await run(service.get, analysis_id, owner_id=asker.owner_id))


async def _stream(request: Request, first: AnalysisView, owner_id: str) -> AsyncIterator[str]:
    yield "retry: 3000\n\n"
    with STREAMS.take(owner_id), HINTS.of(first.id) as changed:
        sent = ""
        while True:
            changed.clear()
            try:
                view = await _truth(request, first.id)
            except (NotFound, Refused):
                yield _message("gone", "{}")
                return
            text = view.model_dump_json()
            yield _message("analysis", text) if text != sent else ": still here\n\n"
            sent = text
            if view.status in FINAL:
                return
            await asyncio.sleep(LEAST_SECONDS)
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await changed.wait()
            except TimeoutError:
                continue


@router.get("/analyses/{analysis_id}/events", response_class=StreamingResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def watch(analysis_id: str, asker: Annotated[Asker, Depends(reader)], request: Request) -> StreamingResponse:
    """Watch an analysis as server-sent events.

    Each event `analysis` holds what `GET /analyses/{id}` shows at that moment. The stream ends when the analysis has.
    """
    first = analysis_view(await run(service.get, analysis_id, owner_id=asker.owner_id))
    STREAMS.check(asker.owner_id)
    return StreamingResponse(_stream(request, first, asker.owner_id), media_type="text/event-stream", headers=HEADERS)
