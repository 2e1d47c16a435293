"""Processes that are measured from outside: what the kernel says of them while they wait."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


class Child:
    """A process that answers a line with a line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def hear(self) -> str:
        """Return its next line.

        Raises:
            RuntimeError: If it has ended instead.
        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            message = f"{self._process.args} ended with {self._process.wait()}"
            raise RuntimeError(message)
        return line.strip()

    def ask(self, line: str = "go") -> str:
        """Send it a line and return its answer."""
        if self._process.stdin:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        return self.hear()

    def mib(self, field: str) -> float:
        """Return what it holds now (VmRSS), or the most that it ever held (VmHWM)."""
        return mib(self._process.pid, field)


def mib(process_id: int, field: str) -> float:
    """Return a figure of the kernel about the memory of a process."""
    lines = Path(f"/proc/{process_id}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1024


@contextmanager
def child(command: Sequence[str], env: Mapping[str, str]) -> Iterator[Child]:
    """Start a process that reads lines until there are no more."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(env), text=True) as process:
        yield Child(process)
