"""Claim: no file that may be uploaded can hold the check up. Prints time and memory of nasty and of large files, child's start included.

Run: .venv/bin/python benchmarks/check_hostile.py
"""

import gzip
import io
import json
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from measuring.claims import Claim, finish, parser

from pipeline.toolkit import Limits
from sciflask_reflex.jobs import sandbox

MOST_S, MOST_MIB = 60, 2048
COMMAND = [sys.executable, "-m", "pipeline.toolkit.checking"]


def _grid(rows: int, columns: int, digits: int) -> Iterator[bytes]:
    yield ("id," + ",".join(f"f{c}" for c in range(columns)) + "\n").encode()
    line = ",".join(f"{(c * 7919) % 1000 / 1000 + 0.000001:.{digits}f}" for c in range(columns))
    for row in range(rows):
        yield f"s{row},{row}{line[1:]}\n".encode()


def _archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def packed_files() -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield files that are far larger than they look."""
    yield "bomb.csv.gz", iter([gzip.compress(b"id,a,b\n" + b"s,1,2\n" * 200_000_000, 1)])
    yield "nested.csv.gz", iter([gzip.compress(gzip.compress(b"x" * 100_000_000))])
    yield "bomb.xlsx", iter([_archive({"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": b" " * 1_500_000_000})])


def files() -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the name of each file and its bytes."""
    yield "200 kB of commas", iter([b"," * 200_000])
    yield "10 MB of commas", iter([b"," * 10_000_000])
    yield "one row of 500,000 columns", iter([b"1," * 500_000])
    yield "10 MB of line ends", iter([b"\n" * 10_000_000])
    yield "10 MB of CR line ends", iter([b"\r" * 10_000_000])
    yield "50 MB of 'a' lines", iter([b"a\n" * 25_000_000])
    yield "5 MB quote that never closes", iter([b'id,a,b\ns1,"' + b"x" * 5_000_000])
    yield "5 MB quote over many lines", iter([b'id,a,b\ns1,"' + b"x\n" * 2_500_000])
    yield "5 MB of quotes", iter([b"id,a,b\n" + b'"' * 4_999_000])
    yield "50 MB of zero bytes", iter([b"\x00" * 50_000_000])
    yield "50 MB in one line", iter([b"1" * 50_000_000])
    yield "decimal commas in every cell", (line.replace(b",", b";").replace(b".", b",") for line in _grid(5_000, 1_000, 5))
    yield "text in every cell", (line.replace(b"0.", b"x.") for line in _grid(5_000, 1_000, 5))
    yield (
        "5,000 x 20,000 empty cells, cut at 50 MB",
        iter([b"id," + b",".join(b"f%d" % c for c in range(20_000)) + b"\n", *[b"s%d" % r + b"," * 20_000 + b"\n" for r in range(2_480)]]),
    )
    yield "valid, 5,000 x 1,000", _grid(5_000, 1_000, 7)
    yield "valid, 200 x 20,000", _grid(200, 20_000, 10)


def main() -> int:
    """Check each file in a limited child and print what it cost."""
    asked = parser(__doc__).parse_args()
    costs: list[dict[str, float]] = []
    print(f"{'file':44} {'MB':>5} {'wall s':>7} {'peak MB':>8}  first finding")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for name, pieces in chain(files(), packed_files()):
            with path.open("wb") as file:
                file.writelines(pieces)
            order = {
                "tool": "correlation",
                "files": {"dataset1": str(path)},
                "filenames": {"dataset1": name if name.endswith((".gz", ".xlsx")) else "x.csv"},
                "limits": asdict(Limits()),
            }
            source, target = os.pipe()
            child = os.fork()
            if child == 0:
                _report(order, name, path.stat().st_size, target)
            os.close(target)
            with os.fdopen(source) as said:
                costs.append(json.loads(said.read()))
            os.waitpid(child, 0)
    slowest, largest = (max(cost[name] for cost in costs) for name in ("wall", "peak"))
    how = f"the slowest of {len(costs)} nasty and large files, start of the child included"
    return finish(
        [
            Claim("check of any file", slowest, "s", most=MOST_S, how=how),
            Claim("memory of the check", largest, "MiB", most=MOST_MIB, how="the largest of them"),
        ],
        asked.json,
    )


def _report(order: dict, name: str, size: int, target: int) -> None:
    """Run one check and print its figures; in a process of its own, so that the peak is this check's alone."""
    started = time.perf_counter()
    outcome = sandbox.run(COMMAND, input=json.dumps(order).encode(), memory_mib=MOST_MIB, seconds=MOST_S, output_mib=16)
    wall = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    findings = json.loads(outcome.stdout)["findings"] if outcome.cause is None else []
    first = findings[0]["message"][:80] if findings else (outcome.cause or "none")
    print(f"{name:44} {size / 1e6:5.1f} {wall:7.2f} {peak:8.0f}  {first}", flush=True)
    if outcome.cause:
        print(outcome.stderr.decode()[-800:])
    os.write(target, json.dumps({"wall": wall, "peak": peak}).encode())
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
