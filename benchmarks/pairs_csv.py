"""Claims: thirty million pairs leave as CSV several times as fast as pandas writes them, in the memory of a few pieces.

Run: ``python benchmarks/pairs_csv.py [--pairs 30000000] [--rounds 5] [--json FILE]``. The pairs are made up and stored by the engine's own
writer. One process sends all of them to nowhere; its memory is what the kernel says. Another one times parts of them and ``DataFrame.to_csv``
of a frame that is in memory already, in turns.
"""

import io
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measuring.claims import Claim, finish, parser
from measuring.outside import child

ROOT = Path(__file__).parents[1]
FEATURES, SAMPLES = 12_625, 128
PART = 2**18


def make(folder: Path, pairs: int) -> None:
    """Store made-up pairs as the engine does, strongest first."""
    import numpy as np

    from pipeline.correlation.engine.columns import Columns, Facts, write_facts

    random = np.random.default_rng(0)
    facts = Facts(pairs, FEATURES * (FEATURES - 1) // 2, FEATURES, SAMPLES - 2, "student", "benjamini-hochberg", 0.05)
    written = Columns(folder, facts)
    written.put("first", 0, random.integers(0, FEATURES - 1, pairs))
    written.put("second", 0, random.integers(1, FEATURES, pairs))
    written.put("r", 0, np.sort(random.uniform(0.19, 0.99, pairs))[::-1] * (random.integers(0, 2, pairs) * 2 - 1))
    written.close()
    write_facts(folder, facts, np.full(-(-pairs // facts.block), np.inf))


def table(folder: Path):  # noqa: ANN201 - the class is loaded by whoever asks
    """Return the stored pairs."""
    from pipeline.correlation.engine import PairStore
    from pipeline.correlation.pairtable import PairTable

    return PairTable(PairStore(folder), [f"{1_000 + number}_at" for number in range(FEATURES)])


def send(folder: Path) -> None:
    """Say that everything is loaded, then send all pairs to nowhere and tell bytes and seconds."""
    rows = table(folder)
    sum(map(len, rows.csv({"strongest": 1_000})))
    print("ready", flush=True)
    sys.stdin.readline()
    start, size = time.perf_counter(), sum(map(len, rows.csv()))
    seconds = time.perf_counter() - start
    print("sent", flush=True)
    sys.stdin.readline()
    print(f"{size} {seconds}", flush=True)


def compare(folder: Path, rounds: int) -> None:
    """Time a part of the pairs as CSV against pandas, and the pairs of one feature."""
    rows, ours, theirs = table(folder), [], []
    frame = rows.read(0, PART)
    for _ in range(rounds):
        start = time.perf_counter()
        sum(map(len, rows.csv({"strongest": PART})))
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        frame.to_csv(io.BytesIO(), index=False)
        theirs.append(time.perf_counter() - start)
    start = time.perf_counter()
    rows.read(0, 15, {"feature": "7000_at"})
    first = time.perf_counter() - start
    print(f"{median(theirs) / median(ours)} {first}", flush=True)


def main() -> int:
    """Measure and tell."""
    options = parser(__doc__)
    options.add_argument("--pairs", type=int, default=30_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--child", nargs=2)
    asked = options.parse_args()
    sys.path.insert(0, str(ROOT))
    if asked.child:
        what, folder = asked.child[0], Path(asked.child[1])
        send(folder) if what == "send" else compare(folder, asked.rounds)
        return 0
    millions = f"{asked.pairs / 1e6:g} million pairs"
    with tempfile.TemporaryDirectory() as place:
        make(Path(place), asked.pairs)
        packed = sum(path.stat().st_size for path in Path(place).iterdir()) / asked.pairs
        command = [sys.executable, __file__, "--rounds", str(asked.rounds), "--child"]
        with child([*command, "send", place], os.environ) as sender:
            sender.hear()
            before = sender.mib("VmHWM")
            sender.ask()
            above = sender.mib("VmHWM") - before
            size, seconds = map(float, sender.ask().split())
        with child([*command, "compare", place], os.environ) as timed:
            ratio, first = map(float, timed.hear().split())
    return finish(
        [
            Claim(f"{millions}: disk for one", packed, "B", most=16),
            Claim(f"{millions}: CSV for one", size / asked.pairs, "B"),
            Claim(
                f"{millions}: CSV against DataFrame.to_csv, rows a second", ratio, "times", least=4, how="same process, in turns, median"
            ),
            Claim(f"{millions}: CSV of all", asked.pairs / seconds / 1e6, "million rows/s", how="to nowhere"),
            Claim(f"{millions}: memory while it is sent, above a first piece", above, "MiB", most=50, how="VmHWM from outside"),
            Claim(f"{millions}: first 15 pairs of one feature", first, "s", most=1.0, how="columns in the system's cache"),
        ],
        asked.json,
    )


if __name__ == "__main__":
    sys.exit(main())
