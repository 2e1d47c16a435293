"""Which version of the terms somebody accepted, and whether there is a newer one to be asked about."""

from sqlmodel import select

from sciflask_reflex import audit, terms
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Refused, SignInNeeded
from sciflask_reflex.identity.models import Account
from sciflask_reflex.models import utcnow


def due(owner_id: str) -> str:
    """Return the version that this person has yet to be asked about; empty if they accepted the one in force."""
    with reading() as session:
        accepted = session.exec(select(Account.terms_version).where(Account.owner_id == owner_id)).first()
    version = terms.current_version()
    return version if accepted is not None and accepted != version else ""


def accept(owner_id: str, version: str) -> None:
    """Note that somebody accepted the terms as they are; twice is harmless.

    Raises:
        Refused: If the terms changed after they were shown.
        SignInNeeded: If there is no such account.
    """
    if version != terms.current_version():
        message = "The terms have changed since this page was opened. Load it again, and read them before you accept."
        raise Refused(message)
    with writing() as session:
        account = session.exec(select(Account).where(Account.owner_id == owner_id)).one_or_none()
        if account is None:
            raise SignInNeeded
        if account.terms_version == version:
            return
        account.terms_version, account.accepted_terms_at = version, utcnow()
        session.add(account)
        audit.record(session, "account:terms:accept", subject_id=owner_id, version=version)
