"""The significant pairs on disk: packed columns, strongest first, read a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.columns import read_facts
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.tails import TAILS, fast_tail

SCAN = 2**20
FAR = 64
"""Blocks further apart than this are read one by one: a new place in a file costs as much as reading so many."""
STRETCH = 2**11
"""Blocks read at once at most."""
Values = NDArray[np.float64]


class Raw(NamedTuple):
    """Consecutive pairs as they lie on disk, without p-values; one entry per pair in every array.

    Attributes:
        first: Feature with the smaller number, in as few bytes as name one.
        second: The other one.
        r: Coefficient.
    """

    first: NDArray[np.integer]
    second: NDArray[np.integer]
    r: Values


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
        n: Samples that both features have.
    """

    rank: NDArray[np.int64]
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    r: Values
    p: Values
    q: Values
    n: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of pairs."""
        return self.r.size

    def where(self, kept: NDArray[np.bool_]) -> "Page":
        """Return some of the pairs, in the same order."""
        return Page(*(getattr(self, field.name)[kept] for field in fields(self)))


class PairStore:
    """Reads a folder that ``find_pairs`` has written; holds no more than a page in memory."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.folder = folder
        """Where the columns lie."""
        self.prefix = prefix
        """What the names of the files begin with, where other files lie beside them."""
        self.facts = read_facts(self._path("facts.json"))
        self._dtypes = self.facts.columns()
        self._rule = Rule(self.facts.correction, self.facts.tests, self.facts.alpha)
        self._marks = np.load(self._path("marks.npy"))

    def __len__(self) -> int:
        """Return the number of listed pairs: the significant ones, or those of them that are strong enough."""
        return self.facts.count

    def _path(self, name: str) -> Path:
        return self.folder / f"{self.prefix}{name}"

    @property
    def files(self) -> list[str]:
        """The names of the files, without what they begin with; the facts come last."""
        return [*(f"{name}.npy" for name in (*self._dtypes, "marks")), "facts.json"]

    @property
    def bytes_on_disk(self) -> int:
        """What the columns take."""
        return sum(self._path(name).stat().st_size for name in self.files[:-1])

    def _column(self, name: str, start: int, stop: int) -> NDArray[Any]:
        path, dtype = self._path(f"{name}.npy"), self._dtypes[name]
        header = path.stat().st_size - self.facts.count * dtype.itemsize
        return np.fromfile(path, dtype=dtype, count=stop - start, offset=header + start * dtype.itemsize)

    def page(self, start: int, stop: int) -> Page:
        """Return the pairs from rank ``start`` to before ``stop``, counted from 0, strongest first (with n of their own: least p first)."""
        start, stop, _ = slice(start, stop).indices(self.facts.count)
        return self.at(np.arange(start, max(start, stop)))

    def at(self, ranks: NDArray[np.int64], *, rough: bool = False) -> Page:
        """Return the pairs at some ranks, in the same order; ``rough`` p-values are right to eleven digits and cost a twentieth.

        What is held are the blocks of the ranks: give many ranks a part at a time.
        """
        blocks, block = np.unique(ranks // self.facts.block, return_inverse=True)
        cells = block * self.facts.block + ranks % self.facts.block  # where they lie among what is read
        freedom = np.maximum(self._blocks("n", blocks).astype(np.int64) - 2, 1) if self.facts.own_n else self.facts.freedom
        r = self._blocks("r", blocks)
        p = fast_tail(self.facts.freedom)(np.abs(r)) if rough and not self.facts.own_n else TAILS[self.facts.tail](r, freedom)
        q = self._blocks("q", blocks) if self.facts.own_q else self._corrected(p, blocks)
        first, second = (self._blocks(name, blocks).take(cells).astype(np.int64) for name in ("first", "second"))
        samples = np.broadcast_to(freedom, r.shape).take(cells) + self.facts.given + 2
        return Page(ranks, first, second, r.take(cells), p.take(cells), q.take(cells), samples)

    def _blocks(self, name: str, blocks: NDArray[np.int64]) -> NDArray[Any]:
        """Return a column's values in rising blocks, shape (blocks, pairs in a block); ones where the last one is not full."""
        size, dtype = self.facts.block, self._dtypes[name]
        values = np.ones((blocks.size, size), dtype=dtype)
        path = self._path(f"{name}.npy")
        header = path.stat().st_size - self.facts.count * dtype.itemsize
        with path.open("rb", buffering=0) as file:
            for run in np.split(np.arange(blocks.size), np.flatnonzero(np.diff(blocks) != 1) + 1):
                if run.size:
                    file.seek(header + int(blocks[run[0]]) * size * dtype.itemsize)
                    there = np.fromfile(file, dtype=dtype, count=run.size * size)  # fewer at the end of the file
                    values[run[0] : run[-1] + 1].reshape(-1)[: there.size] = there
        return values

    def _corrected(self, p: Values, blocks: NDArray[np.int64]) -> Values:
        """Return the corrected p-values of whole blocks."""
        ranks = blocks[:, None] * self.facts.block + np.arange(1.0, self.facts.block + 1)
        raised = np.where(ranks <= self.facts.count, self._rule.raise_each(p, ranks), self._rule.nothing_beyond)
        return self._rule.settle(raised, self._marks[blocks, None] if self._marks.size else self._rule.nothing_beyond)

    def raw(self, start: int, stop: int) -> Raw:
        """Return the pairs from rank ``start`` to before ``stop`` without p-values: as fast as they can be read."""
        start, stop, _ = slice(start, stop).indices(self.facts.count)
        return Raw(*(self._column(name, start, max(start, stop)) for name in Raw._fields))

    def raws(self, size: int = SCAN, stop: int | None = None) -> Iterator[Raw]:
        """Return all pairs, or those before a rank, a part at a time, without p-values."""
        end = self.facts.count if stop is None else min(stop, self.facts.count)
        for start in range(0, end, size):
            yield self.raw(start, min(start + size, end))

    def top(self, count: int) -> Page:
        """Return the strongest pairs."""
        return self.page(0, count)

    def pages(self, size: int = SCAN, stop: int | None = None) -> Iterator[Page]:
        """Return all pairs, or those before a rank, page by page."""
        end = self.facts.count if stop is None else min(stop, self.facts.count)
        for start in range(0, end, size):
            yield self.page(start, min(start + size, end))

    def count_at_least(self, least_r: float) -> int:
        """Return how many pairs have an |r| of at least this: they are the first ones.

        Raises:
            ValueError: If every pair has a number of samples of its own: then the strongest pairs are those of the least p.
        """
        if self.facts.own_n:
            message = "These pairs are ordered by p, not by |r|, because each has a number of samples of its own."
            raise ValueError(message)
        low, high = 0, self.facts.count
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if abs(self._column("r", middle, middle + 1)[0]) >= least_r else (low, middle)
        return low

    def count_blocks(self, split: int) -> tuple[int, int, int]:
        """Return how many listed pairs lie within the features before ``split``, within the others, and between the two: tables side by side."""
        within = [0, 0]
        for start in range(0, self.facts.count, SCAN):
            stop = min(start + SCAN, self.facts.count)
            within[0] += int((self._column("second", start, stop) < split).sum())
            within[1] += int((self._column("first", start, stop) >= split).sum())
        return within[0], within[1], self.facts.count - sum(within)

    def of_feature(self, feature: int, *, least_r: float = 0.0, most: int | None = None) -> Page:
        """Return the strongest pairs of one feature, at most ``most`` of them; the columns are scanned a part at a time."""
        end, found, ranks = self.count_at_least(least_r) if least_r > 0 else self.facts.count, 0, [np.empty(0, dtype=np.int64)]
        for start in range(0, end, SCAN):
            stop = min(start + SCAN, end)
            here = np.flatnonzero((self._column("first", start, stop) == feature) | (self._column("second", start, stop) == feature))
            ranks.append(here + start)
            found += here.size
            if most is not None and found >= most:
                break
        return self.at(np.concatenate(ranks)[:most])

    def matching(self, start: int, stop: int, *, feature: int | None = None, least_r: float = 0.0) -> NDArray[np.int64]:
        """Return the ranks from ``start`` to before ``stop`` of pairs with this feature and an |r| of at least this."""
        kept = np.ones(stop - start, dtype=bool)
        if least_r > 0:
            kept &= np.abs(self._column("r", start, stop)) >= least_r
        if feature is not None:
            kept &= (self._column("first", start, stop) == feature) | (self._column("second", start, stop) == feature)
        return np.flatnonzero(kept) + start
