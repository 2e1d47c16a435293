"""The visit that an event belongs to: which session cookie, from which address. The server took both at the handshake; no event can set them."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from reflex.app import App
from reflex_base.constants import RouteVar
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from sciflask_reflex.identity.cookies import GUEST_PREFIX, hash_of, is_guest_token, read_cookie, session_token
from sciflask_reflex.identity.principal import Principal
from sciflask_reflex.identity.sessions import principal_of_token
from sciflask_reflex.identity.threads import Carrying

T = TypeVar("T")

# Its own threads: looking somebody up must never wait behind a long piece of work.
_threads = Carrying(4, thread_name_prefix="identity")
_looked_up: ContextVar[tuple[str, str, Principal] | None] = ContextVar("looked_up", default=None)


@dataclass(frozen=True)
class Visit:
    """One event's origin."""

    event: str = ""
    """The id of the event, empty outside of one."""
    client: str = ""
    """The tab's token. It is no credential."""
    cookie: str = ""
    ip: str = "unknown"
    path: str = ""

    @property
    def token(self) -> str:
        """The session token, or an empty string."""
        return session_token(self.cookie)

    def held(self, name: str) -> str:
        """Return what a cookie of the browser holds, or an empty string."""
        return read_cookie(self.cookie, name)


async def in_thread(work: Callable[..., T], *args: Any) -> T:
    """Run identity's own database work off the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, work, *args)


def this_visit() -> Visit:
    """Return the visit of the event under way."""
    try:
        context = EventContext.get()
    except LookupError:
        return Visit()
    data = context.router_data if RouteVar.HEADERS in context.router_data else _of_socket(context.token)
    headers = data.get(RouteVar.HEADERS, {})
    path = context.router_data.get(RouteVar.ORIGIN, "")
    return Visit(context.txid, context.token, headers.get("cookie", ""), data.get(RouteVar.CLIENT_IP, "unknown"), path)


def _of_socket(client: str) -> dict[str, Any]:
    """Return what the live socket of a tab said at its handshake: for events that the server starts by itself."""
    app: App | None = RegistrationContext.get()._app  # noqa: SLF001 - the property raises where there is none
    namespace = app.event_namespace if app else None
    if namespace is None:
        return {}
    record = namespace._token_manager.token_to_socket.get(client)  # noqa: SLF001 - the only way to ask
    return namespace._static_router_data.get(record.sid, {}) if record else {}  # noqa: SLF001


@contextmanager
def carry(scope: Mapping[str, Any], ip: str) -> Iterator[None]:
    """Give the events that an HTTP request starts (uploads) the cookie and the address of that request, not of the tab they name."""
    try:
        context = EventContext.get()
    except LookupError:
        yield
        return
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())}
    with context.fork(router_data={RouteVar.HEADERS: headers, RouteVar.CLIENT_IP: ip}):
        yield


async def look_up(visit: Visit) -> Principal:
    """Return who is behind a visit: one query per event, never longer remembered."""
    known = _looked_up.get()
    if known and visit.event and known[:2] == (visit.event, visit.token):
        return known[2]
    principal = await in_thread(principal_of_token, visit.token)
    remember(visit, principal)
    return principal


def remember(visit: Visit, principal: Principal) -> None:
    """Keep who it is until this event has been handled."""
    _looked_up.set((visit.event, visit.token, principal))


def session_key(visit: Visit, principal: Principal) -> str:
    """Return what a tab's state is bound to: the hash of a session that is good, with whom it looks at or that it is an admin's; else an empty string."""
    token = visit.token
    good = principal.is_somebody or (token.startswith(GUEST_PREFIX) and is_guest_token(token))
    if not good:
        return ""
    if principal.viewed_by:
        return f"{hash_of(token)}:{principal.owner_id}"
    return f"{hash_of(token)}:admin" if principal.is_admin else hash_of(token)


def cookie_of_tab(client: str) -> str:
    """Return the cookie that a live tab sent at its handshake, or an empty string."""
    return _of_socket(client).get(RouteVar.HEADERS, {}).get("cookie", "")


def belonging_to(owner_id: str, cookies: Mapping[str, str]) -> list[str]:
    """Return those of the tabs (client token → cookie) whose session is the owner's right now; one query for each session."""
    owners = {cookie: principal_of_token(session_token(cookie), in_use=False).owner_id for cookie in set(cookies.values())}
    return [client for client, cookie in cookies.items() if owner_id and owners[cookie] == owner_id]


def of_admins(cookies: Mapping[str, str]) -> set[str]:
    """Return those of the tabs (client token → cookie) whose session is an admin's right now, and is not spent on looking as somebody else."""
    admins = {cookie for cookie in set(cookies.values()) if principal_of_token(session_token(cookie), in_use=False).is_admin}
    return {client for client, cookie in cookies.items() if cookie in admins}
