"""The lifespan task that turns events into changes of open tabs.

An event says only "analysis N changed". The truth is read once from the database and given to every tab of its owner
that this web process holds. A tab that is busy gets the newest truth when it is free; what lies between is skipped.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx
from redis.exceptions import RedisError
from reflex.state import BaseState
from sqlalchemy.exc import SQLAlchemyError

from sciflask_reflex.errors import NotFound
from sciflask_reflex.identity.visit import belonging_to, cookie_of_tab, of_admins
from sciflask_reflex.jobs import events
from sciflask_reflex.live import tabs
from sciflask_reflex.live.news import NEWS
from sciflask_reflex.live.state import LiveState

Load = Callable[[str, str], Any]
"""(owner_id, analysis_id) → the truth; blocking, raises NotFound."""
Apply = Callable[[BaseState, Any], Awaitable[None]]
"""(root state of a tab, the truth or None for "reload what you show") → changes the tab's state."""

EVERYTHING = "*"
"""Takes the place of an analysis' id where the truth is about everybody's."""
WATCH_SECONDS = 0.5
"""Tabs that show what everybody does hear of it no more often, however much happens."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watched:
    """What admins see of everybody: how it is read (blocking), and how a tab gets it."""

    load: Callable[[], Any]
    apply: Apply


class Listener:
    """Listens to events for the lifetime of a web process."""

    def __init__(self, app: rx.App, load: Load, apply: tuple[Apply, ...], watched: Watched | None = None) -> None:
        self._app = app
        self._load = load
        self._apply = apply
        self._watched = watched
        self._stirred = asyncio.Event()
        self._waiting: dict[tuple[str, str], tuple[str, Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until the web process ends; after a lost connection every tab reloads the truth."""
        watching = asyncio.create_task(self._tell_watchers())
        try:
            async for event in events.listen():
                self._stirred.set()
                if event.get("resync") or event.get("status") in (NEWS, events.WORKERS):
                    for owner_id in tabs.owners():
                        await self._handle(owner_id, "")
                else:
                    await self._handle(str(event.get("owner", "")), str(event.get("analysis", "")))
        finally:
            watching.cancel()

    async def _tell_watchers(self) -> None:
        """Tell the tabs of admins what everybody does: at once, and then no more often than twice a second."""
        while self._watched is not None:
            await self._stirred.wait()
            self._stirred.clear()
            await self._tell_all(self._watched)
            await asyncio.sleep(WATCH_SECONDS)

    async def _tell_all(self, watched: Watched) -> None:
        cookies = {token: cookie_of_tab(token) for token in tabs.watchers() if self._keep(token)}
        if not cookies:
            return
        try:
            truth, admins = await rx.run_in_thread(lambda: (watched.load(), of_admins(cookies)))
        except SQLAlchemyError:
            log.warning("what everybody does could not be read because the database did not answer", exc_info=True)
            return
        for token, cookie in cookies.items():
            if token in admins:
                self._push(token, EVERYTHING, cookie, truth)
            else:
                tabs.forget(token)

    async def _handle(self, owner_id: str, analysis_id: str) -> None:
        """Read the truth once, and give it to every tab whose session still is the owner's."""
        cookies = {token: cookie_of_tab(token) for token in tabs.of_owner(owner_id) if self._keep(token)}
        if not cookies:
            return
        try:
            truth, mine = await rx.run_in_thread(lambda: (self._truth(owner_id, analysis_id), belonging_to(owner_id, cookies)))
        except SQLAlchemyError:
            log.warning("an event could not be followed because the database did not answer", exc_info=True)
            return
        for token, cookie in cookies.items():
            if token in mine:
                self._push(token, analysis_id, cookie, truth)
            else:
                tabs.forget(token)

    def _truth(self, owner_id: str, analysis_id: str) -> Any:
        """Return the analysis; None, for "reload what you show", when it was deleted or when anything may have changed."""
        try:
            return self._load(owner_id, analysis_id) if analysis_id else None
        except NotFound:
            return None

    def _push(self, token: str, analysis_id: str, cookie: str, truth: Any) -> None:
        """Leave the newest truth for a tab; start a task for it unless one is on its way already."""
        key = (token, analysis_id)
        idle = key not in self._waiting
        self._waiting[key] = cookie, truth
        if idle:
            task = asyncio.create_task(self._deliver(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, key: tuple[str, str]) -> None:
        """Change one tab's state as soon as it is free, unless somebody else sits there by then.

        What arrives after the truth was taken gets a task of its own.
        """
        waits = True
        try:
            async with self._app.modify_state(rx.BaseStateToken(ident=key[0], cls=LiveState)) as root:
                cookie, truth = self._waiting.pop(key)
                waits = False
                for apply in self._appliers(key[1]) if cookie_of_tab(key[0]) == cookie else ():
                    await apply(root, truth)
        except (RedisError, SQLAlchemyError):
            log.warning("a tab could not be told of a change; it will reload when it reconnects", exc_info=True)
        finally:
            if waits:  # it was never taken: the next change must not wait for a task that is gone
                self._waiting.pop(key, None)

    def _appliers(self, what: str) -> tuple[Apply, ...]:
        return (self._watched.apply,) if self._watched is not None and what == EVERYTHING else self._apply

    def _keep(self, token: str) -> bool:
        """Tell whether a tab is still ours to serve; forget it otherwise."""
        if self._is_mine(token):
            return True
        tabs.forget(token)
        return False

    def _is_mine(self, token: str) -> bool:
        """Tell whether this process holds the tab's socket. Reflex offers no public way to ask."""
        namespace = self._app.event_namespace
        if namespace is None:
            return False
        manager = namespace._token_manager  # noqa: SLF001
        record = manager.token_to_socket.get(token)
        return record is not None and record.instance_id == manager.instance_id
