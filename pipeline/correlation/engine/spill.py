"""Records on disk while they are collected, sorted into portions by strength. Memory does not grow with their number."""

import threading
from pathlib import Path

import numpy as np

from pipeline.correlation.engine.records import Records, Shape, Values


class Spill:
    """One file a portion; any thread may add. Portion k holds the records between edges k - 1 and k."""

    def __init__(self, folder: Path, shape: Shape, edges: Values) -> None:
        self.shape, self._edges, self._folder = shape, edges, folder
        self._locks = [threading.Lock() for _ in edges]
        self.counts = [0] * len(edges)
        """Records in each portion."""

    def _path(self, portion: int) -> Path:
        return self._folder / f"portion-{portion}.tmp"

    def add(self, records: Records) -> None:
        """Add records that are sorted strongest first."""
        start = 0
        for portion, stop in enumerate(self.shape.cut(records, self._edges).tolist()):
            if stop > start:
                with self._locks[portion], self._path(portion).open("ab") as file:
                    file.write(records[start:stop].data)
                    self.counts[portion] += stop - start
                start = stop

    def load(self, portion: int) -> Records:
        """Return the records of a portion, in no order."""
        return np.fromfile(self._path(portion), dtype=self.shape.dtype) if self.counts[portion] else np.empty(0, self.shape.dtype)

    def discard(self, portion: int) -> None:
        """Remove the file of a portion."""
        self._path(portion).unlink(missing_ok=True)
