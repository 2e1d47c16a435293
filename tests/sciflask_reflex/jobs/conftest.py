"""A real broker for the tests of doorbell and events."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import redis

from sciflask_reflex.jobs import events
from sciflask_reflex.settings import settings
from sciflask_reflex.supervisor.valkey import broker_command


class Server:
    """A Valkey that can be stopped and started again."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = subprocess.Popen(broker_command(settings()), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        client = redis.Redis.from_url(settings().broker_url)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with suppress(redis.exceptions.RedisError):
                client.ping()
                client.close()
                return
            time.sleep(0.02)
        pytest.fail("Valkey did not start")

    def stop(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture(autouse=True)
def _no_quiet() -> None:
    """Forget failures of earlier tests: each has a broker of its own."""
    events._quiet_until = 0.0


@pytest.fixture
def valkey(sqlite: str) -> Iterator[Server]:
    """A running broker on the settings of this test."""
    server = Server()
    server.start()
    yield server
    server.stop()
