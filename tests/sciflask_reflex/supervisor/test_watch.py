"""Processes are started, listened to, restarted with patience, and stopped in order."""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sciflask_reflex.supervisor.child import Child
from sciflask_reflex.supervisor.logs import make_log
from sciflask_reflex.supervisor.watch import Watch, describe_exit

WAIT = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (os.write(1, b"down\\n"), sys.exit(0)))  # the signal may come while print is still at work
os.write(1, b"up\\n")
time.sleep(60)
"""
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(60)"


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch(lambda _: None)
    yield watch
    watch.stop()


def child(heard: Heard, name: str, program: str, patience_s: float = 5.0) -> Child:
    log = logging.Logger(name, logging.INFO)  # noqa: LOG001 - apart from all others
    log.addHandler(heard)
    return Child(name, [sys.executable, "-c", program], dict(os.environ), patience_s, log)


def run_until(watch: Watch, condition) -> None:
    """Let the watch run until the condition holds; ten seconds are the limit."""
    deadline = time.monotonic() + 10

    def tick() -> bool:
        watch.asked_to_stop = condition() or time.monotonic() > deadline
        return False

    watch.run(tick)
    assert condition()
    watch.asked_to_stop = False


def test_a_process_that_dies_is_started_again(heard: Heard):
    pids: list[dict[str, int]] = []
    watch = Watch(pids.append)
    watch.add([child(heard, "web", WAIT)])
    run_until(watch, lambda: "web: up" in heard.lines)
    first = watch.children[0].process
    assert first
    os.kill(first.pid, signal.SIGKILL)
    run_until(watch, lambda: heard.lines.count("web: up") == 2)
    second = watch.children[0].process
    assert second
    assert second.pid != first.pid
    assert any(line.startswith("web: web ended (killed by SIGKILL); starting it again") for line in heard.lines)
    watch.stop()
    assert pids[-1] == {}
    assert {"web": first.pid} in pids


def test_they_stop_in_the_reverse_order_of_their_start(heard: Heard):
    watch = Watch(lambda _: None)
    for name in ("valkey", "web", "worker"):
        watch.add([child(heard, name, WAIT)])
    run_until(watch, lambda: len(heard.lines) == 3)
    watch.stop()
    assert heard.lines[3:] == ["worker: down", "web: down", "valkey: down"]


def test_a_group_stops_together(heard: Heard, watch: Watch):
    watch.add([child(heard, f"worker-{number}", STUBBORN, patience_s=1) for number in range(3)])
    run_until(watch, lambda: len(heard.lines) == 3)
    began = time.monotonic()
    watch.stop()
    assert 1 <= time.monotonic() - began < 2


def test_one_that_does_not_want_to_end_is_ended(heard: Heard):
    watch = Watch(lambda _: None)
    watch.add([child(heard, "worker", STUBBORN, patience_s=0.3)])
    run_until(watch, lambda: len(heard.lines) == 1)
    process = watch.children[0].process
    assert process
    began = time.monotonic()
    watch.stop()
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 3


def test_a_set_up_that_cannot_work_is_given_up(heard: Heard, watch: Watch):
    watch.add([child(heard, "web", "raise SystemExit('no such module')")])
    watch.run(lambda: False)
    assert watch.gave_up is watch.children[0]
    assert heard.lines.count("web: no such module") == 3


def test_pauses_grow_while_it_keeps_dying_and_have_an_end(heard: Heard):
    dying = child(heard, "web", "raise SystemExit(3)")
    pauses = []
    for _ in range(9):
        dying.start()
        assert dying.process
        dying.process.wait(10)
        assert dying.reap() == 3
        assert dying.start_at is not None
        pauses.append(round(dying.start_at - time.monotonic(), 1))
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_a_single_run_gives_its_exit_code(heard: Heard, watch: Watch):
    assert watch.run_once(child(heard, "build", "print('done'); raise SystemExit(4)")) == 4
    assert heard.lines == ["build: done"]
    assert watch.children == []


def test_a_signal_ends_the_run_at_once(heard: Heard):
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)}
    watch = Watch(lambda _: None)
    try:
        watch.listen_to_signals()
        watch.add([child(heard, "web", WAIT)])
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
        began = time.monotonic()
        watch.run(lambda: True)
        assert time.monotonic() - began < 2
        assert watch.asked_to_stop
        watch.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_much_output_without_an_end_of_line_is_taken_in_pieces(heard: Heard, watch: Watch):
    assert watch.run_once(child(heard, "web", "import sys; sys.stdout.write('x' * 1_000_000)")) == 0
    assert sum(len(line) - len("web: ") for line in heard.lines) == 1_000_000


def test_words_go_to_a_file_of_their_own_that_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sciflask_reflex.supervisor.logs.FILE_BYTES", 2000)
    log = make_log("web", tmp_path, on_terminal=False)
    for number in range(500):
        log.info("line %s", number)
    for handler in log.handlers:
        handler.close()
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert all(path.stat().st_size <= 2000 for path in tmp_path.iterdir())
    assert "line 499" in (tmp_path / "web.log").read_text()


def test_an_exit_is_described():
    assert describe_exit(3) == "exit code 3"
    assert describe_exit(-9) == "killed by SIGKILL"


def test_what_has_changed_is_started_anew_and_nothing_else(heard: Heard, watch: Watch):
    watch.add([child(heard, "web", WAIT), child(heard, "other", WAIT)])
    run_until(watch, lambda: {"web: up", "other: up"} <= set(heard.lines))
    before = [each.process.pid for each in watch.children if each.process]
    watch.restart(lambda each: each.name == "web")
    run_until(watch, lambda: heard.lines.count("web: up") == 2)
    after = [each.process.pid for each in watch.children if each.process]
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    assert heard.lines.count("web: down") == 1
    assert not any("starting it again" in line for line in heard.lines), "it was no accident"
