"""How the significant pairs lie on disk, and who writes them there."""

import errno
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.engine.corrections import Correction
from pipeline.correlation.engine.tails import Tail

BLOCK = 256
"""Ranks between two marks; a mark carries corrected p-values from one end of the list to the page."""
NARROW = 2**16
"""Up to this many features, two bytes name one."""
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Facts:
    """What is true of all pairs of a store.

    Attributes:
        count: Pairs that are listed: the significant ones with an |r| of at least ``least_r``.
        tests: Pairs of features tested.
        features: Features tested.
        freedom: Degrees of freedom of the p-values.
        tail: Their formula.
        correction: How they were corrected.
        alpha: The level held.
        given: Covariates that each cost a degree of freedom.
        own_n: Whether every pair has a number of samples of its own; then two less are its degrees of freedom.
        least_r: Weaker pairs were tested and corrected for like all others, but are not listed.
        left_out: How many significant pairs are weaker than that.
        blocks: How many significant pairs, listed or not, lie within the features of the first of two tables side by side,
            within those of the second, and between the two; None if it was not asked.
        block: Ranks between two marks.
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
    least_r: float = 0.0
    left_out: int = 0
    blocks: tuple[int, int, int] | None = None
    block: int = BLOCK

    @property
    def significant(self) -> int:
        """How many pairs are significant, listed or not."""
        return self.count + self.left_out

    @property
    def own_q(self) -> bool:
        """Whether corrected p-values are on disk: pairs are left out between others, and ranks can no longer be counted."""
        return self.own_n and self.least_r > 0

    def columns(self) -> dict[str, np.dtype]:
        """Return the columns on disk, at most sixteen bytes a pair; p-values follow from r and n (eight more with ``own_q``)."""
        index = np.dtype(np.uint16 if self.features <= NARROW else np.int32)
        columns = {"first": index, "second": index, "r": np.dtype(np.float64)}
        columns |= {"n": np.dtype(np.uint32)} if self.own_n else {}
        return columns | {"q": np.dtype(np.float64)} if self.own_q else columns


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


def read_facts(path: Path) -> Facts:
    """Return what ``write_facts`` wrote."""
    facts = Facts(**json.loads(path.read_text(encoding="utf-8")))
    return replace(facts, blocks=tuple(facts.blocks)) if facts.blocks else facts


def write_facts(folder: Path, facts: Facts, marks: Values) -> None:
    """Write what is left when the columns stand; the facts come last, so that a folder with facts is whole."""
    np.save(folder / "marks.npy", marks)
    (folder / "facts.json").write_text(json.dumps(asdict(facts)), encoding="utf-8")
