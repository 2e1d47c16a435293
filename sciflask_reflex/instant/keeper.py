"""The thread that owns the warm child: starts what may run, watches the clock, and brings every computation to an end."""

import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from uuid import uuid4

from sciflask_reflex import storage
from sciflask_reflex.errors import SciflaskError, Unavailable
from sciflask_reflex.instant import endings, shelf
from sciflask_reflex.instant.asked import Asked
from sciflask_reflex.instant.child import WarmChild
from sciflask_reflex.instant.line import Line, Order, Ticket
from sciflask_reflex.instant.shelf import Computed
from sciflask_reflex.jobs.bounds import Bounds, bounds_of
from sciflask_reflex.settings import MIB, settings

LET_END_SECONDS = 0.25
"""For how long a computation that nobody waits for may go on: most are done by then, and are remembered."""
OVERDUE_SECONDS = 2.0
"""How long the warm child may take to end a computation before it is ended itself."""
START_SECONDS = 60.0
"""How long the warm child may take to load the science before it is ended: something of it stands still then."""
LOOK_SECONDS, IDLE_LOOK_SECONDS = 0.05, 30.0
IDLE_SECONDS = 600
"""After so long without work the warm child is ended; the next wish starts another one."""
MOST_TRIES = 2
CLOSED = "The site is being stopped. Try again in a minute."
NO_CHILD = "Live tools cannot be computed on this site just now. The people who run it can see why."
FULL_DISK = "The server's disk takes nothing more. The people who run this site have been told."

log = logging.getLogger(__name__)


def live_bounds(slug: str) -> Bounds:
    """Return the limits of one computation: the tool's own class, within the site's limits for live tools."""
    site, own = settings(), bounds_of(slug)
    return replace(
        own,
        seconds=min(site.live_seconds, own.seconds),
        memory_mib=min(site.live_memory_mib, own.memory_mib),
        output_mib=site.live_output_mib,
    )


