"""Reads a file of tiles, as a browser does: the head, the index, then the tiles that are wanted."""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.toolkit.tiles.codes import Codes, decoded
from pipeline.toolkit.tiles.layout import SIDE, levels_of
from pipeline.toolkit.tiles.writer import BEGIN, INDEX, MAGIC


class TileFile:
    """A file that ``write_tiles`` has made.

    Raises:
        ValueError: If it is another kind of file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        magic, at, length = BEGIN.unpack(self._bytes(0, BEGIN.size))
        if magic != MAGIC:
            message = f"{path.name} is no file of tiles."
            raise ValueError(message)
        self.head: dict[str, Any] = json.loads(self._bytes(BEGIN.size, length))
        """Shape, levels, titles, name and limit of the values."""
        self._names_at = BEGIN.size + length
        self.shape: tuple[int, int] = tuple(self.head["shape"])
        """Rows and columns."""
        self.levels = levels_of(self.shape, symmetric=self.head["symmetric"])
        """From every cell to a single tile."""
        self._index = np.frombuffer(self._bytes(at, self.head["tiles"] * INDEX.itemsize), dtype=INDEX)

    def _bytes(self, start: int, length: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(length)

    def names(self, axis: str) -> list[str]:
        """Return the names along ``rows`` or ``columns``."""
        start, length = self.head[axis]["names"]
        return json.loads(zlib.decompress(self._bytes(self._names_at + start, length)))

    def tile(self, level: int, down: int, across: int) -> Codes:
        """Return one tile, 256 × 256 bytes: 0 is empty, 1 to 255 stand for minus to plus the limit."""
        if self.head["symmetric"] and across < down:
            return self.tile(level, across, down).T
        entry = self._index[self.levels[level].first + self.levels[level].number(down, across)]
        if not entry["length"]:
            return np.zeros((SIDE, SIDE), dtype=np.uint8)
        content = zlib.decompress(self._bytes(int(entry["offset"]), int(entry["length"])))
        return np.frombuffer(content, dtype=np.uint8).reshape(SIDE, SIDE)

    def matrix(self, level: int = 0) -> NDArray[np.float32]:
        """Return a whole level as numbers, NaN where a cell is empty: for small matrices and for high levels."""
        here = self.levels[level]
        stored = np.block([[self.tile(level, down, across) for across in range(here.across)] for down in range(here.down)])
        rows, columns = (-(-side // 2**level) for side in self.shape)
        return decoded(stored[:rows, :columns], self.head["value"]["limit"])
