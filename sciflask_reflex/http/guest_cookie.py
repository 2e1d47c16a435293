"""A visitor gets a guest's cookie with the first page: the websocket's cookies are those of its handshake, later is too late."""

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex.db import reading
from sciflask_reflex.http.asgi import Guard, Message, Receive, Scope, Send, header
from sciflask_reflex.identity.cookies import (
    SESSION_COOKIE,
    cookie_name,
    hash_of,
    is_guest_token,
    new_guest_token,
    session_token,
    set_session,
)
from sciflask_reflex.identity.models import GuestSession
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.settings import settings

NO_PAGES = ("/api/", "/assets/", "/auth/", "/_event", "/_upload", "/_health", "/ping", "/health", "/live", "/metrics")


def is_navigation(scope: Scope) -> bool:
    """Whether a person's browser asks for a page to show."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(NO_PAGES):
        return False
    return "text/html" in (header(scope, "accept") or "") and header(scope, "sec-fetch-dest") in (None, "document")


def is_good(token: str) -> bool:
    """Whether a session token still stands for somebody, or for a guest who may yet become somebody."""
    if not token:
        return False
    if principal_of_token(token).is_somebody:
        return True
    if not is_guest_token(token):
        return False
    with reading() as session:
        return session.get(GuestSession, hash_of(token)) is None  # one that is there, but is nobody, was used up


async def _wants_cookie(scope: Scope) -> bool:
    if not settings().guests or not is_navigation(scope):
        return False
    try:
        return not await to_thread.run_sync(is_good, session_token(header(scope, "cookie") or ""))
    except SQLAlchemyError:
        return False  # the page itself needs no database, and will say what is wrong


class GuestCookie(Guard):
    """Hands a new guest's cookie to a browser that opens a page without a good session. Costs no row in the database."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add the cookie if one is needed."""
        if not await _wants_cookie(scope):
            await self.app(scope, receive, send)
            return

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                raw = list(message.get("headers", ()))
                own = f"{cookie_name(SESSION_COOKIE)}=".encode()
                if not any(key.lower() == b"set-cookie" and value.startswith(own) for key, value in raw):
                    raw.append((b"set-cookie", set_session(new_guest_token()).encode("latin-1")))
                    raw.append((b"cache-control", b"private, no-store"))
                message["headers"] = raw
            await send(message)

        await self.app(scope, receive, with_cookie)
