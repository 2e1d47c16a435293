"""A round of merges: nearest neighbours are looked for where they are not known, and mutual ones become one cluster."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from pipeline.correlation.clustering.clusters import LOST, Clusters
from pipeline.correlation.clustering.nearest import ROWS, nearest_of

WORTH = 8
"""A merge should cost no more searches than this; else fewer clusters are looked after at once."""
FEWEST = 8
Index = NDArray[np.intp]
Merged = tuple[Index, Index, NDArray[np.float64], NDArray[np.float64]]
Told = Callable[[int], None]


class Rounds:
    """Merges mutual nearest neighbours, round by round.

    Where most rounds merge much, all lost neighbours are looked for at once: that is fast. But a large cluster that grows by one in each
    round is the nearest of many, which all lose it each time. Then only the few that may be closest are looked after, and from them on
    their nearest ones until two are mutual (the chain of Benzécri 1982); the others wait, and most need not be looked after at all.
    """

    def __init__(self, clusters: Clusters, threads: int = 1, told: Told = lambda _: None) -> None:
        """Begin; ``told`` hears for how many clusters more the nearest has been found."""
        self._clusters, self._threads, self._told = clusters, threads, told
        self._at_once = clusters.count

    def merge(self) -> Merged:
        """Merge mutual nearest neighbours.

        Returns:
            For each merge a feature of one cluster, a feature of the other, their distance, and how many features they hold together;
            shape (merges,) each, at least one.
        """
        clusters = self._clusters
        kept, searched = self._mutual()
        gone = clusters.nearest[kept]
        kept, gone = np.minimum(kept, gone), np.maximum(kept, gone)
        self._at_once = min(2 * self._at_once, clusters.count) if WORTH * kept.size >= searched else max(FEWEST, self._at_once // 2)
        distance = np.maximum(1.0 - clusters.closeness[kept], 0.0)
        done = clusters.features[kept], clusters.features[gone], distance, clusters.sizes[kept] + clusters.sizes[gone]
        clusters.merge(kept, gone)
        return done

    def _mutual(self) -> tuple[Index, int]:
        """Return one of each two clusters that are mutual, and how many had to be looked after for that."""
        nearest, count = self._clusters.nearest, 0
        while True:
            lost = np.flatnonzero(nearest == LOST)
            if not lost.size:  # rounding among near ties: the closest pair of all is mutual by definition
                return np.array([self._clusters.closeness.argmax()]), count
            searched = self._followed(lost)
            count += searched.size
            other = nearest[searched]
            mutual = searched[(nearest[other] == searched)]
            pairs = np.unique(np.minimum(mutual, nearest[mutual]))
            if pairs.size:
                return pairs, count

    def _followed(self, lost: Index) -> Index:
        """Look for the nearest of those that may be closest, of these ones in turn, and so on; return all that were looked after."""
        if lost.size > self._at_once:
            first = np.argpartition(-self._clusters.closeness[lost], self._at_once)[: self._at_once]
            lost = np.sort(lost[first])
        searched = []
        while lost.size:
            self._find(lost)
            searched.append(lost)
            onwards = np.unique(self._clusters.nearest[lost])
            lost = onwards[self._clusters.nearest[onwards] == LOST]
        return np.concatenate(searched)

    def _find(self, wanted: Index) -> None:
        """Find the nearest other cluster of each of ``wanted``."""
        clusters = self._clusters
        blocks = [wanted[start : start + ROWS] for start in range(0, wanted.size, ROWS)]
        if len(blocks) == 1:
            clusters.nearest[wanted], clusters.closeness[wanted] = nearest_of(clusters, wanted)
            self._told(wanted.size)
            return
        with ThreadPoolExecutor(self._threads) as pool:
            for block, (nearest, closeness) in zip(blocks, pool.map(lambda block: nearest_of(clusters, block), blocks), strict=True):
                clusters.nearest[block], clusters.closeness[block] = nearest, closeness
                self._told(block.size)
