"""Links in mails: each for one purpose, good once, for a while. Opening the page uses nothing up; only the button there does."""

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from sciflask_reflex import links
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity.models import OneTimeLink
from sciflask_reflex.models import new_id, utcnow

CONFIRM, RESET, EMAIL = "confirm", "reset", "email"
CONFIRM_SECONDS = 24 * 3_600
RESET_SECONDS = 30 * 60
DEAD = "This link has been used, has expired, or a newer mail took its place. Ask for a new one."


def make(session: Session, purpose: str, owner_id: str, *, new_value: str = "", seconds: int) -> OneTimeLink:
    """Return a new link within the caller's transaction; older ones of that purpose that were not used are void.

    Its id goes into the mail (``letters.write(..., link_id=link.id)``), which makes the token when it is sent.
    """
    void(session, owner_id, purpose)
    row_id, now = new_id(), utcnow()
    link = OneTimeLink(
        id=row_id,
        purpose=purpose,
        owner_id=owner_id,
        token_sha256=links.hash_of_link(row_id),
        new_value=new_value,
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    session.add(link)
    session.flush()
    return link


def consume(session: Session, token: str, purpose: str) -> OneTimeLink:
    """Use a link up within the caller's transaction, and return it. Of two at once, one gets it.

    Raises:
        Refused: If it is unknown, used, void, expired, or meant for something else; the sentence says what to do.
    """
    now = utcnow()
    mine = _good(token, purpose)
    done = cast("CursorResult[object]", session.execute(update(OneTimeLink).where(*mine).values(used_at=now)))
    if done.rowcount != 1:
        raise Refused(DEAD)
    digest = links.hash_of_token(token)
    return session.exec(select(OneTimeLink).where(OneTimeLink.token_sha256 == digest).execution_options(populate_existing=True)).one()


def require_good(session: Session, token: str, purpose: str) -> OneTimeLink:
    """Return a link that could be used now, and leave it as it is; raises Refused as ``consume`` does."""
    link = session.exec(select(OneTimeLink).where(*_good(token, purpose))).one_or_none()
    if link is None:
        raise Refused(DEAD)
    return link


def void(session: Session, owner_id: str, *purposes: str) -> None:
    """Make links of these purposes useless, within the caller's transaction: after a new password, a new address, a newer link."""
    unused = (col(OneTimeLink.owner_id) == owner_id, col(OneTimeLink.purpose).in_(purposes), col(OneTimeLink.used_at).is_(None))
    session.execute(update(OneTimeLink).where(*unused).values(used_at=utcnow()))


def _good(token: str, purpose: str) -> tuple:
    return (
        OneTimeLink.token_sha256 == links.hash_of_token(token),
        OneTimeLink.purpose == purpose,
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.expires_at) > utcnow(),
    )
