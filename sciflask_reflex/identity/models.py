"""The tables of identity. Sessions of users live in reflex-local-auth's ``localauthsession``, which here holds SHA-256 only."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from sciflask_reflex.db import Moment
from sciflask_reflex.identity.local_auth import LocalAuthSession, LocalUser
from sciflask_reflex.models import new_id, utcnow

__all__ = [
    "AcademicDomain",
    "Account",
    "ApiToken",
    "GuestSession",
    "KnownDevice",
    "LinkedIdentity",
    "LocalAuthSession",
    "LocalUser",
    "OneTimeLink",
    "Passkey",
    "RateLimit",
    "RecoveryCode",
    "SessionDetail",
    "TotpSecret",
]


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
    terms_version: str = Field(default="", max_length=64, description="Which version of the terms they accepted.")
    institution: str = Field(default="", max_length=200, description="Recognised by the address.")
    country: str = Field(default="", max_length=2, description="ISO 3166-1, of the institution.")
    signed_in_at: datetime | None = Field(default=None, sa_type=Moment, description="When they last signed in.")
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


class SessionDetail(SQLModel, table=True):
    """What is known of a user's session beside its token: for the list of sessions, and for the limits on its life."""

    session_sha256: str = Field(primary_key=True, max_length=64, description="As in ``localauthsession.session_id``.")
    local_user_id: int = Field(foreign_key="localuser.id", index=True, ondelete="CASCADE")
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    seen_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    remembered: bool = Field(default=False, description="Whether it outlives the browser's window.")
    method: str = Field(default="password", max_length=32, description="How they signed in: password, passkey, or a provider's name.")
    network: str = Field(default="", max_length=64, description="The address it was opened from, shortened.")
    browser: str = Field(default="", max_length=120, description="Browser and system, in words.")
    viewing_owner_id: str | None = Field(
        default=None, foreign_key="owner.id", ondelete="SET NULL", max_length=32, description="As whom an admin looks at the site."
    )
    viewing_until: datetime | None = Field(default=None, sa_type=Moment, description="When that look ends by itself.")


class OneTimeLink(SQLModel, table=True):
    """A link in a mail: for one purpose, once, for a while. Its token follows from the id (``links``); only its SHA-256 is kept."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    purpose: str = Field(max_length=24, description="confirm, reset, or email.")
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    token_sha256: str = Field(unique=True, max_length=64)
    new_value: str = Field(default="", max_length=255, description="The new address, when it is about one.")
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class KnownDevice(SQLModel, table=True):
    """A browser that somebody has signed in from. Signing in from another one is told by mail."""

    owner_id: str = Field(foreign_key="owner.id", primary_key=True, ondelete="CASCADE", max_length=32)
    device_sha256: str = Field(primary_key=True, max_length=64)
    first_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    last_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class TotpSecret(SQLModel, table=True):
    """The secret that time-based codes come from (RFC 6238), encrypted with a key of this instance."""

    owner_id: str = Field(foreign_key="owner.id", primary_key=True, ondelete="CASCADE", max_length=32)
    secret: str = Field(max_length=255, description="Encrypted.")
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment, description="When a first code proved that it works.")
    last_step: int = Field(default=0, description="The time step of the last code: each code is good once.")
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class RecoveryCode(SQLModel, table=True):
    """A code for the day when the phone is lost. Good once."""

    id: int | None = Field(default=None, primary_key=True)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    code_sha256: str = Field(max_length=64)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class Passkey(SQLModel, table=True):
    """A public key of somebody's device (WebAuthn)."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    credential_id: str = Field(unique=True, max_length=1400, description="base64url.")
    public_key: str = Field(max_length=2800, description="COSE key, base64url.")
    sign_count: int = 0
    name: str = Field(default="", max_length=80)
    transports: str = Field(default="", max_length=120)
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    last_used_at: datetime | None = Field(default=None, sa_type=Moment)


class LinkedIdentity(SQLModel, table=True):
    """Somebody's identity at an OpenID Connect provider, such as ORCID."""

    __table_args__ = (UniqueConstraint("provider", "subject"),)

    id: str = Field(default_factory=new_id, primary_key=True, max_length=32)
    owner_id: str = Field(foreign_key="owner.id", index=True, ondelete="CASCADE", max_length=32)
    provider: str = Field(max_length=32)
    subject: str = Field(max_length=255, description="The provider's own id of the person.")
    label: str = Field(default="", max_length=255, description="What the person knows it by: an ORCID iD, an address.")
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)
    last_used_at: datetime | None = Field(default=None, sa_type=Moment)


class AcademicDomain(SQLModel, table=True):
    """A domain that this instance adds to the list of institutions, or refuses although it is listed."""

    domain: str = Field(primary_key=True, max_length=253, description="Lower case, ASCII, as in 'ox.ac.uk'; its sub-domains count.")
    allowed: bool = True
    institution: str = Field(default="", max_length=200)
    country: str = Field(default="", max_length=2, description="ISO 3166-1.")
    note: str = Field(default="", max_length=200, description="Why, for the other admins.")
    created_at: datetime = Field(default_factory=utcnow, sa_type=Moment)


class RateLimit(SQLModel, table=True):
    """How often something was tried within one window of time."""

    __tablename__ = "ratelimit"  # pyright: ignore[reportAssignmentType]

    key: str = Field(primary_key=True, max_length=128)
    window: int = Field(
        primary_key=True, sa_column_kwargs={"autoincrement": False}, description="When the window began, in seconds since 1970."
    )
    count: int = 0
