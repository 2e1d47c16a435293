"""Records on disk while they are collected, sorted into portions by strength. Memory does not grow with their number."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.records import Records, Shape, Sortable, Values

SAMPLE = 1024
"""Records that are looked at for each part that a portion is cut into."""
S = TypeVar("S", bound=Sortable)


class Sink(Protocol):
    """Where records go while they are collected."""

    shape: Shape

    def add(self, records: Records, /) -> None:
        """Add records that are sorted strongest first."""
        ...


class Spill(Generic[S]):
    """One file a portion; any thread may add. Portion k holds the records between edges k - 1 and k."""

    def __init__(self, folder: Path, shape: S, edges: Values) -> None:
        self.shape, self._edges, self._folder = shape, edges, folder
        self._locks = [threading.Lock() for _ in edges]
        self._paths = [folder / f"portion-{portion}.tmp" for portion in range(len(edges))]
        self.counts = [0] * len(edges)
        """Records in each portion."""
        self.least: list[float] = edges.tolist()
        """An |r| that no record of each portion is below."""

    def add(self, records: Records, /) -> None:
        """Add records that are sorted strongest first."""
        start = 0
        for portion, stop in enumerate(self.shape.cut(records, self._edges).tolist()):
            if stop > start:
                with self._locks[portion], self._paths[portion].open("ab") as file:
                    file.write(records[start:stop].data)
                    self.counts[portion] += stop - start
                start = stop

    def load(self, portion: int) -> Records:
        """Return the records of a portion, in no order."""
        return np.fromfile(self._paths[portion], dtype=self.shape.dtype) if self.counts[portion] else np.empty(0, self.shape.dtype)

    def discard(self, portion: int) -> None:
        """Remove the file of a portion."""
        self._paths[portion].unlink(missing_ok=True)

    def refine(self, most: int) -> None:
        """Cut portions of more than ``most`` records into parts, each a portion then: many pairs may be equally strong.

        Call it after the last record is added. The parts lie in order, stronger pairs or smaller features first.
        """
        parts = [(*part, least) for portion, least in enumerate(self.least) for part in self._parts(portion, most)]
        self._paths, self.counts, self.least = (list(column) for column in zip(*parts, strict=True))

    def _parts(self, portion: int, most: int) -> list[tuple[Path, int]]:
        path, count = self._paths[portion], self.counts[portion]
        if count <= most:
            return [(path, count)]
        marks = self._marks(path, count, -(-2 * count // most))
        paths = [path.with_suffix(f".{part}.tmp") for part in range(len(marks) + 1)]
        counts = [0] * len(paths)
        for records in _chunks(path, self.shape.dtype, most):
            ends = [*self.shape.split(records, marks).tolist(), records.size]
            for part, (start, stop) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
                with paths[part].open("ab") as file:
                    file.write(records[start:stop].data)
                counts[part] += stop - start
        path.unlink()
        return list(zip(paths, counts, strict=True))

    def _marks(self, path: Path, count: int, parts: int) -> Records:
        """Return records that cut a file into that many parts of about the same size."""
        every = max(1, count // (SAMPLE * parts))
        seen = np.concatenate([records[::every].copy() for records in _chunks(path, self.shape.dtype, count // parts + 1)])
        self.shape.sort(seen)
        return seen[np.linspace(0, seen.size - 1, parts + 1)[1:-1].astype(np.intp)]


def _chunks(path: Path, dtype: np.dtype, size: int) -> Iterator[NDArray]:
    """Read a file of records, so many at a time."""
    with path.open("rb") as file:
        while (records := np.fromfile(file, dtype=dtype, count=size)).size:
            yield records
