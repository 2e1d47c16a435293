"""What is over is forgotten: sessions, links from mails, accounts that nobody confirmed. The web does it, for no worker may know these tables."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from sciflask_reflex.db import writing
from sciflask_reflex.identity.models import LocalAuthSession, OneTimeLink, SessionDetail
from sciflask_reflex.identity.unconfirmed import forget_unconfirmed
from sciflask_reflex.identity.visit import in_thread
from sciflask_reflex.models import utcnow

PAUSE_SECONDS = 3_600
LINK_KEPT = timedelta(days=1)
"""A link that was used or is over can still say so for a day."""

log = logging.getLogger(__name__)


def sweep_credentials() -> int:
    """Do one round; return how many rows were forgotten. Twice, or at once, is harmless."""
    past = utcnow() - LINK_KEPT
    with writing() as session:
        over = delete(LocalAuthSession).where(col(LocalAuthSession.expiration) < datetime.now(UTC))
        known = select(LocalAuthSession.session_id)
        return sum(
            session.execute(statement).rowcount  # pyright: ignore[reportAttributeAccessIssue]
            for statement in (
                over,
                delete(SessionDetail).where(col(SessionDetail.session_sha256).not_in(known), col(SessionDetail.created_at) < past),
                delete(OneTimeLink).where(or_(col(OneTimeLink.used_at) < past, col(OneTimeLink.expires_at) < past)),
            )
        )


async def sweep_for_ever() -> None:
    """Do a round every hour for as long as the web process lives."""
    while True:
        try:
            await in_thread(sweep_credentials)
            await in_thread(forget_unconfirmed)
        except SQLAlchemyError as error:
            log.warning("What is over could not be forgotten; the next round will: %s", error)
        await asyncio.sleep(PAUSE_SECONDS)
