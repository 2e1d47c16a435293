"""A new password for somebody who forgot theirs: form, mail, form. It does not stand in for the second factor."""

from sqlmodel import Session

from sciflask_reflex import audit, links, routes
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Refused
from sciflask_reflex.identity import accounts, limits, one_time, passwords, sessions
from sciflask_reflex.identity.addresses import canonical
from sciflask_reflex.identity.models import Account
from sciflask_reflex.identity.registering import write_confirmation
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import MailKind, Owner, new_id
from sciflask_reflex.settings import settings


def request(email: str, *, ip: str) -> None:
    """Write to an address how to choose a new password. The caller learns nothing about the address.

    An account that waits for its address to be confirmed gets that mail again; a disabled one gets none.

    Raises:
        Invalid: If it is no address. TooOften: After three in an hour or five in a day for an address, or ten from a network.
    """
    address, network = canonical(email), limits.network_of(ip)
    limits.check(limits.RESET_NETWORK, network)
    for limit in limits.RESET_ADDRESS:
        limits.check(limit, address)
    limits.record(limits.RESET_NETWORK, network)
    for limit in limits.RESET_ADDRESS:
        limits.record(limit, address)
    with writing() as session:
        owner, account, user = accounts.found(session, address) or (None, None, None)
        if owner and account and user and user.enabled:
            if account.confirmed_at is None:
                write_confirmation(session, owner, address)
            else:
                _write_link(session, owner, address)
        audit.record(session, "account:password:reset:request", subject_id=owner.id if owner else None)


def choose(token: str, password: str, *, ip: str) -> None:
    """Use the link of that mail up and set the password. Every session ends, every older link is void, a mail tells of it.

    Raises:
        Invalid: If the password is not accepted; the link is as good as before.
        Refused: If the link is no good any more. TooOften: After many links that were no good.
    """
    network = limits.network_of(ip)
    limits.check(limits.LINK_NETWORK, network)
    try:
        with reading() as session:
            account = session.get_one(Account, one_time.require_good(session, token, one_time.RESET).owner_id)
        passwords.require_good(password, email=account.email)
        stored = passwords.hash_password(password)
        with writing() as session:
            link = one_time.consume(session, token, one_time.RESET)
            _set(session, link.owner_id, stored)
    except Refused:
        limits.record(limits.LINK_NETWORK, network)
        raise


def _set(session: Session, owner_id: str, stored: bytes) -> None:
    owner, account, user = accounts.of_owner(session, owner_id)
    if not user.enabled:
        raise Refused(one_time.DEAD)
    accounts.set_hash(account, user, stored)
    sessions.close_all(session, account.local_user_id)
    one_time.void(session, owner_id, one_time.RESET, one_time.EMAIL)
    audit.record(session, "account:password:reset", subject_id=owner_id)
    tell_changed(session, owner, account.email)


def tell_changed(session: Session, owner: Owner, address: str) -> None:
    """Queue the mail that says that the password was changed, within the caller's transaction."""
    letters.write(
        session,
        to=address,
        subject="Your password was changed",
        body="your password has just been changed, and every other session was ended.\n\nIf it was not you, choose a new one now:\n\n"
        f"{settings().public_url}{routes.RESET_PASSWORD}\n\nTokens for programs, passkeys and linked sign-ins go on working. If somebody else "
        f"had your password, look through them here:\n\n{settings().public_url}{routes.ACCOUNT}",
        cause=f"password:{new_id()}",
        kind=MailKind.ACCOUNT,
        owner=owner,
    )


def _write_link(session: Session, owner: Owner, address: str) -> None:
    link = one_time.make(session, one_time.RESET, owner.id, seconds=one_time.RESET_SECONDS)
    letters.write(
        session,
        to=address,
        subject="Choose a new password",
        body="somebody, most likely you, has forgotten the password of your account. To choose a new one, open this link within 30 "
        f"minutes:\n\n{links.PLACE}\n\nIf it was not you, do nothing: your password stays as it is.",
        cause=f"reset:{link.id}",
        kind=MailKind.ACCOUNT,
        link_page=routes.NEW_PASSWORD,
        link_id=link.id,
        owner=owner,
    )
