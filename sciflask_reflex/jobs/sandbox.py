"""Child processes with limits: memory, time, file size. They know no secret and die with their parent."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from pipeline.toolkit import confine
from pipeline.toolkit.confine import cpu_seconds
from sciflask_reflex.settings import MIB, ROOT

CONFINE = Path(confine.__file__)
GRACE_SECONDS = 5.0
"""How long a child may tidy up between SIGTERM and SIGKILL."""
STDERR_BYTES = 64 * 1024
LOOK_SECONDS = 0.2

Cause = Literal["memory", "walltime", "cpu", "output", "crash"]

PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""The only variables of the parent that a child sees: addresses and passwords stay behind."""

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMBA_NUM_THREADS"),
    "1",
)
WIDE = frozenset({"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"})
"""What a processor must be able to do for the AVX-512 kernels of OpenBLAS."""
MEMORY_WORDS = (b"MemoryError", b"bad_alloc", b"Cannot allocate memory", b"Unable to allocate", b"memory allocation of ")
RUST_NOTE = b"note: run with `RUST_BACKTRACE"
"""Follows what a library in Rust says when it gives up."""
OUTPUT_WORDS = (b"File too large", b"No space left on device")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended, and what it wrote; ``cause`` is None when it ended well."""

    returncode: int
    stdout: bytes
    stderr: bytes
    cause: Cause | None


def kernels(cpuinfo: Path = Path("/proc/cpuinfo")) -> dict[str, str]:
    """Return the variable that has OpenBLAS use its AVX-512 kernels, where every processor can run them; else nothing.

    Left to itself, the OpenBLAS inside numpy takes the slower AVX2 kernels on AMD's newer processors. It reads the variable
    when it is loaded, so it has to be set before a child starts.
    """
    try:
        lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    flags = [set(line.partition(":")[2].split()) for line in lines if line.startswith("flags")]
    return {"OPENBLAS_CORETYPE": "SkylakeX"} if flags and all(flag >= WIDE for flag in flags) else {}


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a child: what it needs, and no secret."""
    own = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), own.get("PYTHONPATH"))))
    fixed = {
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "MPLBACKEND": "Agg",
        **ONE_THREAD,
        **kernels(),
    }
    return fixed | own | dict(extra or {})


def spawn(
    argv: Sequence[str],
    *,
    memory_mib: int,
    seconds: float,
    output_mib: int,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command (absolute path first) with limits, in a session of its own, with three pipes.

    ``memory_mib`` bounds its address space, ``output_mib`` each file it writes, ``seconds`` its CPU time on every processor; the wall clock
    is the caller's to watch. On Linux the child is killed when the **thread** that called this ends, so that thread must wait for it. End it with ``stop``.
    """
    limits = (os.getpid(), memory_mib * MIB, cpu_seconds(seconds), output_mib * MIB)
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(CONFINE), *(str(limit) for limit in limits), *argv],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=cwd, env=environment(env), start_new_session=True,
    )  # fmt: skip


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)


def stop(child: subprocess.Popen[bytes], grace: float = GRACE_SECONDS) -> int:
    """End a child and all it started: SIGTERM, a grace, SIGKILL for the whole group. Return its exit code; harmless when it is gone."""
    if child.poll() is None:
        _signal_group(child, signal.SIGTERM)
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            _signal_group(child, signal.SIGKILL)
    _signal_group(child, signal.SIGKILL)
    return child.wait()


def cause_of(returncode: int, stderr: bytes) -> Cause | None:
    """Say why a child ended badly, from its exit code and the end of its error output; None if it ended well."""
    if returncode == 0:
        return None
    if returncode == -signal.SIGXCPU:
        return "cpu"
    if returncode == -signal.SIGXFSZ:
        return "output"
    lines = [line for line in stderr.strip().split(b"\n") if not line.startswith(RUST_NOTE)]
    last = lines[-1] if lines else b""
    if returncode > 0 and any(word in last for word in OUTPUT_WORDS):
        return "output"
    if any(word in last for word in MEMORY_WORDS):
        return "memory"
    return "crash"


def run(
    argv: Sequence[str],
    *,
    input: bytes = b"",  # noqa: A002 - as subprocess.run calls it
    memory_mib: int,
    seconds: float,
    output_mib: int,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    hear: Callable[[bytes], None] | None = None,
) -> Outcome:
    """Run a command to its end and return all it wrote; it is stopped at its time limit or when it writes more than ``output_mib``.

    ``hear`` gets each piece of its standard output as it comes.
    """
    child = spawn(argv, memory_mib=memory_mib, seconds=seconds, output_mib=output_mib, cwd=cwd, env=env)
    try:
        stdout, stderr, cause = _converse(child, input, time.monotonic() + seconds, output_mib * MIB, hear)
        if cause is None:
            with suppress(subprocess.TimeoutExpired):
                child.wait(GRACE_SECONDS)
        returncode = stop(child, GRACE_SECONDS)
    finally:
        stop(child, grace=0)
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe and not pipe.closed:
                with suppress(BrokenPipeError):
                    pipe.close()
    return Outcome(returncode, stdout, stderr, cause or cause_of(returncode, stderr))


def _converse(
    child: subprocess.Popen[bytes], text: bytes, deadline: float, most: int, hear: Callable[[bytes], None] | None
) -> tuple[bytes, bytes, Cause | None]:
    """Feed and read a child until it closes its pipes, its time is over, or it has written too much."""
    if not (child.stdin and child.stdout and child.stderr):
        message = "spawn makes three pipes"
        raise RuntimeError(message)
    taken = {child.stdout: bytearray(), child.stderr: bytearray()}
    remaining = memoryview(text)
    with selectors.DefaultSelector() as selector:
        for pipe in taken:
            selector.register(pipe, selectors.EVENT_READ)
        if text:
            os.set_blocking(child.stdin.fileno(), False)
            selector.register(child.stdin, selectors.EVENT_WRITE)
        else:
            child.stdin.close()
        while any(pipe in selector.get_map() for pipe in taken):
            if (left := deadline - time.monotonic()) <= 0:
                return bytes(taken[child.stdout]), bytes(taken[child.stderr]), "walltime"
            ready = selector.select(min(left, LOOK_SECONDS))
            if not ready and child.poll() is not None:
                break  # what it left behind may hold the pipes open, but has nothing to say
            for key, _ in ready:
                if key.fileobj is child.stdin:
                    remaining = _feed(selector, child.stdin, remaining)
                else:
                    _take(selector, key.fileobj, taken, hear if key.fileobj is child.stdout else None)  # pyright: ignore[reportArgumentType]
            del taken[child.stderr][:-STDERR_BYTES]
            if len(taken[child.stdout]) > most:
                return bytes(taken[child.stdout][:most]), bytes(taken[child.stderr]), "output"
    return bytes(taken[child.stdout]), bytes(taken[child.stderr]), None


def _feed(selector: selectors.BaseSelector, pipe: IO[bytes], text: memoryview) -> memoryview:
    try:
        text = text[os.write(pipe.fileno(), text[:65536]) :]
    except BrokenPipeError:
        text = text[:0]
    if not text:
        selector.unregister(pipe)
        with suppress(BrokenPipeError):
            pipe.close()
    return text


def _take(
    selector: selectors.BaseSelector, pipe: IO[bytes], taken: dict[IO[bytes], bytearray], hear: Callable[[bytes], None] | None
) -> None:
    chunk = os.read(pipe.fileno(), 65536)
    taken[pipe] += chunk
    if not chunk:
        selector.unregister(pipe)
    elif hear:
        hear(chunk)
