"""The warm child as its parent sees it: orders in, answers out. It belongs to the thread that starts it, and dies with that."""

import json
import logging
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from sciflask_reflex import storage
from sciflask_reflex.jobs import sandbox
from sciflask_reflex.settings import settings

COMMAND = (sys.executable, "-m", "pipeline.toolkit.warm")
LIFE_CPU_SECONDS = 3_600
"""CPU time of the warm child itself, which only forks; each computation has a limit of its own."""
STOP_SECONDS = 0.5

log = logging.getLogger(__name__)


class WarmChild:
    """A process that has loaded the science. ``wake`` is a descriptor that interrupts waiting for it."""

    def __init__(self, modules: Iterable[str], wake: int) -> None:
        """Start it, and have it load what computations have loaded before."""
        self._process = sandbox.spawn(
            COMMAND,
            memory_mib=settings().live_memory_mib,
            seconds=LIFE_CPU_SECONDS,
            output_mib=settings().live_output_mib,
            cwd=storage.cache_folder(),
            env={"HOME": str(storage.cache_folder()), "MPLCONFIGDIR": str(storage.cache_folder() / "matplotlib")},
        )
        self.idle_since = time.monotonic()
        self._rest, self._errors = b"", bytearray()
        self._selector = selectors.DefaultSelector()
        for pipe in (self._process.stdout, self._process.stderr, wake):
            self._selector.register(pipe, selectors.EVENT_READ)  # pyright: ignore[reportArgumentType]
        self._wake = wake
        self.send({"load": list(modules)})

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def send(self, message: dict[str, Any]) -> None:
        """Give an order. A child that is gone hears nothing, and is found out by ``answers``."""
        pipe = self._process.stdin
        if pipe is not None:
            with suppress(BrokenPipeError):
                os.write(pipe.fileno(), json.dumps(message).encode() + b"\n")

    def answers(self, seconds: float) -> list[dict[str, Any]] | None:
        """Wait at most so long, and return what was answered; None when it has ended."""
        lines: list[bytes] = []
        for key, _ in self._selector.select(seconds):
            chunk = os.read(key.fd, 65536)
            if key.fd == self._wake:
                continue
            if not chunk:
                return None
            if key.fileobj is self._process.stderr:
                self._errors += chunk
                del self._errors[: -sandbox.STDERR_BYTES]
            else:
                *complete, self._rest = (self._rest + chunk).split(b"\n")
                lines += complete
        return [json.loads(line) for line in lines]

    def stop(self) -> None:
        """End it and all it started."""
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        with suppress(BrokenPipeError):
            pipes[0].close()  # pyright: ignore[reportOptionalMemberAccess] - it ends its computations, then itself
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        code = sandbox.stop(self._process, grace=0)
        self._selector.close()
        for pipe in pipes[1:]:
            pipe.close()  # pyright: ignore[reportOptionalMemberAccess]
        if code and self._errors:
            log.warning("The warm child ended with %d: %s", code, self._errors.decode(errors="replace")[-2_000:])
