"""Keys for scripts: `Authorization: Bearer sfk_...`."""

from datetime import timedelta

from sqlalchemy import func, update
from sqlmodel import col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity.addresses import canonical, person_name
from sciflask_reflex.identity.cookies import MAX_TOKEN_CHARS, hash_of, new_token
from sciflask_reflex.identity.factors import news
from sciflask_reflex.identity.models import Account, ApiToken, LocalUser
from sciflask_reflex.identity.principal import NOBODY, Principal
from sciflask_reflex.models import Owner, utcnow

ACCOUNT, TOKEN = "account", "token"
PREFIX = "sfk_"
SCOPES = {"read": frozenset({"read"}), "submit": frozenset({"read", "submit"})}
MAX_DAYS = 365
MOST = 50
NOTE_USE_SECONDS = 300


def create(email: str, scope: str = "submit", days: int = 90, *, name: str = "") -> str:
    """Make a key for an account and return it. It cannot be shown again."""
    with reading() as session:
        owner_id = session.exec(select(Account.owner_id).where(Account.email == canonical(email))).one_or_none()
    if owner_id is None:
        raise NotFound(ACCOUNT)
    return create_for(owner_id, name=name, scope=scope, days=days)


def create_for(owner_id: str, *, name: str, scope: str, days: int) -> str:
    """Make a key for an owner and return it. It cannot be shown again.

    Raises:
        Invalid: If scope or days cannot be accepted; one sentence per field.
        Refused: If they have as many good keys as anybody needs.
    """
    faults: dict[str, str] = {}
    if scope not in SCOPES:
        faults["scope"] = f"A token's scope is {' or '.join(SCOPES)}."
    if not 1 <= days <= MAX_DAYS:
        faults["days"] = f"A token lasts from 1 to {MAX_DAYS} days."
    if faults:
        raise Invalid(" ".join(faults.values()), faults)
    token = PREFIX + new_token()
    with writing() as session:
        session.exec(select(Owner.id).where(Owner.id == owner_id).with_for_update()).one()
        good = (ApiToken.owner_id == owner_id, col(ApiToken.revoked_at).is_(None), col(ApiToken.expires_at) > utcnow())
        if session.exec(select(func.count()).select_from(ApiToken).where(*good)).one() >= MOST:
            message = f"You have {MOST} tokens. Revoke one that you no longer use."
            raise Refused(message)
        expires_at = utcnow() + timedelta(days=days)
        key = ApiToken(owner_id=owner_id, name=person_name(name)[:80], token_sha256=hash_of(token), scope=scope, expires_at=expires_at)
        session.add(key)
        session.flush()
        audit.record(session, "account:token:create", subject_id=owner_id, thing=f"token:{key.id}", scope=scope, days=days)
        may = "read and submit" if scope == "submit" else "read"
        news.mail(session, owner_id, "A token for programs was made", f"a token that may {may} for {days} days was made for your account.")
    return token


def principal_of_bearer(token: str) -> Principal:
    """Return who holds this key and what it allows; nobody if it is unknown, expired, revoked, or its account is disabled or not confirmed."""
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
            col(Account.confirmed_at).is_not(None),
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
        if key.revoked_at is None:
            key.revoked_at = utcnow()
            audit.record(session, "account:token:revoke", subject_id=owner_id, thing=f"token:{key.id}")


def list_for(owner_id: str) -> list[ApiToken]:
    """Return a person's keys, newest first, without the keys themselves."""
    with reading() as session:
        return list(session.exec(select(ApiToken).where(ApiToken.owner_id == owner_id).order_by(col(ApiToken.created_at).desc())).all())
