"""The check in its child: whatever happens there, a person gets a report."""

import hashlib
import random
import sys
from pathlib import Path

import pytest

from sciflask_reflex.errors import NotFound
from sciflask_reflex.jobs import sandbox
from sciflask_reflex.settings import settings
from sciflask_reflex.studies import checking
from sciflask_reflex.studies.checking import Given, run_check


def given_file(tmp_path: Path, content: bytes) -> dict[str, Given]:
    path = tmp_path / "staged"
    path.write_bytes(content)
    return {"dataset1": Given(path, "x.csv", hashlib.sha256(content).hexdigest())}


def test_a_real_check_in_a_real_child(data_dir, tmp_path):
    report = run_check("correlation", given_file(tmp_path, b"id,a,b\ns1,1,x\ns2,3,5\ns3,4,4\n"))
    assert [(f.input, f.row, f.column) for f in report.findings] == [("dataset1", 2, "b")]
    assert report.inputs["dataset1"]["rows"] == 3


def test_commas_are_refused_at_the_first_look(data_dir, tmp_path):
    report = run_check("correlation", given_file(tmp_path, b"," * 200_000))
    assert [f.message[:32] for f in report.findings] == ["The first line has 200,001 cells"]


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ("x = bytearray(1 << 40)", "more memory"),
        ("while True: pass", "longer"),
        ("import time; time.sleep(60)", "longer"),
        ("import os; os.kill(os.getpid(), 11)", "broke down"),
        ("raise RuntimeError('x')", "broke down"),
        ("import sys; sys.stdout.write('x' * (20 << 20))", "more to say"),
    ],
)
def test_a_child_that_dies_becomes_a_finding(data_dir, tmp_path, monkeypatch, program, part):
    monkeypatch.setenv("SCIFLASK_CHECK_SECONDS", "2")
    settings.cache_clear()
    real = sandbox.run
    monkeypatch.setattr(sandbox, "run", lambda argv, **kwargs: real([sys.executable, "-c", program], **kwargs))
    report = run_check("correlation", given_file(tmp_path, b"id,a\ns,1\n"))
    assert not report.ok
    assert part in report.findings[0].message
    assert report.inputs["dataset1"]["filename"] == "x.csv"
    monkeypatch.setattr(sandbox, "run", real)
    assert "broke" not in run_check("correlation", given_file(tmp_path, b"id,a\ns,1\n")).findings[0].message, "a death is not remembered"


def test_a_child_tells_how_far_it_has_come(data_dir, tmp_path):
    content = b"id,a,b\n" + b"".join(b"s%d,%d,%d\n" % (n, n, n * n) for n in range(4_000))
    heard = []
    report = run_check("correlation", given_file(tmp_path, content), heard.append)
    assert report.inputs["dataset1"]["rows"] == 4_000
    assert heard == sorted(heard)
    assert 0.9 < heard[-1] <= 1


@pytest.mark.parametrize("name", ["x.feather", "x.parquet", "x.xlsx", "x.h5ad", "x.csv.gz"])
def test_whatever_a_hostile_file_does_a_person_gets_a_sentence(data_dir, tmp_path, name):
    starts = {
        "x.feather": b"ARROW1\x00\x00",
        "x.parquet": b"PAR1",
        "x.xlsx": b"PK\x03\x04",
        "x.h5ad": b"\x89HDF\r\n\x1a\n",
        "x.csv.gz": b"\x1f\x8b\x08\x00",
    }
    content = starts[name] + random.Random(name).randbytes(3_000) + starts[name]
    (tmp_path / "staged").write_bytes(content)
    report = run_check("correlation", {"dataset1": Given(tmp_path / "staged", name, hashlib.sha256(content).hexdigest())})
    assert not report.ok
    assert report.findings[0].message.endswith(".")


def test_the_same_bytes_are_checked_once(data_dir, tmp_path, monkeypatch):
    calls = []
    real = sandbox.run
    monkeypatch.setattr(sandbox, "run", lambda argv, **kwargs: calls.append(1) or real(argv, **kwargs))
    for content in (b"id,a\ns1,1\n", b"id,a\ns1,1\n", b"id,a\ns1,2\n"):
        run_check("correlation", given_file(tmp_path, content))
    assert len(calls) == 2


def test_other_limits_are_another_check(data_dir, tmp_path, monkeypatch):
    content = b"id,a,b\ns1,1,2\ns2,2,4\ns3,4,1\n"
    assert run_check("correlation", given_file(tmp_path, content)).ok
    monkeypatch.setenv("SCIFLASK_MIN_FEATURES", "3")
    settings.cache_clear()
    assert not run_check("correlation", given_file(tmp_path, content)).ok


def test_a_file_that_is_gone_is_not_found(data_dir, tmp_path):
    gone = {"dataset1": Given(tmp_path / "gone", "x.csv", "0" * 64)}
    with pytest.raises(NotFound):
        run_check("correlation", gone)


def test_memory_forgets_the_oldest():
    memory = checking.Memory(2)
    report = checking.CheckReport()
    for key in "abc":
        memory.keep(key, report)
        memory.recall("a")
    assert [memory.recall(key) is not None for key in "abc"] == [True, False, True]


def test_every_cause_has_a_sentence():
    assert set(checking.SENTENCES) == set(sandbox.Cause.__args__)
