"""Pairs that workers have found: a file for each task, in bundles that lie in order of portions; and all of them read as one spill."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.records import Records, Shape, Values
from pipeline.correlation.engine.spill import Spill

ROOM = 32 * 2**20
"""Bytes that a task holds before it writes them."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sheaf:
    """What a task hands back.

    Attributes:
        name: The file.
        counts: Shape (bundles, portions): records of each portion in each bundle, in the order in which they lie in the file.
        reached: How many pairs reach each rung of a guess's ladder.
    """

    name: str
    counts: Counts
    reached: Counts


class Binder:
    """Collects the records of one task. The file stands under its name only when it is whole; whoever writes it writes the same."""

    def __init__(self, folder: Path, name: str, shape: Shape, edges: Values) -> None:
        self.shape, self._edges = shape, edges
        self._path, self._draft = folder / name, folder / f"{name}.{uuid4().hex}.part"
        self._file = self._draft.open("wb")
        self._waiting: list[list[Records]] = [[] for _ in edges]
        self._held = 0
        self._counts: list[list[int]] = []

    def add(self, records: Records, /) -> None:
        """Add records that are sorted strongest first."""
        start = 0
        for waiting, stop in zip(self._waiting, self.shape.cut(records, self._edges).tolist(), strict=True):
            if stop > start:
                waiting.append(records[start:stop])
            start = stop
        self._held += records.nbytes
        if self._held >= ROOM:
            self._write()

    def _write(self) -> None:
        self._counts.append([sum(records.size for records in waiting) for waiting in self._waiting])
        for waiting in self._waiting:
            for records in waiting:
                self._file.write(records.data)
            waiting.clear()
        self._held = 0

    def close(self) -> Counts:
        """Write what is left, give the file its name, and return the counts of its sheaf."""
        if self._held:
            self._write()
        self._file.close()
        self._draft.replace(self._path)
        return np.array(self._counts, dtype=np.int64).reshape(-1, len(self._edges))

    def discard(self) -> None:
        """Leave nothing behind; harmless after ``close``."""
        self._file.close()
        self._draft.unlink(missing_ok=True)


class Gathered(Spill):
    """The files of all tasks as one spill: a portion is read from where its parts lie."""

    def __init__(self, folder: Path, shape: Shape, edges: Values, shared: Path, sheaves: Sequence[Sheaf]) -> None:
        super().__init__(folder, shape, edges)
        self._lying: dict[Path, list[tuple[Path, Counts, Counts]]] = {path: [] for path in self._paths}
        for sheaf in sheaves:
            ends = np.cumsum(sheaf.counts.ravel()).reshape(sheaf.counts.shape)
            for portion, path in enumerate(self._paths):
                sizes = sheaf.counts[:, portion]
                if sizes.any():
                    self._lying[path].append((shared / sheaf.name, ends[:, portion] - sizes, sizes))
                    self.counts[portion] += int(sizes.sum())

    def load(self, portion: int) -> Records:
        """Return the records of a portion, in no order."""
        parts = self._lying.get(self._paths[portion])
        if parts is None:
            return super().load(portion)
        records = np.empty(self.counts[portion], dtype=self.shape.dtype)
        room = records.view(np.uint8).data
        size = self.shape.dtype.itemsize
        for path, starts, sizes in parts:
            with path.open("rb") as file:
                for start, count in zip(starts.tolist(), sizes.tolist(), strict=True):
                    room = _fill(file.fileno(), room, start * size, count * size)
        return records

    def discard(self, portion: int) -> None:
        """Remove the file of a portion, if it has one of its own; those of tasks go with their folder."""
        if self._paths[portion] not in self._lying:
            super().discard(portion)

    def refine(self, most: int) -> None:
        """Cut portions of more than ``most`` records into parts, each a portion then, with a file of its own."""
        for portion, path in enumerate(self._paths):
            if self.counts[portion] > most:
                self.load(portion).tofile(path)
                del self._lying[path]
        super().refine(most)


def _fill(file: int, room: memoryview, start: int, size: int) -> memoryview:
    """Read so many bytes into the beginning of the room; return the rest of it."""
    stop = start + size
    while start < stop:
        read = os.preadv(file, [room[: stop - start]], start)
        if not read:
            message = "A file of pairs is shorter than the task that wrote it has said."
            raise OSError(message)
        room, start = room[read:], start + read
    return room
