"""What a form has to say after a redirect: faults, and what was typed. In a sealed cookie that no script can read, for a minute."""

from dataclasses import asdict, dataclass, field

from sciflask_reflex.identity.cookies import read_cookie, set_cookie
from sciflask_reflex.identity.sealed import MOST_CHARS, close, reopen

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


def set_flash(flash: Flash) -> str:
    """Return the Set-Cookie header that carries a flash; what was typed is left out when a browser would not keep it all."""
    content = asdict(flash) | {"values": {name: value[:MAX_VALUE_CHARS] for name, value in flash.values.items()}}
    text = close(COOKIE, content)
    return set_cookie(COOKIE, text if len(text) <= MOST_CHARS else close(COOKIE, content | {"values": {}}), SECONDS)


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
    content = reopen(COOKIE, read_cookie(cookie_header, COOKIE), seconds=SECONDS)
    return Flash(**content) if content else Flash()
