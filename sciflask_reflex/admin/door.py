"""The door of the panel: every address under /admin, whatever it serves, is for admins alone.

The role is read from the database for every request. Nobody gets further than here without it: not even to a style sheet.
"""

import secrets

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount

from sciflask_reflex import audit, routes
from sciflask_reflex.http.asgi import SAFE_METHODS, ASGIApp, Guard, Message, Receive, Scope, Send, client_ip, header
from sciflask_reflex.http.origin import ours
from sciflask_reflex.http.posting import FOREIGN
from sciflask_reflex.identity.acts import actor_of
from sciflask_reflex.identity.cookies import session_token
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.same_site import sign_in_path
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.identity.visit import in_thread
from sciflask_reflex.settings import settings

NOT_SIGNED_IN = "Sign in first."
NOT_AN_ADMIN = "This part of the site is for the people who run it."
KEPT = "private, max-age=86400"
STATIC = f"{routes.ADMIN}/static/"


def is_inside(path: str) -> bool:
    """Whether an address belongs to the panel."""
    return path == routes.ADMIN or path.startswith(f"{routes.ADMIN}/")


def policy(nonce: str) -> str:
    """Return the panel's content security policy: scripts of ours, and those that a template marks with this answer's nonce."""
    return "; ".join((
        "default-src 'none'",
        f"script-src 'self' 'nonce-{nonce}'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
    ))  # fmt: skip


class Door(Guard):
    """Lets admins into the panel, turns everybody else away, and passes on what is not the panel's."""

    def __init__(self, app: ASGIApp, panel: ASGIApp) -> None:
        super().__init__(app)
        self._panel = Starlette(routes=[Mount(routes.ADMIN, app=panel, name="admin")])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look who asks, then let in or refuse."""
        if scope["type"] not in ("http", "websocket") or not is_inside(scope["path"]):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        token = session_token(header(scope, "cookie") or "")
        principal = await in_thread(principal_of_token, token)
        if (refusal := _refusal(scope, principal)) is not None:
            await refusal(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        with audit.acting(actor_of(principal, token, client_ip(scope))):
            await self._panel(_inner(scope, principal, nonce), receive, _finished(scope["path"], nonce, send))


def _refusal(scope: Scope, principal: Principal) -> Response | None:
    """Return the answer for whoever may not come in, None for an admin. It is the same for every address, there or not."""
    kept_nowhere = {"cache-control": "no-store"}
    if not principal.signed_in and not principal.viewed_by:
        if scope["method"] in ("GET", "HEAD") and _is_navigation(scope):
            return RedirectResponse(sign_in_path(scope["path"]), 303, kept_nowhere)
        return PlainTextResponse(NOT_SIGNED_IN, 401, kept_nowhere)
    if principal.viewed_by or not principal.is_admin:
        return PlainTextResponse(NOT_AN_ADMIN, 403, kept_nowhere)
    if scope["method"] not in SAFE_METHODS and not ours(scope):
        return PlainTextResponse(FOREIGN, 403, kept_nowhere)
    return None


def _is_navigation(scope: Scope) -> bool:
    """Whether a browser wants to show the answer as a page."""
    mode = header(scope, "sec-fetch-mode")
    return mode == "navigate" if mode else "text/html" in (header(scope, "accept") or "")


def _inner(scope: Scope, principal: Principal, nonce: str) -> Scope:
    """Return the request as the panel sees it: links are made for an address of ours, whatever host the request claims."""
    host = header(scope, "host") or ""
    origin = next((each for each in settings().origins if each.partition("://")[2] == host), settings().public_url)
    scheme, _, place = origin.partition("://")
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
    path = scope["path"] if scope["path"] != routes.ADMIN else f"{routes.ADMIN}/"
    inner = {name: value for name, value in scope.items() if name not in ("router", "app", "endpoint", "path_params")}
    return inner | {
        "path": path,
        "raw_path": path.encode(),
        "scheme": scheme,
        "headers": [(b"host", place.partition("/")[0].encode("latin-1")), *headers],
        "state": {**scope.get("state", {}), "principal": principal, "nonce": nonce},
    }


def _finished(path: str, nonce: str, send: Send) -> Send:
    """Return a ``send`` that adds the panel's own headers to its answers."""

    async def finish(message: Message) -> None:
        if message["type"] == "http.response.start":
            keep = KEPT if path.startswith(STATIC) and message["status"] in (200, 304) else "no-store"
            ours_alone = {b"content-security-policy": policy(nonce).encode(), b"cache-control": keep.encode()}
            others = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours_alone]
            message = {**message, "headers": [*others, *ours_alone.items()]}
        await send(message)

    return finish
