"""The loop that keeps an instance alive: one thread, woken by words, deaths and signals."""

import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable
from types import FrameType

from sciflask_reflex.supervisor.child import Child

LONGEST_NAP_S = 0.5
GIVE_UP_AFTER = 3
"""So many quick deaths of one process before the site was ever well mean that the set-up is wrong."""


class Watch:
    """Starts processes, passes on their words, restarts what dies, and stops everything in order when asked to."""

    def __init__(self, changed: Callable[[dict[str, int]], None]) -> None:
        self._groups: list[list[Child]] = []
        self.asked_to_stop = False
        self.gave_up: Child | None = None
        self._changed = changed
        self._selector = selectors.DefaultSelector()
        self._wake, self._alarm = socket.socketpair()

    @property
    def children(self) -> list[Child]:
        """Every process in care, in the order of their start."""
        return [child for group in self._groups for child in group]

    def listen_to_signals(self) -> None:
        """From now on Ctrl-C and SIGTERM ask for a stop, and every signal wakes the loop."""
        self._wake.setblocking(False)
        self._alarm.setblocking(False)
        self._selector.register(self._wake, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._alarm.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup asks for that
                signal.signal(number, self._stop_soon)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def add(self, children: Iterable[Child]) -> None:
        """Take a group of processes into care and start them; what starts as one group is stopped as one."""
        self._groups.append(list(children))
        for child in self._groups[-1]:
            self._start(child)

    def run_once(self, child: Child) -> int | None:
        """Run a process to its end and return its exit code; None when a stop was asked for meanwhile."""
        self.add([child])
        while not self.asked_to_stop:
            self._listen(0.1)
            if (code := self._reap(child)) is not None:
                self._groups.remove([child])
                return code
        return None

    def run(self, tick: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None) -> None:
        """Watch until asked to stop. ``tick`` is called often until it first returns True: then the site is well.

        From then on ``meanwhile`` is called each time round, a few times in a second at most.
        """
        well = False
        while not self.asked_to_stop and self.gave_up is None:
            self._listen(0.1 if not well else self._nap())
            self._bury_and_restart(well=well)
            if well:
                meanwhile()
            well = well or tick()

    def restart(self, which: Callable[[Child], bool]) -> None:
        """Stop some processes and start them anew, because what they have loaded has changed."""
        chosen = [child for child in self.children if child.running and which(child)]
        for child in chosen:
            child.ask_to_end()
        for child in chosen:
            self._selector.unregister(child.output)
            child.end()
            self._start(child)

    def stop(self) -> None:
        """Stop every process, the last group first, and end the watch. A second signal does not hurry this: each has its own time limit."""
        for group in reversed(self._groups):
            for child in group:
                child.ask_to_end()
            for child in group:
                child.end()
        self._note()
        signal.set_wakeup_fd(-1)
        for thing in (self._selector, self._wake, self._alarm):
            thing.close()

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _start(self, child: Child) -> None:
        child.start()
        self._selector.register(child.output, selectors.EVENT_READ, child)
        self._note()

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, Child):
                if not key.data.read():
                    self._selector.unregister(key.fd)
            else:
                self._wake.recv(4096)

    def _bury_and_restart(self, *, well: bool) -> None:
        for child in self.children:
            if child.running:
                self._bury(child, well=well)
            elif child.start_at is not None and time.monotonic() >= child.start_at and not self.asked_to_stop:
                self._start(child)

    def _bury(self, child: Child, *, well: bool) -> None:
        if (code := self._reap(child)) is None:
            return
        if not well and child.quick_deaths >= GIVE_UP_AFTER:
            self.gave_up = child
            return
        if not self.asked_to_stop:
            pause = max((child.start_at or 0.0) - time.monotonic(), 0.0)
            child.log.warning("%s ended (%s); starting it again in %.1f s", child.name, describe_exit(code), pause)

    def _reap(self, child: Child) -> int | None:
        handle = child.output
        code = child.reap()
        if code is not None:
            if handle in self._selector.get_map():
                self._selector.unregister(handle)
            self._note()
        return code

    def _nap(self) -> float:
        now = time.monotonic()
        due = [child.start_at - now for child in self.children if not child.running and child.start_at is not None]
        return min([LONGEST_NAP_S, *(max(seconds, 0.0) for seconds in due)])

    def _note(self) -> None:
        self._changed({child.name: child.process.pid for child in self.children if child.process is not None})


def describe_exit(code: int) -> str:
    """Say how a process ended: its exit code, or the signal that killed it."""
    return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
