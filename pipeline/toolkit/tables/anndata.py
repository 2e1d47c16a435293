"""AnnData files (.h5ad): X as numbers, the names of observations as sample ids, those of variables as feature names.

Needs ``h5py``. The file is hostile until shown otherwise: nothing outside of it is ever followed, and sizes are looked at before memory is
asked for.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.toolkit.findings import Finding, error, note
from pipeline.toolkit.formats import H5AD
from pipeline.toolkit.inputs import Limits
from pipeline.toolkit.tables.foreign import UnsoundFile, unsound
from pipeline.toolkit.tables.matrix import Matrix
from pipeline.toolkit.tables.opening import Opened, refused
from pipeline.toolkit.tables.prescan import PREVIEW_ROWS, Scan
from pipeline.toolkit.tables.source import Tell

INSTALL = "The people who run this site can switch it on: they install the package h5py (the extra h5ad). Or save the table as CSV."
WRITE_AGAIN = "Write it again with a newer version of anndata, or save X as CSV (in Python: adata.to_df().to_csv(...))."
SPARSE = ("csr_matrix", "csc_matrix")
BLOCK_BYTES = 16 * 1024 * 1024
LARGEST_CHUNK = 256 * 1024 * 1024
LONGEST_NAMES = 64 * 1024 * 1024
RAISED = (OSError, ValueError, RuntimeError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What h5py raises on files that are damaged or not what they say."""


class _Unlike(Exception):
    """Raised when a file is sound but no table for us; carries what to say."""

    def __init__(self, message: str, cure: str = WRITE_AGAIN) -> None:
        super().__init__(message)
        self.finding = error(message, cure)


def read_anndata(path: Path, limits: Limits, *, keep: bool, tell: Tell | None = None) -> Opened:
    """Read X of an AnnData file; obs, var, layers and the rest are not looked at, but for the names."""
    size = path.stat().st_size
    try:
        import h5py
    except ImportError:
        return refused(size, H5AD, error("This site does not read .h5ad files as yet.", INSTALL))
    try:
        with unsound(*RAISED):
            file = h5py.File(path, "r", locking=False)
        with file:
            return _read(file, size, limits, keep=keep, tell=tell)
    except _Unlike as fault:
        return refused(size, H5AD, fault.finding)
    except UnsoundFile:
        return refused(
            size, H5AD, error("The AnnData file cannot be read: it is cut off, damaged, or written in an unusual way.", WRITE_AGAIN)
        )


def _read(file: Any, size: int, limits: Limits, *, keep: bool, tell: Tell | None) -> Opened:
    found, (rows, columns) = _shape(file)
    if fault := _too_large(rows, columns, limits):
        return refused(size, H5AD, fault)
    ids, names = _names(file, "obs", rows), _names(file, "var", columns)
    matrix, head = Matrix(tuple(names), rows, keep=keep), []
    row = 0
    for block in _blocks(found, rows, columns):
        for numbers in block:
            row += 1
            if len(head) < PREVIEW_ROWS:
                head.append((row, (ids[row - 1], *(str(number) for number in numbers.tolist()))))
            for column in np.flatnonzero(np.isinf(numbers)).tolist():
                matrix.add_fault(column, row, str(numbers[column]))
                numbers[column] = np.nan
            matrix.add(row, ids[row - 1], numbers)
        if tell:
            tell(row / max(1, rows))
    told = "Of the AnnData file, X with the names of observations and variables was read; all else was left out."
    scan = Scan(
        (note(told),), bytes=size, names=tuple(names), rows=rows, head=tuple(head), format=H5AD.title, unit="Row", converted=(told,)
    )
    return Opened(scan, matrix.parsed())


def _member(group: Any, name: str) -> Any:
    """Return what a group holds under a name; a link that leads out of the file is not followed."""
    import h5py

    with unsound(*RAISED):
        link = group.get(name, getlink=True)
    if not isinstance(link, h5py.HardLink):
        message = f"The AnnData file has no {name} of its own."
        raise _Unlike(message)
    with unsound(*RAISED):
        return group[name]


def _dataset(group: Any, name: str, kinds: str, what: str) -> Any:
    """Return a data set whose numbers lie in this file, in pieces of a size that can be held."""
    import h5py

    found = _member(group, name)
    if not isinstance(found, h5py.Dataset):
        message = f"In the AnnData file, {what} is not written as expected."
        raise _Unlike(message)
    with unsound(*RAISED):
        outside = found.is_virtual or found.external
        chunk = int(np.prod(found.chunks or (1,), dtype=object)) * found.dtype.itemsize
        kind = "S" if h5py.check_string_dtype(found.dtype) else found.dtype.kind
    if outside or chunk > LARGEST_CHUNK or kind not in kinds:
        message = f"In the AnnData file, {what} is not written as expected."
        raise _Unlike(message)
    return found


