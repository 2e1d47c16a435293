"""The significant pairs on disk: packed columns, strongest first, read a page at a time."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.corrections import Correction, Rule
from pipeline.correlation.engine.tails import TAILS, Tail

BLOCK = 4096
"""Ranks between two marks; a mark carries corrected p-values from one end of the list to the page."""
COLUMNS: dict[str, type] = {"first": np.int32, "second": np.int32, "r": np.float64}
"""Sixteen bytes a pair; p-values follow from r."""
SCAN = 2**20
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Facts:
    """What is true of all pairs of a store.

    Attributes:
        count: Significant pairs.
        tests: Pairs of features tested.
        features: Features tested.
        freedom: Degrees of freedom of the p-values.
        tail: Their formula.
        correction: How they were corrected.
        alpha: The level held.
    """

    count: int
    tests: int
    features: int
    freedom: int
    tail: Tail
    correction: Correction
    alpha: float


@dataclass(frozen=True, eq=False)
class Page:
    """Some pairs, strongest first; one entry per pair in every array.

    Attributes:
        rank: Place in the whole list, from 0.
        first: Feature with the smaller number.
        second: The other one.
        r: Coefficient.
        p: Two-sided p-value.
        q: Corrected p-value.
    """

    rank: NDArray[np.int64]
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    r: Values
    p: Values
    q: Values

    def __len__(self) -> int:
        """Return the number of pairs."""
        return self.r.size

    def where(self, kept: NDArray[np.bool_]) -> "Page":
        """Return some of the pairs, in the same order."""
        return Page(*(getattr(self, name)[kept] for name in ("rank", "first", "second", "r", "p", "q")))


class PairStore:
    """Reads a folder that ``find_pairs`` has written; holds no more than a page in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        fields: dict[str, Any] = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
        self.facts = Facts(**fields)
        self._rule = Rule(self.facts.correction, self.facts.tests, self.facts.alpha)
        self._marks = np.load(folder / "marks.npy")

    def __len__(self) -> int:
        """Return the number of significant pairs."""
        return self.facts.count

    @property
    def bytes_on_disk(self) -> int:
        """What the columns take."""
        return sum((self._folder / f"{name}.npy").stat().st_size for name in (*COLUMNS, "marks"))

    def _column(self, name: str, start: int, stop: int) -> NDArray[Any]:
        path, dtype = self._folder / f"{name}.npy", np.dtype(COLUMNS[name])
        header = path.stat().st_size - self.facts.count * dtype.itemsize
        return np.fromfile(path, dtype=dtype, count=stop - start, offset=header + start * dtype.itemsize)

    def page(self, start: int, stop: int) -> Page:
        """Return the pairs from rank ``start`` to before ``stop``, counted from 0, strongest first."""
        start, stop, _ = slice(start, stop).indices(self.facts.count)
        stop = max(start, stop)
        low, high = start // BLOCK * BLOCK, min(-(-stop // BLOCK) * BLOCK, self.facts.count)
        r = self._column("r", low, high)
        p = TAILS[self.facts.tail](r, self.facts.freedom)
        raised = self._rule.raise_each(p, np.arange(low + 1.0, high + 1))
        mark = (high - 1) // BLOCK if self._rule.steps_up else low // BLOCK
        q = self._rule.settle(raised, self._marks[mark] if len(self._marks) and high > low else self._rule.nothing_beyond)
        part = slice(start - low, stop - low)
        columns = self._column("first", start, stop), self._column("second", start, stop)
        return Page(np.arange(start, stop), *columns, r[part], p[part], q[part])

    def top(self, count: int) -> Page:
        """Return the strongest pairs."""
        return self.page(0, count)

    def pages(self, size: int = SCAN, stop: int | None = None) -> Iterator[Page]:
        """Return all pairs, or those before a rank, page by page."""
        end = self.facts.count if stop is None else min(stop, self.facts.count)
        for start in range(0, end, size):
            yield self.page(start, min(start + size, end))

    def count_at_least(self, least_r: float) -> int:
        """Return how many pairs have an |r| of at least this: they are the first ones."""
        low, high = 0, self.facts.count
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if abs(self._column("r", middle, middle + 1)[0]) >= least_r else (low, middle)
        return low

    def of_feature(self, feature: int, *, least_r: float = 0.0, most: int | None = None) -> Page:
        """Return the strongest pairs of one feature, at most ``most`` of them; the columns are scanned a part at a time."""
        end, found, ranks = self.count_at_least(least_r), 0, [np.empty(0, dtype=np.int64)]
        for start in range(0, end, SCAN):
            stop = min(start + SCAN, end)
            here = np.flatnonzero((self._column("first", start, stop) == feature) | (self._column("second", start, stop) == feature))
            ranks.append(here + start)
            found += here.size
            if most is not None and found >= most:
                break
        return self.at(np.concatenate(ranks)[:most])

    def at(self, ranks: NDArray[np.int64]) -> Page:
        """Return the pairs at rising ranks."""
        parts = [self.page(0, 0)]
        for block in np.unique(ranks // BLOCK):
            page = self.page(int(block) * BLOCK, (int(block) + 1) * BLOCK)
            parts.append(page.where(np.isin(page.rank, ranks[ranks // BLOCK == block])))
        return Page(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("rank", "first", "second", "r", "p", "q")))


class Columns:
    """Writes the columns of a store; any thread may put any part."""

    def __init__(self, folder: Path, count: int) -> None:
        self._files = {}
        for name, dtype in COLUMNS.items():
            file = (folder / f"{name}.npy").open("wb", buffering=0)
            np.lib.format.write_array_header_1_0(
                file, {"descr": np.lib.format.dtype_to_descr(np.dtype(dtype)), "fortran_order": False, "shape": (count,)}
            )
            self._files[name] = (file, file.tell(), np.dtype(dtype))

    def put(self, name: str, place: int, values: NDArray[Any]) -> None:
        """Write values from that rank on."""
        file, start, dtype = self._files[name]
        data = np.ascontiguousarray(values, dtype=dtype).data.cast("B")
        offset = start + place * dtype.itemsize
        while data:
            written = os.pwrite(file.fileno(), data, offset)
            data, offset = data[written:], offset + written

    def close(self) -> None:
        """Close the files."""
        for file, _, _ in self._files.values():
            file.close()


def write_facts(folder: Path, facts: Facts, marks: Values) -> None:
    """Write what is left when the columns stand; the facts come last, so that a folder with facts is whole."""
    np.save(folder / "marks.npy", marks)
    (folder / "facts.json").write_text(json.dumps(asdict(facts)), encoding="utf-8")
