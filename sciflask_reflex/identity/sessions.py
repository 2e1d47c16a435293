"""Sessions in the database: of users (``localauthsession``) and of guests. Every look-up is one query."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.identity import idle, limits, looking
from sciflask_reflex.identity.cookies import GUEST_PREFIX, hash_of, is_guest_token, new_token
from sciflask_reflex.identity.models import Account, GuestSession, LocalAuthSession, LocalUser, SessionDetail
from sciflask_reflex.identity.principal import NOBODY, Principal
from sciflask_reflex.models import Owner, Role, utcnow
from sciflask_reflex.settings import settings


def principal_of_token(token: str, *, in_use: bool = True) -> Principal:
    """Return who holds this session token; nobody if it is unknown, over, or its account is disabled or not confirmed.

    With ``in_use`` the person is doing something, which keeps the session alive; the site's own look-ups do not.
    """
    if not token:
        return NOBODY
    if token.startswith(GUEST_PREFIX):
        return _guest(token) if is_guest_token(token) else NOBODY
    query = (
        select(Owner, Account, SessionDetail)
        .join(Account, col(Account.owner_id) == col(Owner.id))
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
        .join(LocalAuthSession, col(LocalAuthSession.user_id) == col(LocalUser.id))
        .join(SessionDetail, col(SessionDetail.session_sha256) == col(LocalAuthSession.session_id))
        .where(
            LocalAuthSession.session_id == hash_of(token),
            col(LocalAuthSession.expiration) > datetime.now(UTC),
            col(LocalUser.enabled).is_(True),
            col(Account.confirmed_at).is_not(None),
        )
    )
    now = utcnow()
    with reading() as session:
        row = session.exec(query).one_or_none()
        if row is None:
            return NOBODY
        owner, account, detail = row
        if idle.is_over(detail, owner.role, now):
            return NOBODY
        if in_use:
            idle.note_seen(detail, owner.id, now)
        return _looked_at(session, owner, detail) or principal_of(owner, account)


def _looked_at(session: Session, admin: Owner, detail: SessionDetail | None) -> Principal | None:
    """Return the owner whom an admin looks at (``looking``), with the right to read alone; None when it is no such session."""
    if detail is None or not detail.viewing_owner_id or not detail.viewing_until or detail.viewing_until <= utcnow():
        return None
    query = select(Owner, Account).outerjoin(Account, col(Account.owner_id) == col(Owner.id)).where(Owner.id == detail.viewing_owner_id)
    seen = session.exec(query).one_or_none()
    if seen is None or admin.role != Role.ADMIN or seen[0].role == Role.ADMIN:
        return None
    return replace(principal_of(*seen), scopes=frozenset({"read"}), viewed_by=admin.id)


def principal_of(owner: Owner, account: Account | None) -> Principal:
    """Return an owner as a principal."""
    return Principal(owner.id, owner.role, owner.name, account.email if account else "")


def _guest(token: str) -> Principal:
    query = (
        select(Owner)
        .join(GuestSession, col(GuestSession.owner_id) == col(Owner.id))
        .where(GuestSession.token_sha256 == hash_of(token), col(GuestSession.expires_at) > utcnow(), Owner.role == Role.GUEST)
    )
    with reading() as session:
        owner = session.exec(query).one_or_none()
    if owner is None:
        return NOBODY
    idle.note_guest(owner, utcnow())
    return principal_of(owner, None)


def ensure_guest(token: str, *, ip: str) -> Principal:
    """Return the guest who holds this token, making one if the token is ours and new; nobody if guests are not let in.

    A token that was used up (signed in, signed out, expired) stays dead.
    """
    if not settings().guests or not is_guest_token(token):
        return NOBODY
    known = principal_of_token(token)
    if known.is_somebody:
        return known
    with reading() as session:
        if session.get(GuestSession, hash_of(token)):
            return principal_of_token(token)  # used up; or another tab made it just now
    limits.count(limits.GUESTS, limits.network_of(ip))
    owner = Owner(role=Role.GUEST, name="Guest")
    try:
        with writing() as session:
            session.add(owner)
            session.flush()
            expires_at = utcnow() + timedelta(days=settings().guest_days)
            session.add(GuestSession(token_sha256=hash_of(token), owner_id=owner.id, expires_at=expires_at))
    except IntegrityError:
        return principal_of_token(token)  # two tabs at once: the other one made it
    return principal_of(owner, None)


def open_session(
    session: Session,
    local_user_id: int,
    *,
    role: str = Role.USER,
    remembered: bool = False,
    method: str = "password",
    network: str = "",
    browser: str = "",
) -> str:
    """Return a new session token of a user, within the caller's transaction; the database gets its hash."""
    token, now = new_token(), datetime.now(UTC)
    over = (col(LocalAuthSession.user_id) == local_user_id, col(LocalAuthSession.expiration) < now)
    close(session, *over)
    session.add(LocalAuthSession(user_id=local_user_id, session_id=hash_of(token), expiration=now + idle.longest(role)))
    session.add(
        SessionDetail(
            session_sha256=hash_of(token),
            local_user_id=local_user_id,
            remembered=remembered,
            method=method,
            network=network[:64],
            browser=browser[:120],
        )
    )
    return token


def close_session(token: str) -> None:
    """End one session at once, on every socket that uses it."""
    if not token:
        return
    with writing() as session:
        looking.stop_in(session, token)
        if close(session, col(LocalAuthSession.session_id) == hash_of(token)):
            audit.record(session, "account:logout")
        retire_guest(session, token)


def close_all(session: Session, local_user_id: int) -> int:
    """End every session of a user within the caller's transaction; return how many that were."""
    return close(session, col(LocalAuthSession.user_id) == local_user_id)


def close(session: Session, *which: ColumnElement[bool]) -> int:
    """End the sessions that these conditions name, within the caller's transaction; return how many that were."""
    ended = list(session.exec(select(LocalAuthSession.session_id).where(*which)).all())
    if ended:
        session.execute(delete(LocalAuthSession).where(col(LocalAuthSession.session_id).in_(ended)))
        session.execute(delete(SessionDetail).where(col(SessionDetail.session_sha256).in_(ended)))
    return len(ended)


def retire_guest(session: Session, token: str) -> None:
    """Make a guest's token useless for good; the row stays, so that the token cannot come back as somebody new."""
    guest = session.get(GuestSession, hash_of(token))
    if guest:
        guest.expires_at = datetime.fromtimestamp(0, UTC)
