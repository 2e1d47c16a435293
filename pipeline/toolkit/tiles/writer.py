"""Makes the file of a matrix: one pass over its cells to the disk, then group by group to tiles, each level from the one below."""

import json
import struct
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from pipeline.toolkit.tiles.codes import IN_FILE, Codes, shrunk
from pipeline.toolkit.tiles.declared import Part, Tiles
from pipeline.toolkit.tiles.layout import SIDE, Level, levels_of
from pipeline.toolkit.tiles.spill import GROUP, MOST, Spill

MAGIC = b"SFTILES1"
BEGIN = struct.Struct("<8sQI")
"""Magic, where the index is, length of the head."""
INDEX = np.dtype([("offset", "<u8"), ("length", "<u4")])
FAST = 1
COLLECTING = 0.3
"""The part of the work that collecting the cells is said to be."""

Report = Callable[[float], None]
Made = tuple[bytes, Codes | None]
"""A tile as it is stored, and at half its side; nothing of an empty one."""
A = TypeVar("A")
B = TypeVar("B")


def write_tiles(tiles: Tiles, path: Path, report: Report = lambda _: None, *, threads: int = 2) -> None:
    """Write the file of a matrix, in bounded memory whatever its size; the same cells give the same bytes.

    Args:
        tiles: The matrix; its ``parts`` is called once.
        path: The file to write.
        report: Told which part of the work is done.
        threads: How many threads share the work.

    Raises:
        ValueError: If a cell lies outside the matrix.
    """
    levels = levels_of(tiles.shape, symmetric=tiles.symmetric)
    with ThreadPoolExecutor(threads) as pool, path.open("wb") as file:
        spill = Spill(levels[0])
        try:
            for number, _ in enumerate(_shared(pool, threads, lambda part: spill.add(tiles, part), _small(tiles.parts()))):
                report(COLLECTING * (1 - 1 / (1 + number / 20)))  # how many there are nobody knows
            _Writer(tiles, levels, file, pool, threads).write(spill, lambda done: report(COLLECTING + (1 - COLLECTING) * done))
        finally:
            spill.close()


def _small(parts: Iterable[Part]) -> Iterator[Part]:
    for rows, columns, values in parts:
        for start in range(0, len(values), MOST):
            stop = start + MOST
            yield rows[start:stop], columns[start:stop], values[start:stop]


def _shared(pool: ThreadPoolExecutor, threads: int, act: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """Do something with each item in threads and return the answers in order; few items are waiting at a time."""
    waiting: deque[Future[B]] = deque()
    for item in items:
        waiting.append(pool.submit(act, item))
        if len(waiting) > threads:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _made(tile: Codes) -> Made:
    if not tile.any():
        return b"", None
    return zlib.compress(tile.tobytes().translate(IN_FILE), FAST), shrunk(tile)


class _Band:
    """The row of tiles of a level that is being made."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.cells = np.zeros((SIDE, level.across * SIDE), dtype=np.uint8)

    def tiles(self, down: int) -> list[Codes]:
        return [self.cells[:, across * SIDE : (across + 1) * SIDE] for across in self.level.row(down)]

    def put(self, down: int, across: int, half: Codes) -> None:
        """Put a tile of the level below, at half its side, where it belongs."""
        top, left, part = down % 2 * SIDE // 2, across * SIDE // 2, SIDE // 2
        self.cells[top : top + part, left : left + part] = half
        if self.level.symmetric and down % 2 == 0 and across == down + 1:  # the quarter below the diagonal is not kept, but seen
            self.cells[part:, left - part : left] = half.T


class _Writer:
    def __init__(self, tiles: Tiles, levels: list[Level], file: BinaryIO, pool: ThreadPoolExecutor, threads: int) -> None:
        self.tiles, self.levels, self.file, self.pool, self.threads = tiles, levels, file, pool, threads
        self.bands = [_Band(level) for level in levels[1:]]
        self.index = np.zeros(sum(level.count for level in levels), dtype=INDEX)

    def write(self, spill: Spill, report: Report) -> None:
        head, names = _head(self.tiles, self.levels)
        self.file.write(BEGIN.pack(MAGIC, 0, len(head)) + head + names)
        places = self.levels[0].places()
        for number, group in enumerate(_shared(self.pool, self.threads, lambda group: self._group(spill, group), range(spill.groups))):
            for made, place in zip(group, places, strict=False):
                self._keep(0, place, made)
            report((number + 1) / spill.groups)
        at = self.file.tell()
        self.file.write(self.index.tobytes())
        self.file.seek(0)
        self.file.write(BEGIN.pack(MAGIC, at, len(head)))

    def _group(self, spill: Spill, group: int) -> list[Made]:
        level = self.levels[0]
        loaded = spill.load(group)[: level.count - group * GROUP]
        if level.symmetric:
            starts = {level.number(down, down) for down in range(level.down)}
            for number in starts & set(range(group * GROUP, group * GROUP + len(loaded))):
                tile = loaded[number - group * GROUP]
                np.maximum(tile, tile.T.copy(), out=tile)
        return [_made(tile) for tile in loaded]

    def _keep(self, above: int, place: tuple[int, int], made: Made) -> None:
        """Write a tile of a level, and hand it up; when a row of tiles of the next level is whole, that one is next."""
        level, (down, across) = self.levels[above], place
        packed, half = made
        if half is not None:
            self.index[level.first + level.number(down, across)] = self.file.tell(), len(packed)
            self.file.write(packed)
        if above == len(self.bands):
            return
        band = self.bands[above]
        if half is not None:
            band.put(down, across, half)
        if across == level.across - 1 and (down % 2 or down == level.down - 1):
            row = down // 2
            finished = list(_shared(self.pool, self.threads, _made, band.tiles(row)))
            for column, tile in zip(band.level.row(row), finished, strict=True):
                self._keep(above + 1, (row, column), tile)
            band.cells[:] = 0


def _head(tiles: Tiles, levels: list[Level]) -> tuple[bytes, bytes]:
    """Return the head, and the names that follow it; where they lie is counted from the end of the head."""
    names = [_packed(list(tiles.rows.names))]
    if not tiles.symmetric:
        names.append(_packed(list(tiles.columns.names)))
    head = {
        "shape": tiles.shape,
        "side": SIDE,
        "symmetric": tiles.symmetric,
        "levels": [{"down": level.down, "across": level.across, "first": level.first} for level in levels],
        "tiles": sum(level.count for level in levels),
        "rows": {"title": tiles.rows.title, "names": [0, len(names[0])]},
        "columns": {"title": tiles.columns.title, "names": [0, len(names[0])] if tiles.symmetric else [len(names[0]), len(names[1])]},
        "value": {"name": tiles.name, "limit": tiles.limit},
    }
    return _json(head), b"".join(names)


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _packed(names: list[str]) -> bytes:
    return zlib.compress(_json(names))
