"""How long a map takes to be written (``pipeline.toolkit.tiles``), and in what memory.

Claims: at most 15 s and 128 MiB for 12,625 features with 30 million pairs and for 20,000 with 44 million. The time is that of the writer alone, what yields the cells taken
off, also as a ratio to compressing the finished tiles once more on one thread; memory is the highest beyond what was taken before.
"""

import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measuring.claims import Claim, finish, parser

from pipeline.toolkit.tiles import Axis, Part, TileFile, Tiles, write_tiles

CASES = ((12_625, 30_000_000), (20_000, 44_000_000))
MOST_SECONDS, MOST_MIB = 15, 128
STEP = 2**18
MIB = 2**20


def _cells(features: int, pairs: int) -> Iterator[Part]:
    """Yield pairs as a clustered matrix has them: near the diagonal, strong patches and noise."""
    random = np.random.default_rng(1)
    for start in range(0, pairs, STEP):
        many = min(STEP, pairs - start)
        rows = random.integers(0, features, many)
        columns = (rows + (random.standard_normal(many) * features * 0.3).astype(np.int64)) % features
        yield rows, columns, np.sign(np.sin(rows * 7 / features) * np.cos(columns * 5 / features)) * random.uniform(0.2, 1, many)


def _memory(name: str) -> int:
    """Return a figure of this process from /proc, in bytes."""
    line = next(line for line in Path("/proc/self/status").read_text("utf-8").splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def _compressing(path: Path) -> float:
    """Return how many seconds it takes to compress every tile of a file once more."""
    file = TileFile(path)
    spent = 0.0
    for level, here in enumerate(file.levels):
        for down, across in here.places():
            content = file.tile(level, down, across).tobytes()
            started = time.perf_counter()
            zlib.compress(content, 1)
            spent += time.perf_counter() - started
    return spent


def _measured(features: int, pairs: int, folder: Path) -> list[Claim]:
    started = time.perf_counter()
    for _ in _cells(features, pairs):
        pass
    yielding = time.perf_counter() - started
    axis = Axis("features", [f"feature {number}" for number in range(features)])
    path = folder / f"{features}.tiles"
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before, started = _memory("VmRSS"), time.perf_counter()
    write_tiles(Tiles(axis, axis, lambda: _cells(features, pairs), "r", symmetric=True), path)
    seconds, peak = time.perf_counter() - started - yielding, _memory("VmHWM") - before
    what = f"{features:,} features, {pairs:,} pairs"
    return [
        Claim(f"{what}: writing", seconds, "s", most=MOST_SECONDS, how="two threads, without what yields the cells"),
        Claim(f"{what}: against compressing alone", seconds / _compressing(path), "times", how="one thread"),
        Claim(f"{what}: memory", peak / MIB, "MiB", most=MOST_MIB, how="highest, above what was taken before"),
        Claim(f"{what}: file", path.stat().st_size / MIB, "MiB"),
    ]


def main() -> int:
    """Measure every case and print the claims."""
    asked = parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        claims = [claim for features, pairs in CASES for claim in _measured(features, pairs, Path(folder))]
    return finish(claims, asked.json)


if __name__ == "__main__":
    sys.exit(main())
