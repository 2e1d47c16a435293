"""What is known of a person with an account, as the person may see it."""

from dataclasses import dataclass

from sqlmodel import col, select

from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity import passwords
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.models import Owner

ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a person."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    role: str = ""
    institution: str = ""
    country: str = ""
    """Code of two letters (ISO 3166-1)."""
    since: str = ""
    has_password: bool = True
    password_since: str = ""


def details_of(owner_id: str) -> Details:
    """Return what is known of a person; raises NotFound where there is no account."""
    query = (
        select(Owner, Account, LocalUser)
        .join(Account, col(Account.owner_id) == col(Owner.id))
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
        .where(Owner.id == owner_id)
    )
    with reading() as session:
        found = session.exec(query).one_or_none()
    if found is None:
        raise NotFound(ACCOUNT)
    owner, account, user = found
    return Details(
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.email,
        role=str(owner.role),
        institution=account.institution,
        country=account.country,
        since=account.created_at.isoformat(),
        has_password=passwords.is_set(user.password_hash),
        password_since=account.password_changed_at.isoformat(),
    )
