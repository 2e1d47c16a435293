"""Secret links in mails and shares. A link's token follows from the id of its row and the instance's key.

So the database holds no token, only the SHA-256 by which one is found; a mail that waits holds none either, and a link can be
shown again to whom it belongs.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest

from sciflask_reflex.secrets import subkey
from sciflask_reflex.settings import settings

PLACE = "{{link}}"
"""Where the body of a mail has its secret link."""


def token_of(row_id: str) -> str:
    """Return the token of a row; 256 bits that nobody without the instance's key can guess."""
    return urlsafe_b64encode(digest(subkey("secret-links"), row_id.encode(), sha256)).rstrip(b"=").decode()


def hash_of_link(row_id: str) -> str:
    """Return what the database keeps of a row's token."""
    return hash_of_token(token_of(row_id))


def hash_of_token(token: str) -> str:
    """Return by what a token that came with a request is looked up."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def address_of(page: str, row_id: str) -> str:
    """Return the whole link. The token stands behind ``#``: browsers send that to no server, so no log and no referrer has it.

    Only a page whose path ends in ``/`` takes the token as the last part of its path: a link to be opened by many, again and again.
    """
    return f"{settings().public_url}{page}{'' if page.endswith('/') else '#'}{token_of(row_id)}"
