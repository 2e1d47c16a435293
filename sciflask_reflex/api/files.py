"""Result files and the archive of everything. Paths come from the database's manifest, never from the address."""

from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from sciflask_reflex import storage
from sciflask_reflex.analyses import service
from sciflask_reflex.api.bundle import bundle
from sciflask_reflex.api.downloads import sent
from sciflask_reflex.api.schemas import FileView
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.views import file_views
from sciflask_reflex.api.who import Asker, reader
from sciflask_reflex.errors import NotFound, Unavailable
from sciflask_reflex.identity.acts import note
from sciflask_reflex.models import Status

router = APIRouter(tags=["files"])
Reader = Annotated[Asker, Depends(reader)]
BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


def one_file(request: Request, analysis_id: str, name: str, owner_id: str) -> Response:
    """Return one file of the owner's result, if it is there and has the size that it had."""
    row = service.get(analysis_id, owner_id=owner_id)
    files = row.files if row.status == Status.DONE else []
    entry = next((item for item in files if item["name"] == name), None)
    if entry is None:
        raise NotFound("file")
    path = storage.result_file(row.id, row.attempt, entry["name"])
    if not path.is_file() or path.stat().st_size != entry["bytes"]:
        message = f"{name} was damaged or lost on our disk. Run the analysis again, or tell the people who run this site."
        raise Unavailable(message)
    if _begins(request):
        note("file:download", f"analysis:{analysis_id}", subject_id=owner_id, file=name)
    return sent(request, path, entry["name"], entry["sha256"])


def _begins(request: Request) -> bool:
    """Whether a download begins here: a look at the head is none, and further ranges belong to one that began before."""
    return request.method == "GET" and request.headers.get("range", "bytes=0-").replace(" ", "").startswith("bytes=0-")


def everything(request: Request, analysis_id: str, owner_id: str) -> Response:
    """Return the archive of the owner's result."""
    path, name = bundle(analysis_id, owner_id=owner_id)
    if _begins(request):
        note("file:download", f"analysis:{analysis_id}", subject_id=owner_id, file="bundle.zip")
    return sent(request, path, name)


@router.get("/analyses/{analysis_id}/files")
async def list_files(analysis_id: str, asker: Reader) -> list[FileView]:
    """List the files of a result: name, size, SHA-256, type. Empty until the analysis is done."""
    row = await run(service.get, analysis_id, owner_id=asker.owner_id)
    return file_views(row.files) if row.status == Status.DONE else []


@router.get("/analyses/{analysis_id}/files/{name}", response_class=Response, responses=BINARY)
async def download(analysis_id: str, name: str, asker: Reader, request: Request) -> Response:
    """Download one file of a result. One range of bytes may be asked for; the ETag is the file's SHA-256."""
    return await run(one_file, request, analysis_id, name, asker.owner_id)


@router.get("/analyses/{analysis_id}/bundle.zip", response_class=Response, responses=BINARY)
async def download_all(analysis_id: str, asker: Reader, request: Request) -> Response:
    """Download everything: inputs as uploaded, parameters, results, versions, checksums, and a README."""
    return await to_thread.run_sync(everything, request, analysis_id, asker.owner_id, limiter=packers())


_limiters: dict[str, CapacityLimiter] = {}


def packers() -> CapacityLimiter:
    """Return the limit of archives made at once, so that packing leaves room for everybody else."""
    return _limiters.setdefault("pack", CapacityLimiter(2))


for path, endpoint in (("/analyses/{analysis_id}/files/{name}", download), ("/analyses/{analysis_id}/bundle.zip", download_all)):
    router.add_api_route(path, endpoint, methods=["HEAD"], response_class=Response, include_in_schema=False)
