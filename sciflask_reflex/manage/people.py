"""Who somebody is, in the words of the pages of administration."""

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from sciflask_reflex.identity.models import Account
from sciflask_reflex.models import Owner, Role

GONE = "somebody who is gone"


def called(owner_id: str | None, role: str | None, name: str | None, email: str | None) -> str:
    """Return what to call an owner in a list: name and address, or that it is a guest."""
    if not owner_id:
        return "nobody known"
    if role is None:
        return f"{GONE} ({owner_id[:8]})"
    if role == Role.GUEST:
        return f"Guest {owner_id[:8]}"
    return f"{name} ({email})" if email else name or owner_id[:8]


def names_of(session: Session, ids: set[str]) -> dict[str, str]:
    """Return what to call each of these owners."""
    query = (
        select(Owner.id, Owner.role, Owner.name, Account.email)
        .outerjoin(Account, col(Account.owner_id) == col(Owner.id))
        .where(col(Owner.id).in_(ids))
    )
    found = {row[0]: called(*row) for row in session.exec(query)} if ids else {}
    return {owner_id: found.get(owner_id) or called(owner_id, None, None, None) for owner_id in ids}


def matching(words: str) -> ColumnElement[bool]:
    """Return the condition that an owner has this id, or this in the name or the address."""
    wanted = words.strip()
    return or_(
        col(Owner.id) == wanted, col(Owner.name).icontains(wanted, autoescape=True), col(Owner.email).icontains(wanted, autoescape=True)
    )


def ids_of(session: Session, words: str, most: int = 200) -> list[str]:
    """Return the ids of the owners whom these words may mean; what looks like an id counts even when its owner is gone."""
    found = list(session.exec(select(Owner.id).where(matching(words)).limit(most)))
    exact = words.strip()
    return found or ([exact] if len(exact) == 32 else [])
