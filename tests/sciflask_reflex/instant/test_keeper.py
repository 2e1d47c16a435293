"""The keeper with its real child: whatever a tool does, everybody gets an answer, and nothing is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import wait
from pathlib import Path

import pytest

from sciflask_reflex import storage
from sciflask_reflex.errors import Invalid, Unavailable
from sciflask_reflex.instant import child as warm
from sciflask_reflex.instant import keeper as keeping
from sciflask_reflex.instant.endings import ToolBroke
from sciflask_reflex.instant.line import Superseded
from sciflask_reflex.settings import ROOT


def processes_below(pid: int) -> set[int]:
    """The children of a process, and theirs."""
    found: set[int] = set()
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                parent = int((one / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == pid:
                found |= {int(one.name)} | processes_below(int(one.name))
    return found


def gone(pid: int) -> bool:
    """Whether a process has ended; a zombie has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def until(what, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def test_a_number_comes_back(shop):
    one = shop()
    assert one.number("answer", 4.5) == 4.5
    assert one.number("answer", 5.5) == 5.5


def test_what_a_tool_prints_or_reads_disturbs_nobody(shop):
    one = shop()
    assert one.number("print", 2) == 2
    assert one.number("input", 2) == 0
    assert one.number("answer", 3) == 3


def test_what_one_computation_leaves_in_memory_no_other_sees(shop):
    one = shop()
    assert [one.number("remember", number) for number in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        ("loop", Invalid, "longer than the 2 seconds"),
        ("wait", Invalid, "longer than the 2 seconds"),
        ("memory", Invalid, "MiB of memory"),
        ("large-file", Invalid, "MiB that a live computation may write"),
        ("large-result", Invalid, "MiB that a live computation may write"),
        ("refuse", Invalid, "lead nowhere"),
        ("segfault", ToolBroke, "not foreseen"),
        ("exit", ToolBroke, "not foreseen"),
        ("fault", ToolBroke, "not foreseen"),
    ],
)
def test_a_tool_that_misbehaves_is_told_of_and_the_next_one_works(shop, act, error, words):
    one = shop(seconds=2 if act in ("loop", "wait") else 30, memory_mib=640)
    assert one.number() == 1
    child = one.keeper.child_pid
    with pytest.raises(error, match=words):
        one.ask(act, 90).result(60)
    assert one.number("answer", 7) == 7
    assert one.keeper.child_pid == child
    until(lambda: not list((storage.live_folder().parent / "drafts").iterdir()))


def test_a_killed_child_is_replaced_and_a_second_time_it_is_told(shop):
    one = shop()
    assert one.number() == 1
    with pytest.raises(ToolBroke):
        one.ask("kill").result(30)
    assert one.number("answer", 8) == 8


def test_what_a_tool_starts_ends_with_it(shop):
    one = shop()
    assert one.number("child", 1) == 1
    assert one.keeper.child_pid
    until(lambda: not processes_below(one.keeper.child_pid))


def test_newer_values_end_older_ones(shop):
    one = shop(seconds=60, workers=1)
    old = one.ask("wait", 50)
    until(lambda: one.keeper.line.running)
    began = time.monotonic()
    assert one.number("answer", 2) == 2
    assert time.monotonic() - began < 15
    with pytest.raises(Superseded):
        old.result(0)


def test_two_hundred_rapid_changes_in_two_tabs(shop):
    one = shop()
    futures = {tab: [one.ask("answer", number, seat=tab, person=tab) for number in range(200)] for tab in ("a", "b")}
    for tab, all_of_tab in futures.items():
        assert all_of_tab[-1].result(60).manifest["metrics"]["number"]["value"] == 199, tab
        done, waiting = wait(all_of_tab, 0)
        assert not waiting
        assert sum(future.exception() is None for future in done) < 20
    until(lambda: not one.keeper.line.running)


