"""Cells on disk, sorted by where they belong: a matrix is made group by group of tiles, in memory that does not grow with it."""

import tempfile
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.tiles.codes import Codes, coded
from pipeline.toolkit.tiles.declared import Part, Tiles
from pipeline.toolkit.tiles.layout import SIDE, Level

GROUP = 128
"""Tiles that are made at once: 8 MiB."""
CELLS = SIDE * SIDE
MOST = 2**18
"""Cells that are put in order at once."""
KEYS_A_GROUP = np.uint64(GROUP * CELLS * 256)


class Spill:
    """Four bytes for each cell: the tile in its group, the place in the tile, the code. Any thread may add."""

    def __init__(self, level: Level) -> None:
        self._level = level
        self.groups = -(-level.count // GROUP)
        """How many groups of tiles there are."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._lock = threading.Lock()
        self._edges = np.arange(self.groups + 1, dtype=np.uint64) * KEYS_A_GROUP
        self._sorted: list[NDArray[np.int64]] = []
        self._written = 0

    def add(self, tiles: Tiles, part: Part) -> None:
        """Keep some cells, at most ``MOST``.

        Raises:
            ValueError: If a row or column is not in the matrix.
        """
        keys = self._keys(tiles, *part)
        keys.sort()
        ends = np.searchsorted(keys, self._edges)
        packed = (keys & np.uint64(KEYS_A_GROUP - np.uint64(1))).astype(np.uint32)
        with self._lock:
            self._file.seek(0, 2)
            self._file.write(packed.data)
            self._sorted.append(ends + self._written)
            self._written += packed.size

    def _keys(self, tiles: Tiles, rows: NDArray[Any], columns: NDArray[Any], values: NDArray[Any]) -> NDArray[np.uint64]:
        known = ~np.isnan(values)
        if not known.all():
            rows, columns, values = rows[known], columns[known], values[known]
        for places, many in zip((rows, columns), tiles.shape, strict=True):
            if places.size and not (places.min() >= 0 and places.max() < many):
                message = f"A cell lies outside a matrix of {tiles.shape[0]} × {tiles.shape[1]}: {places.min()} to {places.max()}."
                raise ValueError(message)
        if tiles.symmetric:
            rows, columns = np.minimum(rows, columns), np.maximum(rows, columns)
        rows, columns = rows.astype(np.int64, copy=False), columns.astype(np.int64, copy=False)
        keys = self._level.numbers(rows // SIDE, columns // SIDE)
        keys = (keys * SIDE + rows % SIDE) * SIDE + columns % SIDE
        keys = (keys << 8) | coded(values, tiles.limit)
        return keys.view(np.uint64)

    def load(self, group: int) -> Codes:
        """Return the tiles of a group; where several cells coincide, the strongest."""
        made = np.zeros(GROUP * CELLS, dtype=np.uint8)
        for ends in self._sorted:
            start, stop = int(ends[group]), int(ends[group + 1])
            if stop > start:
                self._scatter(made, self._read(start, stop))
        return made.reshape(GROUP, SIDE, SIDE)

    def _read(self, start: int, stop: int) -> NDArray[np.uint32]:
        with self._lock:
            self._file.seek(start * 4)
            return np.frombuffer(self._file.read((stop - start) * 4), dtype=np.uint32)

    @staticmethod
    def _scatter(made: Codes, keys: NDArray[np.uint32]) -> None:
        """Put sorted keys into place: of equal places the last is the strongest, as the code is the key's last part."""
        places, codes = keys >> 8, keys.astype(np.uint8)
        last = np.append(places[1:] != places[:-1], True)
        if not last.all():
            places, codes = places[last], codes[last]
        made[places] = np.maximum(made[places], codes)

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
