"""An admin looks at the site as somebody else sees it: nothing can be changed meanwhile, it ends by itself, and it is written down."""

from datetime import timedelta

from sqlmodel import Session, col, select

from sciflask_reflex import audit
from sciflask_reflex.db import writing
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.models import Account, LocalAuthSession, LocalUser, SessionDetail
from sciflask_reflex.models import Owner, Role, utcnow

MINUTES = 30
"""After so long a look ends by itself."""
AN_ADMIN = "Nobody can look at the site as somebody who runs it."


def start(token: str, owner_id: str) -> None:
    """Let the admin who holds this session see the site as an owner does, from the next request or event on.

    Raises:
        NotFound: If the session is no admin's, or there is no such owner.
        Refused: If the owner runs the site, too.
    """
    with writing() as session:
        admin = _admin_of(session, token)
        owner = session.get(Owner, owner_id)
        if admin is None or owner is None:
            raise NotFound("person")
        if owner.role == Role.ADMIN:
            raise Refused(AN_ADMIN)
        local_user_id = session.exec(select(Account.local_user_id).where(Account.owner_id == admin.id)).one()
        detail = session.get(SessionDetail, hash_of(token)) or SessionDetail(session_sha256=hash_of(token), local_user_id=local_user_id)
        if detail.viewing_owner_id:
            _note_end(session, detail, admin.id)
        detail.viewing_owner_id, detail.viewing_until = owner.id, utcnow() + timedelta(minutes=MINUTES)
        session.add(detail)
        with audit.acting(audit.Actor(admin.id, hash_of(token), audit.actor().ip)):
            audit.record(session, "admin:look:start", subject_id=owner.id, thing=f"owner:{owner.id}", minutes=MINUTES)


def stop(token: str) -> str:
    """End the look of this session, if there is one. Return the id of the owner who was looked at, or an empty string."""
    with writing() as session:
        return stop_in(session, token)


def stop_in(session: Session, token: str) -> str:
    """End the look of a session within the caller's transaction, as when it is signed out."""
    detail = session.get(SessionDetail, hash_of(token)) if token else None
    if detail is None or not detail.viewing_owner_id:
        return ""
    seen = detail.viewing_owner_id
    admin_id = session.exec(select(Account.owner_id).where(Account.local_user_id == detail.local_user_id)).one_or_none()
    _note_end(session, detail, admin_id or "")
    detail.viewing_owner_id = detail.viewing_until = None
    session.add(detail)
    return seen


def _note_end(session: Session, detail: SessionDetail, admin_id: str) -> None:
    with audit.acting(audit.Actor(admin_id, detail.session_sha256, audit.actor().ip)):
        audit.record(session, "admin:look:stop", subject_id=detail.viewing_owner_id, thing=f"owner:{detail.viewing_owner_id}")


def _admin_of(session: Session, token: str) -> Owner | None:
    """Return the admin who holds a session, whomever they are looking at."""
    query = (
        select(Owner)
        .join(Account, col(Account.owner_id) == col(Owner.id))
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
        .join(LocalAuthSession, col(LocalAuthSession.user_id) == col(LocalUser.id))
        .where(
            LocalAuthSession.session_id == hash_of(token),
            col(LocalAuthSession.expiration) > utcnow(),
            col(LocalUser.enabled).is_(True),
            Owner.role == Role.ADMIN,
        )
    )
    return session.exec(query).one_or_none()
