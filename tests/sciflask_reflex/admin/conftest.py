"""The panel behind its door, a few people, and somebody who asks."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlmodel import Session, col, select

from sciflask_reflex.admin.site import admin_panel
from sciflask_reflex.db import reading, writing
from sciflask_reflex.http.asgi import Receive, Scope, Send
from sciflask_reflex.identity import passwords, sessions
from sciflask_reflex.identity.accounts import Details, add
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.models import AuditEvent, Role

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
                self.cookies |= {name: value for name, value in client.cookies.items() if name != SESSION_COOKIE}
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


def open_session(session: Session, user_id: int, role: str) -> str:
    """Sign somebody in."""
    return sessions.open_session(session, user_id, role=role)


@pytest.fixture
def person(keys: None) -> Callable[..., Person]:
    """Return a function that makes somebody with an account and a session."""
    made = iter(range(1, 10_000))

    def make(role: str = Role.USER, *, first: str = "Ada", last: str = "Lovelace", email: str = "", password: str = "") -> Person:
        address = email or f"person{next(made)}@example.org"
        stored = passwords.hash_password(password) if password else passwords.NO_PASSWORD
        with writing() as session:
            owner, account = add(session, Details(address, stored, first, last, role, confirmed=True))
            return Person(owner.id, address, open_session(session, account.local_user_id, role))

    return make


@pytest.fixture
def panel(keys: None) -> Any:
    """The panel, with something else around it."""
    return admin_panel(elsewhere)


@pytest.fixture
def admin(person: Callable[..., Person]) -> Person:
    """Somebody who runs the site."""
    return person(Role.ADMIN, first="Grace", last="Hopper", email="grace@example.org")


@pytest.fixture
def visitor(panel: Any, admin: Person) -> Visitor:
    """The admin's browser."""
    return Visitor(panel, admin.token)


def log(tag: str) -> list[AuditEvent]:
    """Return what was written down under a tag."""
    with reading() as session:
        return list(session.exec(select(AuditEvent).where(AuditEvent.tag == tag).order_by(col(AuditEvent.id))).all())
