"""How the significant pairs lie on disk, and who writes them there."""

import errno
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.corrections import Correction
from pipeline.correlation.engine.tails import Tail

BLOCK = 4096
"""Ranks between two marks; a mark carries corrected p-values from one end of the list to the page."""
NARROW = 2**16
"""Up to this many features, two bytes name one."""
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
        given: Covariates that each cost a degree of freedom.
        own_n: Whether every pair has a number of samples of its own; then two less are its degrees of freedom.
    """

    count: int
    tests: int
    features: int
    freedom: int
    tail: Tail
    correction: Correction
    alpha: float
    given: int = 0
    own_n: bool = False

    def columns(self) -> dict[str, np.dtype]:
        """Return the columns on disk, at most sixteen bytes a pair; p-values follow from r and n."""
        index = np.dtype(np.uint16 if self.features <= NARROW else np.int32)
        columns = {"first": index, "second": index, "r": np.dtype(np.float64)}
        return columns | {"n": np.dtype(np.uint32)} if self.own_n else columns


def _reserve(file: int, size: int) -> None:
    """Ask for the room at once: writing is several times faster, and a full disk is known before the work is done."""
    if not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(file, 0, size)
    except OSError as error:
        if error.errno not in {errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS}:
            raise


class Columns:
    """Writes the columns of a store; any thread may put any part."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        self._files = {}
        for name, dtype in facts.columns().items():
            file = (folder / f"{name}.npy").open("wb", buffering=0)
            np.lib.format.write_array_header_1_0(
                file, {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": (facts.count,)}
            )
            self._files[name] = (file, file.tell(), dtype)
            _reserve(file.fileno(), file.tell() + facts.count * dtype.itemsize)

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
