"""Whether the workers are set up as this process is: the same code, the same libraries, the same arithmetic, the same folder."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import numpy as np

from pipeline.correlation.spread.faults import UNLIKE, ClusterFault

PACKAGES = ("numpy", "scipy", "distributed")
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
CODE = Path(__file__).parents[1]


@dataclass(frozen=True)
class About:
    """What a process says of itself.

    Attributes:
        packages: Versions of what calculates.
        code: Digest of the source of the engine, the measures and this package.
        arithmetic: Digest of some sums: equal where the same kernels add up in the same order.
        blas_threads: How many threads BLAS was told to take; empty if it was told nothing.
        folder: What is wrong with the shared folder; empty if it can be used.
    """

    packages: dict[str, str]
    code: str
    arithmetic: str
    blas_threads: str
    folder: str


def _code() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for part in ("engine", "spread") for path in (CODE / part).glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _arithmetic() -> str:
    """Return a digest of products by both routines that make coefficients; the last digits tell kernels apart."""
    values = np.sqrt(np.arange(2.0, 2 + 64 * 201)).reshape(64, 201)
    return hashlib.sha256(np.matmul(values, values.T).tobytes() + np.vecdot(values, values[::-1]).tobytes()).hexdigest()[:12]


def _trouble(folder: Path, token: str) -> str:
    try:
        if (folder / "token").read_text(encoding="utf-8") != token:
            return "another folder lies under this path"
        mine = folder / f"{uuid4().hex}.part"
        mine.write_bytes(b"")
        mine.unlink()
    except OSError as error:
        return str(error)
    return ""


def about(folder: str, token: str) -> About:
    """Return what this process says of itself."""
    threads = next((os.environ[name] for name in ONE_THREAD if name in os.environ), "")
    return About({name: version(name) for name in PACKAGES}, _code(), _arithmetic(), threads, _trouble(Path(folder), token))


def require_alike(here: About, workers: Mapping[str, About | BaseException], folder: Path, *, whole: bool) -> None:
    """Make sure that every worker gives the very numbers that this process would.

    Args:
        here: This process.
        workers: What each worker says, by its address, or why it could say nothing.
        folder: The shared folder.
        whole: Whether whole numbers are added up: then every kernel gives the same.

    Raises:
        ClusterFault: If one does not; its details name the worker and the cure.
    """
    for address, there in workers.items():
        if details := _difference(here, there, folder, whole=whole):
            raise ClusterFault(UNLIKE, f"Dask worker {address}: {details}")


def _difference(here: About, there: About | BaseException, folder: Path, *, whole: bool) -> str:
    """Return what is wrong with a worker and how to mend it; the worst first, nothing if it is as this process."""
    if isinstance(there, ImportError):
        return f"{there}. Install this project and its locked packages there, the same version as here."
    if not isinstance(there, About):
        return f"{type(there).__name__}: {there}"
    kernels = os.environ.get("OPENBLAS_CORETYPE", "")
    same = f"OPENBLAS_CORETYPE={kernels}" if kernels else "the same OPENBLAS_CORETYPE on every machine, or without it"
    faults = {
        f"{name} {there.packages[name]} there, {mine} here. Install the same locked packages on every machine.": there.packages[name]
        != mine
        for name, mine in here.packages.items()
    } | {
        "it runs another version of this project. Install the same one, and start the worker again.": here.code != there.code,
        f"it cannot use the folder {folder} ({there.folder}). Mount it there under the same path, for the same account.": bool(
            there.folder
        ),
        "BLAS may take several threads there, which is several times slower. Start it with OPENBLAS_NUM_THREADS=1.": there.blas_threads
        != "1",
        f"its processor adds up in another order, so that last digits would differ. Start it with {same}.": (
            not whole and here.arithmetic != there.arithmetic
        ),
    }
    return next((fault for fault, there_is in faults.items() if there_is), "")
