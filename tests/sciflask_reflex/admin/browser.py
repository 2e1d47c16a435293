"""A browser at the panel, without a browser; and who sits at it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlmodel import col, select

from sciflask_reflex.db import reading
from sciflask_reflex.http.asgi import Receive, Scope, Send
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.models import AuditEvent

SITE = "http://localhost:3000"
CSRF = "starlette_admin_csrftoken"


@dataclass
class Person:
    """Somebody with an account, and a session of theirs."""

    id: str
    email: str
    token: str


async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    """The rest of the site."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-rest", b"1")]})
    await send({"type": "http.response.body", "body": b"the rest"})


@dataclass
class Visitor:
    """A browser at the panel."""

    panel: Any
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"accept": "text/html", "origin": SITE})

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """Send one request."""

        async def send() -> httpx.Response:
            cookies = {**self.cookies, **({SESSION_COOKIE: self.token} if self.token else {})}
            transport = httpx.ASGITransport(self.panel)
            async with httpx.AsyncClient(transport=transport, base_url=SITE, cookies=cookies) as client:
                answer = await client.request(method, path, headers=self.headers | (headers or {}), **more)
                self.cookies |= dict(answer.cookies.items())
                return answer

        return asyncio.run(send())

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask for a page."""
        return self.ask("GET", path, **more)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """Send something, with the token that the pages carry."""
        if CSRF not in self.cookies:
            self.get("/admin/")
        return self.ask("POST", path, headers={"x-csrftoken": self.cookies[CSRF]} | (headers or {}), **more)

    def press(self, key: str, name: str, pk: object) -> httpx.Response:
        """Press a button of one row."""
        return self.post(f"/admin/_api/{key}/row-action", params={"name": name, "pk": str(pk)})


def log(tag: str) -> list[AuditEvent]:
    """Return what was written down under a tag."""
    with reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.tag == tag).order_by(col(AuditEvent.id))).all())
