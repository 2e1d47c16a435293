"""The job child: what it says, and that nobody else can say it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TABLE = (
    "sample,"
    + ",".join(f"f{j}" for j in range(12))
    + "\n"
    + "".join(f"s{i}," + ",".join(str((i * 7 + j * 13 + i * j) % 101) for j in range(12)) + "\n" for i in range(20))
)


def order(folder: Path, **changes: object) -> bytes:
    (folder / "table").write_text(TABLE)
    given = {
        "tool": "correlation", "inputs": {"dataset1": str(folder / "table")}, "labels": {}, "filenames": {"dataset1": "mine.csv"},
        "parameters": {}, "folder": str(folder / "result"), "seed": 0,
    }  # fmt: skip
    return json.dumps(given | changes).encode() + b"\n"


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.toolkit.job"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def run(line: bytes) -> tuple[int, list[dict]]:
    with start() as child:
        child.stdin.write(line)
        child.stdin.flush()
        messages = [json.loads(text) for text in child.stdout]
        return child.wait(), messages


def test_a_job_reports_progress_then_done_and_leaves_a_result(tmp_path):
    code, messages = run(order(tmp_path))
    assert code == 0
    assert messages[-1]["done"]
    assert messages[-1]["peak_mib"] > 1
    fractions = [message["fraction"] for message in messages if "fraction" in message]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    manifest = json.loads((tmp_path / "result" / "manifest.json").read_text())
    assert manifest["inputs"][0]["filename"] == "mine.csv"


def test_what_the_person_can_mend_is_a_sentence(tmp_path):
    code, messages = run(order(tmp_path, parameters={"alpha": 7}))
    assert code == 1
    assert list(messages[-1]) == ["error"]


@pytest.mark.parametrize("changes", [{"tool": "unknown"}, {"inputs": {"dataset1": "/nowhere"}}])
def test_what_nobody_foresaw_is_a_traceback(tmp_path, changes):
    code, messages = run(order(tmp_path, **changes))
    assert code == 1
    assert "Traceback" in messages[-1].get("traceback", "") or "error" in messages[-1]


def test_it_ends_when_nobody_wants_the_result_any_more(tmp_path):
    """The parent's end of standard input closes when the parent dies, on every system."""
    os.mkfifo(tmp_path / "never")
    child = start()
    child.stdin.write(order(tmp_path, inputs={"dataset1": str(tmp_path / "never")}))
    child.stdin.flush()
    assert child.stdout.readline(), "it has begun"
    child.stdin.close()
    started = time.monotonic()
    assert child.wait(10) == 3
    assert time.monotonic() - started < 5
    child.stdout.close()
