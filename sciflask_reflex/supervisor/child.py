"""One process under supervision: started, read from, restarted with patience, stopped."""

import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from pipeline.toolkit.confine import die_with_parent
from sciflask_reflex.settings import ROOT

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_S = 30.0
"""A process that ran for so long is taken for sound: the next pause is short again."""
LONGEST_LINE = 8192


@dataclass
class Child:
    """A process that has to be there: what it is, how it is started, how long it may take to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    patience_s: float
    log: logging.Logger
    niceness: int = 0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float | None = 0.0
    quick_deaths: int = 0
    _end_by: float = 0.0
    _rest: bytes = field(default=b"", repr=False)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None

    def start(self) -> None:
        """Start the process, in a session of its own: Ctrl-C reaches the supervisor alone, which stops things in order."""
        me = os.getpid()
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=dict(self.environment),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
            preexec_fn=lambda: (os.nice(self.niceness), die_with_parent(me)),  # noqa: PLW1509 - the supervisor has one thread
        )  # fmt: skip
        os.set_blocking(self.output, False)
        self.started_at, self.start_at = time.monotonic(), None

    @property
    def output(self) -> int:
        """The descriptor from which its words are read."""
        if self.process is None or self.process.stdout is None:
            message = f"{self.name} is not running"
            raise RuntimeError(message)
        return self.process.stdout.fileno()

    def read(self) -> bool:
        """Log what the process said and is here by now; return False once it will say no more."""
        while True:
            try:
                chunk = os.read(self.output, 65536)
            except BlockingIOError:
                return True
            self._say(chunk)
            if not chunk:
                return False

    def reap(self) -> int | None:
        """Return the exit code if the process has ended (None if not), and decide when it starts again."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self._end_group()
        self.read()
        lived = time.monotonic() - self.started_at
        self.quick_deaths = 0 if lived > STEADY_S else self.quick_deaths + 1
        pause = min(FIRST_PAUSE_S * 2 ** max(self.quick_deaths - 1, 0), LONGEST_PAUSE_S)
        self.start_at = time.monotonic() + pause
        self._forget()
        return code

    def ask_to_end(self) -> None:
        """Ask the process to end; its time runs from now, and ``end`` waits for it."""
        if self.process is not None:
            self.process.terminate()
            self._end_by = time.monotonic() + self.patience_s

    def end(self) -> None:
        """Wait for as long as the process may still take, then end it and all it started."""
        if self.process is None:
            return
        while self.process.poll() is None and time.monotonic() < self._end_by:
            self.read()  # a full pipe would keep it from ending
            time.sleep(0.02)
        self._end_group()
        self.process.wait()
        self.read()
        self._forget()
        self.start_at = None

    def _end_group(self) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):  # the latter is what macOS says of a group of zombies
                os.killpg(self.process.pid, signal.SIGKILL)

    def _say(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if not chunk or len(self._rest) > LONGEST_LINE:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            if line.strip():
                self.log.info("%s", line.decode(errors="replace").rstrip())

    def _forget(self) -> None:
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
        self.process, self._rest = None, b""
