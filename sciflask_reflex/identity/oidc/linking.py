"""Identities at providers and the accounts that they open. Nothing is ever linked because two addresses are alike."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import NotFound, Refused
from sciflask_reflex.identity import ways_in
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.factors import news, second_step, ticket
from sciflask_reflex.identity.models import LinkedIdentity
from sciflask_reflex.identity.oidc.flow import Identity
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.signing_in import Signed, complete
from sciflask_reflex.models import utcnow

ELSEWHERE = "This identity opens another account already. Sign in with it there, unlink it, then link it here."
TWICE = "Your account is linked with another identity of this provider. Unlink that one first."
THING = "identity"


def owner_of(identity: Identity) -> str:
    """Return the owner of the account that an identity opens, or an empty string."""
    with reading() as session:
        row = _row(session, identity)
    return row.owner_id if row else ""


def sign_in(owner_id: str, identity: Identity, browser: Browser, *, next_path: str = "", guest: Principal | None = None) -> Signed | str:
    """Open a session for whoever came back from a provider, or return the ticket of their second step: it is asked for here, too.

    Raises:
        Refused: If the account is disabled, or its address not confirmed.
    """
    with reading() as session:
        if second_step.needed(session, owner_id):
            return ticket.issue(session, owner_id, remember=False, next_path=next_path, method=identity.provider)
    signed = complete(owner_id, browser, method=identity.provider, remember=False, guest=guest)
    mine = (col(LinkedIdentity.provider) == identity.provider, col(LinkedIdentity.subject) == identity.subject)
    with writing() as session:
        session.execute(update(LinkedIdentity).where(*mine).values(last_used_at=utcnow(), label=identity.label))
    return signed


def link(owner_id: str, identity: Identity, title: str) -> None:
    """Let an identity open this account from now on; a mail tells it. Linking it again does nothing.

    Raises:
        Refused: If it opens another account, or this one has another identity of that provider.
    """
    if owner_of(identity) == owner_id:
        return
    try:
        with writing() as session:
            add(session, owner_id, identity)
            news.tell(session, owner_id, news.ADDED, f"sign-in with {title}")
    except IntegrityError as cause:
        raise Refused(ELSEWHERE) from cause


def add(session: Session, owner_id: str, identity: Identity) -> None:
    """Make the row, within the caller's transaction; the unique index decides where two try at once."""
    same = (col(LinkedIdentity.owner_id) == owner_id, col(LinkedIdentity.provider) == identity.provider)
    if session.exec(select(LinkedIdentity.id).where(*same)).first():
        raise Refused(TWICE)
    session.add(LinkedIdentity(owner_id=owner_id, provider=identity.provider, subject=identity.subject, label=identity.label))
    session.flush()


def list_for(owner_id: str) -> list[LinkedIdentity]:
    """Return the identities that open an account."""
    with reading() as session:
        query = select(LinkedIdentity).where(LinkedIdentity.owner_id == owner_id).order_by(col(LinkedIdentity.created_at))
        return list(session.exec(query).all())


def unlink(identity_id: str, *, owner_id: str) -> None:
    """Take an identity off an account; raises NotFound if it is not theirs, and Refused if nothing else would open the account."""
    with writing() as session:
        row = session.exec(
            select(LinkedIdentity).where(LinkedIdentity.id == identity_id, LinkedIdentity.owner_id == owner_id)
        ).one_or_none()
        if row is None:
            raise NotFound(THING)
        ways_in.require_other(session, owner_id)
        session.delete(row)
        news.tell(session, owner_id, news.REMOVED, f"sign-in with {row.provider}")


def _row(session: Session, identity: Identity) -> LinkedIdentity | None:
    return session.exec(
        select(LinkedIdentity).where(LinkedIdentity.provider == identity.provider, LinkedIdentity.subject == identity.subject)
    ).one_or_none()
