"""What the people who run the site do with the accounts of others. Each act is one transaction, with its line in the log."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from sciflask_reflex import audit, links, quotas, routes
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, Refused
from sciflask_reflex.identity import accounts, one_time, passwords, service
from sciflask_reflex.identity.addresses import canonical, name_faults
from sciflask_reflex.identity.factors import news
from sciflask_reflex.identity.models import Passkey, RecoveryCode, TotpSecret
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import MailKind, Owner, Role, utcnow
from sciflask_reflex.settings import settings

INVITED = timedelta(days=7)
NOT_ENABLED = "This account is disabled. Enable it first."


def create(email: str, *, first_name: str, last_name: str, role: str) -> str:
    """Make an account without a password and write to its address how to set one, within a week; returns the owner's id.

    Raises:
        Invalid: With one sentence per field at fault.
    """
    faults = name_faults(first_name, last_name)
    address = ""
    try:
        address = canonical(email)
    except Invalid as fault:
        faults |= fault.fields
    try:
        require_role(role)
    except Invalid as fault:
        faults |= fault.fields
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    details = accounts.Details(address, passwords.NO_PASSWORD, first_name, last_name, role, confirmed=True)
    try:
        with writing() as session:
            owner, _ = accounts.add(session, details)
            audit.record(session, "account:create", subject_id=owner.id, thing=f"owner:{owner.id}", role=role)
            _invite(session, owner, address)
    except IntegrityError as cause:
        raise Invalid(service.TAKEN, {"email": service.TAKEN}) from cause
    return owner.id


def require_role(role: str) -> None:
    """Raise Invalid unless a person can have this role."""
    with reading() as session:
        known = {row.name for row in quotas.roles(session)} - {str(Role.GUEST)}
    if role not in known:
        sentence = f"A person's role is one of {', '.join(sorted(known))}."
        raise Invalid(sentence, {"role": sentence})


def set_role(owner_id: str, role: str) -> None:
    """Give somebody another role; they sign in anew. Raises Invalid for an unknown role, Refused for the last admin."""
    require_role(role)
    service.set_role(address_of(owner_id), role)


def set_enabled(owner_id: str, *, enabled: bool) -> None:
    """Let somebody in again, or keep them out from this moment on. Raises Refused for the last admin."""
    service.set_enabled(address_of(owner_id), enabled=enabled)


def confirm(owner_id: str) -> None:
    """Take somebody's address for confirmed, without a mail."""
    with writing() as session:
        _, account, _ = accounts.of_owner(session, owner_id)
        account.confirmed_at = account.confirmed_at or utcnow()
        one_time.void(session, owner_id, one_time.CONFIRM)
        audit.record(session, "account:email:confirm", subject_id=owner_id)


def reset_factors(owner_id: str) -> None:
    """Take away the second factors of somebody who lost them; a mail tells them."""
    with writing() as session:
        accounts.of_owner(session, owner_id)
        for table in (TotpSecret, Passkey, RecoveryCode):
            session.execute(delete(table).where(table.owner_id == owner_id))  # pyright: ignore[reportArgumentType]
        news.tell(session, owner_id, news.REMOVED, "every second factor, by the people who run the site")


def send_password_link(owner_id: str) -> None:
    """Write to somebody how to set a new password, within a week. Raises Refused for a disabled account."""
    with writing() as session:
        owner, account, user = accounts.of_owner(session, owner_id)
        if not user.enabled:
            raise Refused(NOT_ENABLED)
        audit.record(session, "account:password:reset:request", subject_id=owner_id)
        _invite(session, owner, account.email)


def address_of(owner_id: str) -> str:
    """Return the canonical address of somebody with an account; raises NotFound."""
    with reading() as session:
        return accounts.of_owner(session, owner_id)[1].email


def _invite(session: Session, owner: Owner, address: str) -> None:
    link = one_time.make(session, one_time.RESET, owner.id, seconds=int(INVITED.total_seconds()))
    letters.write(
        session,
        to=address,
        subject="Set your password",
        body=f"the people who run {settings().site_name} ask you to set the password of your account. Open this link within a week:\n\n"
        f"{links.PLACE}\n\nYou sign in with this address: {address}",
        cause=f"reset:{link.id}",
        kind=MailKind.ACCOUNT,
        link_page=routes.NEW_PASSWORD,
        link_id=link.id,
        owner=owner,
    )
