"""``/analyses`` and ``POST /studies/{id}/analyses``: run, watch, cancel, delete."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from sciflask_reflex.analyses import service
from sciflask_reflex.api.schemas import AnalysisView, NewAnalysis, Submitted
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.views import analysis_view
from sciflask_reflex.api.who import Asker, only_json, reader, submitter
from sciflask_reflex.identity import human
from sciflask_reflex.models import Status

router = APIRouter(tags=["analyses"])
Reader = Annotated[Asker, Depends(reader)]
Submitter = Annotated[Asker, Depends(submitter)]
KEY: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "maxLength": service.LONGEST_KEY},
            "description": "Your own name for this request. Sent again, it gives the same analysis instead of a second one.",
        }
    ]
}


@router.post("/studies/{study_id}/analyses", status_code=202, dependencies=[Depends(only_json)], openapi_extra=KEY)
async def submit(study_id: str, body: NewAnalysis, asker: Submitter, request: Request, response: Response) -> Submitted:
    """Put an analysis of a study into the queue."""
    key = request.headers.get("idempotency-key")
    await run(human.require_human_to_run, asker.principal, request.headers.get("altcha", ""))
    row = await run(service.submit, study_id, owner_id=asker.owner_id, name=body.name, parameters=body.parameters, idempotency_key=key)
    response.headers["location"] = f"/api/v1/analyses/{row.id}"
    return Submitted(id=row.id, status=Status(row.status))


@router.get("/analyses")
async def list_analyses(asker: Reader, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> list[AnalysisView]:
    """List your analyses, newest first."""
    return [analysis_view(row) for row in await run(service.list_for, asker.owner_id, limit=limit, whole=True)]


@router.get("/analyses/{analysis_id}")
async def show(analysis_id: str, asker: Reader) -> AnalysisView:
    """Say where an analysis stands; once it is done, with metrics, outputs and files."""
    return analysis_view(await run(service.get, analysis_id, owner_id=asker.owner_id))


@router.delete("/analyses/{analysis_id}", status_code=204)
async def delete(analysis_id: str, asker: Submitter) -> None:
    """Delete an analysis and its result."""
    await run(service.delete, analysis_id, owner_id=asker.owner_id)


@router.post("/analyses/{analysis_id}/cancel", status_code=202)
async def cancel(analysis_id: str, asker: Submitter) -> Submitted:
    """Stop an analysis that waits or runs. What has ended stays as it is."""
    row = await run(service.cancel, analysis_id, owner_id=asker.owner_id)
    return Submitted(id=row.id, status=Status(row.status))
