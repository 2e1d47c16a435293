"""What the account page shows of a person, and what they may choose there."""

from dataclasses import dataclass

from sqlmodel import col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound
from sciflask_reflex.identity import passwords
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.models import OPTIONAL_MAILS, Owner

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


def unwanted_mails(owner_id: str) -> list[str]:
    """Return the kinds of mail that a person turned off."""
    with reading() as session:
        kinds = session.exec(select(Owner.unwanted_mails).where(Owner.id == owner_id)).one_or_none()
    return [kind for kind in kinds or [] if kind in OPTIONAL_MAILS]


def want_mail(owner_id: str, kind: str, *, wanted: bool) -> None:
    """Turn one kind of mail on or off; raises Invalid for a kind that nobody may turn off."""
    if kind not in OPTIONAL_MAILS:
        message = "This mail cannot be turned off."
        raise Invalid(message)
    with writing() as session:
        owner = session.exec(select(Owner).where(Owner.id == owner_id).with_for_update()).one_or_none()
        if owner is None:
            raise NotFound(ACCOUNT)
        others = [each for each in owner.unwanted_mails if each != kind]
        owner.unwanted_mails = others if wanted else [*others, str(kind)]
        audit.record(session, "account:mails:change", mail=kind, wanted=wanted)
