"""``/tools/{slug}/live``: live tools, computed while the request waits, and the files of what they gave."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field

from pipeline.toolkit import ParameterError
from pipeline.toolkit.stored import MOST_CSV_ROWS
from sciflask_reflex import routes
from sciflask_reflex.api.downloads import sent
from sciflask_reflex.api.files import BINARY, packers
from sciflask_reflex.api.made import made_csv
from sciflask_reflex.api.schemas import LiveFile, LiveView
from sciflask_reflex.api.schemas import Request as Body
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.who import Asker, only_json, uploader
from sciflask_reflex.errors import LOOK_AGAIN, Invalid
from sciflask_reflex.http.asgi import client_ip
from sciflask_reflex.identity.limits import network_of
from sciflask_reflex.instant import packing, service, shelf
from sciflask_reflex.instant.asked import Asked, ask, live_tool
from sciflask_reflex.instant.shelf import Computed
from sciflask_reflex.settings import settings

router = APIRouter(tags=["live tools"])


class LiveRequest(Body):
    """What to compute."""

    parameters: dict[str, Any] = Field(
        default_factory=dict, max_length=200, description="The tool's parameters; those left out take their defaults."
    )
    seed: int = Field(0, ge=0, lt=2**32, description="Where random numbers begin. The same seed gives the same result.")


def checked(slug: str, parameters: dict[str, Any], seed: int) -> Asked:
    """Return the wish; raises Invalid with a sentence for each parameter that cannot be accepted."""
    try:
        return ask(live_tool(slug), parameters, seed)
    except ParameterError as error:
        raise Invalid(LOOK_AGAIN, {name or "parameters": sentence for name, sentence in error.fields.items()}) from error


def live_view(found: Computed) -> LiveView:
    """Return a result as the API shows it."""
    slug, key, manifest = found.asked.tool.slug, found.asked.key, found.manifest
    public = settings().public_url
    files = [LiveFile(**item, url=f"{public}{found.asked.files}/{item['name']}") for item in manifest["files"]]
    metrics = {name: item["value"] for name, item in manifest["metrics"].items()}
    same = {name: manifest[name] for name in ("tool", "parameters", "seed", "versions", "notes", "outputs")}
    return LiveView(**same, metrics=metrics, files=files, bundle=f"{public}{routes.live_bundle(slug, key)}")


@router.post("/tools/{slug}/live", dependencies=[Depends(only_json)])
async def compute(slug: str, body: LiveRequest, asker: Annotated[Asker, Depends(uploader)]) -> LiveView:
    """Compute a live tool and return its result: key numbers, outputs and the addresses of its files. Equal wishes are computed once."""
    who = asker.principal
    asked = await run(checked, slug, body.parameters, body.seed)
    await run(service.require_open, asked.tool, owner_id=who.owner_id, role=who.role)
    future = await run(service.begin, asked, person=asker.owner_id)
    return live_view(await asyncio.wrap_future(future))


@router.get("/tools/{slug}/live/{key}/files/{name}", response_class=Response, responses=BINARY)
def one_file(slug: str, key: str, name: str, request: Request) -> Response:
    """Send one file of a live result to whoever knows its address. It is kept for a while only; computing it again gives the same.

    The CSV of a table that has filters takes them as query parameters, as that of an analysis does.
    """
    rows = shelf.rows_behind(slug, key, name)
    if rows is not None and (request.query_params or len(rows) > MOST_CSV_ROWS):
        return made_csv(request, rows, name, who=network_of(client_ip(request.scope)))
    path = shelf.file_of(slug, key, name)
    return sent(request, path, path.name)


@router.get("/tools/{slug}/live/{key}/bundle.zip", response_class=Response, responses=BINARY)
async def everything(slug: str, key: str, request: Request) -> Response:
    """Send all files of a live result with its manifest: parameters, seed, versions and checksums."""
    async with packers():
        path = await run(packing.archive_of, slug, key)
    return sent(request, path, f"{slug}.zip")


for path, endpoint in (("/tools/{slug}/live/{key}/files/{name}", one_file), ("/tools/{slug}/live/{key}/bundle.zip", everything)):
    router.add_api_route(path, endpoint, methods=["HEAD"], response_class=Response, include_in_schema=False)
