"""Somebody must run the site: the last admin is neither deleted, nor disabled, nor made anything less."""

from sqlmodel import Session, col, select

from sciflask_reflex.errors import Refused
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.models import Owner, Role

LAST_ADMIN = "This is the only person who runs the site. Make somebody else an admin first."


def require_another(session: Session, owner_id: str) -> None:
    """Raise Refused where this owner is an admin and no other admin can sign in. Holds until the caller's transaction ends, for two at once, too."""
    locked = select(Owner).where(Owner.role == Role.ADMIN).order_by(col(Owner.id)).with_for_update()
    admins = {owner.id for owner in session.exec(locked).all()}
    if owner_id not in admins:
        return
    able = (
        select(Account.owner_id)
        .join(LocalUser, col(LocalUser.id) == col(Account.local_user_id))
        .where(col(Account.owner_id).in_(admins - {owner_id}), col(LocalUser.enabled).is_(True), col(Account.confirmed_at).is_not(None))
    )
    if session.exec(able).first() is None:
        raise Refused(LAST_ADMIN)


def require_another_than(session: Session, address: str) -> None:
    """As ``require_another``, for the account of a canonical address. Goes before every other lock of the transaction."""
    owner_id = session.exec(select(Account.owner_id).where(Account.email == address)).one_or_none()
    if owner_id is not None:
        require_another(session, owner_id)
