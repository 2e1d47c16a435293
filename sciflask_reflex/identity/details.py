"""What is known of a person with an account, as the person may see it."""

from dataclasses import dataclass

from sciflask_reflex.db import reading
from sciflask_reflex.identity import accounts, passwords


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
    with reading() as session:
        owner, account, user = accounts.of_owner(session, owner_id)
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
