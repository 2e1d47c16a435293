"""``/studies``: uploads that were checked together and given a name."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from sciflask_reflex.api.schemas import NewStudy, StudyCreated, StudyView
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.views import finding_views, study_view
from sciflask_reflex.api.who import Asker, only_json, reader, submitter
from sciflask_reflex.studies import service
from sciflask_reflex.studies.line import in_line

router = APIRouter(tags=["studies"])
Reader = Annotated[Asker, Depends(reader)]
Submitter = Annotated[Asker, Depends(submitter)]


@router.post("/studies", status_code=201, dependencies=[Depends(only_json)])
async def create(body: NewStudy, asker: Submitter, response: Response) -> StudyCreated:
    """Check uploads and save them as a study. Errors, and warnings that were not accepted, come back as findings (422)."""
    order = body.model_dump(include={"tool", "name", "inputs", "labels", "accept_warnings"})
    row = await in_line(asker.owner_id, lambda: service.create(asker.owner_id, **order))
    response.headers["location"] = f"/api/v1/studies/{row.id}"
    return StudyCreated(id=row.id, findings=finding_views(row.findings))


@router.get("/studies")
async def list_studies(asker: Reader) -> list[StudyView]:
    """List your studies, newest first."""
    return [study_view(row) for row in await run(service.list_for, asker.owner_id)]


@router.get("/studies/{study_id}")
async def show(study_id: str, asker: Reader) -> StudyView:
    """Show a study: its files as they were uploaded and what the check said."""
    return study_view(await run(service.get, study_id, owner_id=asker.owner_id))


@router.delete("/studies/{study_id}", status_code=204)
async def delete(study_id: str, asker: Submitter) -> None:
    """Delete a study, its files and its analyses."""
    await run(service.delete, study_id, owner_id=asker.owner_id)