def test_equal_wishes_of_many_are_computed_once(shop):
    one = shop()
    futures = [one.ask("wait", 0.2, seat=str(number), person=str(number)) for number in range(30)]
    assert len({future.result(30).manifest["metrics"]["pid"]["value"] for future in futures}) == 1


def test_whoever_leaves_stops_the_work(shop):
    one = shop(seconds=60, workers=1)
    future = one.ask("wait", 50)
    until(lambda: one.keeper.line.running)
    assert future.cancel()
    until(lambda: not one.keeper.line.running)


def test_at_the_end_nothing_is_left(shop):
    one = shop(seconds=60)
    futures = [one.ask("wait", 50 + number, seat=str(number), person=str(number)) for number in range(3)]
    until(lambda: len(one.keeper.line.running) == 2)
    until(lambda: len(processes_below(one.keeper.child_pid or os.getpid())) == 2)
    everything = {one.keeper.child_pid, *processes_below(one.keeper.child_pid)}
    one.keeper.close()
    for future in futures:
        with pytest.raises(Unavailable):
            future.result(10)
    until(lambda: all(gone(pid) for pid in everything))
    with pytest.raises(Unavailable):
        one.ask()


def test_a_child_that_cannot_start_is_told_of(shop):
    with pytest.raises(Unavailable, match="just now"):
        shop(memory_mib=128).ask().result(30)


def test_a_child_that_stands_still_at_its_start_is_ended_and_told_of(shop, monkeypatch):
    one = shop()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "START_SECONDS", 0.5)
        patch.setattr(warm, "COMMAND", (sys.executable, "-c", "import signal; signal.pause()"))
        future = one.ask()
        until(lambda: one.keeper.child_pid)
        first = one.keeper.child_pid
        with pytest.raises(Unavailable, match="just now"):
            future.result(30)
        until(lambda: gone(first))
    assert one.number("answer", 2) == 2


def test_a_machine_that_starts_no_process_is_told_of_and_the_next_wish_is_tried(shop, monkeypatch):
    one = shop()

    def full(*words, **more):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr(keeping, "WarmChild", full)
        patch.setattr(threading, "excepthook", lambda fault: None)
        with pytest.raises(Unavailable, match="just now"):
            one.ask().result(30)
    until(lambda: one.number("answer", 2) == 2)


def test_a_warm_child_that_does_not_obey_is_ended(shop, monkeypatch):
    monkeypatch.setattr(keeping, "OVERDUE_SECONDS", 0.5)
    one = shop(seconds=2)
    assert one.number() == 1
    child = one.keeper.child_pid
    future = one.ask("wait", 60)
    until(lambda: processes_below(child))
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(Invalid, match="longer than"):
        future.result(60)
    until(lambda: gone(child))
    assert one.number("answer", 3) == 3


OWNER = """
import os, sys, time
from sciflask_reflex import secrets
from sciflask_reflex.instant.asked import ask, live_tool
from sciflask_reflex.instant.keeper import Keeper

secrets.ensure()
keeper = Keeper(2)
keeper.ask(ask(live_tool("live-trouble"), {"act": "wait", "number": 90}), seat="a", person="a")
while not keeper.line.running:
    time.sleep(0.01)
print(keeper.child_pid, flush=True)
time.sleep(120)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_when_its_process_ends_in_whatever_way_nothing_is_left(live_tools, tmp_path, end):
    paths = os.pathsep.join((str(ROOT), os.environ["PYTHONPATH"]))
    environment = os.environ | {"SCIFLASK_DATA_DIR": str(tmp_path / "own"), "SCIFLASK_LIVE_SECONDS": "100", "PYTHONPATH": paths}
    with subprocess.Popen([sys.executable, "-c", OWNER], env=environment, stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        child = int(owner.stdout.readline())
        until(lambda: processes_below(child))
        everything = {child, *processes_below(child)}
        owner.send_signal(end)
        owner.wait(20)
    until(lambda: all(gone(pid) for pid in everything))
