"""Keys for scripts: `Authorization: Bearer sfk_...`."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col, select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.identity.addresses import canonical, person_name
from sciflask_reflex.identity.cookies import MAX_TOKEN_CHARS, hash_of, new_token
from sciflask_reflex.identity.models import Account, ApiToken, LocalUser
from sciflask_reflex.identity.principal import NOBODY, Principal
from sciflask_reflex.models import Owner, utcnow

ACCOUNT, TOKEN = "account", "token"
PREFIX = "sfk_"
SCOPES = {"read": frozenset({"read"}), "submit": frozenset({"read", "submit"})}
MAX_DAYS = 365
NOTE_USE_SECONDS = 300


def create(email: str, scope: str = "submit", days: int = 90, *, name: str = "") -> str:
    """Make a key for an account and return it. It cannot be shown again."""
    if scope not in SCOPES:
        message = f"A token's scope is {' or '.join(SCOPES)}."
        raise Invalid(message, {"scope": message})
    if not 1 <= days <= MAX_DAYS:
        message = f"A token lasts from 1 to {MAX_DAYS} days."
        raise Invalid(message, {"days": message})
    token = PREFIX + new_token()
    with writing() as session:
        owner_id = session.exec(select(Account.owner_id).where(Account.email == canonical(email))).one_or_none()
        if owner_id is None:
            raise NotFound(ACCOUNT)
        expires_at = utcnow() + timedelta(days=days)
        session.add(
            ApiToken(owner_id=owner_id, name=person_name(name)[:80], token_sha256=hash_of(token), scope=scope, expires_at=expires_at)
        )
    return token


def principal_of_bearer(token: str) -> Principal:
    """Return who holds this key and what it allows; nobody if it is unknown, expired, revoked, or its account is disabled."""
    if not token.startswith(PREFIX) or len(token) > MAX_TOKEN_CHARS:
        return NOBODY
    now = utcnow()
    query = (
        select(ApiToken, Owner, Account)
        .join(Owner, col(Owner.id) == col(ApiToken.owner_id))
        .join(Account, col(Account.owner_id) == col(Owner.id))
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
        .where(
            ApiToken.token_sha256 == hash_of(token),
            col(ApiToken.revoked_at).is_(None),
            col(ApiToken.expires_at) > now,
            col(LocalUser.enabled).is_(True),
        )
    )
    with reading() as session:
        row = session.exec(query).one_or_none()
    if row is None:
        return NOBODY
    key, owner, account = row
    if key.last_used_at is None or now - key.last_used_at > timedelta(seconds=NOTE_USE_SECONDS):
        with writing() as session:
            session.execute(update(ApiToken).where(col(ApiToken.id) == key.id).values(last_used_at=now))
    return Principal(owner.id, owner.role, owner.name, account.email, SCOPES[key.scope])


def revoke(token_id: str, *, owner_id: str) -> None:
    """End a key at once."""
    with writing() as session:
        key = session.exec(select(ApiToken).where(ApiToken.id == token_id, ApiToken.owner_id == owner_id)).one_or_none()
        if key is None:
            raise NotFound(TOKEN)
        key.revoked_at = key.revoked_at or utcnow()


def list_for(owner_id: str) -> list[ApiToken]:
    """Return a person's keys, newest first, without the keys themselves."""
    with reading() as session:
        return list(session.exec(select(ApiToken).where(ApiToken.owner_id == owner_id).order_by(col(ApiToken.created_at).desc())).all())
