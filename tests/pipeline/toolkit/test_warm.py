"""The warm child by its own protocol: it forks for each order, survives whatever that does, and ends with whoever started it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.toolkit import warm


class Spoken:
    """A warm child, spoken to as its parent does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        paths = os.pathsep.join(str(path) for path in (Path(__file__).parents[3], Path(__file__).parents[2] / "live_tools"))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.toolkit.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        assert self.hear() == {"ready": True}

    def say(self, **message: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout
        return json.loads(self.process.stdout.readline())

    def run(self, name: str, tool: str = "live-trouble", **parameters: Any) -> None:
        (self.folder / f"{name}.scratch").mkdir()
        self.say(
            run=name, tool=tool, parameters=parameters, seed=1, folder=str(self.folder / name), scratch=str(self.folder / f"{name}.scratch"),
            seconds=60, memory_mib=2_048, output_mib=16,
        )  # fmt: skip


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Spoken]:
    one = Spoken(tmp_path)
    yield one
    for pipe in (one.process.stdin, one.process.stdout):
        assert pipe
        pipe.close()
    assert one.process.wait(10) == 0


def test_an_order_is_answered_and_its_result_is_whole(child):
    child.run("a", "smoothing", sigma=2.5)
    answer = child.hear()
    assert (answer["id"], answer["done"]) == ("a", True)
    manifest = json.loads((child.folder / "a" / "manifest.json").read_text())
    assert (manifest["parameters"]["sigma"], manifest["seed"]) == (2.5, 1)


def test_what_one_order_has_loaded_the_next_one_finds_there(child):
    child.run("a", "smoothing")
    assert "scipy.ndimage" in child.hear()["loaded"]
    child.run("b", "smoothing")
    assert child.hear()["loaded"] == []


def test_orders_run_beside_each_other_and_one_can_be_ended(child):
    child.run("slow", act="wait", number=60)
    child.run("quick")
    assert child.hear()["id"] == "quick"
    child.say(stop="slow")
    assert child.hear() == {"id": "slow", "signal": 9}
    child.say(stop="slow")
    child.run("after")
    assert child.hear()["id"] == "after"


@pytest.mark.parametrize(("act", "answer"), [("segfault", {"signal": 11}), ("exit", {"exit": 3})])
def test_an_end_without_a_word_is_told(child, act, answer):
    child.run("a", act=act)
    assert child.hear() == {"id": "a"} | answer


def test_an_exception_is_told_with_its_way(child):
    child.run("a", act="fault")
    assert child.hear()["traceback"].rstrip().endswith("ZeroDivisionError: float division by zero")
    child.run("b", act="refuse")
    assert child.hear() == {"id": "b", "error": "These values lead nowhere. Choose others."}


def test_what_is_printed_goes_into_the_scratch_folder(child):
    child.run("a", act="print")
    assert child.hear()["done"]
    assert len((child.folder / "a.scratch" / "said").read_text()) == 200_001


def test_there_is_one_thread_to_fork_from(child):
    child.run("a", "smoothing")
    child.hear()
    assert len(list(Path(f"/proc/{child.process.pid}/task").iterdir())) == 1


def test_a_child_whose_parent_dies_takes_its_computations_along(child):
    child.run("a", act="wait", number=60)
    children = Path(f"/proc/{child.process.pid}/task/{child.process.pid}/children")
    end = time.monotonic() + 20
    while not (running := children.read_text().split()):
        assert time.monotonic() < end
    child.process.stdin.close()
    assert child.process.wait(10) == 0
    assert not Path(f"/proc/{running[0]}/cmdline").exists() or not Path(f"/proc/{running[0]}/cmdline").read_bytes()


@pytest.mark.parametrize("held_open", [False, True])
def test_what_was_said_just_before_the_end_is_heard(held_open):
    """The answer may come between listening and looking who has ended."""
    orders, ours, channel = os.pipe(), os.pipe(), os.pipe()
    serving = warm.Warm(orders[0], ours[1])
    said = subprocess.Popen([sys.executable, "-c", f"import os; os.write({channel[1]}, b'{{\"done\": true}}\\n')"], pass_fds=(channel[1],))
    one = warm._Running("a", said.pid, channel[0])
    serving._running["a"] = one
    serving._selector.register(channel[0], 1, one)
    if not held_open:
        os.close(channel[1])
    os.waitid(os.P_PID, said.pid, os.WEXITED | os.WNOWAIT)
    serving._look(one)
    said.returncode = 0  # it has been waited for
    assert json.loads(os.read(ours[0], 1000)) == {"id": "a", "done": True}
    assert not serving._running
    for end in (*orders, *ours, *((channel[1],) if held_open else ())):
        os.close(end)
