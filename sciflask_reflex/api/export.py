"""``/me/export.zip``: everything that the site keeps of the person, for them alone."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse

from sciflask_reflex import audit
from sciflask_reflex.api.downloads import HEADERS, attachment
from sciflask_reflex.api.names import safe_name
from sciflask_reflex.api.problems import Forbidden
from sciflask_reflex.api.takeout import takeout
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.who import Asker, reader
from sciflask_reflex.db import writing
from sciflask_reflex.errors import SignInNeeded
from sciflask_reflex.identity import limits
from sciflask_reflex.identity.limits import Limit
from sciflask_reflex.settings import settings

router = APIRouter(tags=["account"])
EXPORTS = Limit("export", 5, 3_600)
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}
ELSEWHERE = frozenset({"cross-site", "same-site"})
BY_COOKIE = "Export everything from the account page in a browser: a token for scripts does not open it."


async def person(request: Request, asker: Annotated[Asker, Depends(reader)]) -> Asker:
    """Let in a person by the session, coming from one of our pages or from the address bar; nobody who looks as somebody else."""
    if "authorization" in request.headers:
        raise Forbidden(BY_COOKIE)
    if request.headers.get("sec-fetch-site", "") in ELSEWHERE:
        message = "Another site sent you here. Open the account page and export from there."
        raise Forbidden(message)
    if not asker.principal.signed_in:
        raise SignInNeeded
    if asker.principal.viewed_by:
        message = "You are looking at the site as somebody else sees it; their data are theirs to take."
        raise Forbidden(message)
    return asker


def _note(owner_id: str) -> None:
    """Count it and write it down, before the first byte leaves."""
    limits.count(EXPORTS, owner_id)
    with writing() as session:
        audit.record(session, "account:export")


@router.get("/me/export.zip", response_class=Response, responses=ZIP)
async def export(asker: Annotated[Asker, Depends(person)]) -> Response:
    """Download everything that belongs to you: account, studies with their files, analyses with their results, activity. By the session alone."""
    await run(_note, asker.owner_id)
    site = settings().site_name
    name = f"{safe_name(site, 'site')}_{datetime.now(UTC):%Y-%m-%d}.zip"
    headers = HEADERS | {"content-disposition": attachment(name), "x-accel-buffering": "no"}
    return StreamingResponse(takeout(asker.owner_id, site), headers=headers, media_type="application/zip")
