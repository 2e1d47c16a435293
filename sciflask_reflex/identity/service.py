"""Accounts as the people who run the site handle them. Everything here waits for the database or hashes: call it off the event loop."""

from sqlalchemy.exc import IntegrityError

from sciflask_reflex import audit
from sciflask_reflex.db import writing
from sciflask_reflex.errors import Invalid
from sciflask_reflex.identity import accounts, one_time, passwords, sessions
from sciflask_reflex.identity.addresses import canonical
from sciflask_reflex.identity.last_admin import require_another_than
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.models import Role

TAKEN = "There is an account with this address already."


def create_account(
    email: str,
    password: str,
    *,
    first_name: str = "",
    last_name: str = "",
    role: str = Role.USER,
    accepted_terms: bool = False,
    confirmed: bool = True,
) -> Principal:
    """Make an account, whoever may register by themselves; raises Invalid with one sentence per field at fault.

    An address that has an account is refused by the unique index, also when two people try at the same moment.
    """
    address = canonical(email)
    passwords.require_good(password, email=address)
    details = accounts.Details(address, passwords.hash_password(password), first_name, last_name, role, accepted_terms, confirmed)
    try:
        with writing() as session:
            owner, account = accounts.add(session, details)
            audit.record(session, "account:create", subject_id=owner.id, role=role)
    except IntegrityError as cause:
        raise Invalid(TAKEN, {"email": TAKEN}) from cause
    return sessions.principal_of(owner, account)


def set_password(email: str, password: str) -> None:
    """Give an account a new password and end its sessions; links that were mailed before are void."""
    address = canonical(email)
    passwords.require_good(password, email=address)
    stored = passwords.hash_password(password)
    with writing() as session:
        owner, account, user = accounts.by_address(session, address)
        accounts.set_hash(account, user, stored)
        sessions.close_all(session, account.local_user_id)
        one_time.void(session, owner.id, one_time.RESET, one_time.EMAIL)
        audit.record(session, "account:password:change", subject_id=owner.id)


def set_enabled(email: str, *, enabled: bool) -> None:
    """Let somebody in again, or keep them out from this moment on; raises Refused for the last admin."""
    with writing() as session:
        if not enabled:
            require_another_than(session, canonical(email))
        owner, account, user = accounts.by_address(session, canonical(email))
        user.enabled = enabled
        if not enabled:
            sessions.close_all(session, account.local_user_id)
            one_time.void(session, owner.id, one_time.RESET, one_time.EMAIL, one_time.CONFIRM)
        audit.record(session, "account:enable" if enabled else "account:disable", subject_id=owner.id)


def set_role(email: str, role: str) -> None:
    """Give somebody another role; they sign in anew. Raises Refused for the last admin."""
    with writing() as session:
        if role != Role.ADMIN:
            require_another_than(session, canonical(email))
        owner, account, _ = accounts.by_address(session, canonical(email))
        audit.record(session, "account:role:change", subject_id=owner.id, before=owner.role, after=role)
        owner.role = role
        sessions.close_all(session, account.local_user_id)
