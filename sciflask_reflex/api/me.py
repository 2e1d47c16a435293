"""``/me``: who the credential stands for."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends

from sciflask_reflex import quotas
from sciflask_reflex.api.schemas import LimitsView, Me, UsageView
from sciflask_reflex.api.threads import run
from sciflask_reflex.api.who import Asker, reader
from sciflask_reflex.db import reading
from sciflask_reflex.identity.principal import Principal

router = APIRouter(tags=["account"])


@router.get("/me")
async def me(asker: Annotated[Asker, Depends(reader)]) -> Me:
    """Say who you are to this site, what you may keep and use, and what you do."""
    return await run(_me, asker.principal)


def _me(who: Principal) -> Me:
    with reading() as session:
        limits, usage = quotas.limits_of(session, who.role), quotas.usage_of(session, who.owner_id)
    shown = LimitsView.model_validate(asdict(limits) | {"tools": None if limits.tools is None else sorted(limits.tools)})
    return Me(id=who.owner_id, role=str(who.role), name=who.name, email=who.email or None, limits=shown, usage=UsageView(**asdict(usage)))
