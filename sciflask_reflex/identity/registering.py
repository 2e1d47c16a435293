"""Making an account as a visitor does: form, mail, button. Whoever asks about an address gets the same answer, whoever it belongs to."""

import time
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from sciflask_reflex import audit, links, routes
from sciflask_reflex.db import writing
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, Refused
from sciflask_reflex.identity import accounts, limits, newcomers, one_time, passwords
from sciflask_reflex.identity.addresses import canonical, name_faults
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.eligibility import require_open, require_welcome
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.signing_in import Signed, complete
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import Mail, MailKind, Owner, utcnow
from sciflask_reflex.settings import settings

METHOD = "confirmation"
TERMS = "Accept the terms and conditions to make an account."
QUIET_SECONDS = 600
"""At most one mail goes to an address in this time, however often somebody types it into the form."""
MOST_A_DAY = 5
"""Nor do more than these in a day: whoever wants to fill somebody's mailbox has patience."""


@dataclass(frozen=True)
class Newcomer:
    """What somebody typed who wants an account."""

    email: str
    password: str
    first_name: str
    last_name: str
    accepted_terms: bool = False


@dataclass(frozen=True)
class ChooseAnew:
    """The address is theirs, the password may be somebody else's: nobody has it any more. By this link they choose one."""

    link_id: str


def register(newcomer: Newcomer, *, ip: str) -> str:
    """Make an account that waits for its address to be confirmed, and write to that address. Opens no session.

    If the address has an account, its owner gets a mail about that instead, and the caller learns nothing. Returns the Set-Cookie
    header by which ``confirm`` knows the browser in which the password was typed; everybody gets one.

    Raises:
        Invalid: With one sentence per field at fault. Refused: Where nobody may register. TooOften: Too many from one network.
    """
    require_registrable(newcomer)
    limits.count(limits.REGISTER, limits.network_of(ip))
    address, stored = canonical(newcomer.email), passwords.hash_password(newcomer.password)
    try:
        _write_down(newcomer, address, stored)
    except IntegrityError:  # somebody registered the same address at this moment
        _write_down(newcomer, address, stored)
    return newcomers.remember(stored)


def require_registrable(newcomer: Newcomer) -> None:
    """Raise Invalid with one sentence per field at fault, all at once; Refused where nobody may register. Makes nothing."""
    require_open()
    faults = name_faults(newcomer.first_name, newcomer.last_name)
    address = ""
    try:
        address = canonical(newcomer.email)
        require_welcome(address)
    except Invalid as fault:
        faults |= fault.fields
    if sentence := passwords.find_fault(newcomer.password, email=address, names=(newcomer.first_name, newcomer.last_name)):
        faults["password"] = sentence
    if not newcomer.accepted_terms:
        faults["terms"] = TERMS
    if faults:
        raise Invalid(LOOK_AGAIN, faults)


def confirm(token: str, browser: Browser, *, typed: str = "", guest: Principal | None = None) -> Signed | ChooseAnew:
    """Use the link of the first mail up: the address is theirs. They are signed in, and a guest's work becomes theirs.

    That is so in the browser where the password was typed, which ``typed``, the cookie of ``register``, shows. In any other the
    password may be that of a stranger who registered this address: it is forgotten, and the person chooses one.

    Raises:
        Refused: If the link is no good any more, or the account was disabled or confirmed meanwhile.
        TooOften: After many links that were no good.
    """
    network = limits.network_of(browser.ip)
    limits.check(limits.LINK_NETWORK, network)
    try:
        with writing() as session:
            link = one_time.consume(session, token, one_time.CONFIRM)
            anew = _confirm(session, link.owner_id, typed)
    except Refused:
        limits.record(limits.LINK_NETWORK, network)
        raise
    return anew or complete(link.owner_id, browser, method=METHOD, remember=False, guest=guest)


def _confirm(session: Session, owner_id: str, typed: str) -> ChooseAnew | None:
    """Note that the address is theirs; return a link to choose a password by, unless the one there is was typed in this browser."""
    _, account, user = accounts.of_owner(session, owner_id)
    if account.confirmed_at is not None or not user.enabled:
        raise Refused(one_time.DEAD)  # to somebody who is there already the link would be a way in without a second factor
    account.confirmed_at = utcnow()
    audit.record(session, "account:email:confirm", subject_id=owner_id)
    if newcomers.typed_here(typed, user.password_hash):
        return None
    accounts.set_hash(account, user, passwords.NO_PASSWORD)
    account.terms_version = ""  # whoever accepted them may be a stranger, too: they are shown again
    return ChooseAnew(one_time.make(session, one_time.RESET, owner_id, seconds=one_time.RESET_SECONDS).id)


