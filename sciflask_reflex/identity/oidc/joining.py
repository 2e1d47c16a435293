"""An account for somebody who came by a provider. It exists once the address is proved, by the provider or by a mail of ours.

Until then nothing is in the database: what is known of the person stays, sealed, in the browser that came back from the provider.
"""

from dataclasses import asdict, dataclass
from hmac import compare_digest

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from sciflask_reflex import audit, links, routes
from sciflask_reflex.db import reading, writing
from sciflask_reflex.errors import LOOK_AGAIN, Invalid, Refused
from sciflask_reflex.identity import accounts, limits, passwords, registering, sealed
from sciflask_reflex.identity.addresses import canonical, name_faults
from sciflask_reflex.identity.cookies import set_cookie
from sciflask_reflex.identity.devices import Browser
from sciflask_reflex.identity.eligibility import require_open, require_welcome
from sciflask_reflex.identity.oidc import linking
from sciflask_reflex.identity.oidc.flow import Identity
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.signing_in import Signed, complete
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import MailKind, new_id, utcnow
from sciflask_reflex.providers import Provider
from sciflask_reflex.settings import settings

PENDING_COOKIE, PENDING, PENDING_SECONDS = "sciflask_joining", "oidc-pending", 1_800
CONFIRM_COOKIE, CONFIRM, CONFIRM_SECONDS = "sciflask_join_confirm", "oidc-confirm", 86_400
OVER = "That took too long, or was begun in another browser. Begin again at the sign-in page."
OTHER_BROWSER = "Open this link in the browser where you began, within 24 hours; it is good once. Else begin again at the sign-in page."
TAKEN = "There is an account with this address already. Sign in to it; then you can link the two in your account settings."


@dataclass(frozen=True)
class Joining:
    """What somebody typed, or the provider knows, for a new account."""

    email: str
    first_name: str
    last_name: str
    accepted_terms: bool


def remember(identity: Identity) -> str:
    """Return the Set-Cookie header that keeps an identity for the page that follows."""
    return set_cookie(PENDING_COOKIE, sealed.close(PENDING, asdict(identity)), PENDING_SECONDS)


def pending(cookie: str) -> Identity:
    """Return the identity that this browser came back with; raises Refused if that is half an hour ago."""
    kept = sealed.reopen(PENDING, cookie, seconds=PENDING_SECONDS)
    if kept is None:
        raise Refused(OVER)
    return Identity(**kept)


def clear_cookies() -> tuple[str, ...]:
    """Return the Set-Cookie headers that forget what was pending."""
    return set_cookie(PENDING_COOKIE, "", 0), set_cookie(CONFIRM_COOKIE, "", 0)


def proved_address(provider: Provider, identity: Identity) -> str:
    """Return the address that needs no mail of ours, canonical, or an empty string."""
    if not (provider.trust_email and identity.email_verified and identity.email):
        return ""
    try:
        return canonical(identity.email)
    except Invalid:
        return ""


def is_taken(address: str) -> bool:
    """Whether an account has this address, and has shown that it is theirs."""
    with reading() as session:
        row = accounts.found(session, address)
        return row is not None and row[1].confirmed_at is not None


def require_joinable(joining: Joining) -> str:
    """Return the canonical address; raises Invalid with one sentence per field at fault, and Refused where nobody may register."""
    require_open()
    faults = name_faults(joining.first_name, joining.last_name)
    if not joining.accepted_terms:
        faults["terms"] = registering.TERMS
    address = ""
    try:
        address = canonical(joining.email)
        require_welcome(address)
    except Invalid as fault:
        faults |= fault.fields
    if faults:
        raise Invalid(LOOK_AGAIN, faults)
    return address


def join(provider: Provider, identity: Identity, joining: Joining, browser: Browser, *, guest: Principal | None) -> Signed | str:
    """Make the account and sign in, where the provider proved the address; else write to the address and return the cookie to keep.

    Raises:
        Invalid: With one sentence per field at fault. Refused: Where nobody may register. TooOften: Too many from one network.
    """
    address = require_joinable(joining)
    limits.count(limits.REGISTER, limits.network_of(browser.ip))
    if address == proved_address(provider, identity):
        return complete(_make(identity, joining, address), browser, method=identity.provider, remember=False, guest=guest)
    limits.count(limits.RESEND_ADDRESS, address)
    row_id = new_id()
    _write(address, row_id, provider)
    kept = asdict(identity) | {"joining": asdict(joining), "link": links.hash_of_link(row_id)}
    return set_cookie(CONFIRM_COOKIE, sealed.close(CONFIRM, kept), CONFIRM_SECONDS)


def confirm(token: str, cookie: str, browser: Browser, *, guest: Principal | None) -> Signed:
    """Make the account of somebody who opened the link in the browser where they began, and sign in.

    Raises:
        Refused: In another browser, a second time, or after a day.
        TooOften: After many links that were no good.
    """
    network = limits.network_of(browser.ip)
    limits.check(limits.LINK_NETWORK, network)
    kept = sealed.reopen(CONFIRM, cookie, seconds=CONFIRM_SECONDS)
    if kept is None or not compare_digest(kept.pop("link"), links.hash_of_token(token)) or not sealed.spend(CONFIRM, cookie):
        limits.record(limits.LINK_NETWORK, network)
        raise Refused(OTHER_BROWSER)
    joining = Joining(**kept.pop("joining"))
    identity = Identity(**kept)
    owner_id = _make(identity, joining, require_joinable(joining))
    return complete(owner_id, browser, method=identity.provider, remember=False, guest=guest)


def _make(identity: Identity, joining: Joining, address: str) -> str:
    """Make the account with the identity that opens it, in one transaction, and return its owner."""
    try:
        with writing() as session:
            owner_id = _account(session, joining, address)
            linking.add(session, owner_id, identity)
            audit.record(session, "account:register", subject_id=owner_id, method=identity.provider)
            return owner_id
    except IntegrityError as cause:
        raise Refused(TAKEN) from cause


def _account(session: Session, joining: Joining, address: str) -> str:
    """Return a new account; one of that address which nobody ever confirmed becomes theirs, and whoever began it has no way in."""
    row = accounts.found(session, address)
    if row is None:
        details = accounts.Details(
            address, passwords.NO_PASSWORD, joining.first_name, joining.last_name, accepted_terms=True, confirmed=True
        )
        return accounts.add(session, details)[0].id
    owner, account, user = row
    if account.confirmed_at is not None or not user.enabled:
        raise Refused(TAKEN)
    accounts.set_hash(account, user, passwords.NO_PASSWORD)
    accounts.rename(owner, account, joining.first_name, joining.last_name)
    account.confirmed_at = account.accepted_terms_at = utcnow()
    return owner.id


def _write(address: str, row_id: str, provider: Provider) -> None:
    """Queue the mail; where the address has an account, the same one that registration sends, and the caller learns nothing."""
    with writing() as session:
        cause = registering.cause_of_mail(session, address)
        row = accounts.found(session, address)
        if row and row[1].confirmed_at is not None:
            if cause:
                registering.tell_known(session, row[0], address, cause)
            return
        letters.write(
            session,
            to=address,
            subject="Confirm your address",
            body=f"somebody, most likely you, wants an account at {settings().site_name} that {provider.title} opens. To confirm that this "
            f"address is yours, open this link within 24 hours, in the browser where you began, and press the button:\n\n{links.PLACE}\n\n"
            "If it was not you, do nothing: there is no account without the confirmation.",
            cause=f"join:{row_id}",
            kind=MailKind.ACCOUNT,
            link_page=routes.JOIN_CONFIRM,
            link_id=row_id,
        )
