"""Memory is bounded by tiles in hand, not by cells or the shape: measured in a process of its own."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys, tempfile
from pathlib import Path
import numpy as np
from pipeline.toolkit.tiles import Axis, Tiles, write_tiles

side, cells, step = int(sys.argv[1]), int(sys.argv[2]), 2**18
random = np.random.default_rng(0)

def parts():
    for start in range(0, cells, step):
        yield random.integers(0, side, step), random.integers(0, side, step), random.uniform(-1, 1, step)

names = [f"gene {number}" for number in range(side)]
axis = Axis("genes", names)
status = Path("/proc/self/status")
read = lambda name: int(next(line for line in status.read_text().splitlines() if line.startswith(name)).split()[1])
Path("/proc/self/clear_refs").write_text("5")
before = read("VmRSS")
with tempfile.TemporaryDirectory() as folder:
    write_tiles(Tiles(axis, axis, parts, symmetric=True), Path(folder) / "a.tiles")
print((read("VmHWM") - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Memory is read from /proc")
@pytest.mark.parametrize(("side", "cells"), [(3_000, 4_000_000), (60_000, 4_000_000)])
def test_memory_stays_below_128_mib(side: int, cells: int) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(side), str(cells)], capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) < 128