def send_again(email: str, *, ip: str) -> None:
    """Write once more to an address that waits to be confirmed. The caller learns nothing about the address.

    Raises:
        Invalid: If it is no address. TooOften: After three in six hours for an address, or ten in an hour from a network.
    """
    address = canonical(email)
    limits.check(limits.RESEND_NETWORK, limits.network_of(ip))
    limits.count(limits.RESEND_ADDRESS, address)
    limits.record(limits.RESEND_NETWORK, limits.network_of(ip))
    with writing() as session:
        owner, account, user = accounts.found(session, address) or (None, None, None)
        if owner and account and user and user.enabled and account.confirmed_at is None:
            write_confirmation(session, owner, address)
        audit.record(session, "account:confirmation:request", subject_id=owner.id if owner else None)


def write_confirmation(session: Session, owner: Owner, address: str, *, cause: str = "") -> None:
    """Queue the mail with a new link, within the caller's transaction; older links are void."""
    link = one_time.make(session, one_time.CONFIRM, owner.id, seconds=one_time.CONFIRM_SECONDS)
    letters.write(
        session,
        to=address,
        subject="Confirm your address",
        body=f"somebody, most likely you, has made an account at {settings().site_name} with this address. To confirm that it is yours, "
        f"open this link within 24 hours and press the button:\n\n{links.PLACE}\n\n"
        "If it was not you, do nothing: without the confirmation nobody can use the account.",
        cause=cause or f"confirm:{link.id}",
        kind=MailKind.ACCOUNT,
        link_page=routes.CONFIRM,
        link_id=link.id,
        owner=owner,
    )


def _write_down(newcomer: Newcomer, address: str, stored: bytes) -> None:
    """Make the account, or, where there is one, do what its owner would want; in one transaction, of the same cost."""
    with writing() as session:
        owner, account, user = accounts.found(session, address) or (None, None, None)
        cause = cause_of_mail(session, address)
        if owner is None or account is None or user is None:
            details = accounts.Details(address, stored, newcomer.first_name, newcomer.last_name, accepted_terms=True)
            owner, _ = accounts.add(session, details)
            write_confirmation(session, owner, address, cause=cause)
        elif cause and user.enabled and account.confirmed_at is not None:
            tell_known(session, owner, address, cause)
        elif cause and user.enabled:
            # Nobody has shown yet that the address is theirs: what was typed last goes with the link that is sent last.
            accounts.set_hash(account, user, stored)
            accounts.rename(owner, account, newcomer.first_name, newcomer.last_name)
            write_confirmation(session, owner, address, cause=cause)
        audit.record(session, "account:register", subject_id=owner.id)


def tell_known(session: Session, owner: Owner, address: str, cause: str) -> None:
    """Queue the mail for somebody who has an account already, within the caller's transaction."""
    letters.write(
        session,
        to=address,
        subject="You have an account already",
        body=f"somebody, most likely you, wanted to make an account at {settings().site_name} with this address. There is one already. "
        f"Sign in here:\n\n{settings().public_url}{routes.LOGIN}\n\n"
        f"If you do not know your password any more:\n\n{settings().public_url}{routes.RESET_PASSWORD}\n\n"
        "If it was not you, there is nothing to do.",
        cause=cause,
        kind=MailKind.ACCOUNT,
        owner=owner,
    )


def cause_of_mail(session: Session, address: str) -> str:
    """Return the cause under which a mail to this address may be written now, or an empty string if that would be too many."""
    who, slot, now = sha256(address.encode()).hexdigest()[:32], int(time.time() // QUIET_SECONDS), utcnow()
    today = (col(Mail.cause).startswith(f"register:{who}:"), col(Mail.created_at) > now - timedelta(days=1))
    written = session.exec(select(Mail.created_at).where(*today)).all()
    quiet = len(written) >= MOST_A_DAY or any(at > now - timedelta(seconds=QUIET_SECONDS) for at in written)
    return "" if quiet else f"register:{who}:{slot}"
