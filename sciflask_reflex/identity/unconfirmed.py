"""Accounts whose address nobody has confirmed go in time: whoever typed it has mistyped it, or is somebody else."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from sciflask_reflex import audit, departed
from sciflask_reflex.db import writing
from sciflask_reflex.identity.models import Account, LocalUser, OneTimeLink
from sciflask_reflex.models import Mail, Owner, utcnow
from sciflask_reflex.settings import settings

MOST = 500
"""Accounts that one round removes; the next one goes on."""


def forget_unconfirmed() -> int:
    """Remove accounts that have waited too long for their address to be confirmed; return how many.

    One that somebody can still confirm by a link stays until that is over, and one that was disabled stays so.
    """
    if not (days := settings().unconfirmed_days):
        return 0
    now = utcnow()
    open_links = select(OneTimeLink.owner_id).where(col(OneTimeLink.used_at).is_(None), col(OneTimeLink.expires_at) > now)
    query = (
        select(Account)
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
        .where(
            col(Account.confirmed_at).is_(None),
            col(Account.created_at) < now - timedelta(days=days),
            col(LocalUser.enabled).is_(True),
            col(Account.owner_id).not_in(open_links),
        )
        .limit(MOST)
        .with_for_update(of=Account)
    )
    with writing() as session:
        waiting = session.exec(query).all()
        for account in waiting:
            _remove(session, account)
    return len(waiting)


def _remove(session: Session, account: Account) -> None:
    """Delete the rows; nobody was ever signed in, so there is no work, no file and no session."""
    session.expunge(account)
    departed.keep_owner(session, account.owner_id)
    session.execute(delete(Mail).where(col(Mail.to) == account.email))
    session.execute(delete(Owner).where(col(Owner.id) == account.owner_id))
    session.execute(delete(LocalUser).where(col(LocalUser.id) == account.local_user_id))
    audit.record(session, "retention:account", subject_id=account.owner_id, thing=f"owner:{account.owner_id}")
