"""The two passes of the engine on many machines: tiles as tasks of Dask, rows and pairs as files in a folder that all see.

``find_pairs`` is the engine's, by threads or by a cluster that was lent (``pipeline.toolkit.cluster``): the same pairs, byte by byte.
What travels by Dask are names, numbers of tiles and counts; a task that is lost is done again by somebody else.
"""

from pipeline.correlation.spread.choice import find_pairs
from pipeline.correlation.spread.faults import ClusterFault

__all__ = ["ClusterFault", "find_pairs"]
