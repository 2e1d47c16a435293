"""Claims: wide tables are read exactly, at 0.9 of the speed of pandas' C engine or better, in at most 2.5 times the memory of their numbers.

Run: .venv/bin/python benchmarks/reading.py [--small] [--json FILE]

Makes its data (38 MB, 400 MB and the same with missing values; ``--small`` leaves the large ones out). Our reader checks everything that
the data check promises; pandas' C engine checks nothing and rounds the last digit. Both read the same file in turn, in one process, so that
the ratio means something on a busy machine; the median of the ratios counts. Memory is measured from outside, by the kernel, on processes
that read once: what they held at most beyond a process that only loaded the same libraries. The check, which keeps no numbers, is timed
as the site runs it: in its limited child.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.toolkit import Limits
from pipeline.toolkit.tables import read_sample_table
from sciflask_reflex.jobs import sandbox
from sciflask_reflex.settings import settings

ROOT = Path(__file__).parent.parent
SLOWEST, LARGEST = 0.9, 2.5
CHILD = """
import sys, pandas
from pathlib import Path
from pipeline.toolkit.tables import read_sample_table
import pipeline.toolkit.tables.check, pipeline.toolkit.tables.parse, pipeline.toolkit.tables.labels
if sys.argv[1] == "ours":
    read_sample_table(Path(sys.argv[2]))
elif sys.argv[1] == "pandas":
    pandas.read_csv(sys.argv[2], index_col=0)
print(flush=True)
sys.stdin.read()
"""


def write(path: Path, rows: int, columns: int, digits: str, missing: float = 0.0) -> None:
    """Write a table of noise; ``digits`` is a format, empty for all that a number has."""
    random = np.random.default_rng(0)
    with path.open("w") as file:
        file.write("sample," + ",".join(f"gene_{n}" for n in range(columns)) + "\n")
        for row in range(rows):
            cells = [format(number, digits) if digits else repr(number) for number in random.normal(size=columns).tolist()]
            for column in np.flatnonzero(random.random(columns) < missing).tolist():
                cells[column] = "NA" if column % 2 else ""
            file.write(f"s{row:04d}," + ",".join(cells) + "\n")


def timed(run: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def speeds(path: Path, rounds: int) -> tuple[float, float, float]:
    """Return the median seconds of ours and of pandas, and the median of pandas / ours."""
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(timed(lambda: pd.read_csv(path, index_col=0)))
        ours.append(timed(lambda: read_sample_table(path)))
    ratio = statistics.median(pandas / own for pandas, own in zip(theirs, ours, strict=True))
    return statistics.median(ours), statistics.median(theirs), ratio


def peak_mb(what: str, path: Path) -> float:
    """Return the most memory that a process of its own held, as the kernel says while it waits for its end."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, what, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    with child:
        if child.stdout is None or not child.stdout.readline():
            message = f"reading {path.name} by {what} failed"
            raise RuntimeError(message)
        status = Path(f"/proc/{child.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def check_seconds(path: Path) -> tuple[float, float]:
    """Return the seconds of the data check in its child, and the seconds until it first told how far it had come."""
    limits = asdict(Limits(max_file_bytes=2**40))
    order = {
        "tool": "correlation",
        "files": {"dataset1": str(path)},
        "filenames": {"dataset1": "x.csv"},
        "limits": limits,
        "progress": True,
    }
    first: list[float] = []
    start = time.perf_counter()
    outcome = sandbox.run(
        [sys.executable, "-m", "pipeline.toolkit.checking"], input=json.dumps(order).encode(), memory_mib=settings().check_memory_mib,
        seconds=settings().check_seconds, output_mib=16, hear=lambda _: first.append(time.perf_counter() - start),
    )  # fmt: skip
    if outcome.cause:
        message = f"the check ended by {outcome.cause}"
        raise RuntimeError(message)
    return time.perf_counter() - start, first[0]


def main() -> int:
    """Print a line for each table; 1 when a claim does not hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true", help="leave the large tables out")
    parser.add_argument("--json", type=Path, help="write the figures to a file, too")
    options = parser.parse_args()
    tables = [("200 x 20,000", 200, ".6f", 0.0, 7), ("200 x 20,000, 5% missing", 200, ".6f", 0.05, 7)]
    if not options.small:
        tables += [("1,000 x 20,000, all digits", 1_000, "", 0.0, 3), ("1,000 x 20,000, 5% missing", 1_000, "", 0.05, 3)]
    print(
        f"{'table':28} {'MB':>4} {'ours s':>7} {'pandas s':>9} {'speed':>6} {'peak / matrix':>14} {'pandas':>7} {'check s':>8} {'first word s':>13}"
    )
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        for title, rows, digits, missing, rounds in tables:
            write(path, rows, 20_000, digits, missing)
            ours, theirs, ratio = speeds(path, rounds)
            matrix, idle = rows * 20_000 * 8 / 2**20, peak_mb("neither", path)
            own, other = ((peak_mb(what, path) - idle) / matrix for what in ("ours", "pandas"))
            checked, first = check_seconds(path)
            size = path.stat().st_size / 1e6
            print(
                f"{title:28} {size:4.0f} {ours:7.2f} {theirs:9.2f} {ratio:6.2f} {own:14.2f} {other:7.2f} {checked:8.2f} {first:13.2f}",
                flush=True,
            )
            found.append({"table": title, "mb": size, "ours_s": ours, "pandas_s": theirs, "speed": ratio, "peak": own, "check_s": checked})
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))
    return int(any(one["speed"] < SLOWEST or one["peak"] > LARGEST for one in found))


if __name__ == "__main__":
    sys.exit(main())
