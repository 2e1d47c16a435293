"""Run as a program: loads the science once, then computes each order in a fork of itself. Nothing that an order does outlives it.

Standard input, one JSON object a line: ``{"run": id, tool, parameters, seed, folder, scratch, seconds, memory_mib, output_mib}`` computes,
``{"stop": id}`` ends that computation, ``{"load": [module, ...]}`` loads modules for all that follow. When it closes, this program ends.
Standard output: ``{"ready": true}``, then a line with the ``id`` for each order: ``{"done": true, "seconds", "loaded"}``, one of the messages
of ``pipeline.toolkit.job``, or ``{"signal"}`` or ``{"exit"}`` when the computation ended without a word.
What a tool prints goes to the file ``said`` in the order's scratch folder.
"""

import gc
import json
import os
import selectors
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pipeline import tools
from pipeline.toolkit.forked import compute
from pipeline.toolkit.result import versions

LOOK_SECONDS = 0.2
"""How often ends without a word are looked for where something holds the channel open; all others are heard of at once."""
EVERY_TOOL_LOADS = ("numpy", "pandas")


@dataclass
class _Running:
    """One computation: its process, its channel, and what came over it."""

    id: str
    pid: int
    channel: int
    text: bytes = b""
    closed: bool = False


class Warm:
    """Reads orders, forks, passes answers on. One thread: a fork of several could stand still for ever."""

    def __init__(self, orders: int, answers: int) -> None:
        """Speak with the parent over these two descriptors."""
        self._orders, self._answers = orders, answers
        self._rest = b""
        self._running: dict[str, _Running] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(orders, selectors.EVENT_READ)

    def serve(self) -> None:
        """Work until nobody gives orders any more; end what runs then."""
        self._say({"ready": True})
        wanted = True
        while wanted:
            for key, _ in self._selector.select(LOOK_SECONDS if self._running else None):
                if key.data is None:
                    wanted = self._take()
                else:
                    self._hear(key.data)
            for one in list(self._running.values()):
                self._look(one)
        for one in self._running.values():
            _kill(one.pid)

    def _take(self) -> bool:
        """Read orders; whether more may come."""
        chunk = os.read(self._orders, 65536)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "run" in order:
                self._start(order)
            elif one := self._running.get(order.get("stop", "")):
                _kill(one.pid)
            load(order.get("load", ()))
        return bool(chunk)

    def _start(self, order: dict[str, Any]) -> None:
        here, there = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            compute(order, there, parent)  # does not return
        os.close(there)
        self._running[order["run"]] = one = _Running(order["run"], pid, here)
        self._selector.register(here, selectors.EVENT_READ, one)

    def _hear(self, one: _Running) -> None:
        chunk = os.read(one.channel, 65536)
        one.text += chunk
        if not chunk:
            one.closed = True
            self._selector.unregister(one.channel)

    def _hear_the_rest(self, one: _Running) -> None:
        """Take what a computation said before it ended, and after it was last listened to."""
        os.set_blocking(one.channel, False)
        with suppress(BlockingIOError):  # all was heard, and something that it started holds the channel open
            while not one.closed:
                self._hear(one)

    def _look(self, one: _Running) -> None:
        """Pass on the answer of a computation that has ended, and take away what it left behind."""
        spoken = one.text.endswith(b"\n")
        if spoken or one.closed:
            _kill(one.pid)
        pid, status = os.waitpid(one.pid, 0 if spoken or one.closed else os.WNOHANG)
        if not pid:
            return
        self._hear_the_rest(one)
        if not one.closed:
            self._selector.unregister(one.channel)
        os.close(one.channel)
        del self._running[one.id]
        _kill(one.pid)
        answer: dict[str, Any] = json.loads(one.text) if one.text.endswith(b"\n") else _without_a_word(status)
        self._say({"id": one.id} | answer)
        load(answer.get("loaded", ()))

    def _say(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        while data:
            data = data[os.write(self._answers, data) :]


def _without_a_word(status: int) -> dict[str, Any]:
    return {"signal": os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {"exit": os.WEXITSTATUS(status)}


def _kill(pid: int) -> None:
    """End a computation and all it started."""
    for end in (os.killpg, os.kill):  # the group is there as soon as the computation has made it
        with suppress(ProcessLookupError, PermissionError):
            end(pid, signal.SIGKILL)


def load(modules: Iterable[str]) -> None:
    """Load what computations have loaded for themselves, so that the next ones find it there."""
    if new := [name for name in modules if name not in sys.modules]:
        for name in new:
            with suppress(ImportError, AttributeError):
                import_module(name)
        gc.collect()
        gc.freeze()  # what no fork counts or moves stays shared memory


def main() -> None:
    """Serve whoever started this."""
    orders, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    load(EVERY_TOOL_LOADS)
    tools()
    versions()
    Warm(orders, answers).serve()


if __name__ == "__main__":
    main()