def _shape(file: Any) -> tuple[Any, tuple[int, int]]:
    """Return X and its shape."""
    import h5py

    found = _member(file, "X")
    if isinstance(found, h5py.Dataset):
        found = _dataset(file, "X", "iuf", "X")
        if len(found.shape) != 2:
            message = "In the AnnData file, X is no matrix."
            raise _Unlike(message)
        return found, (int(found.shape[0]), int(found.shape[1]))
    with unsound(*RAISED):
        encoding, shape = found.attrs.get("encoding-type", ""), [int(n) for n in found.attrs["shape"]]
    if encoding not in ("csr_matrix", "csc_matrix") or len(shape) != 2 or min(shape) < 0:
        message = "In the AnnData file, X is neither an array nor a sparse matrix by rows or columns."
        raise _Unlike(message)
    return found, (shape[0], shape[1])


def _too_large(rows: int, columns: int, limits: Limits) -> Finding | None:
    if columns > limits.max_features:
        message = f"The file has {columns:,} variables; at most {limits.max_features:,} features are accepted."
        return error(message, "Leave out variables that you do not need. If the samples are the variables, transpose the file (adata.T).")
    if rows > limits.max_samples:
        message = f"At most {limits.max_samples:,} samples are accepted; this file has {rows:,} observations."
        return error(message, "Leave out observations, or aggregate them.")
    if not rows or not columns:
        return error("X is empty.", "Check that the file is complete.")
    return None


def _names(file: Any, axis: str, count: int) -> list[str]:
    """Return the names of observations or variables."""
    group = _member(file, axis)
    with unsound(*RAISED):
        key = group.attrs.get("_index", "_index")
        key = key.decode() if isinstance(key, bytes) else str(key)
    found = _dataset(group, key, "S", f"the index of {axis}")
    if found.shape != (count,) or found.dtype.itemsize * count > LONGEST_NAMES:
        message = f"In the AnnData file, {axis} does not name each row or column of X once."
        raise _Unlike(message)
    with unsound(*RAISED):
        return [str(name) for start in range(0, count, 1000) for name in found.asstr()[start : start + 1000]]


def _blocks(found: Any, rows: int, columns: int) -> Iterator[np.ndarray]:
    """Yield X some rows at a time, as float64."""
    import h5py

    step = max(1, BLOCK_BYTES // (8 * columns))
    if not isinstance(found, h5py.Dataset):
        yield from _sparse_blocks(found, rows, columns, step)
        return
    if found.chunks:  # a chunk is unpacked as a whole
        step = max(step - step % found.chunks[0], found.chunks[0])
    for start in range(0, rows, step):
        with unsound(*RAISED):
            block = found[start : start + step]
        yield block.astype(np.float64)


def _sparse_blocks(group: Any, rows: int, columns: int, step: int) -> Iterator[np.ndarray]:
    """Yield a sparse X; places are looked at before they are used."""
    from scipy import sparse

    by_rows = group.attrs["encoding-type"] == "csr_matrix"
    outer, inner = (rows, columns) if by_rows else (columns, rows)
    numbers, places = _dataset(group, "data", "iuf", "X"), _dataset(group, "indices", "iu", "X")
    ends = _dataset(group, "indptr", "iu", "X")
    if ends.shape != (outer + 1,) or numbers.shape != places.shape or numbers.ndim != 1 or numbers.shape[0] > rows * columns:
        message = "In the AnnData file, the parts of the sparse X do not fit together."
        raise _Unlike(message)
    with unsound(*RAISED):
        ends, numbers, places = ends[:].astype(np.int64), numbers[:].astype(np.float64), places[:]
    if (
        ends[0] != 0
        or ends[-1] != len(numbers)
        or (np.diff(ends) < 0).any()
        or (len(places) and not 0 <= places.min() <= places.max() < inner)
    ):
        message = "In the AnnData file, the parts of the sparse X do not fit together."
        raise _Unlike(message)
    kind = sparse.csr_array if by_rows else sparse.csc_array
    whole = kind((numbers, places, ends), shape=(rows, columns)).tocsr()
    for start in range(0, rows, step):
        yield whole[start : start + step].toarray()
