"""Does a request come from one of our own pages? The browser says so; a page cannot lie about it."""

from sciflask_reflex.http.asgi import Scope, header
from sciflask_reflex.settings import settings


def foreign(scope: Scope) -> bool:
    """Whether the browser says that the request comes from a page that is not ours."""
    origin = header(scope, "origin")
    return origin is not None and origin not in settings().origins


def ours(scope: Scope) -> bool:
    """Whether the browser says that the request comes from one of our pages. Silence is a no.

    A page that sends no referrer makes the browser hide its origin, too ("null"); then ``Sec-Fetch-Site`` still tells.
    """
    if header(scope, "origin") not in (None, "null"):
        return not foreign(scope)
    return header(scope, "sec-fetch-site") == "same-origin"
