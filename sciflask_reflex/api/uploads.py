"""``POST /uploads``: a file goes from the socket to the disk in pieces; who sends it is known before the first one is read."""

from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Any

from anyio import CancelScope
from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from sciflask_reflex.api.multipart import FIELD, ArrivingFile
from sciflask_reflex.api.schemas import UploadView
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.who import Asker, uploader
from sciflask_reflex.errors import FileTooLarge, Invalid, Refused
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.http.pace import IDLE_SECONDS, Pace
from sciflask_reflex.http.slots import place_for_upload
from sciflask_reflex.identity.acts import denied
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import service

PIECE_BYTES = 256 * 1024

router = APIRouter(tags=["studies"])
BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": [FIELD],
                "properties": {FIELD: {"type": "string", "format": "binary"}},
            },
        },
    },
}


def _declared_bytes(request: Request) -> int | None:
    """Return the size that the client announced, None if it did not."""
    text = request.headers.get("content-length")
    if text is None:
        return None
    if not text.isdecimal():
        message = "The Content-Length is no number."
        raise Invalid(message)
    if int(text) > settings().max_upload_bytes:
        raise FileTooLarge(settings().max_file_mib)
    return int(text)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body as it arrives, not more than the limit, and not if nothing comes for a while."""
    left = settings().max_upload_bytes
    stream, pace = aiter(request.stream()), Pace()
    while True:
        try:
            async with timeout(IDLE_SECONDS):
                data = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise HTTPException(408, "Nothing arrived for a while. Send the file again.") from None
        if pace.is_too_slow(len(data)):
            raise HTTPException(408, "The file arrives too slowly. Send it again over a faster connection.")
        left -= len(data)
        if left < 0:
            raise FileTooLarge(settings().max_file_mib)
        yield data


async def _take_back(intake: service.Intake) -> None:
    with CancelScope(shield=True):
        await run(intake.abort)


@asynccontextmanager
async def _intake(owner_id: str, name: str, declared: int | None) -> AsyncIterator[service.Intake]:
    """Yield a place for the file; whatever goes wrong, nothing stays behind."""
    intake = await run(service.start_upload, owner_id, name, declared)
    async with AsyncExitStack() as undo:
        undo.push_async_callback(_take_back, intake)
        yield intake
        undo.pop_all()


async def receive(request: Request, owner_id: str) -> UploadView:
    """Store the one file of a multipart request for its owner; nothing stays behind if it does not arrive whole."""
    file = ArrivingFile(request.headers.get("content-type"), _pieces(request))
    try:
        declared = _declared_bytes(request)
        async with _intake(owner_id, await file.name(), declared) as intake:
            async for piece in file.pieces(PIECE_BYTES):
                await run(intake.write, piece)
            row = await run(intake.finish)
    except (Refused, Invalid) as refusal:
        denied("upload", refusal, "file:refused")
        raise
    except ClientDisconnect:
        raise HTTPException(400, "The connection ended before the file had arrived.") from None
    return UploadView(id=row.id, filename=row.filename, bytes=row.bytes, sha256=row.sha256)


@router.post("/uploads", status_code=201, openapi_extra={"requestBody": BODY})
async def upload(request: Request, asker: Annotated[Asker, Depends(uploader)]) -> UploadView:
    """Send one file, as multipart form data in the field `file`. It waits until a study takes it."""
    with place_for_upload(asker.owner_id, client_ip(request.scope)):
        return await receive(request, asker.owner_id)
