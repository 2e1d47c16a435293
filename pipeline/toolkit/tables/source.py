"""Where the bytes of a text table come from: a file, or a packed one that is unpacked as it streams by. Says how far it has come."""

import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.toolkit.tables.lines import CHUNK

Tell = Callable[[float], None]
"""Is told which part of the work (0 to 1) lies behind."""
PASSES = (0.1, 0.1, 0.8)
"""What looking at the bytes, counting the cells and converting them cost; each goes over the whole file."""
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
"""What reading raises when the packed bytes are cut off or no longer what they were."""


class UnpacksTooLarge(Exception):
    """Raised when a packed file holds more than it may."""


class _Around(io.RawIOBase):
    """A file around another one, which can be gone back in as that can."""

    def __init__(self, inner: BinaryIO | io.FileIO | gzip.GzipFile) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def close(self) -> None:
        self._inner.close()
        super().close()


class _Counted(_Around):
    """A file that tells how much of it has been read, counting each pass."""

    def __init__(self, path: Path, tell: Tell | None) -> None:
        self._file = path.open("rb", buffering=0)
        super().__init__(self._file)
        self._size = max(1, os.fstat(self._file.fileno()).st_size)
        self._tell, self._read, self._told = tell, 0, 0.0

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer) or 0
        self._read += count
        if self._tell and (part := _part(self._read / self._size)) >= self._told + 0.01:
            self._told = part
            self._tell(part)
        return count

    def fileno(self) -> int:
        return self._file.fileno()


def _part(passes: float) -> float:
    """Turn a number of passes into a part of the whole."""
    done = 0.0
    for weight in PASSES:
        done += weight * min(max(passes, 0.0), 1.0)
        passes -= 1
    return done


class _Unpacked(_Around):
    """The content of a gzip file; never more of it than is allowed."""

    def __init__(self, packed: BinaryIO, most: int) -> None:
        self._gzip, self._most = gzip.GzipFile(fileobj=packed, mode="rb"), most
        super().__init__(self._gzip)

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        data = self._gzip.read(len(buffer))
        if self._gzip.tell() > self._most:
            raise UnpacksTooLarge
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def opened(path: Path, *, packed: bool, most: int, tell: Tell | None = None) -> Iterator[BinaryIO]:
    """Open a file for several passes over its text.

    Reading raises one of ``DAMAGED`` when packed bytes are not sound, and ``UnpacksTooLarge`` when there are more than ``most``.
    """
    with io.BufferedReader(_Counted(path, tell), CHUNK) as file:
        if not packed:
            yield file
            return
        with io.BufferedReader(_Unpacked(file, most), CHUNK) as text:
            yield text
