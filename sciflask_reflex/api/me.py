"""``/me``: who the credential stands for."""

from typing import Annotated

from fastapi import APIRouter, Depends

from sciflask_reflex.api.schemas import Me
from sciflask_reflex.api.who import Asker, reader

router = APIRouter(tags=["account"])


@router.get("/me")
async def me(asker: Annotated[Asker, Depends(reader)]) -> Me:
    """Say who you are to this site."""
    who = asker.principal
    return Me(id=who.owner_id, role=str(who.role), name=who.name, email=who.email or None)
