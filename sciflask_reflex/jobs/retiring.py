"""Remove work whose time is over: a guest's all at once, a user's analyses where a setting says so, and after a warning only.

Each removal is one transaction that asks again whether the time is over, so that twice, or at once, is harmless. Files go after it.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from sciflask_reflex import audit, departed, retention, routes, storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound
from sciflask_reflex.jobs import events, letters
from sciflask_reflex.models import ACTIVE, FINAL, Analysis, MailKind, Owner, Role, Study, Upload, utcnow
from sciflask_reflex.quotas import counted, locked
from sciflask_reflex.settings import settings

BATCH = 200
AHEAD = timedelta(days=14)
"""A warning names everything that is to go within so long, so that there is one a week at most."""
MOST_NAMED = 20

log = logging.getLogger(__name__)


def retire() -> int:
    """Do one round: warn, then remove. Return how many guests and analyses were removed."""
    warn()
    return sum(map(_remove_guest, _old_guests())) + sum(map(_remove_analysis, _old_analyses()))


def _old_guests() -> Sequence[str]:
    old = utcnow() - timedelta(days=settings().guest_days)
    query = select(Owner.id).where(Owner.role == Role.GUEST, col(Owner.created_at) < old).order_by(col(Owner.created_at)).limit(BATCH)
    with reading() as session:
        return [each for each in session.exec(query) if _is_over(session, each)]


def _is_over(session: Session, guest_id: str) -> bool:
    """Whether a guest's time is over, and nothing of theirs still runs."""
    guest = session.get(Owner, guest_id)
    active = select(Analysis.id).where(Analysis.owner_id == guest_id, col(Analysis.status).in_(ACTIVE)).limit(1)
    return (
        guest is not None
        and guest.role == Role.GUEST
        and retention.guest_until(session, guest) < utcnow()
        and session.exec(active).first() is None
    )


def _remove_guest(guest_id: str) -> bool:
    with writing() as session:
        try:
            locked(session, guest_id)
        except NotFound:
            return False
        if not _is_over(session, guest_id):
            return False
        folders = [storage.study_folder(each) for each in session.exec(select(Study.id).where(Study.owner_id == guest_id))]
        folders += [storage.analysis_folder(each) for each in session.exec(select(Analysis.id).where(Analysis.owner_id == guest_id))]
        folders += [storage.staging(each) for each in session.exec(select(Upload.id).where(Upload.owner_id == guest_id))]
        departed.keep_owner(session, guest_id)
        session.execute(delete(Owner).where(col(Owner.id) == guest_id))
        audit.record(session, "retention:guest", subject_id=guest_id, things=len(folders))
    for folder in folders:
        storage.discard(folder)
    return True


def _users_analyses() -> tuple[ColumnElement[bool], ...]:
    of_users = col(Analysis.owner_id).in_(select(Owner.id).where(Owner.role != Role.GUEST))
    return of_users, col(Analysis.status).in_(FINAL), col(Analysis.finished_at).is_not(None)


def _old_analyses() -> Sequence[str]:
    if not settings().keep_days:
        return []
    now = utcnow()
    over = (
        col(Analysis.finished_at) < now - timedelta(days=settings().keep_days),
        col(Analysis.warned_at) < now - retention.WARNED,
    )
    with reading() as session:
        return session.exec(select(Analysis.id).where(*_users_analyses(), *over).limit(BATCH)).all()


def _remove_analysis(analysis_id: str) -> bool:
    with writing() as session:
        analysis = session.exec(select(Analysis).where(Analysis.id == analysis_id).with_for_update()).one_or_none()
        if analysis is None or (until := retention.user_until(analysis)) is None or until > utcnow():
            return False
        owner_id = analysis.owner_id
        departed.keep_analyses(session, col(Analysis.id) == analysis_id)
        session.execute(delete(Analysis).where(col(Analysis.id) == analysis_id))
        audit.record(session, "retention:analysis", subject_id=owner_id, thing=f"analysis:{analysis_id}")
    storage.discard(storage.analysis_folder(analysis_id))
    events.publish(owner_id, analysis_id, status=events.DELETED)
    return True


def warn() -> int:
    """Tell everybody whose analyses are to go within a week, each of them once. Return how many people were told."""
    if not settings().keep_days:
        return 0
    near = _unwarned(retention.WARNED)
    with reading() as session:
        owners = session.exec(select(Analysis.owner_id).where(*near).distinct().limit(BATCH)).all()
    for owner_id in owners:
        _warn(owner_id)
    return len(owners)


def _unwarned(ahead: timedelta) -> tuple[ColumnElement[bool], ...]:
    soon = utcnow() + ahead - timedelta(days=settings().keep_days)
    return *_users_analyses(), col(Analysis.finished_at) < soon, col(Analysis.warned_at).is_(None)


def _warn(owner_id: str) -> None:
    """Write down who is told in the transaction that writes the letter: people without an address see it on the pages."""
    with writing() as session:
        owner = locked(session, owner_id)
        mine = select(Analysis).where(Analysis.owner_id == owner_id, *_unwarned(AHEAD)).order_by(col(Analysis.finished_at))
        analyses = session.exec(mine).all()
        if not analyses:
            return
        ids = [each.id for each in analyses]
        session.execute(update(Analysis).where(col(Analysis.id).in_(ids)).values(warned_at=utcnow()))
        for each in analyses:
            session.refresh(each)
        if owner.email:
            _write(session, owner, owner.email, analyses)


def _write(session: Session, owner: Owner, address: str, analyses: Sequence[Analysis]) -> None:
    lines = [
        f"{retention.user_until(each):%d %B %Y}: {letters.one_line(each.name)}\n{settings().public_url}{routes.analysis(each.id)}"
        for each in analyses[:MOST_NAMED]
    ]
    if len(analyses) > MOST_NAMED:
        lines.append(f"and {len(analyses) - MOST_NAMED} more, which your list shows: {settings().public_url}{routes.PROFILE}")
    many = counted(len(analyses), "analysis", "analyses")
    body = f"{settings().site_name} keeps analyses for {settings().keep_days} days. {many.capitalize()} of yours will be removed soon; download what you need."
    letters.write(
        session,
        to=address,
        subject=f"{many} will be removed soon",
        body="\n\n".join([body, *lines]),
        cause=f"{MailKind.RETENTION}:{analyses[0].id}",
        kind=MailKind.RETENTION,
        owner=owner,
    )
