"""Who waits for what, and whose turn it is. No processes here: the keeper asks, and tells what became of it."""

import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock

from sciflask_reflex.errors import TooOften
from sciflask_reflex.instant.asked import Asked
from sciflask_reflex.instant.shelf import Computed

LONGEST = 64
"""Wishes that may wait in one web process."""
MOST_OF_ONE = 4
"""Wishes of one person that may wait, in however many tabs."""
CROWDED = "Many people compute just now. Try again in a few seconds."
YOURS = "Several computations of yours wait already. Try again when they are done."
RETRY_SECONDS = 2
ABANDONED = "abandoned"
"""Why an order was told to end: nobody waited for it any more."""


class Superseded(Exception):
    """Raised for whoever asked, when the same tab has asked for something newer."""


@dataclass(eq=False)
class Ticket:
    """Somebody who waits: which tab or request, whose it is, and where the result is to go."""

    seat: str
    person: str
    crowd: int = 1
    """How many people that stands for."""
    future: "Future[Computed]" = field(default_factory=Future)


@dataclass(eq=False)
class Order:
    """A wish, and everybody who waits for it. Equal wishes of several tabs are one order."""

    asked: Asked
    tickets: list[Ticket]
    seat: str
    person: str
    """Who asked first, on whose account it runs."""
    started: float | None = None
    stopped: str = ""
    """Why it was told to end, once it was."""
    tries: int = 0

    @property
    def abandoned(self) -> bool:
        """Whether nobody waits for it any more."""
        return not self.tickets

    @property
    def age(self) -> float:
        """For how many seconds it has run."""
        return time.monotonic() - self.started if self.started is not None else 0.0


class Line:
    """The orders of one web process. Of each tab at most one runs and one waits, and the newest wins."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[Order] = []
        self._running: list[Order] = []

    def join(self, asked: Asked, ticket: Ticket) -> None:
        """Take a wish in; what the same tab has asked for before is given up.

        Raises:
            TooOften: If too many wait, of this person or of all.
        """
        with self._lock:
            self._give_up(ticket.seat)
            for order in (*self._waiting, *self._running):
                if order.asked.key == asked.key and not order.stopped:
                    order.tickets.append(ticket)
                    return
            if sum(order.person == ticket.person for order in self._waiting) >= MOST_OF_ONE * ticket.crowd:
                raise TooOften(YOURS, RETRY_SECONDS)
            if len(self._waiting) >= LONGEST:
                raise TooOften(CROWDED, RETRY_SECONDS)
            self._waiting.append(Order(asked, [ticket], ticket.seat, ticket.person))

    def leave(self, ticket: Ticket) -> None:
        """Forget somebody who does not wait any more."""
        with self._lock:
            for order in (*self._waiting, *self._running):
                if ticket in order.tickets:
                    order.tickets.remove(ticket)
            self._drop_abandoned()

    def start(self) -> Order | None:
        """Return the order whose turn it is, as running: of whoever has least running, the oldest. None when none may start."""
        with self._lock:
            taken = {order.seat for order in self._running}
            persons = [order.person for order in self._running]
            ready = [order for order in self._waiting if order.seat not in taken]
            if not ready:
                return None
            order = min(ready, key=lambda one: persons.count(one.person))
            self._waiting.remove(order)
            self._running.append(order)
            order.started, order.tries = time.monotonic(), order.tries + 1
            return order

    def give_up_on(self, order: Order) -> bool:
        """Mark an order as stopped because nobody waits for it; False when somebody has joined it just now."""
        with self._lock:
            if order.tickets:
                return False
            order.stopped = ABANDONED
            return True

    def finish(self, order: Order) -> list[Ticket]:
        """Take out an order that has ended, and return everybody who waits for it."""
        with self._lock:
            self._running.remove(order)
            tickets, order.tickets = order.tickets, []
            return tickets

    def put_back(self, order: Order) -> None:
        """Let an order that ended through no fault of its own wait once more, before all others."""
        with self._lock:
            self._running.remove(order)
            order.started, order.stopped = None, ""
            if order.tickets:
                self._waiting.insert(0, order)

    def empty(self) -> list[Ticket]:
        """Take everybody out, and return them: nothing more is computed here."""
        with self._lock:
            tickets = [ticket for order in (*self._waiting, *self._running) for ticket in order.tickets]
            self._waiting.clear()
            self._running.clear()
            return tickets

    @property
    def waiting(self) -> int:
        """How many orders wait."""
        return len(self._waiting)

    @property
    def running(self) -> list[Order]:
        """The orders that run."""
        with self._lock:
            return list(self._running)

    def _give_up(self, seat: str) -> None:
        for order in (*self._waiting, *self._running):
            for ticket in [ticket for ticket in order.tickets if ticket.seat == seat]:
                order.tickets.remove(ticket)
                if ticket.future.set_running_or_notify_cancel():
                    ticket.future.set_exception(Superseded())
        self._drop_abandoned()

    def _drop_abandoned(self) -> None:
        self._waiting = [order for order in self._waiting if order.tickets]
