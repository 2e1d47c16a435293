"""Children with limits: each limit bites, each has its cause, and nothing of a child is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sciflask_reflex.jobs import sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
ROOT = Path(__file__).parents[3]


def run(code: str, **changes):
    return sandbox.run([sys.executable, "-c", code], **({"memory_mib": 512, "seconds": 10, "output_mib": 1} | changes))


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def wait_until(what, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_goes_in_comes_out():
    text = os.urandom(3_000_000)
    outcome = run("import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()); print('x', file=sys.stderr)", input=text, output_mib=3)
    assert (outcome.returncode, outcome.cause, outcome.stdout, outcome.stderr) == (0, None, text, b"x\n")


def test_a_child_that_does_not_read_its_input_is_no_harm():
    assert run("print('done')", input=b"x" * 10_000_000).stdout == b"done\n"


@pytest.mark.parametrize(
    ("code", "cause", "changes"),
    [
        ("x = bytearray(10**10)", "memory", {}),
        ("while True: pass", "walltime", {"seconds": 0.5}),
        ("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass", "cpu", {}),
        ("import os; os.abort()", "crash", {}),
        ("import sys; sys.exit(3)", "crash", {}),
        ("print('x' * 2_000_000)", "output", {}),
        ("open('big', 'wb').write(bytes(3_000_000))", "output", {}),
    ],
)
def test_each_limit_has_its_cause(code, cause, changes, tmp_path):
    outcome = run(code, cwd=tmp_path, **changes)
    assert outcome.cause == cause
    assert outcome.returncode != 0


def test_a_child_that_ignores_the_polite_signal_is_killed_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "GRACE_SECONDS", 0.5)
    code = "import os, signal, time; signal.signal(15, signal.SIG_IGN); p = os.fork(); print(os.getpid(), flush=True); time.sleep(600)"
    outcome = run(code, seconds=0.5)
    assert outcome.cause == "walltime"
    for pid in outcome.stdout.split():
        wait_until(lambda pid=pid: gone(int(pid)))


def test_nobody_waits_for_what_a_child_leaves_behind():
    started = time.monotonic()
    outcome = run("import os, time\nif os.fork() == 0: time.sleep(600)\nprint('over', flush=True)")
    assert (outcome.cause, outcome.stdout) == (None, b"over\n")
    assert time.monotonic() - started < 5


def test_a_tool_that_forks_without_end_is_held(tmp_path):
    if os.getuid() == 0:
        pytest.skip("the kernel sets root no limit of processes")
    code = (
        "import os\nn = 0\ntry:\n  while True:\n    n += 1\n    if os.fork() == 0: import time; time.sleep(600)\nexcept OSError: print(n)"
    )
    assert int(run(code, seconds=20).stdout) <= 200


def test_secrets_stay_behind(monkeypatch):
    monkeypatch.setenv("SCIFLASK_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("SCIFLASK_SMTP_URL", "smtp://secret")
    monkeypatch.setenv("SOME_TOKEN", "secret")
    outcome = run("import os; print(dict(os.environ))")
    assert b"secret" not in outcome.stdout
    assert b"'OMP_NUM_THREADS': '1'" in outcome.stdout


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["flags\t\t: sse avx512f avx512cd avx512bw avx512dq avx512vl"] * 2, {"OPENBLAS_CORETYPE": "SkylakeX"}),
        (["flags\t\t: sse avx512f avx512cd avx512bw avx512dq avx512vl", "flags\t\t: sse avx2"], {}),
        (["flags\t\t: sse avx512f avx512cd"], {}),
        (["Features\t: fp asimd"], {}),
    ],
)
def test_wide_kernels_only_where_every_processor_has_them(tmp_path, flags, expected):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("\n".join(["processor\t: 0", *flags, ""]))
    assert sandbox.kernels(cpuinfo) == expected
    assert sandbox.kernels(tmp_path / "not there") == {}


def test_a_child_dies_with_its_parent():
    """The parent is killed with -9: no handler of its own can have done it."""
    code = (
        "import sys; from sciflask_reflex.jobs import sandbox\n"
        "child = sandbox.spawn([sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(600)'], memory_mib=512, seconds=600, output_mib=1)\n"
        "child.stdout.readline(); print(child.pid, flush=True); child.wait()"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: gone(pid), 2)


def test_many_threads_may_run_children_at_once():
    outcomes = []
    threads = [threading.Thread(target=lambda n=n: outcomes.append(run(f"print({n})").stdout)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(out) for out in outcomes) == list(range(12))


def test_no_descriptor_is_left_open():
    run("pass")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        run("print(1)", seconds=5)
        run("while True: pass", seconds=0.1)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_library_that_aborts_for_want_of_memory_is_told_from_a_crash():
    note = b"note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
    assert sandbox.cause_of(-6, b"memory allocation of 139637976728128 bytes failed\n" + note) == "memory"
    assert sandbox.cause_of(-6, b"") == "crash"
    assert sandbox.cause_of(1, b"something else\n" + note) == "crash"


def test_what_a_child_says_is_heard_while_it_runs(tmp_path):
    """The child goes on only when it has been heard."""
    heard, sign = [], tmp_path / "heard"
    program = (
        f"import os, time; print('one', flush=True)\nwhile not os.path.exists({str(sign)!r}): time.sleep(0.01)\nprint('two', flush=True)"
    )

    def hear(said: bytes) -> None:
        heard.append(said)
        sign.touch()

    outcome = sandbox.run([sys.executable, "-c", program], memory_mib=2048, seconds=60, output_mib=1, hear=hear)
    assert outcome.cause is None
    assert b"".join(heard) == outcome.stdout == b"one\ntwo\n"
    assert heard[0] in (b"one", b"one\n"), "unbuffered output may come without its line end"
