"""One job child as its parent sees it: order in, messages out, ended for certain."""

import json
import os
import selectors
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from sciflask_reflex import storage
from sciflask_reflex.jobs import sandbox
from sciflask_reflex.jobs.bounds import Bounds

LONGEST_MESSAGE = 256 * 1024
COMMAND = (sys.executable, "-m", "pipeline.toolkit.job")


class Child:
    """A running tool. Use as a context manager: at its end nothing of the child is left."""

    def __init__(self, order: bytes, scratch: Path, bounds: Bounds) -> None:
        own = {"TMPDIR": str(scratch), "HOME": str(scratch), "MPLCONFIGDIR": str(storage.cache_folder() / "matplotlib")}
        self._process = sandbox.spawn(
            COMMAND, memory_mib=bounds.memory_mib, seconds=bounds.seconds, output_mib=bounds.output_mib, cwd=scratch, env=own
        )
        self._rest = b""
        self._errors = bytearray()
        self._selector = selectors.DefaultSelector()
        self._stdin, self._stdout, self._stderr = _pipes(self._process)
        self._selector.register(self._stdout, selectors.EVENT_READ)
        self._selector.register(self._stderr, selectors.EVENT_READ)
        with suppress(BrokenPipeError):
            os.write(self._stdin, order)  # stays open: the child ends when it closes

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._selector.close()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(BrokenPipeError):
                pipe.close()  # pyright: ignore[reportOptionalMemberAccess]

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def messages(self, seconds: float) -> list[dict[str, Any]]:
        """Wait at most so long for news and return it; strays on the channel are dropped."""
        lines: list[bytes] = []
        for key, _ in self._selector.select(seconds):
            chunk = os.read(key.fd, 65536)
            if not chunk:
                self._selector.unregister(key.fd)
            elif key.fd == self._stderr:
                self._errors += chunk
                del self._errors[: -sandbox.STDERR_BYTES]
            else:
                *complete, self._rest = (self._rest + chunk).split(b"\n")
                self._rest = self._rest[-LONGEST_MESSAGE:]
                lines += complete
        return [message for line in lines if (message := _decode(line))]

    @property
    def ended(self) -> bool:
        """Whether it has ended and nothing more will come."""
        if not self._selector.get_map():
            return True
        return self._process.poll() is not None and not self._selector.select(0)

    def stop(self, grace: float = sandbox.GRACE_SECONDS) -> int:
        """End it and all it started; return its exit code."""
        return sandbox.stop(self._process, grace)

    def wait(self, seconds: float) -> int:
        """Let it end by itself for so long, then end it; return its exit code."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.stop()

    @property
    def errors(self) -> bytes:
        """The end of what it wrote to standard error."""
        return bytes(self._errors)


def _pipes(process: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    if not (process.stdin and process.stdout and process.stderr):
        message = "a job child has three pipes"
        raise RuntimeError(message)
    return process.stdin.fileno(), process.stdout.fileno(), process.stderr.fileno()


def _decode(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
