"""Browsers that somebody has signed in from. A sign-in from another one is told by mail; a known one is not kept out by strangers' tries."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from sqlmodel import Session, col, func, select

from sciflask_reflex import routes
from sciflask_reflex.identity.cookies import DAY_SECONDS, DEVICE_COOKIE, hash_of, new_token, set_cookie
from sciflask_reflex.identity.models import Account, KnownDevice
from sciflask_reflex.jobs import letters
from sciflask_reflex.models import MailKind, Owner, utcnow
from sciflask_reflex.settings import settings

DAYS = 365
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Browser:
    """Where a sign-in comes from."""

    ip: str = ""
    user_agent: str = ""
    device: str = ""
    """What the browser keeps to be recognised by; empty when it is new here."""


def is_known(session: Session, address: str, device: str) -> bool:
    """Whether the account of this (canonical) address has signed in from this browser before."""
    query = (
        select(KnownDevice.owner_id)
        .join(Account, col(Account.owner_id) == col(KnownDevice.owner_id))
        .where(Account.email == address, KnownDevice.device_sha256 == hash_of(device))
    )
    return session.exec(query).first() is not None


def note(session: Session, owner: Owner, browser: Browser) -> str:
    """Remember the browser as one of this person's, within the caller's transaction, and return the value that it is to keep.

    If they have others and this one is new, a mail tells them. A value that we did not give is replaced.
    """
    ours = _is_ours(session, browser.device)
    device = browser.device if ours else new_token()
    known = session.get(KnownDevice, (owner.id, hash_of(device))) if ours else None
    if known:
        known.last_at = utcnow()
        return device
    others = session.exec(select(func.count()).select_from(KnownDevice).where(KnownDevice.owner_id == owner.id)).one()
    session.add(KnownDevice(owner_id=owner.id, device_sha256=hash_of(device)))
    if others and owner.email:
        _tell(session, owner, owner.email, device, browser)
    return device


def device_cookie(device: str) -> str:
    """Return the header that lets a browser be recognised for a year."""
    return set_cookie(DEVICE_COOKIE, device, DAYS * DAY_SECONDS)


def in_words(user_agent: str) -> str:
    """Return browser and system as people call them."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " on ".join(filter(None, (browser or "A browser", system)))


def shortened(ip: str) -> str:
    """Return an address without its last part: enough to tell home from work, too little to find a person."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if isinstance(address, IPv6Address):
        return ":".join(address.exploded.split(":")[:3]) + "::/48"
    return ".".join(str(address).split(".")[:3]) + ".0/24"


def _is_ours(session: Session, device: str) -> bool:
    """Whether we gave this value to a browser that somebody signed in from."""
    if not device:
        return False
    return session.exec(select(KnownDevice.owner_id).where(KnownDevice.device_sha256 == hash_of(device))).first() is not None


def _tell(session: Session, owner: Owner, address: str, device: str, browser: Browser) -> None:
    place = shortened(browser.ip)
    facts = [f"Browser: {in_words(browser.user_agent)}", f"Time: {utcnow():%d %B %Y, %H:%M} UTC"] + ([f"Network: {place}"] if place else [])
    letters.write(
        session,
        to=address,
        subject="Sign-in from a new device",
        body="somebody has just signed in to your account from a browser that we have not seen before.\n\n"
        + "\n".join(facts)
        + "\n\nIf it was you, there is nothing to do. If it was not, choose a new password now, which ends every session:\n\n"
        + f"{settings().public_url}{routes.RESET_PASSWORD}",
        cause=f"device:{owner.id}:{hash_of(device)[:32]}",
        kind=MailKind.NEW_DEVICE,
        owner=owner,
    )
