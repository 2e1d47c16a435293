"""The tables of identity. Sessions of users live in reflex-local-auth's ``localauthsession``, which here holds SHA-256 only."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from sciflask_reflex.db import Moment
from sciflask_reflex.identity.local_auth import LocalAuthSession, LocalUser
from sciflask_reflex.models import new_id, utcnow

__all__ = ["Account", "ApiToken", "GuestSession", "LocalAuthSession", "LocalUser", "RateLimit"]


class Account(SQLModel, table=True):
    """Links an owner to the credentials in ``localuser``, and holds what we know of the person."""

    owner_id: str = Field(foreign_key="owner.id", primary_key=True, ondelete="CASCADE", max_length=32)
    local_user_id: int = Field(foreign_key="localuser.id", unique=True, ondelete="CASCADE")
    email: str = Field(unique=True, max_length=255, description="Canonical: NFKC, lower case, domain in ASCII. Also the name in localuser.")
    first_name: str = Field(default="", max_length=100)
    last_name: str = Field(default="", max_length=100)
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment, description="When the address was proved to be theirs.")
    accepted_terms_at: datetime | None = Field(default=None, sa_type=Moment)
    password_changed_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class GuestSession(SQLModel, table=True):
    """The browser of a guest. Made when the guest first needs to own something."""

    token_sha256: str = Field(primary_key=True, max_length=64)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    expires_at: datetime = Field(sa_type=Moment, index=True)


class ApiToken(SQLModel, table=True):
    """A key for scripts. Shown once; only its SHA-256 is kept."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    name: str = Field(default="", max_length=80)
    token_sha256: str = Field(unique=True, max_length=64)
    scope: str = Field(max_length=16, description="read, or submit, which includes read.")
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    last_used_at: datetime | None = Field(default=None, sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class RateLimit(SQLModel, table=True):
    """How often something was tried within one window of time."""

    __tablename__ = "ratelimit"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True, max_length=128)
    window: int = Field(
        primary_key=True, sa_column_kwargs={"autoincrement": False}, description="When the window began, in seconds since 1970."
    )
    count: int = 0
