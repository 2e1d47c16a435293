"""Whose password an account waits with that nobody has confirmed yet: that of the browser in which it was typed, and of no other.

Anybody can register somebody else's address, with a password that they know, before its owner does or after. The link in the mail
shows whose the address is; it does not show who typed the password. This cookie does. Whoever typed gets one, so it tells nothing.
"""

from hashlib import sha256
from hmac import compare_digest

from sciflask_reflex.identity import one_time, sealed
from sciflask_reflex.identity.cookies import set_cookie

COOKIE = "sciflask_newcomer"
PURPOSE = "newcomer"


def remember(password_hash: bytes) -> str:
    """Return the Set-Cookie header by which a browser is known as the one that typed a password."""
    return set_cookie(COOKIE, sealed.close(PURPOSE, {"typed": _digest(password_hash)}), one_time.CONFIRM_SECONDS)


def typed_here(cookie: str, password_hash: bytes) -> bool:
    """Whether the browser with this cookie is the one in which the password was typed that an account has."""
    kept = sealed.reopen(PURPOSE, cookie, seconds=one_time.CONFIRM_SECONDS)
    return kept is not None and compare_digest(str(kept["typed"]), _digest(password_hash))


def clear() -> str:
    """Return the Set-Cookie header that takes it away."""
    return set_cookie(COOKIE, "", 0)


def _digest(password_hash: bytes) -> str:
    return sha256(password_hash).hexdigest()
