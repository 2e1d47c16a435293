"""Passwords: what is accepted, how they are kept, and how hashing is kept off the event loop."""

import asyncio
import re
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sciflask_reflex.errors import Invalid, Unavailable
from sciflask_reflex.identity import strength
from sciflask_reflex.identity.common_passwords import is_common
from sciflask_reflex.identity.threads import Carrying
from sciflask_reflex.settings import settings

T = TypeVar("T")

MIN_CHARS = 10
MAX_BYTES = 1_024
THREADS = 2
MOST_WAITING = 64
UNEQUAL = "The two passwords are not the same."
NO_PASSWORD = b"!"
"""Kept in place of a hash for an account that has no password: no password fits it."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = Carrying(THREADS, thread_name_prefix="passwords")
_waiting = 0


def find_fault(password: str, *, email: str = "", names: tuple[str, ...] = ()) -> str | None:
    """Return the sentence that says why a password is not accepted, or None: some milliseconds at most, nothing is hashed."""
    data = _bytes(password)
    if data is None:
        return "This password holds a character that cannot be stored. Choose another one."
    if len(data) > MAX_BYTES:
        return f"This password is too long. Use at most {MAX_BYTES} bytes."
    if len(password) < MIN_CHARS:
        return f"Use at least {MIN_CHARS} characters. A few words in a row are easy to remember."
    if email and password.casefold().strip() in (email, email.partition("@")[0]):
        return "Do not use your e-mail address as the password."
    if is_common(password):
        return "This is one of the first passwords that anybody would try. Choose another one."
    return strength.find_fault(password, (email, *re.split(r"[^\w]+|_", email), *names, settings().site_name))


def require_good(password: str, *, email: str = "", names: tuple[str, ...] = ()) -> None:
    """Raise Invalid where a password is not accepted."""
    fault = find_fault(password, email=email, names=names)
    if fault:
        raise Invalid(fault, {"password": fault})


def hash_password(password: str) -> bytes:
    """Return the argon2id hash of a password, exactly as typed."""
    return _hasher.hash(password).encode()


def is_set(stored: bytes) -> bool:
    """Whether an account has a password at all; whoever came by a provider has none until they set one."""
    return stored != NO_PASSWORD


def verify(stored: bytes | None, password: str) -> bool:
    """Whether the password is the one. Takes as long for an unknown person (``stored`` is None) as for a known one."""
    data = _bytes(password)
    if data is None or len(data) > MAX_BYTES:
        return False
    stored = None if stored == NO_PASSWORD else stored
    try:
        return _hasher.verify(stored if stored is not None else _nobodys(), data) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: bytes) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobodys() -> bytes:
    return hash_password("nobody has this password")


def _bytes(password: str) -> bytes | None:
    try:
        return password.encode()
    except UnicodeEncodeError:
        return None


async def in_hash_pool(work: Callable[[], T]) -> T:
    """Run work that hashes on one of two threads, so that a rush of sign-ins slows nobody else; raises Unavailable when too many wait."""
    global _waiting  # touched on the event loop only
    if _waiting >= MOST_WAITING:
        message = "Many people are signing in at once. Please try again in a few seconds."
        raise Unavailable(message)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
