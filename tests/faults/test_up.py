"""`sciflask up` as an operator meets it: started, killed in every part, killed as a whole, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sciflask_reflex.settings import ROOT

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc"),
    pytest.mark.timeout(300),  # the first start of a fresh checkout builds the pages
]
PATIENCE_S = 240.0


def wait_for(what: str, condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} within {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Instance:
    """An instance with a data folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.data, self.port = folder / "data", free_port()
        self.log = folder / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, **other: str) -> dict:
        own = {"SCIFLASK_DATA_DIR": str(self.data), "SCIFLASK_PORT": str(self.port), "SCIFLASK_JOB_WORKERS": "1"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SCIFLASK_")}
        return {"args": [sys.executable, "-m", "sciflask_reflex.cli", "up"], "cwd": ROOT, "env": clean | own | other}

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(**self.command(), stdout=log, stderr=log, start_new_session=True)
        wait_for("a healthy site", self.healthy)

    def healthy(self) -> bool:
        assert self.process is None or self.process.poll() is None, self.log.read_text()
        return self.get("/health") is not None

    def get(self, path: str) -> str | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.read().decode()
        except (urllib.error.URLError, OSError):
            return None

    def stop(self) -> int:
        assert self.process
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)

    def recorded(self) -> dict[str, int]:
        try:
            return {row["name"]: row["pid"] for row in json.loads((self.data / "run" / "processes.json").read_text())}
        except FileNotFoundError:
            return {}

    def running(self) -> list[str]:
        """Every process that knows this data folder, whoever its parent is now."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                known = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
            if str(self.data).encode() in known and state != "Z" and int(folder.name) != os.getpid():
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        return found


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    made = Instance(tmp_path)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def test_it_comes_up_private_and_goes_without_a_trace(tmp_path: Path):
    made = Instance(tmp_path)
    made.start()
    assert set(made.recorded()) == {"valkey", "web", "relay", "worker-1"}
    page = made.get("/")
    assert page
    assert "/assets/" in page
    assert made.data.stat().st_mode & 0o777 == 0o700
    assert (made.data / "secrets" / "master.key").stat().st_mode & 0o777 == 0o600
    assert (made.data / "sciflask.db").stat().st_mode & 0o077 == 0
    assert made.stop() == 0
    assert made.running() == []
    said = made.log.read_text()
    assert f"ready at http://localhost:{made.port}" in said
    assert f"Mails        land in {made.data / 'mail'}" in said
    assert "admin create" in said


def test_a_second_one_is_refused_in_a_sentence(instance: Instance, tmp_path: Path):
    same_folder = subprocess.run(**instance.command(), capture_output=True, text=True, timeout=60, check=False)
    assert same_folder.returncode == 1
    assert f"Another instance already runs on the data folder {instance.data}" in same_folder.stderr
    same_port = subprocess.run(
        **instance.command(SCIFLASK_DATA_DIR=str(tmp_path / "other")), capture_output=True, text=True, timeout=60, check=False
    )
    assert same_port.returncode == 1
    assert f"Port {instance.port} on 127.0.0.1 is taken" in same_port.stderr
    assert "SCIFLASK_PORT" in same_port.stderr
    assert instance.healthy()


@pytest.mark.parametrize("name", ["valkey", "web", "relay", "worker-1"])
def test_what_is_killed_comes_back(instance: Instance, name: str):
    before = instance.recorded()[name]
    os.kill(before, signal.SIGKILL)
    wait_for(f"a new {name}", lambda: instance.recorded().get(name, before) != before, 60)
    wait_for("a healthy site", instance.healthy, 60)


def test_killing_the_supervisor_blocks_nothing(instance: Instance):
    assert instance.process
    instance.process.kill()
    instance.process.wait()
    wait_for("an end of every process", lambda: instance.running() == [], 10)
    instance.start()
    assert instance.stop() == 0
    assert instance.running() == []


def test_a_frozen_process_of_a_killed_instance_is_ended_by_the_next(instance: Instance):
    """As where the kernel does not end children with their parent: a process outlives the supervisor, and holds on."""
    assert instance.process
    survivor = subprocess.Popen(["sleep", "600"], start_new_session=True)
    stat = Path(f"/proc/{survivor.pid}/stat").read_text().rpartition(")")[2].split()
    instance.process.kill()
    instance.process.wait()
    book = instance.data / "run" / "processes.json"
    book.write_text(json.dumps([{"name": "web", "pid": survivor.pid, "birth": stat[19]}]))
    instance.start()
    assert survivor.wait(5) == -signal.SIGKILL
    assert "Ended web, which an earlier run had left behind." in instance.log.read_text()
