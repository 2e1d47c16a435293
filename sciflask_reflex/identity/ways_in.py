"""The ways into an account: at least one must stay."""

from sqlmodel import Session, col, func, select

from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import passwords
from sciflask_reflex.identity.models import Account, LinkedIdentity, LocalUser, Passkey

LAST = "This is your only way in. Set a password, or add a passkey, before you remove it."


def require_other(session: Session, owner_id: str) -> None:
    """Raise Refused where an account has one way in and no other. Holds the account against others until the transaction ends."""
    query = select(LocalUser).join(Account, col(Account.local_user_id) == col(LocalUser.id)).where(Account.owner_id == owner_id)
    user = session.exec(query.with_for_update()).one()
    tables = (LinkedIdentity, Passkey)
    keys = [session.exec(select(func.count()).select_from(table).where(col(table.owner_id) == owner_id)).one() for table in tables]
    if not passwords.is_set(user.password_hash) and sum(keys) < 2:
        raise Refused(LAST)
