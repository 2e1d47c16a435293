"""The session cookie: what is in it, and which of them we made.

A user's holds 256 random bits. A guest's holds 256 random bits and our signature, so that the first visit costs no row:
the row is made when the guest first needs to own something, and only for a token that this site has minted.
"""

import secrets
from hashlib import sha256
from hmac import compare_digest, digest

from starlette.requests import cookie_parser

from sciflask_reflex.secrets import subkey
from sciflask_reflex.settings import settings

SESSION_COOKIE = "sciflask_session"
DEVICE_COOKIE = "sciflask_device"
GUEST_PREFIX = "g."
MAX_TOKEN_CHARS = 200
DAY_SECONDS = 86_400


def hash_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """Return a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def new_guest_token() -> str:
    """Return a token for a guest, signed."""
    body = new_token()
    return f"{GUEST_PREFIX}{body}.{_signature(body)}"


def is_guest_token(token: str) -> bool:
    """Whether this is a guest's token, and one that we made."""
    prefix, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    return f"{prefix}." == GUEST_PREFIX and signature.isascii() and compare_digest(signature, _signature(body))


def _signature(body: str) -> str:
    return digest(subkey("guest-cookie"), body.encode("utf-8", "surrogatepass"), sha256).hex()


def session_token(cookie_header: str) -> str:
    """Return the session token in a Cookie header, or an empty string."""
    token = read_cookie(cookie_header, SESSION_COOKIE)
    return token if len(token) <= MAX_TOKEN_CHARS else ""


def cookie_name(name: str) -> str:
    """Return under which name a browser keeps a cookie of ours.

    Over TLS it begins with ``__Host-``: then browsers take it from this very host alone, so that no neighbour under the same
    domain can plant a session, or anything else, in somebody's browser.
    """
    return f"__Host-{name}" if settings().secure_cookies else name


def read_cookie(cookie_header: str, name: str) -> str:
    """Return the value of a cookie of ours in a Cookie header, or an empty string."""
    return cookie_parser(cookie_header).get(cookie_name(name), "")


def set_cookie(name: str, value: str, seconds: int | None) -> str:
    """Return a Set-Cookie header that no script can read and no other site can make a browser send along with a POST.

    Without ``seconds`` the browser forgets it when it is closed.
    """
    age = "" if seconds is None else f"; Max-Age={seconds}"
    secure = "; Secure" if settings().secure_cookies else ""
    return f"{cookie_name(name)}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}"


def set_session(token: str, *, remember: bool = True) -> str:
    """Return the header that hands a session to a browser: for as long as it is good, or until the browser is closed."""
    days = settings().guest_days if token.startswith(GUEST_PREFIX) else settings().session_days
    return set_cookie(SESSION_COOKIE, token, days * DAY_SECONDS if remember else None)


def clear_session() -> str:
    """Return the header that takes the session out of a browser."""
    return set_cookie(SESSION_COOKIE, "", 0)
