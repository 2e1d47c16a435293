"""Every pair of features correlated and corrected exactly, in memory that grows with the features and not with the pairs.

Arrays in, a folder of columns out: ``find_pairs`` makes it, ``PairStore`` reads it. What a correlation is, is said by a
module of ``pipeline.correlation.measures``; the engine only knows that it is an inner product of rows.
"""

from pipeline.correlation.engine.corrections import Correction
from pipeline.correlation.engine.rows import Rows
from pipeline.correlation.engine.run import find_pairs
from pipeline.correlation.engine.store import Page, PairStore
from pipeline.correlation.engine.tiles import Stopped

__all__ = ["Correction", "Page", "PairStore", "Rows", "Stopped", "find_pairs"]
