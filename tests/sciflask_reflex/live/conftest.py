"""A house of open tabs: real states and real sessions; only the sockets are made up."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

import sciflask_reflex.sciflask_reflex
from sciflask_reflex.identity.cookies import SESSION_COOKIE
from sciflask_reflex.live import tabs

assert sciflask_reflex.sciflask_reflex.app  # declares every state


class House:
    """Stands for the app: which sockets are here, and a state with a lock for each tab."""

    def __init__(self) -> None:
        manager = SimpleNamespace(token_to_socket={}, instance_id="here")
        self.event_namespace: Any = SimpleNamespace(_token_manager=manager, _static_router_data={})
        self.roots: dict[str, rx.State] = {}
        self.locks: dict[str, asyncio.Lock] = {}
        self.faults: list[BaseException] = []

    def open(self, session: str, owner_id: str = "", *, instance: str = "here") -> str:
        """Open a tab whose handshake carried a session; it follows an owner."""
        token = uuid4().hex
        self.event_namespace._token_manager.token_to_socket[token] = SimpleNamespace(instance_id=instance, sid=f"sid-{token}")
        self.roots[token], self.locks[token] = rx.State(_reflex_internal_init=True), asyncio.Lock()
        self.hand_over(token, session)
        tabs.follow(token, owner_id)
        return token

    def hand_over(self, token: str, session: str) -> None:
        """Let a tab connect anew, with another session."""
        self.event_namespace._static_router_data[f"sid-{token}"] = {"headers": {"cookie": f"{SESSION_COOKIE}={session}"}}

    def close(self, token: str) -> None:
        """Close a tab."""
        del self.event_namespace._token_manager.token_to_socket[token]

    async def state(self, token: str, kind: type[rx.State]) -> Any:
        """Return a tab's state."""
        return await self.roots[token].get_state(kind)

    @asynccontextmanager
    async def modify_state(self, token: rx.BaseStateToken) -> AsyncIterator[rx.State]:
        """Lend a tab's state to one at a time."""
        async with self.locks[token.ident]:
            if self.faults:
                raise self.faults.pop()
            yield self.roots[token.ident]


@pytest.fixture
def house() -> Iterator[Callable[[], Any]]:
    """Return a context manager that opens a house; nobody is in it."""

    @asynccontextmanager
    async def build() -> AsyncIterator[House]:
        with RegistrationContext.ensure_context().fork() as registry:
            it = House()
            object.__setattr__(registry, "_app", it)  # a fork, thrown away afterwards
            yield it

    tabs._followers.clear()
    yield build
    tabs._followers.clear()
    tabs._watchers.clear()
