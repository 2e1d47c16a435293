"""Result files and the archive of everything. Paths come from the database's manifest, never from the address."""

from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from sciflask_reflex.analyses import service
from sciflask_reflex.analyses.stored_files import rows_behind, whole_file
from sciflask_reflex.api.bundle import bundle
from sciflask_reflex.api.downloads import sent
from sciflask_reflex.api.made import made_csv
from sciflask_reflex.api.schemas import FileView
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.views import file_views
from sciflask_reflex.api.who import Asker, reader
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.acts import note
from sciflask_reflex.models import Status

router = APIRouter(tags=["files"])
Reader = Annotated[Asker, Depends(reader)]
BINARY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


def one_file(request: Request, analysis_id: str, name: str, owner_id: str, *, who: str = "") -> Response:
    """Return one file of the owner's result: as it is stored, or made from stored rows as the address wishes; ``who`` takes it."""
    row = service.get(analysis_id, owner_id=owner_id)
    files = {item["name"]: item for item in row.files} if row.status == Status.DONE else {}
    entry = files.get(name)
    if entry is None:
        raise NotFound("file")
    rows = rows_behind(row, name) if entry.get("made") or request.query_params else None
    if rows is None:
        answer = sent(request, whole_file(row, entry), name, entry["sha256"])
    else:
        answer = made_csv(request, rows, name, who=who or owner_id)
    if _begins(request) or (rows is not None and request.method == "GET"):  # what is made comes whole, whatever range is asked for
        note("file:download", f"analysis:{analysis_id}", subject_id=owner_id, file=name)
    return answer


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
    """List the files of a result: name, size, SHA-256, type. Empty until the analysis is done. One that is made has neither size nor digest."""
    row = await run(service.get, analysis_id, owner_id=asker.owner_id)
    return file_views(row.files) if row.status == Status.DONE else []


@router.get("/analyses/{analysis_id}/files/{name}", response_class=Response, responses=BINARY)
async def download(analysis_id: str, name: str, asker: Reader, request: Request) -> Response:
    """Download one file of a result. One range of bytes may be asked for; the ETag is the file's SHA-256.

    The CSV of a table that has filters (`outputs[].filters` of the analysis) takes them as query parameters, as in
    `pairs.csv?least_r=0.8&strongest=1000`. With filters, or when the file is listed as `made`, it is made while it is sent: in one go, without
    length and ETag; the header `x-sciflask-rows` says how many rows come.
    """
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
