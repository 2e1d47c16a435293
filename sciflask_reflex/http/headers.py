"""The headers that every answer carries, whoever made it."""

import re

from sciflask_reflex.http import csp
from sciflask_reflex.http.asgi import Guard, Message, Receive, Scope, Send
from sciflask_reflex.settings import settings

HASHED = re.compile(r"/assets/.+-[A-Za-z0-9_-]{8}\.[a-z0-9]+")
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "x-frame-options": "DENY",
}
SECRET_PAGES = ("/reset-password", "/confirm", "/register/provider/confirm", "/r/")
HSTS = "max-age=31536000; includeSubDomains"


def caching(path: str, media_type: str, status: int) -> str | None:
    """Return how long an answer may be kept, where its author did not say."""
    if HASHED.fullmatch(path) and status == 200:
        return "public, max-age=31536000, immutable"
    if path.startswith("/api/"):
        return "no-store"
    return "private, no-cache" if media_type.startswith("text/html") else None


def completed(path: str, status: int, given: dict[str, str]) -> dict[str, str]:
    """Return what has to be added to the headers that an answer has already."""
    wanted = dict(ALWAYS)
    if path.startswith(SECRET_PAGES):
        wanted["referrer-policy"] = "no-referrer"
        wanted["x-robots-tag"] = "noindex"
    wanted["content-security-policy"] = csp.page_policy(path)
    if settings().secure_cookies:
        wanted["strict-transport-security"] = HSTS
    if keep := caching(path, given.get("content-type", ""), status):
        wanted["cache-control"] = keep
    return {name: value for name, value in wanted.items() if name not in given}


class SecurityHeaders(Guard):
    """Adds the security headers to every answer, and takes away the name of the server."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and complete the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                raw = [(key, value) for key, value in message.get("headers", ()) if key.lower() not in (b"server", b"x-powered-by")]
                given = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in raw}
                more = completed(scope["path"], message["status"], given)
                message["headers"] = raw + [(key.encode("latin-1"), value.encode("latin-1")) for key, value in more.items()]
            await send(message)

        await self.app(scope, receive, complete)
