"""People with accounts on a site of the test's own, and a browser that posts the forms of the account page."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sciflask_reflex.account.http import ROUTES
from sciflask_reflex.http.flash import COOKIE, Flash, read_flash_of_page
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.identity.principal import Principal
from tests.accounts import make_account, make_session

ORIGIN = {"origin": "http://localhost:3000"}


@dataclass
class Someone:
    """A person, and the session that they are signed in by."""

    who: Principal
    token: str

    @property
    def owner_id(self) -> str:
        return self.who.owner_id


@dataclass
class Browser:
    """Posts forms from our own page and keeps cookies."""

    token: str = ""
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def __post_init__(self) -> None:
        if self.token:
            self.cookies.set(SESSION_COOKIE, self.token)

    def post(
        self, path: str, data: dict[str, str] | None = None, headers: dict[str, str] | None = None, method: str = "POST"
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(Starlette(routes=ROUTES))
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000", cookies=self.cookies) as client:
                answer = await client.request(method, path, headers=ORIGIN | (headers or {}), data=data)
                self.cookies = client.cookies
                return answer

        return asyncio.run(ask())


@pytest.fixture
def site(database: str, keys: None, quick_passwords: None) -> str:
    """A site on SQLite and on PostgreSQL."""
    return database


@pytest.fixture
def small_site(sqlite: str, keys: None, quick_passwords: None) -> str:
    """A site on SQLite alone."""
    return sqlite


@pytest.fixture
def someone() -> Callable[..., Someone]:
    """Return a function that makes a person with a session."""

    def make(email: str = "ada@example.org", **more: Any) -> Someone:
        who = make_account(email, **more)
        return Someone(who, make_session(who))

    return make


@pytest.fixture
def browse() -> type[Browser]:
    """Return the browser: call it with a session token."""
    return Browser


@pytest.fixture
def flash_of() -> Callable[[httpx.Response, str], Flash]:
    """Return a function that reads what an answer left for the forms of a page."""
    return lambda answer, page="/account": read_flash_of_page(f"{COOKIE}={answer.cookies.get(COOKIE, '')}", page)
