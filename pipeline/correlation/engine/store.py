"""The significant pairs on disk: packed columns, strongest first, read a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.columns import BLOCK, read_facts
from pipeline.correlation.engine.corrections import Rule
from pipeline.correlation.engine.tails import TAILS

SCAN = 2**20
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
        stop = max(start, stop)
        low, high = start // BLOCK * BLOCK, min(-(-stop // BLOCK) * BLOCK, self.facts.count)
        r, freedom = self._column("r", low, high), self._freedom(low, high)
        p = TAILS[self.facts.tail](r, freedom)
        q = self._column("q", low, high) if self.facts.own_q else self._corrected(p, low)
        part = slice(start - low, stop - low)
        first, second = (self._column(name, start, stop).astype(np.int64) for name in ("first", "second"))
        return Page(np.arange(start, stop), first, second, r[part], p[part], q[part], freedom[part] + self.facts.given + 2)

    def _corrected(self, p: Values, start: int) -> Values:
        """Return the corrected p-values of whole blocks from rank ``start`` on."""
        raised = self._rule.raise_each(p, np.arange(start + 1.0, start + p.size + 1))
        mark = (start + p.size - 1) // BLOCK if self._rule.steps_up else start // BLOCK
        return self._rule.settle(raised, self._marks[mark] if len(self._marks) and p.size else self._rule.nothing_beyond)

    def raw(self, start: int, stop: int) -> Raw:
        """Return the pairs from rank ``start`` to before ``stop`` without p-values: as fast as they can be read."""
        start, stop, _ = slice(start, stop).indices(self.facts.count)
        return Raw(*(self._column(name, start, max(start, stop)) for name in Raw._fields))

    def raws(self, size: int = SCAN, stop: int | None = None) -> Iterator[Raw]:
        """Return all pairs, or those before a rank, a part at a time, without p-values."""
        end = self.facts.count if stop is None else min(stop, self.facts.count)
        for start in range(0, end, size):
            yield self.raw(start, min(start + size, end))

    def _freedom(self, start: int, stop: int) -> NDArray[np.int64]:
        if self.facts.own_n:
            return self._column("n", start, stop).astype(np.int64) - 2
        return np.full(stop - start, self.facts.freedom)

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

    def at(self, ranks: NDArray[np.int64]) -> Page:
        """Return the pairs at rising ranks."""
        parts = [self.page(0, 0)]
        for block in np.unique(ranks // BLOCK):
            page = self.page(int(block) * BLOCK, (int(block) + 1) * BLOCK)
            parts.append(page.where(np.isin(page.rank, ranks[ranks // BLOCK == block])))
        return Page(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Page)))
