"""The master key is private, is never replaced, and gives a key for each purpose."""

import os
import threading
from pathlib import Path

import pytest

from sciflask_reflex import secrets
from sciflask_reflex.errors import Unavailable


@pytest.fixture
def key(data_dir: Path):
    secrets.subkey.cache_clear()
    yield secrets.ensure()
    secrets.subkey.cache_clear()


def test_it_is_made_once_for_its_owner_alone(key: Path):
    made = key.read_bytes()
    assert len(made) == 32
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.parent.stat().st_mode & 0o777 == 0o700
    secrets.ensure()
    assert key.read_bytes() == made
    assert [path.name for path in key.parent.iterdir()] == ["master.key"]


def test_processes_that_make_it_at_once_agree(data_dir: Path):
    found: list[bytes] = []
    barrier = threading.Barrier(8)

    def make() -> None:
        barrier.wait()
        secrets._write_new(secrets.master_file(), os.urandom(32))
        found.append(secrets.master())

    secrets.master_file().parent.mkdir(mode=0o700)
    draft = iter(range(8))
    original, lock = os.getpid, threading.Lock()

    def own_number() -> int:  # threads stand for processes here: each needs a draft of its own
        with lock:
            return original() * 10 + next(draft)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets.os, "getpid", own_number)
        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused_with_the_cure(key: Path, mode: int):
    key.chmod(mode)
    with pytest.raises(Unavailable, match=f"can be read by others. Run `chmod 600 {key}`"):
        secrets.ensure()


def test_a_link_a_short_key_and_a_missing_one_are_refused(key: Path):
    target = key.rename(key.with_name("elsewhere"))
    with pytest.raises(Unavailable, match="is missing"):
        secrets.subkey("sessions")
    key.symlink_to(target)
    with pytest.raises(Unavailable, match="not an ordinary file"):
        secrets.subkey("sessions")
    key.unlink()
    key.write_bytes(b"short")
    key.chmod(0o600)
    with pytest.raises(Unavailable, match="5 bytes instead of 32"):
        secrets.subkey("sessions")


def test_subkeys_are_those_of_the_standard(key: Path):
    # Computed apart, by an HKDF that gives the first test vector of RFC 5869.
    key.write_bytes(bytes(range(32)))
    assert secrets.subkey("downloads").hex() == EXPECTED
    assert secrets.subkey("downloads") != secrets.subkey("sessions")


EXPECTED = "b09a15fbf8b67c3898bc7f9b75deeca97886ef2cfd57b17973fc92249abd9060"
