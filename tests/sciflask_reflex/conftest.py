"""For whatever needs events without a browser: a desk that runs them as the site does, and tabs that send them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import reflex as rx
from argon2 import PasswordHasher
from reflex.istate.manager import StateManager
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.event.processor.base_state_processor import BaseStateEventProcessor
from reflex_base.registry import RegistrationContext
from sqlalchemy import inspect, text

from sciflask_reflex import secrets
from sciflask_reflex.db import engine
from sciflask_reflex.gate import Gate
from sciflask_reflex.identity import passwords
from sciflask_reflex.identity.cookies import SESSION_COOKIE, new_guest_token
from sciflask_reflex.identity.sessions import ensure_guest
from sciflask_reflex.identity.state import SessionState
from sciflask_reflex.identity.threads import carry_context
from sciflask_reflex.settings import settings

assert SessionState  # a state must be known before the first tab is


@pytest.fixture
def keys(request: pytest.FixtureRequest) -> Iterator[None]:
    """Secrets of this test's own data folder. Ask for ``database``, ``sqlite`` or ``data_dir`` before it."""
    secrets.subkey.cache_clear()
    secrets.ensure()
    yield
    secrets.subkey.cache_clear()


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords in no time, where how they are hashed is not the point."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))


@dataclass(frozen=True)
class Person:
    """A guest: quickly made, and an owner like everybody else."""

    owner_id: str
    session: str


@pytest.fixture
def person(sqlite: str, keys: None) -> Callable[[], Person]:
    """Return a function that makes an owner with a session, on a site of this test's own."""

    def make() -> Person:
        token = new_guest_token()
        return Person(ensure_guest(token, ip="192.0.2.1").owner_id, token)

    return make


@pytest.fixture
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as Reflex does."""
    return "asyncio"


@dataclass
class Desk:
    """A running event processor with the gate, and what it sent to each tab."""

    processor: BaseStateEventProcessor
    app: rx.App
    sent: dict[str, list[StateUpdate]] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        """Take the place of the sockets."""
        self.sent.setdefault(token, []).append(update)

    def tab(self, session: str = "", **facts: Any) -> "Tab":
        """Return a tab whose handshake carried this session token."""
        cookie = f"{SESSION_COOKIE}={session}" if session else ""
        return Tab(self, cookie=facts.pop("cookie", cookie), **facts)


@dataclass
class Tab:
    """A browser's tab: a client token, and the headers of its handshake."""

    desk: Desk
    cookie: str = ""
    ip: str = "192.0.2.1"
    path: str = "/"
    query: dict[str, str] = field(default_factory=dict)
    """What the address held in places such as ``[study_id]``."""
    token: str = field(default_factory=lambda: uuid4().hex)

    def _router_data(self) -> dict[str, Any]:
        headers = {"cookie": self.cookie} if self.cookie else {}
        address = {"pathname": self.path, "asPath": self.path, "query": self.query}
        return address | {"token": self.token, "sid": "1", "ip": self.ip, "headers": headers}

    async def send(self, what: Any, /, **payload: Any) -> list[StateUpdate]:
        """Send an event (a name with a payload, or a handler) and return everything that came back, from its chain too."""
        events = [Event(name=what, payload=payload)] if isinstance(what, str) else Event.from_event_type(what)
        seen = len(self.desk.sent.get(self.token, []))
        for event in events:
            event.router_data.update(self._router_data())
            future = await self.desk.processor.enqueue(self.token, event)
            if event.name not in RegistrationContext.get().event_handlers:
                await self.desk.processor._queue.join()  # nobody will ever answer
                continue
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await asyncio.wait_for(future.wait_all(), 20)
        return self.desk.sent.get(self.token, [])[seen:]

    async def state(self, kind: type[rx.State]) -> Any:
        """Return what this tab's state holds now."""
        token = rx.BaseStateToken(ident=self.token, cls=kind)
        async with self.desk.app.state_manager.modify_state(token) as root:
            return await root.get_state(kind)


def _redirects(updates: list[StateUpdate]) -> list[str]:
    return [event.payload["path"] for update in updates for event in update.events if event.name == "_redirect"]


def _vars(updates: list[StateUpdate]) -> dict[str, Any]:
    return {
        name.removesuffix("_rx_state_"): value for update in updates for delta in update.delta.values() for name, value in delta.items()
    }


@pytest.fixture
def redirects_of() -> Callable[[list[StateUpdate]], list[str]]:
    """Return a function that says where the tab was sent."""
    return _redirects


@pytest.fixture
def vars_of() -> Callable[[list[StateUpdate]], dict[str, Any]]:
    """Return a function that gives every var that reached the browser, by its short name."""
    return _vars


@pytest.fixture
def desk() -> Callable[..., contextlib.AbstractAsyncContextManager[Desk]]:
    """Return a context manager that runs events: ``async with desk() as it: await it.tab().send(...)``."""

    @contextlib.asynccontextmanager
    async def run(manager: StateManager | None = None) -> AsyncIterator[Desk]:
        carry_context()
        with RegistrationContext.ensure_context().fork():
            app = rx.App(_state=rx.State)
            app.add_middleware(Gate())
            app._state_manager = manager or StateManagerMemory()
            faults: list[Exception] = []
            processor = BaseStateEventProcessor(middleware=app, backend_exception_handler=faults.append)
            app._event_processor = processor
            it = Desk(processor, app, faults=faults)
            with app.set_contexts():
                async with processor.configure(state_manager=app.state_manager, event_namespace=it):
                    yield it
            await app.state_manager.close()

    return run


@pytest.fixture
def dump() -> Callable[[], str]:
    """Return a function that prints every cell of the database."""

    def everything() -> str:
        with engine().connect() as connection:
            names = inspect(engine()).get_table_names()
            return "\n".join(repr(tuple(row)) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"')))

    return everything


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that changes settings for this test."""

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"SCIFLASK_{name.upper()}", value)
        settings.cache_clear()

    yield change
    settings.cache_clear()
