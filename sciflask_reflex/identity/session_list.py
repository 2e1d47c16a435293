"""A person's sessions: where they are signed in, and how one or all of the others are ended. At once: every event looks its session up."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.cookies import hash_of, new_token
from sciflask_reflex.identity.models import Account, LocalAuthSession, SessionDetail
from sciflask_reflex.identity.sessions import close

REVOKED = "account:session:revoked"
METHODS = {"orcid": "ORCID"}
"""Ways to sign in whose name is not the word for them."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as its person sees it. The id opens nothing."""

    id: int
    browser: str
    network: str
    method: str
    since: str
    seen: str
    is_this: bool


def list_for(owner_id: str, token: str) -> list[SessionRow]:
    """Return where a person is signed in: the session of ``token`` first, then the one that was used last."""
    query = (
        select(LocalAuthSession, SessionDetail)
        .join(Account, col(Account.local_user_id) == col(LocalAuthSession.user_id))
        .outerjoin(SessionDetail, col(SessionDetail.session_sha256) == col(LocalAuthSession.session_id))
        .where(Account.owner_id == owner_id, col(LocalAuthSession.expiration) > datetime.now(UTC))
    )
    with reading() as session:
        found = [_row(row, detail, hash_of(token)) for row, detail in session.exec(query).all()]
    return sorted(sorted(found, key=lambda row: row.seen, reverse=True), key=lambda row: not row.is_this)


def _row(row: LocalAuthSession, detail: SessionDetail | None, mine: str) -> SessionRow:
    known = detail or SessionDetail(session_sha256="", local_user_id=row.user_id)
    return SessionRow(
        id=row.id or 0,
        browser=known.browser or "A browser",
        network=known.network,
        method=METHODS.get(known.method, known.method),
        since=known.created_at.isoformat() if detail else "",
        seen=known.seen_at.isoformat() if detail else "",
        is_this=row.session_id == mine,
    )


def revoke(session_id: int, *, owner_id: str) -> None:
    """End one session of a person; raises NotFound where it is gone, or somebody else's."""
    with writing() as session:
        query = (
            select(LocalAuthSession)
            .join(Account, col(Account.local_user_id) == col(LocalAuthSession.user_id))
            .where(LocalAuthSession.id == session_id, Account.owner_id == owner_id)
        )
        row = session.exec(query).one_or_none()
        if row is None:
            raise NotFound("session")
        close(session, col(LocalAuthSession.id) == session_id)
        audit.record(session, REVOKED, subject_id=owner_id, thing=f"session:{row.session_id[:16]}")


def revoke_others(owner_id: str, token: str) -> int:
    """End every session of a person but the one of ``token``; return how many there were."""
    with writing() as session:
        return close_others(session, owner_id, token)


def revoke_all(owner_id: str) -> int:
    """End every session of a person."""
    with writing() as session:
        return close_others(session, owner_id, "")


def close_others(session: Session, owner_id: str, token: str) -> int:
    """End every session of a person but the one of ``token``, within the caller's transaction; return how many there were."""
    user_id = select(Account.local_user_id).where(Account.owner_id == owner_id).scalar_subquery()
    ended = close(session, col(LocalAuthSession.user_id) == user_id, col(LocalAuthSession.session_id) != (hash_of(token) if token else ""))
    if ended:
        audit.record(session, REVOKED, subject_id=owner_id, thing="session:all" if not token else "session:others", count=ended)
    return ended


def renew(session: Session, token: str) -> str:
    """Give a session another token, within the caller's transaction, and return it; the old one is worth nothing from then on."""
    new = new_token()
    old_hash, new_hash = hash_of(token), hash_of(new)
    session.execute(update(LocalAuthSession).where(col(LocalAuthSession.session_id) == old_hash).values(session_id=new_hash))
    session.execute(update(SessionDetail).where(col(SessionDetail.session_sha256) == old_hash).values(session_sha256=new_hash))
    return new


def is_remembered(token: str) -> bool:
    """Whether a session outlives the browser's window."""
    with reading() as session:
        detail = session.get(SessionDetail, hash_of(token))
    return detail is not None and detail.remembered
