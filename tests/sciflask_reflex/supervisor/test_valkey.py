"""The embedded server forgets nothing, not even when it is killed, and only we can reach it."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from sciflask_reflex.settings import LONGEST_SOCKET_PATH, Settings, settings
from sciflask_reflex.supervisor import valkey


@contextmanager
def serving(command: list[str], address: str) -> Iterator[tuple[subprocess.Popen[bytes], redis.Redis]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process, redis.Redis.from_url(address) as client:
        deadline = time.monotonic() + 10
        while True:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                assert time.monotonic() < deadline
                assert process.poll() is None
        try:
            yield process, client
        finally:
            process.kill()


def test_nothing_is_lost_when_it_is_killed(data_dir: Path):
    command, address = valkey.broker_command(settings()), settings().broker_url
    with serving(command, address) as (process, client):
        for number in range(100):
            client.rpush("work", number)
        process.kill()
        process.wait(5)
    with serving(command, address) as (_, client):
        assert client.llen("work") == 100


def test_it_drops_nothing_and_listens_on_its_socket_alone(data_dir: Path):
    with serving(valkey.broker_command(settings()), settings().broker_url) as (_, client):
        found = client.config_get("*")
    assert found["maxmemory-policy"] == "noeviction"
    assert found["appendfsync"] == "always"
    assert found["port"] == "0"
    assert settings().valkey_socket.parent.stat().st_mode & 0o777 == 0o700
    assert settings().valkey_socket.stat().st_mode & 0o777 == 0o700


def test_open_tabs_have_a_server_of_their_own_that_keeps_nothing(data_dir: Path):
    command, address = valkey.tabs_command(settings()), settings().tabs_url
    assert address != settings().broker_url
    with serving(command, address) as (process, client):
        client.set("tab", "state")
        process.terminate()
        process.wait(5)
    with serving(command, address) as (_, client):
        assert client.get("tab") is None


@pytest.fixture
def far_away(tmp_path: Path) -> Iterator[Settings]:
    """A site whose data folder is too long for a socket; the folder that it gets elsewhere is taken away again."""
    site = Settings(data_dir=tmp_path / ("ä" * 60) / ("long" * 20))  # pyright: ignore[reportCallIssue]
    yield site
    shutil.rmtree(site.socket_folder)


def test_a_data_folder_with_a_long_name_works_too(far_away: Settings):
    site = far_away
    assert len(os.fsencode(site.valkey_socket)) <= LONGEST_SOCKET_PATH
    assert site.valkey_socket == Settings(data_dir=site.data_dir).valkey_socket  # pyright: ignore[reportCallIssue]
    with serving(valkey.broker_command(site), site.broker_url) as (_, client):
        client.set("key", "kept")
    with serving(valkey.broker_command(site), site.broker_url) as (_, client):
        assert client.get("key") == b"kept"
