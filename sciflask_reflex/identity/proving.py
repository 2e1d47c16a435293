"""The proof that whoever sits at the keyboard is the person whose session it is: asked before anything that a thief would do."""

from datetime import timedelta

from sqlmodel import col, select

from sciflask_reflex.db import reading
from sciflask_reflex.errors import Invalid, Refused, SignInNeeded
from sciflask_reflex.identity import limits, passwords
from sciflask_reflex.identity.cookies import hash_of
from sciflask_reflex.identity.limits import Limit
from sciflask_reflex.identity.models import Account, LocalUser, SessionDetail
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.models import utcnow

FRESH = timedelta(minutes=10)
TRIES = Limit("prove", 10, 300)
"""As at sign-in; a count of its own, so that a stranger who guesses at the sign-in page cannot keep the person from their settings."""
FIELD = "current_password"
WRONG = "This is not your password."
NEEDED = "Enter your password to show that it is you."
STALE = "You signed in a while ago. Sign out, sign in again, and do this within ten minutes."


def prove(principal: Principal, password: str, session_token: str, *, ip: str) -> None:
    """Return if this is the person: by the password, or, where the account has none, by a session opened just now.

    A fault is told at the field ``current_password``. Hashes: call it off the event loop.

    Raises:
        SignInNeeded: If nobody with an account asks, or an admin who looks at the site as them.
        Invalid: If the password is missing or wrong.
        Refused: If the account has no password and the session is older than ten minutes.
        TooOften: After ten wrong passwords.
    """
    user = _user(principal)
    if not passwords.is_set(user.password_hash):
        _require_fresh(user, session_token)
        return
    if not password:
        raise Invalid(NEEDED, {FIELD: NEEDED})
    tries = ((TRIES, principal.owner_id), (limits.SIGN_IN_NETWORK, limits.network_of(ip)))
    for limit, who in tries:
        limits.check(limit, who)
    if not passwords.verify(user.password_hash, password):
        for limit, who in tries:
            limits.record(limit, who)
        raise Invalid(WRONG, {FIELD: WRONG})
    limits.forget(TRIES, principal.owner_id)


def has_password(owner_id: str) -> bool:
    """Whether this person can sign in with a password; those who came by a provider have none until they set one."""
    user = _credentials(owner_id)
    return user is not None and passwords.is_set(user.password_hash)


def _user(principal: Principal) -> LocalUser:
    user = _credentials(principal.owner_id) if principal.signed_in and not principal.viewed_by else None
    if user is None:
        raise SignInNeeded
    return user


def _credentials(owner_id: str) -> LocalUser | None:
    query = select(LocalUser).join(Account, col(Account.local_user_id) == col(LocalUser.id)).where(Account.owner_id == owner_id)
    with reading() as session:
        return session.exec(query).one_or_none()


def _require_fresh(user: LocalUser, session_token: str) -> None:
    with reading() as session:
        detail = session.get(SessionDetail, hash_of(session_token)) if session_token else None
    if detail is None or detail.local_user_id != user.id or utcnow() - detail.created_at > FRESH:
        raise Refused(STALE)
