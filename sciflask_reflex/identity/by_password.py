"""Signing in with e-mail address and password. Hashes: call it off the event loop."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from sciflask_reflex import audit
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, Refused
from sciflask_reflex.identity import devices, limits, passwords
from sciflask_reflex.identity.addresses import canonical
from sciflask_reflex.identity.factors import second_step, ticket
from sciflask_reflex.identity.limits import Limit
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.signing_in import Browser, Signed, complete, require_able

METHOD = "password"
WRONG = (
    "The e-mail address or the password is not right. If you have just made an account: first open the link in the mail that we sent you."
)
"""Also where the password is right and the address not confirmed: else whoever registers an address with a password of theirs, and
then signs in with it, would learn whether the address had an account before."""


@dataclass(frozen=True)
class SecondStep:
    """The password was right, and is not enough: the ticket goes into a cookie, the person to the page of the second step."""

    ticket: str


Entry = Signed | SecondStep


def sign_in(
    email: str, password: str, browser: Browser, *, remember: bool = False, next_path: str = "", guest: Principal | None = None
) -> Entry:
    """Sign somebody in, or send them on to their second step. A guest's work becomes the user's.

    Costs the same whether or not the address has an account.

    Raises:
        Refused: With the same sentence whatever was wrong, the address not being confirmed included; with another one after a right
            password, for a disabled account.
        TooOften: After ten failures for the address, the network, or a thousand in all. A browser that the account is used to
            has a count of its own.
    """
    address = _address(email)
    with reading() as session:
        user, account = _found(session, address)
        known = devices.is_known(session, address, browser.device)
    tries = _tries(address, browser, known=known)
    for limit, who in tries:
        limits.check(limit, who)
    right = passwords.verify(user.password_hash if user else None, password)
    if not right or user is None or account is None or account.confirmed_at is None:
        _note_failure(tries, account)
        raise Refused(WRONG)
    require_able(user, account)
    limits.forget(*tries[0])
    _renew(user, password)
    with reading() as session:
        if second_step.needed(session, account.owner_id):
            return SecondStep(ticket.issue(session, account.owner_id, remember=remember, next_path=next_path))
    return complete(account.owner_id, browser, method=METHOD, remember=remember, guest=guest)


def _address(email: str) -> str:
    try:
        return canonical(email)
    except Invalid:
        return ""


def _found(session: Session, address: str) -> tuple[LocalUser | None, Account | None]:
    query = select(LocalUser, Account).join(Account, col(Account.local_user_id) == col(LocalUser.id)).where(LocalUser.username == address)
    return session.exec(query).one_or_none() or (None, None)


def _tries(address: str, browser: Browser, *, known: bool) -> tuple[tuple[Limit, str], ...]:
    person = (limits.SIGN_IN_DEVICE, f"{address}|{browser.device}") if known else (limits.SIGN_IN_ADDRESS, address)
    return (person, (limits.SIGN_IN_NETWORK, limits.network_of(browser.ip)), (limits.SIGN_IN_SITE, "all"))


def _note_failure(tries: tuple[tuple[Limit, str], ...], account: Account | None) -> None:
    """Count a failure and write it down; the one after which the next must wait is written down as such, once."""
    full = [limit.name for limit, who in tries if limits.record(limit, who)]
    subject = account.owner_id if account else None
    with writing() as session:
        audit.record(session, "account:login:failure", subject_id=subject, outcome="failure", method=METHOD)
        for name in full:
            audit.record(session, "account:login:throttled", subject_id=subject, outcome="refused", limit=name)


def _renew(user: LocalUser, password: str) -> None:
    """Hash the password anew if it was hashed with weaker settings than today's."""
    if passwords.outdated(user.password_hash):
        mine = (col(LocalUser.id) == user.id, col(LocalUser.password_hash) == user.password_hash)
        with writing() as session:
            session.execute(update(LocalUser).where(*mine).values(password_hash=passwords.hash_password(password)))
