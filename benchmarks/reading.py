"""Claims: wide tables are read exactly, at 0.9 of the speed of pandas' C engine or better, in at most 2.5 times the memory of their numbers.

Run: .venv/bin/python benchmarks/reading.py [--small] [--json FILE]

Makes its data (38 MB, 400 MB and the same with missing values; ``--small`` leaves the large ones out). Our reader checks everything that
the data check promises; pandas' C engine checks nothing and rounds the last digit. Both read the same file in turn, in one process, so that
the ratio means something on a busy machine; the median of the ratios counts. Memory is measured from outside, by the kernel, on processes
that read once: what they held at most beyond a process that only loaded the same libraries. The check, which keeps no numbers, is timed
as the site runs it: in its limited child.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
from measuring.claims import Claim, finish, parser
from measuring.outside import child

from pipeline.toolkit import Limits
from pipeline.toolkit.tables import read_sample_table
from sciflask_reflex.jobs import sandbox
from sciflask_reflex.settings import settings

ROOT = Path(__file__).parent.parent
SLOWEST, LARGEST = 0.9, 2.5
COLUMNS = 20_000
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


def peak_mib(what: str, path: Path) -> float:
    """Return the most memory that a process of its own held, as the kernel says while it waits for its end."""
    with child([sys.executable, "-c", CHILD, what, str(path)], os.environ | {"PYTHONPATH": str(ROOT)}) as process:
        process.hear()
        return process.mib("VmHWM")


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


def claims_of(title: str, path: Path, rows: int, rounds: int) -> list[Claim]:
    """Return what is claimed of one table."""
    ours, theirs, ratio = speeds(path, rounds)
    matrix, idle = rows * COLUMNS * 8 / 2**20, peak_mib("neither", path)
    own, other = ((peak_mib(what, path) - idle) / matrix for what in ("ours", "pandas"))
    checked, first = check_seconds(path)
    size = path.stat().st_size / 1e6
    how = f"{size:,.0f} MB: {ours:.2f} s against {theirs:.2f} s, median of {rounds} in turn"
    return [
        Claim(f"reading {title}: speed against pandas' C engine", ratio, "times", least=SLOWEST, how=how),
        Claim(f"reading {title}: memory", own, "times its numbers", most=LARGEST, how=f"from outside; pandas {other:.2f}"),
        Claim(f"checking {title}", checked, "s", how=f"in its limited child; first word of progress after {first:.2f} s"),
    ]


def main() -> int:
    """Print the claims; 1 when one does not hold."""
    options = parser(__doc__)
    options.add_argument("--small", action="store_true", help="leave the large tables out")
    asked = options.parse_args()
    tables = [("200 × 20,000", 200, ".6f", 0.0, 7), ("200 × 20,000, 5 % missing", 200, ".6f", 0.05, 7)]
    if not asked.small:
        tables += [("1,000 × 20,000, all digits", 1_000, "", 0.0, 3), ("1,000 × 20,000, 5 % missing", 1_000, "", 0.05, 3)]
    found: list[Claim] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        for title, rows, digits, missing, rounds in tables:
            write(path, rows, COLUMNS, digits, missing)
            found += claims_of(title, path, rows, rounds)
    return finish(found, asked.json)


if __name__ == "__main__":
    sys.exit(main())
