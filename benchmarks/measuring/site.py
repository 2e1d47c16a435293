"""A site of its own for a benchmark: started with a fresh data folder, ended with all that it started."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 300


@dataclass(frozen=True)
class Site:
    """A site that runs.

    Attributes:
        url: Its address.
        data: Its data folder.
        environment: What it was started with; whatever else works on its data needs the same.
        process_id: Its first process, which has started the others.
    """

    url: str
    data: Path
    environment: dict[str, str]
    process_id: int

    def python(self, code: str) -> str:
        """Run Python with the settings of the site and return what it prints."""
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def descendants(self) -> dict[int, str]:
        """Return the processes of the site by their ids: what each was started as."""
        found: dict[int, str] = {}
        waiting = [self.process_id]
        while waiting:
            one = waiting.pop()
            try:
                found[one] = Path(f"/proc/{one}/cmdline").read_text("utf-8").replace("\0", " ")
                for task in Path(f"/proc/{one}/task").iterdir():
                    waiting += [int(child) for child in (task / "children").read_text("utf-8").split()]
            except OSError:  # it has ended meanwhile
                continue
        return found


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def site(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Site]:
    """Start a site and wait until it is healthy; end it at the end.

    Args:
        folder: Where its data folder and its log go.
        settings: Settings beyond its address and data folder.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    data = folder / "data"
    own = {"SCIFLASK_DATA_DIR": str(data), "SCIFLASK_PORT": str(port), "SCIFLASK_PUBLIC_URL": url}
    environment = os.environ | own | dict(settings or {})
    with (folder / "site.log").open("wb") as log:
        command = [sys.executable, "-m", "sciflask_reflex.cli", "up"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=environment)
    try:
        until = time.monotonic() + PATIENCE_S
        while not _healthy(url):
            if process.poll() is not None or time.monotonic() > until:
                message = f"The site did not become healthy.\n{(folder / 'site.log').read_text('utf-8')[-2000:]}"
                raise RuntimeError(message)
            time.sleep(0.2)
        yield Site(url, data, environment, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
