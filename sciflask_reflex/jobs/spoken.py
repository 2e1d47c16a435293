"""A limited child process that is spoken with: JSON objects, one a line, in both directions."""

import json
import os
import selectors
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from sciflask_reflex.jobs import sandbox
from sciflask_reflex.jobs.bounds import Bounds

LONGEST_LINE = 256 * 1024


class SpokenChild:
    """Belongs to the thread that starts it, and dies with that. Use as a context manager: at its end nothing of the child is left."""

    def __init__(self, command: Sequence[str], bounds: Bounds, *, cwd: Path, env: Mapping[str, str], wake: int | None = None) -> None:
        """Start a command within these bounds. ``wake`` is a descriptor that interrupts waiting for what it says; its reader is here."""
        self._process = sandbox.spawn(
            command, memory_mib=bounds.memory_mib, seconds=bounds.seconds, output_mib=bounds.output_mib, cwd=cwd, env=env
        )
        self._stdin, self._stdout, self._stderr = _pipes(self._process)
        self._rest, self._errors = b"", bytearray()
        self._wake, self._open = wake, {self._stdout, self._stderr}
        self._selector = selectors.DefaultSelector()
        for descriptor in (*self._open, *(() if wake is None else (wake,))):
            self._selector.register(descriptor, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def say(self, line: bytes) -> None:
        """Say a line. A child that is gone hears nothing; that it has ended is found out by listening."""
        with suppress(BrokenPipeError):
            os.write(self._stdin, line)

    def hear(self, seconds: float) -> list[dict[str, Any]]:
        """Wait at most so long for what it says, and return that; strays on the channel are dropped."""
        lines: list[bytes] = []
        for key, _ in self._selector.select(seconds):
            chunk = os.read(key.fd, 65536)
            if key.fd == self._wake:
                continue
            if not chunk:
                self._selector.unregister(key.fd)
                self._open.remove(key.fd)
            elif key.fd == self._stderr:
                self._errors += chunk
                del self._errors[: -sandbox.STDERR_BYTES]
            else:
                *complete, self._rest = (self._rest + chunk).split(b"\n")
                self._rest = self._rest[-LONGEST_LINE:]
                lines += complete
        return [message for line in lines if (message := _decode(line))]

    @property
    def ended(self) -> bool:
        """Whether it has ended and nothing more will come."""
        if not self._open:
            return True
        return self._process.poll() is not None and not any(key.fd in self._open for key, _ in self._selector.select(0))

    @property
    def errors(self) -> bytes:
        """The end of what it wrote to standard error."""
        return bytes(self._errors)

    def wait(self, seconds: float) -> int:
        """Let it end by itself for so long, then end it; return its exit code."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.stop()

    def stop(self, grace: float = sandbox.GRACE_SECONDS) -> int:
        """End it and all it started; return its exit code."""
        return sandbox.stop(self._process, grace)

    def hang_up(self) -> None:
        """Say nothing more: a child that works for us alone ends by itself."""
        with suppress(BrokenPipeError):
            self._process.stdin.close()  # pyright: ignore[reportOptionalMemberAccess]

    def close(self) -> int:
        """End it if it runs still, and let go of its pipes; return its exit code."""
        code = self.stop()
        self._selector.close()
        self.hang_up()
        for pipe in (self._process.stdout, self._process.stderr):
            pipe.close()  # pyright: ignore[reportOptionalMemberAccess]
        return code


def _pipes(process: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    if not (process.stdin and process.stdout and process.stderr):
        message = "a child that is spoken with has three pipes"
        raise RuntimeError(message)
    return process.stdin.fileno(), process.stdout.fileno(), process.stderr.fileno()


def _decode(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
