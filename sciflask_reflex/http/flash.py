"""What a form has to say after a redirect: faults, and what was typed. In a signed cookie that no script can read, for a minute."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from hmac import compare_digest, digest

from sciflask_reflex.identity.cookies import read_cookie, set_cookie
from sciflask_reflex.secrets import subkey

COOKIE = "sciflask_flash"
SECONDS = 60
MAX_VALUE_CHARS = 254


@dataclass(frozen=True)
class Flash:
    """One sentence for the form, one per field at fault, and the values to fill in again. Never a password."""

    form: str = ""
    sentence: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    tone: str = "error"
    """``ok`` where the form was accepted."""
    at: float = field(default_factory=time.time)


def set_flash(flash: Flash) -> str:
    """Return the Set-Cookie header that carries a flash."""
    content = asdict(flash) | {"values": {name: value[:MAX_VALUE_CHARS] for name, value in flash.values.items()}}
    body = urlsafe_b64encode(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace"))
    return set_cookie(COOKIE, f"{body.decode()}.{_signature(body)}", SECONDS)


def clear_flash() -> str:
    """Return the Set-Cookie header that ends a flash."""
    return set_cookie(COOKIE, "", 0)


def read_flash(cookie_header: str, form: str) -> Flash:
    """Return what was left for this form; an empty flash if nothing was, if it is older than a minute, or not by us."""
    flash = _read(cookie_header)
    return flash if flash.form == form else Flash()


def read_flash_of_page(cookie_header: str, page: str) -> Flash:
    """Return what was left for any of the forms on a page: those are called as the page is, with ``#`` and a name behind it."""
    flash = _read(cookie_header)
    return flash if flash.form.partition("#")[0] == page else Flash()


def _read(cookie_header: str) -> Flash:
    body, _, signature = read_cookie(cookie_header, COOKIE).rpartition(".")
    if not body or not signature.isascii() or not compare_digest(signature, _signature(body.encode("utf-8", "replace"))):
        return Flash()
    flash = Flash(**json.loads(urlsafe_b64decode(body)))
    return flash if time.time() - flash.at <= SECONDS else Flash()


def _signature(body: bytes) -> str:
    return digest(subkey("flash-cookie"), body, sha256).hex()
