"""Private links to one result: made, listed, revoked and opened. The token of a link follows from its id and the instance's key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select, update

from sciflask_reflex import audit, links, quotas, retention, routes, storage
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.models import Analysis, Owner, Role, Share, Status, new_id, utcnow

PAGE = routes.SHARED_PREFIX
"""The page of a link: its token stands in the path, for a link is opened again and again, and by anybody who has it."""
DAYS = (7, 30, 90, 365)
MOST = 20
"""Links to one analysis that are good at the same time."""
LONGEST_TOKEN = 64
USE_NOTED = timedelta(hours=1)
"""Uses within so long of another one are counted, but not written down again."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A link, as its owner sees it."""

    id: str
    created_at: datetime
    expires_at: datetime
    opened: int
    last_opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What a link leads to."""

    analysis_id: str
    owner_id: str
    expires_at: datetime


def _row(share: Share) -> ShareRow:
    return ShareRow(share.id, share.created_at, share.expires_at, share.opened, share.last_opened_at)


def _good() -> tuple[ColumnElement[bool], ...]:
    return col(Share.revoked_at).is_(None), col(Share.expires_at) > utcnow()


def create(analysis_id: str, *, owner_id: str, days: int = DAYS[0]) -> ShareRow:
    """Make a link to a finished analysis, good for so many days; a guest's is good for as long as the work is kept.

    Raises:
        NotFound: If there is no such analysis, or it is somebody else's.
        Invalid: If the number of days is none of those on offer.
        Refused: If there is no result yet, or there are too many links.
    """
    if days not in DAYS:
        raise Invalid("Choose for how long the link is good.", {"days": f"Choose one of {', '.join(map(str, DAYS))} days."})
    with writing() as session:
        return _row(add(session, analysis_id, owner_id, days))


def add(session: Session, analysis_id: str, owner_id: str, days: int) -> Share:
    """Make a link within the caller's transaction; see ``create``."""
    owner = quotas.locked(session, owner_id)
    analysis = _finished(session, analysis_id, owner_id)
    many = select(func.count()).select_from(Share).where(Share.analysis_id == analysis_id, *_good())
    if session.exec(many).one() >= MOST:
        message = f"There are {MOST} links to this result already. Revoke one that is no longer needed."
        raise Refused(message)
    share_id = new_id()
    until = _until(session, owner, analysis, days)
    share = Share(id=share_id, analysis_id=analysis_id, owner_id=owner_id, token_sha256=links.hash_of_link(share_id), expires_at=until)
    session.add(share)
    audit.record(session, "share:create", thing=f"analysis:{analysis_id}", share=share_id, until=until.date().isoformat())
    session.flush()
    return share


def _finished(session: Session, analysis_id: str, owner_id: str) -> Analysis:
    if not storage.ID.fullmatch(analysis_id):
        raise NotFound("analysis")
    analysis = session.exec(select(Analysis).where(Analysis.id == analysis_id, Analysis.owner_id == owner_id)).one_or_none()
    if analysis is None:
        raise NotFound("analysis")
    if analysis.status != Status.DONE:
        message = "There is no result to share yet."
        raise Refused(message)
    return analysis


def _until(session: Session, owner: Owner, analysis: Analysis, days: int) -> datetime:
    """A link never outlives what it leads to."""
    if owner.role == Role.GUEST:
        return retention.guest_until(session, owner)
    wanted, kept = utcnow() + timedelta(days=days), retention.user_until(analysis)
    return min(wanted, kept) if kept else wanted


def list_for(analysis_id: str, *, owner_id: str) -> list[ShareRow]:
    """Return the links to an analysis that are good, newest first; none if it is somebody else's."""
    query = select(Share).where(Share.analysis_id == analysis_id, Share.owner_id == owner_id, *_good())
    with reading() as session:
        return [_row(share) for share in session.exec(query.order_by(col(Share.created_at).desc(), col(Share.id)))]


def revoke(share_id: str, *, owner_id: str) -> None:
    """Make a link lead nowhere from this moment on.

    Raises:
        NotFound: If there is no such link, or it is somebody else's.
    """
    mine = (col(Share.id) == share_id, col(Share.owner_id) == owner_id, col(Share.revoked_at).is_(None))
    with writing() as session:
        ended = session.scalars(update(Share).where(*mine).values(revoked_at=utcnow()).returning(Share)).one_or_none()
        if ended is None:
            raise NotFound("link")
        audit.record(session, "share:revoke", subject_id=owner_id, thing=f"analysis:{ended.analysis_id}", share=share_id)


def address(share_id: str, *, owner_id: str) -> str:
    """Return the whole link, for its owner to copy.

    Raises:
        NotFound: If there is no such link, or it is over, or somebody else's.
    """
    with reading() as session:
        if session.exec(select(Share.id).where(Share.id == share_id, Share.owner_id == owner_id, *_good())).first() is None:
            raise NotFound("link")
    return links.address_of(PAGE, share_id)


def open_link(token: str, *, count: bool = False) -> Shared:
    """Return what a link leads to; with ``count`` this is somebody who opens it, not a further look.

    Raises:
        NotFound: If it leads nowhere: unknown, revoked, over, or its analysis is gone. Nobody can tell which.
    """
    if len(token) > LONGEST_TOKEN:
        raise NotFound("link")
    found = select(Share).join(Analysis, col(Analysis.id) == col(Share.analysis_id))
    good = found.where(Share.token_sha256 == links.hash_of_token(token), Analysis.status == Status.DONE, *_good())
    with reading() as session:
        share = session.exec(good).one_or_none()
    if share is None:
        raise NotFound("link")
    if count:
        _count(share)
    return Shared(share.analysis_id, share.owner_id, share.expires_at)


def _count(share: Share) -> None:
    now = utcnow()
    with writing() as session:
        opened = {"opened": col(Share.opened) + 1, "last_opened_at": now}
        session.exec(update(Share).where(col(Share.id) == share.id).values(**opened))
        if share.last_opened_at is None or now - share.last_opened_at > USE_NOTED:
            audit.record(session, "share:use", subject_id=share.owner_id, thing=f"analysis:{share.analysis_id}", share=share.id)
