"""What a crash left behind is ended, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

from sciflask_reflex.supervisor import leftovers

SLEEP = [sys.executable, "-c", "import subprocess, sys; subprocess.Popen(['sleep', '60']); print('up', flush=True); sys.stdin.read()"]


def start() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(SLEEP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert process.stdout
    assert process.stdout.readline() == b"up\n"
    return process


def test_recorded_processes_are_ended_with_all_they_started(tmp_path: Path):
    book = tmp_path / "processes.json"
    process = start()
    leftovers.record(book, {"web": process.pid})
    assert leftovers.clear(book) == ["web"]
    assert process.stdout
    assert process.stdout.read() == b""  # the pipe ends only when the grandchild has ended too
    process.communicate(timeout=5)
    assert not book.exists()


def test_a_process_that_only_has_the_same_number_is_left_alone(tmp_path: Path):
    book = tmp_path / "processes.json"
    with start() as process:
        book.write_text(
            json.dumps([{"name": "web", "pid": process.pid, "birth": "1"}, {"name": "relay", "pid": process.pid, "birth": None}])
        )
        assert leftovers.clear(book) == []
        assert process.poll() is None
        leftovers.record(book, {"web": process.pid})
        leftovers.clear(book)


def test_a_missing_or_torn_book_is_no_obstacle(tmp_path: Path):
    book = tmp_path / "processes.json"
    assert leftovers.clear(book) == []
    book.write_text('[{"name": "w')
    assert leftovers.clear(book) == []
