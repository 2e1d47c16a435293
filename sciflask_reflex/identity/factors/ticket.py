"""The ticket between the two steps of a sign-in: it says that the password was right, opens nothing, and lasts ten minutes."""

from dataclasses import asdict, dataclass

from sqlmodel import Session

from sciflask_reflex.db import reading
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity.cookies import set_cookie
from sciflask_reflex.identity.models import Account
from sciflask_reflex.identity.sealed import close, reopen

TICKET_COOKIE = "sciflask_second_step"
SECONDS = 600
OVER = "That took longer than ten minutes, or your password has changed meanwhile. Sign in again."


@dataclass(frozen=True)
class Ticket:
    """Whose password was right, and what they wanted."""

    owner_id: str
    password_changed_at: float
    """The ticket dies with the password."""
    remember: bool = False
    next: str = ""
    """Where the person was heading; a path of this site or nothing."""
    method: str = "password"
    """How they took the first step: with the password, or at a provider."""


def issue(session: Session, owner_id: str, *, remember: bool, next_path: str, method: str = "password") -> str:
    """Return the text of a new ticket, sealed."""
    account = session.get_one(Account, owner_id)
    return close(TICKET_COOKIE, asdict(Ticket(owner_id, account.password_changed_at.timestamp(), remember, next_path, method)))


def read(text: str) -> Ticket:
    """Return the ticket that a browser brought.

    Raises:
        Refused: If it is not ours, older than ten minutes, or the password has changed since.
    """
    content = reopen(TICKET_COOKIE, text, seconds=SECONDS)
    if content is None:
        raise Refused(OVER)
    ticket = Ticket(**content)
    with reading() as session:
        account = session.get(Account, ticket.owner_id)
    if account is None or account.password_changed_at.timestamp() != ticket.password_changed_at:
        raise Refused(OVER)
    return ticket


def set_ticket(text: str) -> str:
    """Return the Set-Cookie header that carries a ticket."""
    return set_cookie(TICKET_COOKIE, text, SECONDS)


def clear_ticket() -> str:
    """Return the Set-Cookie header that takes it away."""
    return set_cookie(TICKET_COOKIE, "", 0)
