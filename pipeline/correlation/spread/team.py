"""The machines of a cluster for one run: found, looked at, given tasks, and let go."""

import itertools
import queue
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.tiles import Report, Stopped
from pipeline.correlation.spread import likeness, shelf
from pipeline.correlation.spread.faults import BROKEN, GONE, MISSING, UNREACHABLE, ClusterFault
from pipeline.toolkit.cluster import Cluster

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 10.0
WORKERS_SECONDS = 30.0
"""How long to wait for a first worker, and for another one when all have gone."""
LOOK_SECONDS = 0.1
COUNT_SECONDS = 5.0

CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")

T = TypeVar("T")


class Team(AbstractContextManager["Team"]):
    """A connection to a cluster and a folder for one run. At its end nothing of the run is left there."""

    def __init__(self, cluster: Cluster) -> None:
        self.client = _connect(cluster)
        self._name, self._numbers = secrets.token_hex(4), itertools.count()
        try:
            cluster.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder = Path(tempfile.mkdtemp(prefix=f"{self._name}-", dir=cluster.folder))
        except OSError as error:
            self.client.close()
            raise ClusterFault(MISSING, f"The shared folder {cluster.folder} cannot be used: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Let go of all tasks, and remove the folder."""
        self.client.close(timeout=2)
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self, rows: Rows) -> int:
        """Put the rows where the workers see them, and return how many threads there are to work on them.

        Raises:
            ClusterFault: If there is no worker, or one would not give the numbers that this process would.
        """
        try:
            self.client.wait_for_workers(1, timeout=WORKERS_SECONDS)
        except TimeoutError as error:
            raise ClusterFault(UNREACHABLE, f"The Dask scheduler {self._address} has no workers. Start some: dask worker.") from error
        shelf.put(rows, self.folder)
        token = secrets.token_hex(16)
        (self.folder / "token").write_text(token, encoding="utf-8")
        there: Any = self.client.run(likeness.about, str(self.folder), token, on_error="return")
        there = {address: said for address, said in there.items() if not isinstance(said, OSError)}  # the others have just gone
        likeness.require_alike(likeness.about(str(self.folder), token), there, self.folder, whole=rows.whole)
        return max(1, sum(self._threads().values()))

    @property
    def _address(self) -> str:
        return str(self.client.scheduler.address) if self.client.scheduler else "?"

    def _threads(self) -> dict[str, int]:
        return self.client.nthreads()  # pyright: ignore[reportReturnType]

    def run(self, task: Callable[..., T], given: Sequence[tuple[Any, ...]], report: Report, stop: threading.Event) -> list[T]:
        """Return what a task gives for each of several arguments, in their order; lost ones are done again.

        Raises:
            Stopped: If ``stop`` was set. Workers end what they do at their next tile.
            ClusterFault: If the cluster cannot finish.
        """
        done: queue.SimpleQueue[int] = queue.SimpleQueue()
        results: dict[int, T] = {}
        futures = [
            self.client.submit(task, *arguments, key=f"{task.__name__}-{self._name}-{next(self._numbers)}", pure=False)
            for arguments in given
        ]
        for number, future in enumerate(futures):
            future.add_done_callback(lambda _, number=number: done.put(number))
        patience = _Patience(self._threads)
        try:
            while len(results) < len(futures):
                number = self._next(done, stop, patience)
                if number is not None:
                    results[number] = self._result(futures[number])
                    futures[number].release()
                    report(len(results) / len(futures))
        finally:
            self.client.cancel(futures, force=True)
        return [results[number] for number in range(len(futures))]

    def _next(self, done: "queue.SimpleQueue[int]", stop: threading.Event, patience: "_Patience") -> int | None:
        if stop.is_set():
            raise Stopped
        try:
            number = done.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            patience.wait()
            return None
        patience.reset()
        return number

    def _result(self, future: "Future[T]") -> T:
        from distributed import KilledWorker

        try:
            return future.result()
        except CancelledError as error:
            raise ClusterFault(GONE, f"The Dask scheduler {self._address} has gone: {error}") from error
        except KilledWorker as error:
            raise ClusterFault(BROKEN, str(error)) from error
        except (OSError, MemoryError) as error:
            raise ClusterFault(BROKEN, f"A Dask worker could not go on: {type(error).__name__}: {error}") from error


class _Patience:
    """Watches whether there is anybody left to work while nothing comes."""

    def __init__(self, threads: Callable[[], dict[str, int]]) -> None:
        self._threads = threads
        self.reset()

    def reset(self) -> None:
        """Something has come."""
        self._seen = self._looked = time.monotonic()

    def wait(self) -> None:
        """Nothing has come."""
        now = time.monotonic()
        if now - self._looked < COUNT_SECONDS:
            return
        self._looked = now
        try:
            there = bool(self._threads())
        except OSError:
            there = False
        if there:
            self._seen = now
        elif now - self._seen > WORKERS_SECONDS:
            raise ClusterFault(GONE, f"For {WORKERS_SECONDS:.0f} seconds no Dask worker has been there to go on.")


def _connect(cluster: Cluster) -> "Client":
    try:
        from distributed import Client, Security
    except ImportError as error:
        raise ClusterFault(
            MISSING, "SCIFLASK_DASK_ADDRESS is set, but Dask is not installed: .venv/bin/pip install -r requirements-dask.txt"
        ) from error
    security = None
    if cluster.tls is None and cluster.address.startswith("tls://"):
        raise ClusterFault(MISSING, f"{cluster.address} asks for certificates, and no folder with them is named.")
    if cluster.tls is not None:
        ca, certificate, key = (str(cluster.tls / name) for name in CERTIFICATES)
        if absent := [name for name in CERTIFICATES if not (cluster.tls / name).is_file()]:
            raise ClusterFault(MISSING, f"{cluster.tls} has no {' and no '.join(absent)}.")
        security = Security(require_encryption=True, tls_ca_file=ca, tls_client_cert=certificate, tls_client_key=key)
    try:
        return Client(cluster.address, timeout=CONNECT_SECONDS, set_as_default=False, security=security)
    except (OSError, ValueError) as error:
        raise ClusterFault(UNREACHABLE, f"No Dask scheduler answers at {cluster.address}: {type(error).__name__}: {error}") from error
