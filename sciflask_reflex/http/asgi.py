"""The few words of ASGI that every guard speaks."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from sciflask_reflex.identity.cookies import read_cookie
from sciflask_reflex.settings import settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

PROBLEM_JSON = "application/problem+json"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Guard:
    """An ASGI wrapper: looks at each request and passes it on to ``app``, or answers itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.routes = getattr(app, "routes", [])  # so that mounted apps still find their own addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        await self.app(scope, receive, send)


def header(scope: Scope, name: str) -> str | None:
    """Return a request header, or None; the first one where it was sent twice."""
    wanted = name.lower().encode("latin-1")
    return next((value.decode("latin-1") for key, value in scope.get("headers", ()) if key.lower() == wanted), None)


def bearer(scope: Scope) -> str | None:
    """Return the bearer token of a request: None without an Authorization header, nothing when that holds something else."""
    value = header(scope, "authorization")
    if value is None:
        return None
    kind, _, token = value.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def cookie(scope: Scope, name: str) -> str | None:
    """Return a cookie of ours that came with the request, or None."""
    return read_cookie(header(scope, "cookie") or "", name) or None


def client_ip(scope: Scope) -> str:
    """Return the address of whoever opened the connection; behind proxies, as the outermost trusted one has seen it."""
    client = scope.get("client")
    if hops := settings().proxy_hops:
        seen = [
            part.strip()
            for key, value in scope.get("headers", ())
            if key.lower() == b"x-forwarded-for"
            for part in value.decode("latin-1").split(",")
        ]
        if len(seen) >= hops:
            return seen[-hops][:64]
    return str(client[0]) if client else "unknown"


def problem_body(status: int, detail: str, **more: Any) -> bytes:
    """Return an RFC 9457 problem document."""
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
    """Answer with a problem document, without reading the body; a websocket is refused at the handshake."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008, "reason": detail[:120]})
        return
    body = problem_body(status, detail)
    fields = {"content-type": PROBLEM_JSON, "content-length": str(len(body)), "cache-control": "no-store", **(headers or {})}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
