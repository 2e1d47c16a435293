"""Other machines that a tool may use, and how it is told of them. Who runs the tool lends them; nothing is read from the environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster.

    Attributes:
        address: Of its scheduler, as in ``tcp://10.0.0.5:8786`` or ``tls://10.0.0.5:8786``.
        folder: A folder that this machine and every worker see under the same path and may write to. What a tool puts there goes when it ends.
        tls: A folder with ``ca.pem``, ``cert.pem`` and ``key.pem``, for an address that begins with ``tls://``.
    """

    address: str
    folder: Path
    tls: Path | None = None


_LENT: ContextVar[Cluster | None] = ContextVar("cluster", default=None)


def lent() -> Cluster | None:
    """Return the cluster that the running tool may use, or None: then it has this machine only."""
    return _LENT.get()


@contextmanager
def lending(cluster: Cluster | None) -> Iterator[None]:
    """Lend a cluster to the tool that runs inside of this block."""
    token = _LENT.set(cluster)
    try:
        yield
    finally:
        _LENT.reset(token)
