"""Until when work is kept: a guest's for some days after the last thing made, a user's for ever unless a setting says otherwise."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from sciflask_reflex.models import Analysis, Owner, Role, Study
from sciflask_reflex.settings import settings

WARNED = timedelta(days=7)
"""How long before a user's analysis is removed the person is told."""


def guest_until(session: Session, owner: Owner) -> datetime:
    """Return until when a guest's work is kept: all of it ends together, some days after the last study or analysis was made."""
    made = [session.exec(select(func.max(table.created_at)).where(table.owner_id == owner.id)).one() for table in (Study, Analysis)]
    return max(owner.created_at, *filter(None, made)) + timedelta(days=settings().guest_days)


def user_until(analysis: Analysis) -> datetime | None:
    """Return until when a user's analysis is kept, None for ever; nobody's goes sooner than a week after they were told."""
    if not settings().keep_days:
        return None
    until = (analysis.finished_at or analysis.created_at) + timedelta(days=settings().keep_days)
    return max(until, analysis.warned_at + WARNED) if analysis.warned_at else until


def kept_until(session: Session, analysis_id: str) -> datetime | None:
    """Return until when an analysis is kept; None for ever, and for one that is gone."""
    query = select(Analysis, Owner).join(Owner, col(Owner.id) == col(Analysis.owner_id)).where(Analysis.id == analysis_id)
    found = session.exec(query).one_or_none()
    if found is None:
        return None
    analysis, owner = found
    return guest_until(session, owner) if owner.role == Role.GUEST else user_until(analysis)
