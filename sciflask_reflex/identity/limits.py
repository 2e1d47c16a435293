"""Limits on tries that hold over every process and a restart: counters in the database, in sliding windows."""

import time
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil

from sqlalchemy import delete, update
from sqlmodel import col, select

from sciflask_reflex.db import insert, reading, writing
from sciflask_reflex.errors import TooOften
from sciflask_reflex.identity.models import RateLimit

KEEP_SECONDS = 2 * 86_400


@dataclass(frozen=True)
class Limit:
    """At most ``most`` tries within any ``seconds``."""

    name: str
    most: int
    seconds: int


SIGN_IN_ADDRESS = Limit("sign-in-address", 10, 300)
"""For browsers that are new to the account: strangers' tries must not keep the person out of it."""
SIGN_IN_DEVICE = Limit("sign-in-device", 10, 300)
SIGN_IN_NETWORK = Limit("sign-in-network", 10, 300)
SIGN_IN_SITE = Limit("sign-in-site", 1_000, 300)
REGISTER = Limit("register", 60, 600)
"""A class of students behind one address must get in; a harvester of addresses must not."""
RESEND_ADDRESS = Limit("resend-address", 3, 6 * 3_600)
RESEND_NETWORK = Limit("resend-network", 10, 3_600)
RESET_ADDRESS = (Limit("reset-address-hour", 3, 3_600), Limit("reset-address-day", 5, 86_400))
RESET_NETWORK = Limit("reset-network", 10, 3_600)
LINK_NETWORK = Limit("link-network", 60, 3_600)
"""Links from mails that turn out to be no good."""
GUESTS = Limit("guests", 600, 3_600)


def network_of(ip: str) -> str:
    """Return what one visitor commands: the IPv4 address, or the /64 of an IPv6 address."""
    try:
        address = ip_address(ip)
    except ValueError:
        return "unknown"
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped) if address.ipv4_mapped else address.exploded[:19]


def check(limit: Limit, who: str) -> None:
    """Raise TooOften if ``who`` has used up the limit; counts nothing."""
    now = time.time()
    window = _window(limit, now)
    key = _key(limit, who)
    with reading() as session:
        rows = session.exec(select(RateLimit).where(RateLimit.key == key, col(RateLimit.window) >= window - limit.seconds)).all()
    counts = {row.window: row.count for row in rows}
    elapsed = (now - window) / limit.seconds
    used = counts.get(window, 0) + counts.get(window - limit.seconds, 0) * (1 - elapsed)
    if used >= limit.most:
        raise _too_often(ceil(window + limit.seconds - now))


def record(limit: Limit, who: str) -> bool:
    """Count one try; return whether it is the one that uses up the limit of this window."""
    window = _window(limit, time.time())
    again = {"count": col(RateLimit.count) + 1}
    first = insert(RateLimit).values(key=_key(limit, who), window=window, count=1)
    statement = first.on_conflict_do_update(index_elements=["key", "window"], set_=again).returning(col(RateLimit.count))
    with writing() as session:
        used = session.execute(statement).scalar_one()
        if used == 1:
            session.execute(delete(RateLimit).where(col(RateLimit.window) < window - KEEP_SECONDS))
    return used == limit.most


def count(limit: Limit, who: str) -> None:
    """Count one try; raise TooOften instead if the limit is used up."""
    check(limit, who)
    record(limit, who)


def forget(limit: Limit, who: str) -> None:
    """Start again from nothing, after a success."""
    with writing() as session:
        session.execute(update(RateLimit).where(col(RateLimit.key) == _key(limit, who)).values(count=0))


def _window(limit: Limit, now: float) -> int:
    return int(now // limit.seconds) * limit.seconds


def _key(limit: Limit, who: str) -> str:
    # Hashed, so that the table is no list of addresses.
    return f"{limit.name}:{sha256(who.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _too_often(seconds: int) -> TooOften:
    minutes = ceil(seconds / 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return TooOften(f"That was tried too often. Please wait {wait}, then try again.", seconds)
