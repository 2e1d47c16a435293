"""The rows of an account: owner, credentials, and what we know of the person."""

from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from sciflask_reflex import terms
from sciflask_reflex.db import reading
from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.academic import institution_of
from sciflask_reflex.identity.addresses import person_name
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.models import Owner, Role, utcnow

ACCOUNT = "account"
Rows = tuple[Owner, Account, LocalUser]
"""All that is kept of somebody with an account."""


@dataclass(frozen=True)
class Details:
    """What an account is made of."""

    address: str
    """Canonical."""
    password_hash: bytes
    first_name: str = ""
    last_name: str = ""
    role: str = Role.USER
    accepted_terms: bool = False
    confirmed: bool = False


def add(session: Session, details: Details) -> tuple[Owner, Account]:
    """Make the rows within the caller's transaction; the institution is recognised by the address.

    Raises:
        IntegrityError: If the address has an account, also when two people try at the same moment.
    """
    first, last = person_name(details.first_name), person_name(details.last_name)
    now = utcnow()
    user = LocalUser(username=details.address, password_hash=details.password_hash, enabled=True)
    owner = Owner(role=details.role, name=shown_name(first, last, details.address), email=details.address)
    session.add_all([user, owner])
    session.flush()
    account = Account(
        owner_id=owner.id,
        local_user_id=cast("int", user.id),
        email=details.address,
        first_name=first,
        last_name=last,
        accepted_terms_at=now if details.accepted_terms else None,
        terms_version=terms.current_version() if details.accepted_terms else "",
        confirmed_at=now if details.confirmed else None,
    )
    recognise(account)
    session.add(account)
    session.flush()
    return owner, account


def recognise(account: Account) -> None:
    """Write down the institution that an account's address belongs to, and its country."""
    known = institution_of(account.email)
    account.institution, account.country = (known.name[:200], known.country) if known else ("", "")


def shown_name(first: str, last: str, address: str) -> str:
    """Return what a person is called on the site."""
    return " ".join(filter(None, (first, last))) or address.partition("@")[0]


def rename(owner: Owner, account: Account, first: str, last: str) -> None:
    """Give a person another name."""
    account.first_name, account.last_name = person_name(first), person_name(last)
    owner.name = shown_name(account.first_name, account.last_name, account.email)


def set_hash(account: Account, user: LocalUser, stored: bytes) -> None:
    """Give a person another password; tickets of a second step die with the old one."""
    user.password_hash = stored
    account.password_changed_at = utcnow()


def _rows() -> Select[Owner, Account, LocalUser]:
    return (
        select(Owner, Account, LocalUser)
        .join(Account, col(Account.owner_id) == col(Owner.id))
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
    )


def found(session: Session, address: str) -> Rows | None:
    """Return the account of a canonical address, held against others until the transaction ends (PostgreSQL), or None."""
    return session.exec(_rows().where(Account.email == address).with_for_update()).one_or_none()


def by_address(session: Session, address: str) -> Rows:
    """Return the account of a canonical address; raises NotFound."""
    row = found(session, address)
    if row is None:
        raise NotFound(ACCOUNT)
    return row


def of_owner(session: Session, owner_id: str) -> Rows:
    """Return the account of an owner; raises NotFound."""
    row = session.exec(_rows().where(Owner.id == owner_id)).one_or_none()
    if row is None:
        raise NotFound(ACCOUNT)
    return row


def is_disabled(owner_id: str) -> bool:
    """Whether this owner has an account that was disabled; a guest has none."""
    query = select(LocalUser.enabled).join(Account, col(Account.local_user_id) == col(LocalUser.id)).where(Account.owner_id == owner_id)
    with reading() as session:
        return session.exec(query).one_or_none() is False
