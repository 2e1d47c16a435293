"""Making accounts, signing in and out. Everything here waits for the database or hashes: call it off the event loop."""

from typing import cast

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import Invalid, NotFound, Refused
from sciflask_reflex.identity import limits, passwords, sessions
from sciflask_reflex.identity.addresses import canonical, person_name
from sciflask_reflex.identity.adoption import adopt
from sciflask_reflex.identity.models import Account, LocalUser
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.registration import require_open, require_welcome
from sciflask_reflex.models import Owner, Role, utcnow

ACCOUNT = "account"
WRONG = "The e-mail address or the password is not right."
DISABLED = "This account is disabled. Write to the people who run this site."
TAKEN = "There is an account with this address already. Sign in, or use another address."
LOOK_AGAIN = "Some fields need another look."
TERMS = "Accept the terms and conditions to make an account."


def create_account(
    email: str,
    password: str,
    *,
    first_name: str = "",
    last_name: str = "",
    role: Role = Role.USER,
    accepted_terms: bool = False,
    confirmed: bool = False,
) -> Principal:
    """Make an account, whoever may register by themselves; raises Invalid with one sentence per field at fault.

    An address that has an account is refused by the unique index, also when two people try at the same moment.
    """
    address = canonical(email)
    passwords.require_good(password, email=address)
    stored = passwords.hash_password(password)
    names = (person_name(first_name), person_name(last_name))
    now = utcnow()
    try:
        with writing() as session:
            user = LocalUser(username=address, password_hash=stored, enabled=True)
            owner = Owner(role=role, name=" ".join(filter(None, names)) or address.partition("@")[0], email=address)
            session.add_all([user, owner])
            session.flush()
            account = Account(
                owner_id=owner.id,
                local_user_id=cast("int", user.id),
                email=address,
                first_name=names[0],
                last_name=names[1],
                accepted_terms_at=now if accepted_terms else None,
                confirmed_at=now if confirmed else None,
            )
            session.add(account)
    except IntegrityError as cause:
        raise Invalid(TAKEN, {"email": TAKEN}) from cause
    return sessions.principal_of(owner, account)


def register(
    email: str,
    password: str,
    *,
    first_name: str,
    last_name: str,
    accepted_terms: bool,
    ip: str,
    guest: Principal | None = None,
) -> str:
    """Make an account as a visitor does, and sign in; returns the session token. A guest's work becomes theirs."""
    require_registrable(email, password, first_name, last_name, accepted_terms=accepted_terms)
    limits.count(limits.REGISTER, limits.network_of(ip))
    principal = create_account(email, password, first_name=first_name, last_name=last_name, accepted_terms=True)
    with writing() as session:
        adopt(session, guest, principal.owner_id)
        return sessions.open_session(session, _user_of(session, principal.owner_id))


def require_registrable(email: str, password: str, first_name: str, last_name: str, *, accepted_terms: bool) -> None:
    """Raise Invalid with one sentence per field at fault, all at once; Refused where nobody may register. Asks no database."""
    require_open()
    faults: dict[str, str] = {}
    if not person_name(first_name):
        faults["first_name"] = "Enter your first name."
    if not person_name(last_name):
        faults["last_name"] = "Enter your last name."
    address = ""
    try:
        address = canonical(email)
        require_welcome(address)
    except Invalid as fault:
        faults |= fault.fields
    if sentence := passwords.find_fault(password, email=address):
        faults["password"] = sentence
    if not accepted_terms:
        faults["terms"] = TERMS
    if faults:
        raise Invalid(LOOK_AGAIN, faults)


def sign_in(email: str, password: str, *, ip: str, guest: Principal | None = None) -> str:
    """Return a new session token; raises Refused with the same sentence whatever was wrong, and TooOften after ten failures.

    Costs the same whether or not the address has an account. A guest's work becomes the user's.
    """
    try:
        address = canonical(email)
    except Invalid:
        address = ""
    network = limits.network_of(ip)
    tries = ((limits.SIGN_IN_ADDRESS, address), (limits.SIGN_IN_NETWORK, network), (limits.SIGN_IN_SITE, "all"))
    for limit, who in tries:
        limits.check(limit, who)
    with reading() as session:
        user = session.exec(select(LocalUser).where(LocalUser.username == address)).one_or_none() if address else None
    if not passwords.verify(user.password_hash if user else None, password) or user is None:
        for limit, who in tries:
            limits.record(limit, who)
        raise Refused(WRONG)
    if not user.enabled:
        raise Refused(DISABLED)
    limits.forget(limits.SIGN_IN_ADDRESS, address)
    return _begin(user, password, guest)


def _begin(user: LocalUser, password: str, guest: Principal | None) -> str:
    """Open a session, in one transaction with everything that goes with it."""
    renewed = passwords.hash_password(password) if passwords.outdated(user.password_hash) else None
    with writing() as session:
        kept = session.get_one(LocalUser, user.id)
        if renewed and kept.password_hash == user.password_hash:
            kept.password_hash = renewed
        account = session.exec(select(Account).where(Account.local_user_id == kept.id)).one()
        adopt(session, guest, account.owner_id)
        return sessions.open_session(session, account.local_user_id)


def sign_out(token: str) -> None:
    """End the session of this token, at once and everywhere it is used."""
    sessions.close_session(token)


def sign_out_everywhere(owner_id: str) -> None:
    """End every session of a user."""
    with writing() as session:
        sessions.close_all(session, _user_of(session, owner_id))


def set_password(email: str, password: str) -> None:
    """Give an account a new password and end its sessions; for the people who run the site."""
    address = canonical(email)
    passwords.require_good(password, email=address)
    stored = passwords.hash_password(password)
    with writing() as session:
        account = _account(session, address)
        session.get_one(LocalUser, account.local_user_id).password_hash = stored
        account.password_changed_at = utcnow()
        sessions.close_all(session, account.local_user_id)


def set_enabled(email: str, *, enabled: bool) -> None:
    """Let somebody in again, or keep them out from this moment on."""
    with writing() as session:
        account = _account(session, canonical(email))
        session.get_one(LocalUser, account.local_user_id).enabled = enabled
        if not enabled:
            sessions.close_all(session, account.local_user_id)


def set_role(email: str, role: Role) -> None:
    """Make a user an admin, or an admin a user; they sign in anew."""
    with writing() as session:
        account = _account(session, canonical(email))
        session.get_one(Owner, account.owner_id).role = role
        sessions.close_all(session, account.local_user_id)


def _account(session: Session, address: str) -> Account:
    account = session.exec(select(Account).where(Account.email == address)).one_or_none()
    if account is None:
        raise NotFound(ACCOUNT)
    return account


def _user_of(session: Session, owner_id: str) -> int:
    number = session.exec(select(Account.local_user_id).where(col(Account.owner_id) == owner_id)).one_or_none()
    if number is None:
        raise NotFound(ACCOUNT)
    return number