class Keeper:
    """Computes wishes, as many at once as it was made for. Its thread and its child start with the first one."""

    def __init__(self, at_once: int) -> None:
        self.line = Line()
        self._at_once = at_once
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closed = False
        self._child: WarmChild | None = None
        self._ready = False
        self._orders: dict[str, Order] = {}
        self._modules: list[str] = []
        self._failed_starts = 0
        self._heard, self._bell = os.pipe()
        os.set_blocking(self._bell, False)

    def ask(self, asked: Asked, *, seat: str, person: str, crowd: int = 1) -> "Future[Computed]":
        """Return the result to come. It raises Superseded when the same seat asks for something else before it is there.

        Raises:
            TooOften: If too many wait.
        """
        ticket = Ticket(seat, person, crowd)
        ticket.future.add_done_callback(lambda future: self._left(ticket) if future.cancelled() else None)
        with self._lock:
            if self._closed:
                raise Unavailable(CLOSED)
            self.line.join(asked, ticket)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="live tools", daemon=True)
                self._thread.start()
        self._ring()
        return ticket.future

    def close(self) -> None:
        """End everything; whoever waits is told."""
        with self._lock:
            self._closed, thread = True, self._thread
        self._ring()
        if thread is not None:
            thread.join()

    @property
    def child_pid(self) -> int | None:
        """The process id of the warm child, while there is one."""
        return self._child.pid if self._child else None

    def _left(self, ticket: Ticket) -> None:
        self.line.leave(ticket)
        self._ring()

    def _ring(self) -> None:
        with suppress(BlockingIOError):  # it has rung often enough
            os.write(self._bell, b"!")

    def _work(self) -> None:
        """The thread's own work. The child dies with this thread, so it lives as long as the process."""
        try:
            while not self._closed:
                self._start_what_may()
                self._listen()
                self._watch_the_clock()
        finally:
            self._drop_child()
            with self._lock:  # whoever asks from here on starts another thread
                self._thread, tickets = None, self.line.empty()
                self._orders.clear()
            for ticket in tickets:
                _tell(ticket, lambda future: future.set_exception(Unavailable(CLOSED if self._closed else NO_CHILD)))

    def _start_what_may(self) -> None:
        if self._child is None and self.line.waiting:
            self._child, self._ready = WarmChild(self._modules, self._heard), False
        while self._ready and self._child and len(self._orders) < self._at_once and (order := self.line.start()):
            name = uuid4().hex
            self._orders[name] = order
            draft = storage.live_draft(name)
            try:
                (draft / "scratch").mkdir(parents=True, mode=0o700)
            except OSError as error:
                self._conclude(name, Unavailable(FULL_DISK))
                log.error("No place for a live result: %s", error)
                continue
            bounds, asked = live_bounds(order.asked.tool.slug), order.asked
            self._child.order(
                {
                    "run": name, "tool": asked.tool.slug, "parameters": dict(asked.parameters), "seed": asked.seed,
                    "folder": str(draft / "result"), "scratch": str(draft / "scratch"),
                    "seconds": bounds.seconds, "memory_mib": bounds.memory_mib, "output_mib": bounds.output_mib,
                }
            )  # fmt: skip

    def _listen(self) -> None:
        if self._child is None:
            os.read(self._heard, 4096)  # nothing to do until somebody asks
            return
        for answer in self._child.hear(LOOK_SECONDS if self._orders or not self._ready else IDLE_LOOK_SECONDS):
            if answer.get("ready"):
                self._ready, self._failed_starts = True, 0
            elif (name := answer.get("id", "")) in self._orders:
                self._end(name, answer)
        if self._child.ended:
            self._lost_child()

    def _end(self, name: str, answer: dict[str, Any]) -> None:
        """Turn an answer into a result or an error for everybody who waits."""
        order, draft = self._orders[name], storage.live_draft(name)
        bounds = live_bounds(order.asked.tool.slug)
        self._modules = list(dict.fromkeys([*self._modules, *answer.get("loaded", ())]))
        error = endings.error_of(order.asked.tool.slug, answer, order.stopped, draft / "scratch", bounds) if order.tickets else None
        if error is None and answer.get("done"):
            self._conclude(name, _kept(order.asked, draft / "result", bounds))
        else:
            self._conclude(name, error or Unavailable(CLOSED))

    def _conclude(self, name: str, outcome: Computed | SciflaskError) -> None:
        for ticket in self.line.finish(self._orders.pop(name)):
            if isinstance(outcome, Computed):
                _tell(ticket, lambda future: future.set_result(outcome))
            else:
                _tell(ticket, lambda future: future.set_exception(outcome))
        storage.discard(storage.live_draft(name))
        if self._child:
            self._child.idle_since = time.monotonic()

    def _watch_the_clock(self) -> None:
        """End what nobody waits for or what takes too long, and the child when it does not obey or has nothing to do."""
        if self._child is None:
            return
        if not self._ready and time.monotonic() - self._child.started > START_SECONDS:
            log.error("The warm child has loaded nothing after %d seconds; it is ended.", START_SECONDS)
            self._lost_child()
            return
        for name, order in list(self._orders.items()):
            limit = live_bounds(order.asked.tool.slug).seconds
            if not order.stopped and order.age > limit:
                order.stopped = endings.TOO_LONG
                self._child.order({"stop": name})
            elif not order.stopped and order.age > LET_END_SECONDS and self.line.give_up_on(order):
                self._child.order({"stop": name})
            elif order.age > limit + OVERDUE_SECONDS:
                self._lost_child()
                return
        if not self._orders and not self.line.waiting and time.monotonic() - self._child.idle_since > IDLE_SECONDS:
            self._drop_child()

    def _lost_child(self) -> None:
        """Try once more what ran, for it may have been somebody else's fault; but what was told to end has ended now."""
        self._failed_starts += not self._ready
        self._drop_child()
        if self._failed_starts >= MOST_TRIES:
            self._failed_starts = 0
            for ticket in self.line.empty():
                _tell(ticket, lambda future: future.set_exception(Unavailable(NO_CHILD)))
        for name, order in list(self._orders.items()):
            if order.stopped or order.tries >= MOST_TRIES:
                self._end(name, {})
            else:
                del self._orders[name]
                self.line.put_back(order)
                storage.discard(storage.live_draft(name))

    def _drop_child(self) -> None:
        if self._child:
            self._child.end()
        self._child, self._ready = None, False


def _kept(asked: Asked, draft: Path, bounds: Bounds) -> Computed | SciflaskError:
    """Put a result on the shelf, or return what is in the way."""
    if shelf.size_of(draft) > bounds.output_mib * MIB:
        return endings.too_much(bounds)
    try:
        return shelf.keep(asked, draft)
    except OSError as problem:
        log.error("A live result could not be kept: %s", problem)
        return Unavailable(FULL_DISK)


def _tell(ticket: Ticket, act: "Callable[[Future[Computed]], None]") -> None:
    if ticket.future.set_running_or_notify_cancel():  # whoever has left hears nothing
        act(ticket.future)


@cache
def keeper() -> Keeper:
    """Return the keeper of this process."""
    return Keeper(settings().live_workers)
