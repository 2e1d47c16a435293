"""What a person may change about who they are: name, password, address. Risky changes ask for a proof first (``proving``)."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from sciflask_reflex import audit, routes
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, Refused
from sciflask_reflex.identity import accounts, limits, one_time, passwords, session_list, sessions
from sciflask_reflex.identity.addresses import canonical, domain_of, name_faults
from sciflask_reflex.identity.eligibility import require_eligible
from sciflask_reflex.identity.forgotten import tell_changed
from sciflask_reflex.identity.limits import Limit
from sciflask_reflex.identity.models import Account
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.proving import has_password, prove
from sciflask_reflex.jobs import letters
from sciflask_reflex.links import PLACE
from sciflask_reflex.models import MailKind, Owner, new_id, utcnow
from sciflask_reflex.settings import settings

SAME_PASSWORD = "This is the password that you have. Choose another one."  # noqa: S105 - a sentence
NO_PASSWORD_YET = "Your account has no password yet. Ask for a mail that lets you set one."  # noqa: S105 - a sentence
SAME_ADDRESS = "This is the address that you have."
TAKEN = "This address cannot be used any more. Ask for the change again, with another address."
SIGN_IN_FIRST = "Sign in to your account in this browser first, then open the link in the mail again. Nothing has changed yet."
EMAIL_SECONDS = 24 * 3_600
EMAIL_CHANGES = Limit("email-change", 2, 86_400)
NOT_YOU = "If that was not you, set a new password at once; it ends every session:"


def change_name(owner_id: str, first_name: str, last_name: str) -> None:
    """Give a person another name; raises Invalid with one sentence per field at fault."""
    if faults := name_faults(first_name, last_name):
        raise Invalid(LOOK_AGAIN, faults)
    with writing() as session:
        owner, account, _ = accounts.of_owner(session, owner_id)
        accounts.rename(owner, account, first_name, last_name)
        audit.record(session, "account:name:change", subject_id=owner_id)


def change_password(principal: Principal, current: str, new: str, *, repeated: str, session_token: str, ip: str) -> str:
    """Give a person another password and return a new token for this session. Every other session ends, and every link in a mail is void.

    Raises:
        Invalid: If the current one is wrong, or the new one cannot be accepted; one sentence per field.
        Refused: If there is no password yet.
        TooOften: After ten wrong passwords.
    """
    if not has_password(principal.owner_id):
        raise Refused(NO_PASSWORD_YET)
    prove(principal, current, session_token, ip=ip)
    faults = {"password": fault} if (fault := passwords.find_fault(new, email=principal.email)) else {}
    if not faults and new == current:
        faults["password"] = SAME_PASSWORD
    if new != repeated:
        faults["confirm_password"] = passwords.UNEQUAL
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    stored = passwords.hash_password(new)
    with writing() as session:
        owner, account, user = accounts.of_owner(session, principal.owner_id)
        accounts.set_hash(account, user, stored)
        session_list.close_others(session, owner.id, session_token)
        token = session_list.renew(session, session_token)
        one_time.void(session, owner.id, one_time.RESET, one_time.EMAIL)
        audit.record(session, "account:password:change", subject_id=owner.id)
        tell_changed(session, owner, account.email)
    return token


def request_email_change(principal: Principal, new_email: str, current: str, *, session_token: str, ip: str) -> str:
    """Write to a new address, to which the account moves when its reader presses the button; returns the address as we understood it.

    The old address is told. Whether the new one has an account already is told to its own reader and to nobody else.

    Raises:
        Invalid: If the address cannot be accepted here, or the proof fails; one sentence per field.
        TooOften: For the third change within a day.
    """
    try:
        address = canonical(new_email)
        require_eligible(address)
    except Invalid as fault:
        raise Invalid(fault.sentence, {"new_email": fault.sentence}) from None
    if address == principal.email:
        raise Invalid(SAME_ADDRESS, {"new_email": SAME_ADDRESS})
    prove(principal, current, session_token, ip=ip)
    limits.count(EMAIL_CHANGES, principal.owner_id)
    with writing() as session:
        owner, account, _ = accounts.of_owner(session, principal.owner_id)
        if session.exec(select(Account.owner_id).where(Account.email == address)).first():
            one_time.void(session, owner.id, one_time.EMAIL)
            _tell_taken(session, address)
        else:
            link = one_time.make(session, one_time.EMAIL, owner.id, new_value=address, seconds=EMAIL_SECONDS)
            _ask_new(session, owner, address, link.id)
        audit.record(session, "account:email:request", subject_id=owner.id)
        news = f"somebody asked to move your account to the address {_hinted(address)}. Until that address is confirmed, nothing changes."
        _tell(session, owner, account.email, "Your address is about to change", f"{news}\n\n{NOT_YOU}\n\n{_reset()}")
    return address


def confirm_email_change(token: str, *, session_token: str, ip: str) -> str:
    """Use the link in the mail up and return the new address. All sessions but the one at hand end, and all other links are void.

    It takes both: the mailbox, and a session of the account. Whoever has the mailbox alone may be somebody whose address another
    person typed; pressing the button would give that person an account under it.

    Raises:
        Refused: If the link is used, void or expired, the address got an account meanwhile, or the person is not signed in here.
        TooOften: After many links that were no good.
    """
    network = limits.network_of(ip)
    limits.check(limits.LINK_NETWORK, network)
    try:
        with reading() as session:
            link = one_time.require_good(session, token, one_time.EMAIL)
        if sessions.principal_of_token(session_token).owner_id != link.owner_id:
            raise Refused(SIGN_IN_FIRST)
        new = link.new_value
        require_eligible(new)
        _move(token, new, session_token)
    except IntegrityError as cause:
        raise Refused(TAKEN) from cause
    except Refused:
        limits.record(limits.LINK_NETWORK, network)
        raise
    return new


def _move(token: str, new: str, session_token: str) -> None:
    """Use the link up and move the account, in one transaction with everything that ends by it."""
    with writing() as session:
        owner_id = one_time.consume(session, token, one_time.EMAIL).owner_id
        owner, account, user = accounts.of_owner(session, owner_id)
        if not user.enabled:
            raise Refused(one_time.DEAD)
        old = account.email
        account.email = owner.email = user.username = new
        account.confirmed_at = utcnow()
        accounts.recognise(account)
        session.flush()
        session_list.close_others(session, owner_id, session_token)
        one_time.void(session, owner_id, one_time.RESET, one_time.CONFIRM)
        audit.record(session, "account:email:change", subject_id=owner_id)
        news = f"your account moved to the address {_hinted(new)}. You sign in with that one from now on."
        _tell(session, owner, old, "Your address was changed", f"{news}\n\nIf that was not you, write to the people who run this site.")


def _tell(session: Session, owner: Owner, to: str, subject: str, body: str) -> None:
    """Write to the person about a change of the account."""
    letters.write(session, to=to, subject=subject, body=body, cause=f"account:{owner.id}:{new_id()}", kind=MailKind.ACCOUNT, owner=owner)


def _ask_new(session: Session, owner: Owner, address: str, link_id: str) -> None:
    """Ask the reader of the new address whether the account should move there."""
    body = (
        "you asked to use this address for your account. Open this page where you are signed in, and press the button, within 24 "
        "hours:\n\n"
        f"{PLACE}\n\nIf you did not ask for it, do nothing: nothing changes."
    )
    letters.write(
        session, to=address, subject="Confirm your new address", body=body, cause=f"email-change:{link_id}", kind=MailKind.ACCOUNT,
        link_page=routes.CONFIRM_EMAIL, link_id=link_id, owner=owner,
    )  # fmt: skip


def _tell_taken(session: Session, address: str) -> None:
    """Tell the reader of an address that has an account; nobody else learns that it has one."""
    body = (
        "somebody asked to move another account to this address. It has an account already, so nothing was changed.\n\n"
        "If that was you: sign in with this address, or choose another one for the other account."
    )
    letters.write(
        session,
        to=address,
        subject="This address has an account already",
        body=body,
        cause=f"email-taken:{new_id()}",
        kind=MailKind.ACCOUNT,
    )


def _hinted(address: str) -> str:
    """Return enough of an address for its owner to know it by."""
    return f"{address[:1]}…@{domain_of(address)}"


def _reset() -> str:
    return f"{settings().public_url}{routes.RESET_PASSWORD}"
